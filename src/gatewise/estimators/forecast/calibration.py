"""Prediction intervals that cover as often as they say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Floats, Mask

__all__ = ["calibrate", "calibrate_in_units", "interval_score", "quantiles_of"]

ENOUGH_PER_ROW = 100


def quantiles_of(levels: tuple[int, ...]) -> list[float]:
    """Return the quantiles that a network learns: the median, then both ends of each level."""
    ends = [(0.5 - level / 200, 0.5 + level / 200) for level in levels]
    return [0.5, *(quantile for pair in ends for quantile in pair)]


def calibrate(
    forecast: NDArray[np.float64],
    actual: NDArray[np.floating],
    observed: NDArray[np.bool_],
    levels: tuple[int, ...],
) -> NDArray[np.float64]:
    """Return how far to move both ends of each interval outwards (inwards where negative).

    Conformalised quantile regression: the offset is the ``ceil((n + 1) · level)``-th smallest of the ``n`` values
    of ``max(low − y, y − high)`` over held-out windows, for each row of the horizon, or pooled over all rows
    where fewer than 100 windows were held out.

    Parameters
    ----------
    forecast : float64 array, shape (windows, horizon, 1 + 2 · levels)
    actual, observed : arrays, shape (windows, horizon)
    levels : tuple of int
        In percent.

    Returns
    -------
    float64 array, shape (levels, horizon)

    References
    ----------
    Romano, Patterson & Candès 2019.
    """
    offsets = np.zeros((len(levels), forecast.shape[1]))
    for k, level in enumerate(levels):
        outside = np.maximum(forecast[:, :, 1 + 2 * k] - actual, actual - forecast[:, :, 2 + 2 * k])
        for row in range(forecast.shape[1]):
            scores = outside[:, row][observed[:, row]]
            if len(scores) < ENOUGH_PER_ROW:
                scores = outside[observed]
            if len(scores):
                rank = min(len(scores), -(-(len(scores) + 1) * level // 100))
                offsets[k, row] = np.partition(scores, rank - 1)[rank - 1]
    return offsets


def calibrate_in_units(errors: Floats, observed: Mask, counts: Floats, levels: tuple[int, ...]) -> Floats:
    """Return how many units an interval goes to either side of the forecast.

    Split conformal prediction of errors divided by what is to be expected of each window (``RecentErrors.units``). The
    neighbours of a row of the horizon are taken with it, and all rows where these are less than 100 errors.

    Parameters
    ----------
    errors : float64 array, shape (windows, horizon)
        Absolute errors in units.
    observed : bool array, shape (windows, horizon)
    counts : float64 array, shape (windows,)
        How much a window counts: so that every series counts alike, however long.
    levels : tuple of int
        In percent.

    Returns
    -------
    float64 array, shape (levels, horizon)

    References
    ----------
    Lei et al. 2018, "Distribution-free predictive inference for regression", section 5.2; Tibshirani et al. 2019
    (weights).
    """
    horizon = errors.shape[1]
    offsets = np.zeros((len(levels), horizon))
    for row in range(horizon):
        near = slice(max(0, row - 1), row + 2)
        if observed[:, near].sum() < ENOUGH_PER_ROW:
            near = slice(0, horizon)
        seen = observed[:, near]
        scores = errors[:, near][seen]
        if not len(scores):
            continue
        order = np.argsort(scores, kind="stable")
        share = np.cumsum(np.broadcast_to(counts[:, None], seen.shape)[seen][order])
        for k, level in enumerate(levels):
            # As exactly as ranks are counted: nine tenths of a sum of tenths is not 0.9.
            wanted = float(Fraction(level, 100) * (1 + Fraction(1, len(scores))))
            place = np.searchsorted(share, wanted * share[-1] * (1 - 1e-12))
            offsets[k, row] = scores[order[min(int(place), len(scores) - 1)]]
    return offsets


def interval_score(low: Floats, high: Floats, actual: Floats, level: int) -> Floats:
    """Return the width of intervals, and ``2 / (1 − level)`` times how far the actual values lie outside of them.

    References
    ----------
    Gneiting & Raftery 2007, "Strictly proper scoring rules, prediction, and estimation".
    """
    outside = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
    return high - low + 200 / (100 - level) * outside
