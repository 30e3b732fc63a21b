"""Days, months and working weeks of the calendar; times are nanoseconds since 1970, ``int64``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Integers, Mask

__all__ = [
    "DAY",
    "FIRST_MONDAY",
    "MON_TO_FRI",
    "date_of",
    "first_business_day",
    "first_moment",
    "last_business_day",
    "last_day",
    "month_of",
    "weekdays",
]

DAY = 86_400 * 10**9
# Weeks begin on Monday; day 0 of numpy's calendar is a Thursday.
FIRST_MONDAY = -3 * DAY
MON_TO_FRI = "1111100"


def date_of(ticks: Integers) -> NDArray[np.datetime64]:
    """The day of each time."""
    return (ticks // DAY).astype("datetime64[D]")


def month_of(ticks: Integers) -> Integers:
    """Months since January 1970."""
    return date_of(ticks).astype("datetime64[M]").astype(np.int64)


def first_moment(month: Integers) -> Integers:
    """The time at which each month begins."""
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) * DAY


def last_day(month: Integers) -> Integers:
    """The time at which the last day of each month begins."""
    return first_moment(month + 1) - DAY


def first_business_day(month: Integers) -> Integers:
    """The same of the first day from Monday to Friday."""
    return np.busday_offset(date_of(first_moment(month)), 0, roll="forward").astype(np.int64) * DAY


def last_business_day(month: Integers) -> Integers:
    """The same of the last day from Monday to Friday."""
    return np.busday_offset(date_of(last_day(month)), 0, roll="backward").astype(np.int64) * DAY


def weekdays(ticks: Integers) -> Mask:
    """Which days of the week times fall on, Monday first, shape (7,)."""
    found: Mask = np.bincount((ticks - FIRST_MONDAY) // DAY % 7, minlength=7) > 0
    return found
