"""Prediction intervals that cover as often as they say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["calibrate", "quantiles_of"]

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
