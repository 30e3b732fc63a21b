"""Memory for kernels."""

from __future__ import annotations

import ctypes
import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["address", "empty", "offsets", "zeros"]

# Of a cache line, and of the widest vector: one that straddles two lines takes twice as long to load.
_ALIGNMENT = 64
# Unused bytes after each of several arrays in one: tests make room for zones that no kernel may write to.
GAP = 0


def address(array: NDArray[Any]) -> int:
    """Find where an array starts, nine times as fast as by ``array.ctypes`` if it is writable and whole."""
    try:
        return ctypes.addressof(ctypes.c_char.from_buffer(array))  # type: ignore[arg-type]  # typed from 3.12 on
    except (TypeError, ValueError):
        return int(array.ctypes.data)


def empty(shape: int | tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """Make an array of unset values that starts with a cache line."""
    kind = np.dtype(dtype)
    count = shape if isinstance(shape, int) else math.prod(shape)
    spare = _ALIGNMENT // kind.itemsize
    whole = np.empty(count + spare, kind)
    start = -address(whole) % _ALIGNMENT // kind.itemsize
    return whole[start : start + count].reshape(shape)


def zeros(shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """Make an array of zeros that starts with a cache line."""
    array = empty(shape, dtype)
    array.fill(0)
    return array


def offsets(counts: dict[str, int], itemsize: int) -> tuple[dict[str, int], int]:
    """Lay out several arrays in one: the byte where each starts, and the bytes of all."""
    starts, size = {}, 0
    for name, count in counts.items():
        starts[name] = size
        size += -(-count * itemsize // _ALIGNMENT) * _ALIGNMENT + GAP
    return starts, size
