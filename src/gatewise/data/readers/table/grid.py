"""Rows on a grid of equal steps: where each stands, and which are missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from gatewise.data.arrays import Array, Floats, Integers, Mask
from gatewise.data.calendar import DAY
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.into_steps import JITTER, put_into
from gatewise.data.readers.table.rows import SortedRows, written
from gatewise.data.readers.table.zones import zone_of_offsets
from gatewise.data.readers.wording import such_rows
from gatewise.data.step import Step
from gatewise.errors import DataError
from gatewise.spelling import spelled

__all__ = ["Grid", "count_rows", "lay_out"]

# More missing rows than this for each one present is a wrong time stamp, not a gap.
MOST_MISSING = 10
# From so many distances on, the most common of them is that of the rows.
FEWEST_PAIRS = 3
SIZES = ("1s", "10s", "1min", "5min", "10min", "15min", "30min", "1h", "6h", "1D", "1W", "1M")


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
    table: Table,
    rows: SortedRows,
    time: str,
    step: Step | None,
    fitted: Step | None = None,
) -> tuple[Grid, list[str]]:
    """Put rows on the grid of ``step``, of the one that a model was fitted on, or of the most common one.

    Raises
    ------
    ReadError
        Times are irregular, a gap is longer than all data, or no series has two rows.
    """
    offsets = rows.offsets
    index = None
    if step is None and fitted is not None:
        index = _on_fitted(rows, offsets, fitted)
        step = None if index is None else fitted
    if step is None:
        try:
            step = Step.infer(rows.times, offsets, rows.zone)
        except DataError as error:
            raise table.error(f"column {time!r}: {error}") from None
        index = _locate(table, rows, offsets, time, step)
    elif index is None:
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
            f"column {time!r}: the gap before {rows.written(longest)} is too long, {missing:,} of "
            f"{ends[-1]:,} rows would be missing ({step.describe()} each); correct that time, or count rows with "
            f"{spelled('every', 'row')}",
            rows.table_row(longest),
        ).suggesting(every="row")
    gap = f"{step.count(missing, 'missing')} (longest gap {int(gaps[longest]) - 1:,})"
    notes = [f"{gap} filled with the last value before, never scored"]
    if missing > len(rows):
        notes.append(
            f"most rows of this grid are filled, {missing:,} of {ends[-1]:,}, and forecasts may fall on times that "
            f"never have one; {spelled('every', 'row')} takes the rows that there are as equally spaced"
        )
    return Grid(step, start, ends, index + np.repeat(ends[:-1], np.diff(offsets))), notes


def _begin(rows: SortedRows, offsets: Integers) -> Array:
    """The first time of each row's series, shape (rows,)."""
    return np.repeat(rows.times[offsets[:-1]], np.diff(offsets))


def _on_fitted(rows: SortedRows, offsets: Integers, fitted: Step) -> Integers | None:
    """Where rows stand on the grid of a model, if they do, and not only as those of a longer step would."""
    if (fitted.kind == "count") != (rows.times.dtype.kind != "M"):
        return None
    index, exact = fitted.locate(_begin(rows, offsets), rows.times)
    if not exact.all():
        return None
    apart = np.diff(index)[np.diff(rows.number) == 0]
    if 2 * (apart == 1).sum() >= len(apart):
        return index
    few = len(apart) < FEWEST_PAIRS and apart.sum() <= MOST_MISSING * len(rows)
    return index if few else None


def _locate(table: Table, rows: SortedRows, offsets: Integers, time: str, step: Step) -> Integers:
    index, exact = step.locate(_begin(rows, offsets), rows.times)
    # Of times with changing distances from UTC, a user knows what clocks showed.
    zone = zone_of_offsets(table, time) if rows.zone == "UTC" and not exact.all() else None
    if not exact.all():
        exact = _by_most(rows, offsets, step, exact)
        row = int(np.argmin(exact))
        fix, remedy = _remedy(table, rows, offsets, time, zone)
        raise table.error(
            f"column {time!r}: times are irregular, {written(rows.times[row], zone or rows.zone)} is not a whole "
            f"number of steps ({step.describe()}) {'after the first' if exact[0] else 'from the others'} of its series "
            f"({such_rows(~exact)}); {fix}",
            rows.table_row(row),
        ).suggesting(**remedy)
    single = int((np.diff(index) == 1).sum())
    pairs = len(rows) - rows.series
    if 2 * single < pairs:
        fix, remedy = _remedy(table, rows, offsets, time, zone)
        raise table.error(
            f"column {time!r}: times are irregular, only {single:,} of {pairs:,} distances are the most "
            f"common one ({step.describe()}); {fix}"
        ).suggesting(**remedy)
    return index


def _by_most(rows: SortedRows, offsets: Integers, step: Step, exact: Mask) -> Mask:
    """Which rows stand where most of their series do, if the first one does not."""
    if exact.mean() >= 0.5 or step.kind not in ("duration", "count"):
        return exact
    phase = rows.times.view(np.int64) % step.size
    found = np.ones(len(rows), bool)
    for begin, end in pairwise(offsets):
        values, counts = np.unique(phase[begin:end], return_counts=True)
        found[begin:end] = phase[begin:end] == values[np.argmax(counts)]
    return found if not found.all() and found.mean() > 0.5 else exact


def _remedy(
    table: Table, rows: SortedRows, offsets: Integers, time: str, zone: str | None
) -> tuple[str, dict[str, str]]:
    """What to do about irregular times, in words and as options."""
    count = f"count rows with {spelled('every', 'row')}"
    if rows.times.dtype.kind != "M":
        return f"correct the numbers, or {count}", {"every": "row"}
    if zone and _fits(replace(rows, zone=zone), offsets):
        words = f"their distances from UTC are those of a zone, name it with {spelled('timezone', zone)}"
        return words, {"timezone": zone}
    zoned, options = (replace(rows, zone=zone), {"timezone": zone}) if zone else (rows, {})
    sizes = SIZES[SIZES.index(_suggest(rows)) :]
    # Days of clocks that nobody knows are not those of UTC.
    sizes = tuple(size for size in sizes if zone != "" or _ticks(size) < DAY)
    size = next((size for size in sizes if _works(table, zoned, time, size)), None)
    if size is None:
        return count, {"every": "row"}
    options = {"every": size, **options}
    words = " and ".join(spelled(name, value) for name, value in options.items())
    return f"average into equal steps with {words}, or {count}", options


def _fits(rows: SortedRows, offsets: Integers) -> bool:
    """Return whether rows are regular by the clocks of their zone."""
    step = Step.infer(rows.times, offsets, rows.zone)
    return bool(step.locate(_begin(rows, offsets), rows.times)[1].all())


def _works(table: Table, rows: SortedRows, time: str, size: str) -> bool:
    """Return whether rows can be averaged into steps of a size."""
    step = Step.parse(size).within(rows.zone)
    merged, _ = put_into(rows, step)
    try:
        lay_out(table, merged, time, step.anchored(merged.times))
    except DataError:
        return False
    return True


def _suggest(rows: SortedRows) -> str:
    """A round step that the distances are about, or that about half of them fit into."""
    middle = float(np.median(rows.distances()))
    near = [size for size in SIZES if abs(middle / _ticks(size) - 1) <= JITTER]
    return near[0] if near else next((size for size in SIZES if _ticks(size) >= middle), SIZES[-1])


def _ticks(size: str) -> int:
    step = Step.parse(size)
    return step.size * (30 * DAY if step.kind == "months" else 1)
