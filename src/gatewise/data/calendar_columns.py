"""Columns that times alone make: hours, days of the week, weeks and months of the year, waves of a year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gatewise.data.arrays import Floats, Integers
from gatewise.data.calendar import DAY, FIRST_MONDAY, first_moment, month_of
from gatewise.data.step import Step
from gatewise.data.step_words import UNITS

__all__ = ["AUTO", "CALENDAR", "calendar_channels", "calendar_values", "changes_within", "chosen_for"]

AUTO = "auto"
WEEK, YEAR = 7 * DAY, 12 * 28 * DAY
# How fast the fastest wave goes round in a year: it rises and falls within a month.
WAVES = 6
# Below this, whatever grows or falls would be taken for a time of the year.
FEWEST_YEARS = 2
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class _Made:
    """What is made of times: ``values`` of wall clocks, shape (rows, channels), as long as steps are ``below``."""

    channels: tuple[str, ...]
    values: Callable[[Integers], Floats]
    below: int


def _levels(name: str, levels: Sequence[object], number: Callable[[Integers], Integers], below: int) -> _Made:
    """One column of 0 and 1 for each level, as names in a table become."""
    return _Made(
        tuple(f"{name}={level}" for level in levels),
        lambda wall: (number(wall)[:, None] == np.arange(len(levels))).astype(np.float64),
        below,
    )


def _hour(wall: Integers) -> Integers:
    return wall % DAY // UNITS["hour"]


def _weekday(wall: Integers) -> Integers:
    return (wall - FIRST_MONDAY) // DAY % 7


def _day(wall: Integers) -> Integers:
    return (wall - first_moment(month_of(wall))) // DAY


def _month(wall: Integers) -> Integers:
    return month_of(wall) % 12


def _year_begins(wall: Integers) -> Integers:
    return first_moment(month_of(wall) - _month(wall))


def _week(wall: Integers) -> Integers:
    # Not of ISO 8601, where the week of a date differs from year to year: Christmas is of one week here.
    week: Integers = np.minimum((wall - _year_begins(wall)) // WEEK, 51)
    return week


def _yearly(wall: Integers) -> Floats:
    begin = _year_begins(wall)
    share = (wall - begin) / (first_moment(month_of(begin) + 12) - begin)
    turns = 2 * np.pi * share[:, None] * np.arange(1, WAVES + 1)
    return np.stack([np.sin(turns), np.cos(turns)], axis=2).reshape(len(wall), -1)


CALENDAR = {
    "hour": _levels("hour", range(24), _hour, DAY),
    "weekday": _levels("weekday", WEEKDAYS, _weekday, WEEK),
    "day": _levels("day", range(1, 32), _day, 28 * DAY),
    "week": _levels("week", range(1, 53), _week, WEEK + 1),
    "month": _levels("month", MONTHS, _month, YEAR),
    "yearly": _Made(
        tuple(f"yearly {wave} {turn}" for turn in range(1, WAVES + 1) for wave in ("sine", "cosine")),
        _yearly,
        YEAR,
    ),
}


def chosen_for(step: Step, years: float) -> tuple[str, ...]:
    """Return what makes sense for rows so far apart, over so many years."""
    if step.least < DAY:
        return ("hour", "weekday")
    of_week = ("weekday",) if step.least < WEEK else ()
    if years < FEWEST_YEARS or step.least >= YEAR:
        return of_week
    # Weeks and not waves: what rises and falls slowly is seen in a window anyway, a peak of some days is not.
    return (*of_week, "week") if step.least <= WEEK else ("month",)


def calendar_channels(names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that are made: ``weekday=Monday``, …."""
    return tuple(channel for name in names for channel in CALENDAR[name].channels)


def calendar_values(names: Sequence[str], wall: Integers) -> list[Floats]:
    """Return the values of each of ``names`` at times that clocks show, shape (rows, channels)."""
    return [CALENDAR[name].values(wall) for name in names]


def changes_within(name: str, step: Step) -> bool:
    """Return whether rows so far apart differ in it."""
    return step.least < CALENDAR[name].below
