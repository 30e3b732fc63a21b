"""When a statement holds: an interval, a region, and three answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from gatewise.explanation.claims import CANNOT_BE_TOLD, DOES_NOT_HOLD, HOLDS, judged, together

__all__ = [
    "CANNOT_BE_TOLD",
    "DOES_NOT_HOLD",
    "HOLDS",
    "RULE",
    "Claim",
    "Interval",
    "Measurement",
    "Region",
    "interval_of",
]

LEVEL = 0.95

RULE = (
    "A measurement holds where its whole interval lies in the region that the statement asks for, does not hold "
    "where the whole interval lies outside it, and cannot be told otherwise. Intervals: 95 %, Student's t over "
    "seeds (over rounds for times); pairs of cells share seeds, data and order. Counts have no interval. A "
    "statement holds where all of its measurements do, and does not hold where one of them does not."
)


@dataclass(frozen=True)
class Interval:
    """A mean and where it may lie."""

    mean: float
    low: float
    high: float
    count: int

    def text(self, unit: str, digits: int) -> str:
        """``"1.23 (1.10 to 1.36)"``, and the unit; the mean alone where it was counted."""
        mean = f"{self.mean:.{digits}f}"
        between = "" if self.count == 1 else f" ({self.low:.{digits}f} to {self.high:.{digits}f})"
        return f"{mean}{between} {unit}".rstrip()


@dataclass(frozen=True)
class Region:
    """The values for which a statement is true; ``None`` where it has no bound."""

    above: float | None = None
    below: float | None = None

    def verdict(self, interval: Interval) -> str:
        """One of the three answers."""
        low = -np.inf if self.above is None else self.above
        high = np.inf if self.below is None else self.below
        return judged(interval.low, interval.high, low, high)

    def __str__(self) -> str:
        if self.above is not None and self.below is not None:
            return f"between {self.above:g} and {self.below:g}"
        return f"above {self.above:g}" if self.below is None else f"below {self.below:g}"


@dataclass(frozen=True)
class Measurement:
    """One number that bears on a statement.

    Attributes
    ----------
    what : str
    values : tuple of float
        One per seed, or per round.
    region : Region
    unit : str
    digits : int
    """

    what: str
    values: tuple[float, ...]
    region: Region
    unit: str = ""
    digits: int = 2

    @property
    def interval(self) -> Interval:
        return interval_of(self.values)

    @property
    def verdict(self) -> str:
        return self.region.verdict(self.interval)


@dataclass(frozen=True)
class Claim:
    """A statement and what was measured of it."""

    statement: str
    measurements: tuple[Measurement, ...]

    @property
    def verdict(self) -> str:
        """That of its measurements, taken together."""
        return together(measurement.verdict for measurement in self.measurements)


def interval_of(values: Sequence[float]) -> Interval:
    """Mean and 95 % interval; a single value stands for itself."""
    numbers = np.asarray(values, np.float64)
    mean, count = float(numbers.mean()), len(numbers)
    if count == 1:
        return Interval(mean, mean, mean, 1)
    half = float(stats.t.ppf((1 + LEVEL) / 2, count - 1) * numbers.std(ddof=1) / np.sqrt(count))
    return Interval(mean, mean - half, mean + half, count)
