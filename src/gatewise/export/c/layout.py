"""What stands in the struct of a state, and how many bytes that takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gatewise.export.c.memory import ARENAS, placed
from gatewise.export.c.program import Program
from gatewise.export.c.text import C_TYPES, comment
from gatewise.graphs.graph import State

__all__ = ["Layout", "Member", "layout_of"]


@dataclass(frozen=True)
class Member:
    """A member of a struct."""

    dtype: str
    name: str
    size: int
    meaning: str = ""

    @property
    def nbytes(self) -> int:
        """Bytes of its numbers."""
        return self.size * np.dtype(self.dtype).itemsize

    def __str__(self) -> str:
        length = f"[{self.size}]" if self.size > 1 else ""
        return f"{C_TYPES[self.dtype]} {self.name}{length};{f' /* {self.meaning} */' if self.meaning else ''}"


@dataclass(frozen=True)
class Layout:
    """The struct of a state.

    Attributes
    ----------
    carried, scratch : tuple of Member
        What goes on to the next step, and room for what is computed in one; the largest types first, so that nothing
        is left free between them.
    places : dict of str to (str, int)
        For each buffer the member of ``scratch``, and the place in it.
    """

    carried: tuple[Member, ...]
    scratch: tuple[Member, ...]
    places: dict[str, tuple[str, int]]

    @property
    def carried_bytes(self) -> int:
        """Bytes of what goes on to the next step."""
        return _padded(_total(self.carried), self.carried)

    @property
    def total_bytes(self) -> int:
        """Bytes of the struct."""
        both = (*self.carried, *self.scratch)
        before = _padded(self.carried_bytes, self.scratch)
        return _padded(before + _padded(_total(self.scratch), self.scratch), both)


def layout_of(program: Program, statements: Sequence[str]) -> Layout:
    """Lay out what a program needs, of which these are all statements."""
    carried = [_carried(program, state) for state in program.graph.states]
    memory = placed(program.buffers, statements)
    scratch = tuple(Member(dtype, ARENAS[dtype], size) for dtype, size in memory.sizes.items())
    places = {name: (ARENAS[program.buffers[name].dtype], place) for name, place in memory.places.items()}
    # Python's sort keeps the order of what is alike.
    return Layout(tuple(sorted(carried, key=lambda one: -_itemsize(one))), scratch, places)


def _carried(program: Program, state: State) -> Member:
    name = program.names.of(state.name)
    axes = f"({', '.join(map(str, state.shape))})" if len(state.shape) > 1 else ""
    meaning = " ".join(filter(None, [comment(state.name) if state.name != name else "", axes]))
    return Member(state.dtype, name, program.shapes[state.name].size, meaning)


def _itemsize(member: Member) -> int:
    return np.dtype(member.dtype).itemsize


def _total(members: Iterable[Member]) -> int:
    return sum(one.nbytes for one in members)


def _padded(size: int, members: Iterable[Member]) -> int:
    alignment = max((_itemsize(one) for one in members), default=1)
    return -(-size // alignment) * alignment
