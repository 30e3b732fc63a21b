"""Known columns of series that their times make, in their rows and beyond their ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gatewise.data.arrays import Array, Rows, Values
from gatewise.data.calendar import date_of
from gatewise.data.calendar_columns import calendar_values
from gatewise.data.clock import to_wall
from gatewise.data.holidays import holiday_values
from gatewise.data.series import SeriesSet

__all__ = ["calendar_ahead", "wall_of", "with_calendar"]


def with_calendar(series: SeriesSet) -> SeriesSet:
    """Return series whose calendar columns are those of their times, also where rows were filled."""
    columns = series.columns
    if not columns.has_calendar:
        return series
    read = series.known[:, : len(columns.known_read)]
    made = _made(series, _times(series, np.arange(len(series)), np.zeros(len(series), int), series.lengths))
    return replace(series, known=np.concatenate([read, made], axis=1))


def calendar_ahead(
    series: SeriesSet, numbers: Rows, origins: Rows, horizon: int, read: Values | None = None
) -> Values | None:
    """Return the known columns of windows, also beyond the end, shape (windows, horizon, channels).

    ``read`` are those that a table says; without calendar columns there are no others.
    """
    if not series.columns.has_calendar:
        return read
    times = _times(series, numbers, origins, np.full(len(numbers), horizon))
    made = _made(series, times)
    made = made.reshape(len(numbers), horizon, made.shape[1])
    return made if read is None else np.concatenate([read, made], axis=2)


def wall_of(series: SeriesSet, times: Array) -> Rows:
    """Return what the clocks of the series' zone show."""
    return to_wall(times.astype("datetime64[ns]").view(np.int64), series.time_zone)


def _times(series: SeriesSet, numbers: Rows, first: Rows, count: Rows) -> Array:
    parts = [
        series.times(int(s), int(begin), int(rows))
        for s, begin, rows in zip(numbers, first, count, strict=True)
    ]
    return np.concatenate(parts) if parts else series.start[:0]


def _made(series: SeriesSet, times: Array) -> Values:
    """Return the columns of each time; many series share theirs."""
    columns = series.columns
    each, place = np.unique(times, return_inverse=True)
    wall = wall_of(series, each)
    parts = calendar_values(columns.calendar, wall)
    if columns.holiday_names:
        parts.append(holiday_values(columns.holidays, columns.holiday_names, date_of(wall)))
    made = np.concatenate([np.zeros((len(wall), 0)), *parts], axis=1).astype(np.float32)
    return made[place]
