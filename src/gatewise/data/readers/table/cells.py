"""Cells of a column, all or the first that does not fit."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.readers.table.files import NO_VALUE

__all__ = ["convert", "without_spellings_of_nothing"]


def without_spellings_of_nothing(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as text without white space at its ends, empty where it says that there is no value."""
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.is_in(text, pa.array(NO_VALUE)), pa.scalar(None, pa.string()), text)


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
