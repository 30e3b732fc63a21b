"""Where values stand while a step is computed: those that are not needed at the same time share their place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["ARENAS", "Buffer", "Memory", "placed"]

# What the arrays of each type are called.
ARENAS = {"float64": "doubles", "int64": "integers", "float32": "floats", "bool": "flags"}


@dataclass(frozen=True)
class Buffer:
    """Room for the numbers of a value."""

    dtype: str
    size: int


@dataclass(frozen=True)
class Memory:
    """What is needed beside the states.

    Attributes
    ----------
    sizes : dict of str to int
        Numbers of each type, of those that there are.
    places : dict of str to int
        Where each buffer begins among those of its type.
    """

    sizes: dict[str, int]
    places: dict[str, int]


def placed(buffers: Mapping[str, Buffer], statements: Sequence[str]) -> Memory:
    """Give every buffer a place that no other one has from the first statement that names it to the last."""
    spans: dict[str, tuple[int, int]] = {}
    for number, statement in enumerate(statements):
        for name in set(re.findall(r"\w+", statement)) & buffers.keys():
            spans[name] = (spans.get(name, (number, 0))[0], number)
    places: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for name, (first, last) in spans.items():
        own = buffers[name]
        taken = sorted(
            (places[other], places[other] + buffers[other].size)
            for other in places
            if buffers[other].dtype == own.dtype and spans[other][0] <= last and first <= spans[other][1]
        )
        place = 0
        for begin, end in taken:
            if begin - place >= own.size:
                break
            place = max(place, end)
        places[name] = place
        sizes[own.dtype] = max(sizes.get(own.dtype, 0), place + own.size)
    return Memory({name: sizes[name] for name in ARENAS if name in sizes}, places)
