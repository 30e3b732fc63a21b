"""What a place in the season usually adds to a series, as far as could be known at each row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gatewise.data.arrays import Floats, Integers

__all__ = ["MOST_SEASONS", "SeasonalMeans"]

# One season's worth of deviations from the moving average tells nothing of how much they vary.
FEWEST_SEASONS = 2
# What a fitted model keeps of a series; seasons change over longer times.
MOST_SEASONS = 10


@dataclass(frozen=True)
class SeasonalMeans:
    """Seasonal indices of every series at every row, from the rows before it only.

    Equations, for a series ``y`` and a season of ``m`` rows, seen from row ``o``::

        r[t] = y[t] − centred moving average over one season       t + m/2 < o
        d[j] = mean of r over the rows at place j, less the mean of these means
        λ    = max(0, 1 − (m − 3)/(m − 1) · noise / signal)
        s[j] = λ d[j]

    over the last ten seasons of ``r``, where ``signal`` is the variance of ``d`` over places, and ``noise`` what chance
    would make of it: the variance of ``r`` around ``d``, over the number of seasons. Seen from less than two seasons
    of ``r`` they are zero.

    Attributes
    ----------
    season : int
    offsets : int64 array, shape (series + 1,)
    total : float64 array, shape (rows,)
        Sums of ``r`` over the rows of the series at the same place of the season, up to each row.
    square : float64 array, shape (rows + 1,)
        Sums of ``r²`` over all rows before.

    References
    ----------
    Miller & Williams 2003, "Shrinkage estimators of time series seasonal factors and their effect on forecasting
    accuracy": James–Stein shrinkage.
    """

    season: int
    offsets: Integers
    total: Floats
    square: Floats

    @classmethod
    def of(cls, target: Floats, offsets: Integers, season: int) -> SeasonalMeans:
        """Sum up the deviations of all series from their moving averages."""
        total, squares = np.zeros(len(target)), np.zeros(len(target) + 1)
        for begin, end in pairwise(offsets):
            deviations = _deviations(target[begin:end], season)
            padded = np.zeros(-(-len(deviations) // season) * season)
            padded[: len(deviations)] = deviations
            total[begin:end] = np.cumsum(padded.reshape(-1, season), axis=0).ravel()[: len(deviations)]
            squares[begin + 1 : end + 1] = deviations**2
        return cls(season, offsets, total, np.cumsum(squares))

    def seen_from(self, series: Integers, origin: Integers) -> Floats:
        """Return the indices of ``origin`` and the rows after it, over one season, shape (windows, season)."""
        season, half = self.season, self.season // 2
        begin = self.offsets[series]
        # The last season of rows of which the moving average is known.
        places = np.arange(season)
        last = origin - 1 - half
        rows = last[:, None] - (last[:, None] - origin[:, None] - places) % season
        first = (begin + half)[:, None]
        number = np.clip((rows - first) // season + 1, 0, MOST_SEASONS)
        earlier = rows - number * season
        total = self.total[np.maximum(rows, first - half)] - np.where(
            earlier >= first, self.total[np.maximum(earlier, 0)], 0
        )
        means = np.divide(total, number, out=np.zeros(rows.shape), where=number > 0)
        seen = np.clip(last + 1 - begin - half, 0, MOST_SEASONS * season)
        # Of the rows that were summed up, less what their means explain.
        end = np.maximum(last + 1, 0)
        summed = self.square[end] - self.square[np.maximum(end - seen, 0)]
        around = summed - (number * means**2).sum(1)
        enough = seen >= FEWEST_SEASONS * season
        noise = np.maximum(0, around) / np.maximum(1, seen - season) * season / np.maximum(1, seen)
        means = means - means.mean(1, keepdims=True)
        signal = (means**2).sum(1) / (season - 1)
        # Of fewer than four places Stein's estimator takes nothing off.
        part = max(0, season - 3) / (season - 1)
        kept = np.where(signal > 0, 1 - part * noise / np.where(signal > 0, signal, 1), 0)
        indices: Floats = np.where(enough, np.maximum(0, kept), 0)[:, None] * means
        return indices


def _deviations(values: Floats, season: int) -> Floats:
    """Return the deviations from the centred moving average, zero where there is none."""
    half = season // 2
    found = np.zeros(len(values))
    if len(values) > 2 * half:
        taps = np.full(2 * half + 1, 1 / season)
        if season % 2 == 0:
            taps[[0, -1]] /= 2
        found[half : len(values) - half] = values[half : len(values) - half] - np.convolve(
            values, taps, "valid"
        )
    return found
