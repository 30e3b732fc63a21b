"""The distance of two rows in time."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Array, Integers, Mask
from gatewise.data.clock import from_wall, to_wall
from gatewise.errors import ConfigurationError, DataError

__all__ = ["Step"]

StepKind = Literal["duration", "months", "business", "count"]

DAY = 86_400 * 10**9
UNITS = {
    "week": 7 * DAY,
    "day": DAY,
    "hour": 3_600 * 10**9,
    "minute": 60 * 10**9,
    "second": 10**9,
    "millisecond": 10**6,
    "microsecond": 10**3,
    "nanosecond": 1,
}
CODES = {"s": "second", "min": "minute", "h": "hour", "D": "day", "W": "week"}
MONTHS = {"M": 1, "Q": 3, "Y": 12}
# Weeks begin on Monday; day 0 of numpy's calendar is a Thursday.
FIRST_MONDAY = -3 * DAY


@dataclass(frozen=True)
class Step:
    """The distance of two rows in time.

    Attributes
    ----------
    kind : {"duration", "months", "business", "count"}
        A fixed time, calendar months, working days (Monday to Friday), or whole numbers without a unit.
    size : int
        Nanoseconds, months, working days, or the difference of two numbers.
    at_end : bool
        Months only: stamps stand on the last day of their month, not on a fixed day of it.
    zone : str or None
        The zone whose days and months are meant, so that a day has 23 or 25 hours where clocks change.
        ``None`` for naive stamps, for UTC, and for steps below a day, which no clock change touches.
    """

    kind: StepKind
    size: int
    at_end: bool = False
    zone: str | None = None

    @classmethod
    def parse(cls, text: str) -> Step:
        """A step in words: ``"1h"``, ``"15min"``, ``"10s"``, ``"1D"``, ``"1W"``, ``"1M"``, ``"row"``."""
        if text == "row":
            return cls("count", 1)
        match = re.fullmatch(r"(\d*)\s*([A-Za-z]+)", text.strip())
        size = int(match[1] or 1) if match else 0
        if match and size:
            if match[2] in CODES:
                return cls("duration", size * UNITS[CODES[match[2]]])
            if match[2] in MONTHS:
                return cls("months", size * MONTHS[match[2]])
        raise ConfigurationError(
            f"a step of {text!r} is not understood; write a number and one of s, min, h, D, W, M, Q, Y, "
            "such as 15min, 1D or 1M (month), or write row to count rows"
        )

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
        first = np.repeat(wall[starts], np.diff(starts, append=len(wall)))
        if size >= 28 * DAY and (step := _whole_months(wall, first, starts)):
            return step.within(zone)
        if size == DAY and _only_working_days(wall, first, starts):
            return cls("business", 1).within(zone)
        return cls("duration", size).within(zone)

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
        begin = to_wall(np.asarray(start).astype(np.int64), self.zone)
        wall = to_wall(times.view(np.int64), self.zone)
        if self.kind in ("count", "duration"):
            rows, rest = np.divmod(wall - begin, self.size)
            return rows, rest == 0
        if self.kind == "months":
            rows = (_month(wall) - _month(begin)) // self.size
        else:
            rows = np.busday_count(_date(begin), _date(wall)) // self.size
        return rows, self._at(begin, rows) == wall

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
            month = _month(wall)
            wall = _first_moment(month - month % self.size)
        else:
            raise ConfigurationError(
                f"rows cannot be averaged into steps of {self.describe()}; give a time such as 1h"
            )
        return from_wall(wall, self.zone).astype(times.dtype)

    def describe(self) -> str:
        """In words: ``"1 hour"``, ``"15 minutes"``, ``"3 months"``, ``"1 business day"``, ``"1 row"``."""
        size, unit = self._in_units()
        return f"{size} {unit}{'s' if size > 1 else ''}"

    def count(self, rows: int, adjective: str = "") -> str:
        """So many rows in words: ``"27 missing hours"``, or ``"27 missing rows of 15 minutes"``."""
        size, unit = self._in_units()
        noun = f"{adjective} {unit if size == 1 else 'row'}{'s' if rows != 1 else ''}".strip()
        return f"{rows:,} {noun}" + (f" of {self.describe()}" if size > 1 and self.kind != "count" else "")

    def to_json(self) -> dict[str, str | int | bool | None]:
        """Fields as a plain dictionary."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, str | int | bool | None]) -> Step:
        """The inverse of :meth:`to_json`."""
        return cls(**fields)  # type: ignore[arg-type]  # the dictionary is what to_json wrote

    def _in_units(self) -> tuple[int, str]:
        if self.kind == "count":
            return self.size, "row"
        if self.kind == "business":
            return self.size, "business day"
        if self.kind == "months":
            return (self.size // 12, "year") if self.size % 12 == 0 else (self.size, "month")
        unit = next(unit for unit, size in UNITS.items() if self.size % size == 0)
        return self.size // UNITS[unit], unit

    def _at(self, begin: Integers, rows: Integers) -> Integers:
        """Row ``rows`` after ``begin``, both in ticks of the wall clock."""
        if self.kind in ("count", "duration"):
            return begin + rows * self.size
        if self.kind == "business":
            days = np.busday_offset(_date(begin), rows * self.size, roll="forward")
            return days.astype(np.int64) * DAY + begin % DAY
        month = _month(begin)
        if self.at_end:
            return _first_moment(month + rows * self.size + 1) - DAY + begin % DAY
        return _first_moment(month + rows * self.size) + (begin - _first_moment(month))


def _date(ticks: Integers) -> NDArray[np.datetime64]:
    return (ticks // DAY).astype("datetime64[D]")


def _month(ticks: Integers) -> Integers:
    """Months since January 1970."""
    return _date(ticks).astype("datetime64[M]").astype(np.int64)


def _first_moment(month: Integers) -> Integers:
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) * DAY


def _differences(ticks: Integers, starts: Integers) -> Integers:
    """Distances of neighbours in the same series."""
    differences = np.diff(ticks)
    return np.delete(differences, starts[1:] - 1) if len(starts) > 1 else differences


def _most_common(differences: Integers) -> int:
    if len(differences) and differences[0] > 0 and (differences == differences[0]).all():
        return int(differences[0])
    sizes, counts = np.unique(differences[differences > 0], return_counts=True)
    if not len(sizes):
        raise DataError("no series has two rows, so the distance of rows in time is unknown")
    return int(sizes[np.argmax(counts)])


def _whole_months(wall: Integers, first: Integers, starts: Integers) -> Step | None:
    """Whole months, if most stamps are last days, or keep the day and hour of their series' first."""
    size = _most_common(_differences(_month(wall), starts))
    last_days = _month(wall + DAY) != _month(wall)
    step = Step("months", size, at_end=bool(last_days.all()))
    return step if step.locate(first, wall)[1].mean() > 0.5 else None


def _only_working_days(wall: Integers, first: Integers, starts: Integers) -> bool:
    """Return whether rows are daily, jump from Friday to Monday, and never stand on a weekend."""
    jumps = (_differences(wall, starts) == 3 * DAY).any()
    return bool(jumps and np.is_busday(_date(wall)).all() and ((wall - first) % DAY == 0).all())
