"""Rows at the end of series that are the future: their target is still empty."""

from __future__ import annotations

import numpy as np

from gatewise.data.arrays import Floats
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.rows import SortedRows
from gatewise.data.readers.wording import counted
from gatewise.data.series import Columns

__all__ = ["without_future"]


def without_future(
    table: Table, rows: SortedRows, columns: Columns, values: dict[str, Floats]
) -> tuple[SortedRows, list[str]]:
    """Drop the rows at the end of each series that have known covariates, if there are any, but no target."""
    past = np.zeros(len(rows), bool)
    for name in columns.target:
        past |= ~np.isnan(rows.pick(values[name]))
    for name in columns.known_channels:
        past |= ~np.isfinite(rows.pick(values[name]))
    place = np.where(past, np.arange(len(rows)), -1)
    last = np.maximum.reduceat(place, rows.offsets[:-1])  # (series,)
    future = np.arange(len(rows)) > last[rows.number]
    if not columns.known:
        # A series without any value is told of later.
        future &= (last >= rows.offsets[:-1])[rows.number]
    if not future.any():
        return rows, []
    if (last < rows.offsets[:-1]).any() and columns.known:
        row = int(rows.offsets[np.argmax(last < rows.offsets[:-1])])
        raise table.error(
            "has no target in this row nor in any later one of its series; drop the series",
            rows.table_row(row),
        )
    having = "with known covariates but no target" if columns.known else "without a target"
    note = f"{counted(int(future.sum()), 'row')} at the end {having} left out: the future"
    return rows.keep(~future), [note]
