"""The test windows of a forecast comparison, and which of them depend on each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatewise.data.series import SeriesSet
from gatewise.data.splits import forecast_origins

__all__ = ["MANY_SERIES", "Windows", "end_together", "origin_spacing"]

Rows = NDArray[np.int64]
Cuts = tuple[Rows, Rows]

MANY_SERIES = 10
MOST_TIMES = 100
FEWEST_ORIGINS = 24
MOST_WINDOWS = 20_000


def origin_spacing(cuts: list[Cuts], horizon: int) -> int:
    """Rows from one test origin to the next: a horizon, or a part of it where few series have fewer than 24 windows.

    With less than a horizon test windows overlap: that gives a better mean, not more independent evidence, which
    :class:`~gatewise.verdict.units.Units` accounts for by its ``overlap``.
    """
    whole = int(np.max(sum((end - begin) // horizon for begin, end in cuts), initial=0))
    if not whole or whole >= FEWEST_ORIGINS or len(cuts[0][0]) >= MANY_SERIES:
        return horizon
    most = max(1, whole * horizon // FEWEST_ORIGINS)
    return next(rows for rows in range(most, 0, -1) if horizon % rows == 0)


@dataclass(frozen=True)
class Windows:
    """Test windows of one fold, at most 20,000 of them, evenly spaced.

    Attributes
    ----------
    numbers, origins : int64 arrays, shape (windows,)
        Series and first forecast row of each.
    times : int64 array, shape (windows,)
        Place in time, counted back from the end of each series; the latest is the largest.
    """

    numbers: Rows
    origins: Rows
    times: Rows

    @classmethod
    def between(cls, begin: Rows, end: Rows, horizon: int, spacing: int) -> Windows:
        """The windows that lie between rows ``begin[s]`` and ``end[s]`` of every series."""
        numbers, origins = forecast_origins(begin, end, horizon, spacing)
        back = (end[numbers] - origins) // spacing
        every = -(-len(numbers) // MOST_WINDOWS)
        return cls(numbers[::every], origins[::every], (back.max(initial=0) - back)[::every])

    def units(self, usable: NDArray[np.bool_], *, by_series: bool, by_time: bool) -> tuple[Rows, Rows, Rows]:
        """Which unit each usable window belongs to, and the series and the place in time of each unit.

        A unit is a series, a stretch of time of all series, or a stretch of time of a series; at most 100 stretches.
        """
        series = self.numbers[usable] if by_series else np.zeros(int(usable.sum()), np.int64)
        times = self.times[usable] // self._length if by_time else np.zeros_like(series)
        pairs, unit = np.unique(np.stack([series, times]), axis=1, return_inverse=True)
        return unit.reshape(-1), pairs[0], pairs[1]

    def stretch(self, overlap: int) -> int:
        """How many stretches of time, as :meth:`units` makes them, a window that overlaps ``overlap`` reaches over."""
        return -(-overlap // self._length)

    @property
    def _length(self) -> int:
        """Origins of a stretch of time."""
        return -(-(int(self.times.max(initial=0)) + 1) // MOST_TIMES)


def end_together(series: SeriesSet) -> bool:
    """Whether all series end at the same time, so that what happens on a day happens to all of them."""
    last = [series.times(s, int(length) - 1, 1)[0] for s, length in enumerate(series.lengths)]
    return all(stamp == last[0] for stamp in last)
