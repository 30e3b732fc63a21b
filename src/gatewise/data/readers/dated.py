"""Which calendar columns series get, by what the user said and what a model was fitted with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gatewise.data.calendar import DAY, date_of
from gatewise.data.calendar_columns import AUTO, CALENDAR, changes_within, chosen_for
from gatewise.data.dated import wall_of, with_calendar
from gatewise.data.holidays import holiday_names
from gatewise.data.readers.wording import counted
from gatewise.data.series import Columns, SeriesSet
from gatewise.errors import ConfigurationError

__all__ = ["dated"]


def dated(series: SeriesSet, calendar: tuple[str, ...], holidays: str, fitted: Columns | None) -> SeriesSet:
    """Return series with the columns that were asked for, or that a model has; notes say which.

    Raises
    ------
    ConfigurationError
        There are no dates, or a name is not known or says nothing of rows so far apart.
    """
    columns, notes = series.columns, []
    if fitted is not None:
        kept = (fitted.calendar, fitted.holidays, fitted.holiday_names)
        columns = replace(columns, calendar=kept[0], holidays=kept[1], holiday_names=kept[2])
    if calendar:
        _check_dates(series, "calendar")
        columns = replace(columns, calendar=_chosen(series, calendar))
        notes.append(_about(series, columns.calendar, calendar))
    if holidays:
        _check_dates(series, "holidays")
        _check_days(series)
        names = _names(series, holidays)
        columns = replace(columns, holidays=holidays, holiday_names=names)
        notes.append(
            f"{counted(len(names), 'holiday')} of {holidays}: {', '.join(names)}"
            if names
            else f"no row lies on a holiday of {holidays}"
        )
    if columns.has_calendar:
        _check_dates(series, "calendar" if columns.calendar else "holidays")
    return with_calendar(replace(series, columns=columns, notes=(*series.notes, *notes)))


def _check_dates(series: SeriesSet, option: str) -> None:
    if series.start.dtype.kind != "M":
        raise ConfigurationError(
            f"{series.source}: needs dates, but rows are counted here; leave it out, or name the column of dates",
            option=option,
        )


def _check_days(series: SeriesSet) -> None:
    if series.step.least > DAY:
        raise ConfigurationError(
            f"{series.source}: says nothing of rows {series.step.describe()} apart; leave it out",
            option="holidays",
        )


def _chosen(series: SeriesSet, calendar: tuple[str, ...]) -> tuple[str, ...]:
    step = series.step
    if calendar == (AUTO,):
        return chosen_for(step, _years(series))
    possible = [name for name in CALENDAR if changes_within(name, step)]
    expected = f"expected {AUTO}, or some of {', '.join(possible)}" if possible else "leave it out"
    for name in calendar:
        if name not in CALENDAR:
            raise ConfigurationError(f"{expected}, got {name!r}", option="calendar")
        if name not in possible:
            raise ConfigurationError(
                f"{name} says nothing of rows {step.describe()} apart; {expected}", option="calendar"
            )
    return tuple(name for name in CALENDAR if name in calendar)


def _about(series: SeriesSet, found: tuple[str, ...], asked: tuple[str, ...]) -> str:
    said = f"made from the times: {', '.join(found) or 'nothing'}"
    season = {"week", "month"}.isdisjoint(found) and asked == (AUTO,) and series.step.least >= DAY
    return f"{said}; a time of the year takes rows of two years" if season else said


def _years(series: SeriesSet) -> float:
    longest = int(np.argmax(series.lengths))
    first, last = (series.times(longest, row, 1)[0] for row in (0, int(series.lengths[longest])))
    return float((last - first) / np.timedelta64(1, "D") / 365)


def _names(series: SeriesSet, country: str) -> tuple[str, ...]:
    times = [series.times(s, 0, int(rows)) for s, rows in enumerate(series.lengths)]
    return holiday_names(country, date_of(wall_of(series, np.unique(np.concatenate(times)))))
