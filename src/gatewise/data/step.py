"""The distance of two rows in time."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np

from gatewise.data.arrays import Array, Integers, Mask
from gatewise.data.calendar import (
    DAY,
    FIRST_MONDAY,
    MON_TO_FRI,
    date_of,
    first_business_day,
    first_moment,
    last_business_day,
    last_day,
    month_of,
    weekdays,
)
from gatewise.data.clock import from_wall, shows, to_wall
from gatewise.data.step_words import UNITS, StepKind, as_text, in_units, parsed
from gatewise.errors import ConfigurationError, DataError

__all__ = ["Step"]

# So often a week's closed days have to be jumped over to be known, if they are not Saturday and Sunday.
FEWEST_JUMPS, FEWEST_DAYS = 3, 4
# How far ahead is looked for clocks that skip the time of day at which rows stand.
YEARS_AHEAD = 20


@dataclass(frozen=True)
class Step:
    """The distance of two rows in time.

    Attributes
    ----------
    kind : {"duration", "months", "business", "count"}
        A fixed time, calendar months, working days, or whole numbers without a unit.
    size : int
        Nanoseconds, months, working days, or the difference of two numbers.
    at_end : bool
        Months only: stamps stand on the last day of their month, not on a fixed day of it.
    zone : str or None
        The zone whose days and months are meant, so that a day has 23 or 25 hours where clocks change.
        ``None`` for naive stamps, for UTC, and for steps below a day, which no clock change touches.
    day : int
        Months only: stamps stand on this day, or on the last of a month that has not so many; 0 for the day of the
        first stamp.
    working : bool
        Months only: stamps stand on the first day from Monday to Friday, or with ``at_end`` on the last.
    week : str
        Working days only: which days of the week are, Monday first.
    clock : int or None
        The time of day at which stamps stand, where the clocks of ``zone`` sometimes skip it; else that of the first
        stamp.
    """

    kind: StepKind
    size: int
    at_end: bool = False
    zone: str | None = None
    day: int = 0
    working: bool = False
    week: str = MON_TO_FRI
    clock: int | None = None

    @classmethod
    def parse(cls, text: str) -> Step:
        """A step in words: ``"1h"``, ``"15min"``, ``"10s"``, ``"1D"``, ``"1B"``, ``"1W"``, ``"1M"``, ``"row"``."""
        return cls(*parsed(text))

    @classmethod
    def infer(cls, times: Array, offsets: Integers | None = None, zone: str | None = None) -> Step:
        """The most common distance between neighbouring rows of all series.

        Parameters
        ----------
        times : array of datetime64[ns] or int64, shape (rows,)
            In ascending order within each series; in UTC when ``zone`` is given.
        offsets : int64 array, shape (series + 1,), optional
            Where series begin; one series by default.
        zone : str, optional

        Raises
        ------
        DataError
            No series has two different stamps.
        """
        starts = np.zeros(1, np.int64) if offsets is None else offsets[:-1]
        ticks = times.view(np.int64)
        size = _most_common(_differences(ticks, starts))
        if times.dtype.kind != "M":
            return cls("count", size)
        # The shortest day, where clocks go forward, has 23 hours.
        if size < 23 * UNITS["hour"]:
            return cls("duration", size)
        wall = to_wall(ticks, zone)
        size = _most_common(_differences(wall, starts))
        step = cls("duration", size)
        if size >= 28 * DAY:
            step = _whole_months(wall, starts) or step
        elif size == DAY:
            step = _working_days(wall, starts) or step
        return step.within(zone).anchored(times)

    def within(self, zone: str | None) -> Step:
        """The same step by the clocks of ``zone``, which matters from a day upwards."""
        below_a_day = self.kind == "count" or (self.kind == "duration" and self.size % DAY != 0)
        return self if below_a_day or zone == "UTC" else replace(self, zone=zone)

    def stamps(self, start: np.generic | int, first: int, count: int) -> Array:
        """Time stamps of rows ``first … first + count`` after ``start``; negative rows lie before it."""
        begin = np.asarray(start)
        rows = np.arange(first, first + count, dtype=np.int64)
        wall = self._at(to_wall(begin.astype(np.int64), self.zone), rows)
        return from_wall(wall, self.zone).astype(begin.dtype)

    def locate(self, start: Array | np.generic | int, times: Array) -> tuple[Integers, Mask]:
        """Row numbers of ``times`` counted from ``start``, rounded down, and which of them are exact."""
        utc = times.view(np.int64)
        begin = to_wall(np.asarray(start).astype(np.int64), self.zone)
        wall = to_wall(utc, self.zone)
        if self.kind in ("count", "duration"):
            rows = (wall - self._at(begin, np.int64(0))) // self.size
        elif self.kind == "months":
            rows = (month_of(wall) - month_of(begin)) // self.size
        else:
            rows = np.busday_count(date_of(begin), date_of(wall), weekmask=self.week) // self.size
        return rows, shows(utc, self._at(begin, rows), self.zone)

    def index_of(self, start: Array | np.generic | int, times: Array) -> Integers:
        """Row numbers of ``times`` counted from ``start`` (one for all, or one for each).

        Raises
        ------
        DataError
            A stamp is not a whole number of steps from ``start``.
        """
        rows, exact = self.locate(start, times)
        if not exact.all():
            place = int(np.argmin(exact))
            begin = np.broadcast_to(np.asarray(start), times.shape)[place]
            raise DataError(f"{times[place]} is not a whole number of steps ({self.describe()}) from {begin}")
        return rows

    def floor(self, times: Array) -> Array:
        """The beginning of the hour, day, week, month, … in which each stamp lies, counted from 1970."""
        wall = to_wall(times.view(np.int64), self.zone)
        if self.kind == "duration":
            origin = FIRST_MONDAY if self.size % UNITS["week"] == 0 else 0
            wall = wall - (wall - origin) % self.size
        elif self.kind == "months":
            month = month_of(wall)
            wall = first_moment(month - month % self.size)
        elif self.kind == "business" and self.size == 1:
            day = np.busday_offset(date_of(wall), 0, roll="backward", weekmask=self.week)
            wall = day.astype(np.int64) * DAY
        else:
            raise ConfigurationError(
                f"rows cannot be averaged into steps of {self.describe()}; give a time such as 1h"
            )
        return from_wall(wall, self.zone).astype(times.dtype)

    def describe(self) -> str:
        """In words: ``"1 hour"``, ``"15 minutes"``, ``"3 months"``, ``"1 business day"``, ``"1 row"``."""
        size, unit = in_units(self.kind, self.size)
        return f"{size} {unit}{'s' if size > 1 else ''}"

    @property
    def text(self) -> str:
        """As ``every`` takes it: ``"15min"``, ``"1B"``, ``"row"``; empty for parts of a second."""
        return as_text(self.kind, self.size)

    @property
    def least(self) -> int:
        """The nanoseconds that a step takes at least."""
        if self.kind == "months":
            return self.size * 28 * DAY
        return self.size * (DAY if self.kind == "business" else 1)

    def count(self, rows: int, adjective: str = "") -> str:
        """So many rows in words: ``"27 missing hours"``, or ``"27 missing rows of 15 minutes"``."""
        size, unit = in_units(self.kind, self.size)
        noun = f"{adjective} {unit if size == 1 else 'row'}{'s' if rows != 1 else ''}".strip()
        return f"{rows:,} {noun}" + (f" of {self.describe()}" if size > 1 and self.kind != "count" else "")

    def to_json(self) -> dict[str, str | int | bool | None]:
        """Fields as a plain dictionary; of the later ones those that say something."""
        always = ("kind", "size", "at_end", "zone")
        return {
            name: value
            for name, value in asdict(self).items()
            if name in always or value != getattr(Step, name)
        }

    @classmethod
    def from_json(cls, fields: dict[str, str | int | bool | None]) -> Step:
        """The inverse of :meth:`to_json`."""
        return cls(**fields)  # type: ignore[arg-type]  # the dictionary is what to_json wrote

    def anchored(self, times: Array) -> Step:
        """The same step with the time of day at which all rows stand, if it is one that clocks of the zone skip."""
        if self.zone is None or not len(times):
            return self
        utc = times.view(np.int64)
        wall = to_wall(utc, self.zone)
        clock, days = _mode(wall % DAY), wall - wall % DAY
        if not shows(utc, days + clock, self.zone).all():
            return self
        ahead = np.arange(days.min() // DAY, days.max() // DAY + YEARS_AHEAD * 366) * DAY + clock
        skips = (to_wall(from_wall(ahead, self.zone), self.zone) != ahead).any()
        return replace(self, clock=clock) if skips else self

    def _at(self, begin: Integers, rows: Integers | np.int64) -> Integers:
        """Row ``rows`` after ``begin``, both in ticks of the wall clock."""
        if self.kind == "count":
            return begin + rows * self.size
        time = begin % DAY if self.clock is None else self.clock
        if self.kind == "duration":
            return begin - begin % DAY + time + rows * self.size
        if self.kind == "business":
            days = np.busday_offset(date_of(begin), rows * self.size, roll="forward", weekmask=self.week)
            return days.astype(np.int64) * DAY + time
        month = month_of(begin) + rows * self.size
        if self.working:
            return (last_business_day if self.at_end else first_business_day)(month) + time
        if self.at_end:
            return last_day(month) + time
        day = self.day or (begin - first_moment(month_of(begin))) // DAY + 1
        dates: Integers = np.minimum(first_moment(month) + (day - 1) * DAY, last_day(month))
        return dates + time


def _mode(values: Integers) -> int:
    found, counts = np.unique(values, return_counts=True)
    return int(found[np.argmax(counts)])


def _differences(ticks: Integers, starts: Integers) -> Integers:
    """Distances of neighbours in the same series."""
    differences = np.diff(ticks)
    return np.delete(differences, starts[1:] - 1) if len(starts) > 1 else differences


def _most_common(differences: Integers) -> int:
    if len(differences) and differences[0] > 0 and (differences == differences[0]).all():
        return int(differences[0])
    if not (differences > 0).any():
        raise DataError("no series has two rows, so the distance of rows in time is unknown")
    return _mode(differences[differences > 0])


def _whole_months(wall: Integers, starts: Integers) -> Step | None:
    """Whole months, on the days that most stamps stand on: the last, that of their series' first, one, working days."""
    size = _most_common(_differences(month_of(wall), starts))
    first = np.repeat(wall[starts], np.diff(starts, append=len(wall)))
    ways = [Step("months", size, at_end=True), Step("months", size)]
    day = _mode((wall - first_moment(month_of(wall))) // DAY + 1)
    # A series may begin in a month that has not so many days, or with the one stamp that is wrong.
    ways.insert(2 if day <= 28 else 1, Step("months", size, day=day))
    ways += [Step("months", size, at_end=at_end, working=True) for at_end in (True, False)]
    share = [way.locate(first, wall)[1].mean() for way in ways]
    best = int(np.argmax(share))
    return ways[best] if share[best] > 0.5 else None


def _working_days(wall: Integers, starts: Integers) -> Step | None:
    """Days of a week in which some are closed: rows never stand on them, and jump over them."""
    first = np.repeat(wall[starts], np.diff(starts, append=len(wall)))
    opened, jumps = weekdays(wall), _differences(wall, starts)
    if not ((wall - first) % DAY == 0).all():
        return None
    if not opened[5:].any() and (jumps == 3 * DAY).any():
        return Step("business", 1)
    if opened.all() or opened.sum() < FEWEST_DAYS:
        return None
    week = "".join("1" if one else "0" for one in opened)
    rows = np.busday_count(date_of(wall[:-1]), date_of(wall[1:]), weekmask=week)
    rows = np.delete(rows, starts[1:] - 1) if len(starts) > 1 else rows
    over = ((rows == 1) & (jumps > DAY)).sum()
    return Step("business", 1, week=week) if over >= FEWEST_JUMPS else None
