"""Numbers between blanks in columns of equal number, as MATLAB and C write them, to a table without names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from gatewise.data.readers.table.delimited import UNNAMED
from gatewise.data.readers.table.textfile import head_of, numbered_lines
from gatewise.data.readers.wording import counted
from gatewise.errors import ReadError

__all__ = ["SpacedTable", "holds_spaced", "read_spaced"]

# Fewer lines are no table.
FEWEST_LINES = 3


class SpacedTable(NamedTuple):
    """A table, the line of each row, and what was done."""

    arrow: pa.Table
    lines: list[int]
    note: str


def holds_spaced(path: Path) -> bool:
    """Return whether a file holds nothing but numbers between blanks, as many on each line."""
    rows = [line.split() for line in head_of(path) if line.strip()]
    widths = {len(row) for row in rows}
    return len(rows) >= FEWEST_LINES and len(widths) == 1 and widths != {1} and _numbers(rows) is not None


def read_spaced(path: Path, encoding: str = "") -> SpacedTable:
    """Read such a table; its columns are ``column1, column2, …``.

    Raises
    ------
    ReadError
        A line has another number of columns than the first, or something that is no number.
    """
    rows: list[list[float]] = []
    places: list[int] = []
    for number, line in numbered_lines(path, encoding):
        cells = line.split()
        if not cells:
            continue
        if rows and len(cells) != len(rows[0]):
            raise ReadError(
                f"{path}: line {number} has {counted(len(cells), 'column')}; expected {len(rows[0])} as in line "
                f"{places[0]}"
            )
        values = _numbers([cells])
        if values is None:
            raise ReadError(
                f"{path}: line {number}: expected numbers between blanks, found {line.strip()[:40]!r}"
            )
        rows.append(values[0])
        places.append(number)
    table = np.array(rows, np.float64)
    names = [f"{UNNAMED[:-1]}{number}" for number in range(1, table.shape[1] + 1)]
    arrays = [_as_whole(column) for column in table.T]
    note = f"read with blanks between columns; these are called {', '.join(names[:3])}{', …' if len(names) > 3 else ''}"
    return SpacedTable(pa.table(arrays, names=names), places, note)


def _numbers(rows: Sequence[Sequence[str]]) -> list[list[float]] | None:
    try:
        return [[float(cell) for cell in row] for row in rows]
    except ValueError:
        return None


def _as_whole(column: np.ndarray[tuple[int], np.dtype[np.float64]]) -> pa.Array:
    """Whole numbers as such, so that labels written as ``1.0000000e+00`` are some."""
    whole = np.isfinite(column).all() and (column % 1 == 0).all() and (np.abs(column) < 2**53).all()
    return pa.array(column.astype(np.int64) if whole else column, from_pandas=True)
