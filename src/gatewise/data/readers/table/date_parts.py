"""The parts of dates that are text: years, months, weeks, days and times of day, and whether there are such."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.arrays import Integers, Mask
from gatewise.data.calendar import DAY
from gatewise.data.readers.table.date_forms import Form

__all__ = ["MONTHS", "Dates", "read_parts"]

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
# What nanoseconds since 1970 in 64 bits can hold.
FIRST_YEAR, LAST_YEAR = 1678, 2261
# Two digits from here on are of the last century, as POSIX has it.
PIVOT = 69


@dataclass(frozen=True)
class Dates:
    """Times that were written as text.

    Attributes
    ----------
    ticks : int64 array, shape (rows,)
        Nanoseconds since 1970, of the clock that is written.
    valid : bool array
        False where a text is no date.
    offsets : int64 array or None
        Minutes that the clock is ahead of UTC; ``None`` where none is written.
    day_first : bool or None
        How it was read, where that is a question.
    date_format : str or None
        The same for dates whose year has two digits and stands first.
    """

    ticks: Integers
    valid: Mask
    offsets: Integers | None = None
    day_first: bool | None = None
    date_format: str | None = None


def read_parts(column: pa.ChunkedArray, form: Form, order: str = "") -> Dates:
    """Read texts in one form; ``order`` names the three numbers of a date, such as ``"dmy"``."""
    found = pc.extract_regex(column, form.pattern).combine_chunks()
    valid = ~np.asarray(found.is_null())
    text = {name: found.field(name).fill_null("") for name in form.parts}
    for letter, place in zip(order, ("left", "middle", "right"), strict=False):
        text[{"d": "day", "m": "month", "y": "year"}[letter]] = text[place]

    def number(name: str, default: int = 0) -> Integers:
        if name not in text:
            return np.full(len(column), default)
        filled = pc.if_else(pc.equal(text[name], ""), str(default), text[name])
        return np.asarray(filled.cast(pa.int64()))

    year = number("year", 1970)
    year = np.where(
        np.asarray(pc.utf8_length(text["year"])) == 2, year + np.where(year < PIVOT, 2000, 1900), year
    )
    month = number("month", 1)
    if "name" in text:
        month = _named_months(text["name"])
    for name, months_long in (("quarter", 3), ("semester", 6)):
        if name in text:
            month = months_long * (number(name, 1) - 1) + 1
    valid &= (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12)
    months = np.where(valid, (year - 1970) * 12 + month - 1, 0)
    day = number("day", 1)
    days = _days(months) + day - 1
    valid &= (day >= 1) & (days < _days(months + 1))
    if "week" in text:
        days, right = _days_of_weeks(year, number("week", 1), number("weekday", 1))
        valid &= right
    if "day_of_year" in text:
        day = number("day_of_year", 1)
        days = _days(months) + day - 1
        valid &= (day >= 1) & (days < _days(months + 12))
    clock, right = _clock(text, number, iso=form.iso)
    valid &= right
    ticks = np.where(valid, days * DAY + clock, 0)
    return Dates(ticks, valid, _offsets(text["zone"]) if "zone" in text else None)


def _named_months(names: pa.Array) -> Integers:
    """Numbers of months that are written as words or their beginnings, 0 for what is none."""
    distinct = pc.unique(names)
    of = [
        next(
            (
                k + 1
                for k, month in enumerate(MONTHS)
                if len(one) >= 3 and (month.startswith(one) or one == "sept")
            ),
            0,
        )
        for one in (str(name).lower() for name in distinct.to_pylist())
    ]
    return np.asarray(pa.array(of, pa.int64()).take(pc.index_in(names, distinct)))


def _days(months: Integers) -> Integers:
    """The first days of months since 1970, as days since 1970."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _days_of_weeks(year: Integers, week: Integers, weekday: Integers) -> tuple[Integers, Mask]:
    """Days of ISO weeks; the fourth of January is in the first. Not every year has a 53rd."""
    fourth = _days((year - 1970) * 12) + 3
    monday = fourth - (fourth + 3) % 7 + 7 * (week - 1)
    thursday = (monday + 3).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return monday + weekday - 1, (week >= 1) & (week <= 53) & (thursday == year)


def _clock(
    text: dict[str, pa.Array], number: Callable[[str], Integers], *, iso: bool
) -> tuple[Integers, Mask]:
    """Nanoseconds since midnight, and whether there is such a time."""
    hour, minute, second = (number(name) for name in ("hour", "minute", "second"))
    right = (hour <= 23) & (minute <= 59) & (second <= 59)
    # Midnight at the end of a day is written so, too.
    right |= (hour == 24) & (minute == 0) & (second == 0)
    half = np.asarray(pc.utf8_lower(pc.utf8_slice_codeunits(text["half"], 0, 1))) if "half" in text else None
    if half is not None:
        written = half != ""
        right &= ~written | ((hour >= 1) & (hour <= 12))
        hour = np.where(written, hour % 12 + 12 * (half == "p"), hour)
        if not iso:
            alone = np.asarray(pc.and_(pc.not_equal(text["hour"], ""), pc.equal(text["minute"], "")))
            right &= written | ~alone
    ticks = ((hour * 60 + minute) * 60 + second) * 10**9
    if "fraction" in text:
        digits = pc.utf8_rpad(text["fraction"], 9, "0")
        ticks = ticks + np.asarray(digits.cast(pa.int64()))
    return ticks, right


def _offsets(zones: pa.Array) -> Integers | None:
    """Minutes ahead of UTC; ``None`` where no row has a zone, −1 day in rows that have none."""
    distinct = pc.unique(zones)
    minutes = []
    for zone in distinct.to_pylist():
        digits = zone.lstrip("+-").replace(":", "") if zone[:1] in ("+", "-") else "0"
        size = int(digits[:2]) * 60 + int(digits[2:] or 0)
        minutes.append(-1440 if zone == "" else -size if zone.startswith("-") else size)
    if distinct.to_pylist() == [""]:
        return None
    return np.asarray(pa.array(minutes, pa.int64()).take(pc.index_in(zones, distinct)))
