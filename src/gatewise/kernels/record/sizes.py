"""Sizes of a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gatewise.kernels.compiling.target import TARGET

__all__ = ["HEADER", "Sizes", "saved_counts"]

# Rows of gates a multiple of this many bytes apart would compete for the same lines of the cache.
_CONFLICT = 1024
# Integers at the start of a layout.
HEADER = 4


@dataclass(frozen=True)
class Sizes:
    """What follows from the shapes and the type of a run.

    Attributes
    ----------
    time, batch, input, hidden : int
        Of the input and the states.
    stored : int
        Blocks of gates kept for each row.
    itemsize : int
        Bytes of a number, 4 or 8.
    """

    time: int
    batch: int
    input: int
    hidden: int
    stored: int
    itemsize: int

    @cached_property
    def lanes(self) -> int:
        """Numbers in a vector."""
        return TARGET.bytes // self.itemsize

    @cached_property
    def units(self) -> int:
        """``hidden``, filled up to whole vectors."""
        return _units(self.hidden, self.itemsize)

    @cached_property
    def features(self) -> int:
        """``input``, filled up to whole vectors."""
        return _units(self.input, self.itemsize)

    @cached_property
    def gate_stride(self) -> int:
        """Numbers between the gates of one row and those of the next."""
        return _gate_stride(self.hidden, self.stored, self.itemsize)

    @cached_property
    def rows(self) -> int:
        """Steps of all sequences, if none is short."""
        return self.time * self.batch

    @cached_property
    def layout(self) -> int:
        """Integers that say which row is which."""
        return _layout(self.time, self.batch)


def saved_counts(time: int, batch: int, hidden: int, stored: int, states: int, itemsize: int) -> list[int]:
    """Count what a run saves: numbers of gates and of cells, and integers; time and batch may be symbols."""
    rows = time * batch
    cells = rows * _units(hidden, itemsize) if states > 1 else 0
    return [rows * _gate_stride(hidden, stored, itemsize), cells, _layout(time, batch)]


def _units(hidden: int, itemsize: int) -> int:
    lanes = TARGET.bytes // itemsize
    return -(-hidden // lanes) * lanes


def _gate_stride(hidden: int, stored: int, itemsize: int) -> int:
    whole = stored * _units(hidden, itemsize)
    return whole + TARGET.bytes // itemsize if whole * itemsize % _CONFLICT == 0 else whole


def _layout(time: int, batch: int) -> int:
    return HEADER + (batch + 1) + 2 * batch + batch * (time + 1) + 3 * time * batch
