"""Rows on a grid of equal steps: where each stands, and which are missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gatewise.data.arrays import Array, Floats, Integers
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.rows import SortedRows, written
from gatewise.data.readers.wording import such_rows
from gatewise.data.step import Step
from gatewise.errors import DataError
from gatewise.spelling import spelled

__all__ = ["Grid", "count_rows", "lay_out"]

# More missing rows than this for each one present is a wrong time stamp, not a gap.
MOST_MISSING = 10


@dataclass(frozen=True)
class Grid:
    """A grid of equal steps for every series.

    Attributes
    ----------
    step : Step
    start : array of datetime64[ns] or int64, shape (series,)
    offsets : int64 array, shape (series + 1,)
        Where series begin, rows that are missing from the table included.
    place : int64 array or None, shape (rows,)
        Where each row of the table stands; ``None`` if none is missing.
    """

    step: Step
    start: Array
    offsets: Integers
    place: Integers | None = None

    def spread(self, column: Floats) -> Floats:
        """A column of rows on the grid, NaN where a row is missing."""
        if self.place is None:
            return column
        spread = np.full(self.offsets[-1], np.nan)
        spread[self.place] = column
        return spread


def count_rows(rows: SortedRows) -> Grid:
    """The grid of rows that are counted 0, 1, 2, … whatever their times are."""
    return Grid(Step.parse("row"), np.zeros(rows.series, np.int64), rows.offsets)


def lay_out(
    table: Table, rows: SortedRows, time: str, zone: str | None, step: Step | None
) -> tuple[Grid, list[str]]:
    """Put rows on the grid of ``step``, or of the most common one.

    Raises
    ------
    ReadError
        Times are irregular, a gap is longer than all data, or no series has two rows.
    """
    offsets = rows.offsets
    if step is None:
        try:
            step = Step.infer(rows.times, offsets, zone)
        except DataError as error:
            raise table.error(f"column {time!r}: {error}") from None
        index = _locate(table, rows, offsets, time, step)
    else:
        index = step.index_of(_begin(rows, offsets), rows.times)
    lengths = index[offsets[1:] - 1] + 1  # (series,), missing rows included
    ends = np.concatenate([[0], np.cumsum(lengths)])
    start = rows.times[offsets[:-1]]
    missing = int(ends[-1]) - len(rows)
    if not missing:
        return Grid(step, start, ends), []
    gaps = np.diff(index, prepend=0)
    gaps[offsets[:-1]] = 0
    longest = int(gaps.argmax())
    if missing > MOST_MISSING * len(rows):
        raise table.error(
            f"column {time!r}: the gap before {written(rows.times[longest])} is too long, {missing:,} of "
            f"{ends[-1]:,} rows would be missing ({step.describe()} each); correct that time, or average "
            f"into longer steps with {spelled('every')}",
            rows.table_row(longest),
        ).suggesting(every=_suggest(rows, offsets))
    gap = f"{step.count(missing, 'missing')} (longest gap {int(gaps[longest]) - 1:,})"
    note = f"{gap} filled with the last value before, never scored"
    return Grid(step, start, ends, index + np.repeat(ends[:-1], np.diff(offsets))), [note]


def _begin(rows: SortedRows, offsets: Integers) -> Array:
    """The first time of each row's series, shape (rows,)."""
    return np.repeat(rows.times[offsets[:-1]], np.diff(offsets))


def _locate(table: Table, rows: SortedRows, offsets: Integers, time: str, step: Step) -> Integers:
    index, exact = step.locate(_begin(rows, offsets), rows.times)
    count = f"count rows with {spelled('every', 'row')}"
    remedy = _suggest(rows, offsets)
    fix = f"average into equal steps with {spelled('every', remedy)}, or {count}"
    if rows.times.dtype.kind != "M":
        fix, remedy = f"correct the numbers, or {count}", "row"
    if not exact.all():
        row = int(np.argmin(exact))
        raise table.error(
            f"column {time!r}: times are irregular, {written(rows.times[row])} is not a whole number of "
            f"steps ({step.describe()}) after the first of its series ({such_rows(~exact)}); {fix}",
            rows.table_row(row),
        ).suggesting(every=remedy)
    single = int((np.diff(index) == 1).sum())
    pairs = len(rows) - rows.series
    if 2 * single < pairs:
        raise table.error(
            f"column {time!r}: times are irregular, only {single:,} of {pairs:,} distances are the most "
            f"common one ({step.describe()}); {fix}"
        ).suggesting(every=remedy)
    return index


def _suggest(rows: SortedRows, offsets: Integers) -> str:
    """A round step that about half of the distances fit into."""
    distances = np.delete(np.diff(rows.times.view(np.int64)), offsets[1:-1] - 1)
    if rows.times.dtype.kind != "M":
        return "row"
    middle = float(np.median(distances))
    sizes = ("1s", "10s", "1min", "5min", "15min", "30min", "1h", "6h", "1D", "1W")
    return next((size for size in sizes if Step.parse(size).size >= middle), "1M")
