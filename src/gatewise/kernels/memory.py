"""Memory for kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["carve", "empty"]

# Of a cache line, and of the widest vector: one that straddles two lines takes twice as long to load.
_ALIGNMENT = 64


def empty(count: int, dtype: DTypeLike) -> NDArray[Any]:
    """Make an array of unset values that starts with a cache line."""
    kind = np.dtype(dtype)
    extra = _ALIGNMENT // kind.itemsize
    whole = np.empty(count + extra, kind)
    start = -whole.ctypes.data % _ALIGNMENT // kind.itemsize
    return whole[start : start + count]


def carve(counts: dict[str, int], itemsize: int) -> tuple[object, dict[str, int]]:
    """Make room for several arrays at once: what keeps them alive, and their addresses."""
    offsets, size = {}, 0
    for name, count in counts.items():
        offsets[name] = size
        size += -(-count * itemsize // _ALIGNMENT) * _ALIGNMENT
    whole = np.empty(size + _ALIGNMENT, np.uint8)
    start = whole.ctypes.data
    start += -start % _ALIGNMENT
    return whole, {name: start + offset for name, offset in offsets.items()}
