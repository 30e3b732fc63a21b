"""What was forecast of windows that were not learned from, and of the horizons before a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gatewise.data.arrays import Floats, Integers, Mask
from gatewise.data.forecast import ForecastBatch, ForecastSource

__all__ = ["HORIZONS", "LEAST_ROWS", "USUAL_COUNTS_AS", "Answer", "HeldOut", "RecentErrors", "recent_errors"]

Answer = Callable[[ForecastBatch], Floats]
LEAST_ROWS = 2
AT_ONCE = 2048
# Of how many horizons before the origin errors are looked at, and how many of them the usual error counts for.
HORIZONS, USUAL_COUNTS_AS = 8, 2


@dataclass(frozen=True)
class HeldOut:
    """Windows whose horizon was not learned from, and what was forecast of them.

    Attributes
    ----------
    series, origins : int64 arrays, shape (windows,)
        Series, and row of the flat arrays.
    forecast : float64 array, shape (windows, horizon, outputs)
    target : float64 array, shape (windows, horizon)
        Both in units of the window.
    observed : bool array, shape (windows, horizon)
    scale : float64 array, shape (windows,)
        The unit.
    """

    series: Integers
    origins: Integers
    forecast: Floats
    target: Floats
    observed: Mask
    scale: Floats

    @classmethod
    def of(cls, answer: Answer, source: ForecastSource, series: Integers, origins: Integers) -> HeldOut:
        """Forecast the windows."""
        parts = []
        for first in range(0, len(series), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            batch = source.batch(series[some], origins[some], with_target=True)
            assert batch.target is not None
            assert batch.weight is not None
            target = batch.target.numpy().astype(np.float64)
            parts.append((answer(batch), target, batch.weight.numpy() > 0, batch.scale[:, 0]))
        return cls(series, origins, *(np.concatenate(part) for part in zip(*parts, strict=True)))

    @property
    def errors(self) -> Floats:
        """Absolute errors in units of the (transformed) series, shape (windows, horizon)."""
        missed: Floats = np.abs(self.forecast[:, :, 0] - self.target) * self.scale[:, None]
        return missed

    @property
    def counts(self) -> Floats:
        """How much each window counts, so that all series count alike."""
        shares: Floats = 1 / np.bincount(self.series)[self.series]
        return shares


@dataclass(frozen=True)
class RecentErrors:
    """What was made of the last horizons before each window.

    Attributes
    ----------
    mean : float64 array, shape (windows,)
        Mean absolute error, in units of the (transformed) series.
    number : int64 array, shape (windows,)
        Of how many horizons; zero where there are none before the window.
    """

    mean: Floats
    number: Integers

    @classmethod
    def none(cls, windows: int) -> RecentErrors:
        """Nothing is known of any window."""
        return cls(np.zeros(windows), np.zeros(windows, np.int64))

    def units(self, spread: Floats, ratio: float) -> Floats:
        """Return what error to expect of each window, in units of the (transformed) series, shape (windows,).

        ``(n · e + 2 · ratio · spread) / (n + 2)`` for the mean absolute error ``e`` of the last ``n`` horizons.
        ``spread`` is how much the series moves from row to row, and ``ratio`` how many times that is usually missed.
        """
        expected: Floats = self.number * self.mean + USUAL_COUNTS_AS * ratio * spread
        return expected / (self.number + USUAL_COUNTS_AS)


def recent_errors(
    answer: Answer, source: ForecastSource, series: Integers, origins: Integers
) -> RecentErrors:
    """Forecast the horizons before each window, and return how far off they were.

    Nothing at or after an origin is read. Windows that share such a horizon share its forecast.
    """
    ends = source.horizon * np.arange(1, HORIZONS + 1)
    earlier = origins[:, None] - ends
    there = earlier - source.offsets[series][:, None] >= LEAST_ROWS
    if not there.any():
        return RecentErrors.none(len(series))
    rows, first, place = np.unique(earlier[there], return_index=True, return_inverse=True)
    of_series = np.broadcast_to(series[:, None], there.shape)[there][first]
    seen, mean = np.zeros(len(rows), np.int64), np.zeros(len(rows))
    for begin in range(0, len(rows), AT_ONCE):
        some = slice(begin, begin + AT_ONCE)
        found = HeldOut.of(answer, source, of_series[some], rows[some])
        seen[some] = found.observed.sum(axis=1)
        mean[some] = (found.errors * found.observed).sum(axis=1) / np.maximum(1, seen[some])
    means, counted = np.zeros(there.shape), np.zeros(there.shape, bool)
    means[there], counted[there] = mean[place], seen[place] > 0
    number = counted.sum(axis=1)
    return RecentErrors((means * counted).sum(axis=1) / np.maximum(1, number), number)
