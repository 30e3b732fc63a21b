"""Cells of a column, all or the first that does not fit."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

__all__ = ["convert"]


def convert(
    column: pa.ChunkedArray,
    convert: Callable[[pa.ChunkedArray], pa.ChunkedArray],
    refuse: Callable[[int, object], Exception],
) -> pa.ChunkedArray:
    """Convert a column, or raise ``refuse(row, value)`` for the first value that cannot be converted."""
    try:
        return convert(column)
    except pa.ArrowInvalid:
        good, bad = 0, len(column)
        while bad - good > 1:
            middle = (good + bad) // 2
            try:
                convert(column.slice(good, middle - good))
                good = middle
            except pa.ArrowInvalid:
                bad = middle
        raise refuse(good, column[good].as_py()) from None
