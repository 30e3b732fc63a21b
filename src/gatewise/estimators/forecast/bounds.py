"""What no forecast goes below."""

from __future__ import annotations

import numpy as np

from gatewise.data.arrays import Floats
from gatewise.data.forecast import ForecastBatch
from gatewise.data.series import SeriesSet

__all__ = ["ROUNDING", "never_below_zero", "raised_to_zero"]

# A value this far below zero, beside the largest of its series, is zero and rounding.
ROUNDING = 1e-6


def never_below_zero(series: SeriesSet) -> bool:
    """Return whether no value of any series is below zero."""
    least = np.minimum.reduceat(series.target, series.offsets[:-1])
    largest = np.maximum.reduceat(np.abs(series.target), series.offsets[:-1])
    return bool((least >= -ROUNDING * largest).all())


def raised_to_zero(batch: ForecastBatch, forecast: Floats) -> Floats:
    """Return forecasts (batch, horizon, outputs), those below zero raised to it but of a window that was there, too."""
    window = np.where(batch.logs, 1.0, batch.seen)
    never = window.min(axis=1) >= -ROUNDING * np.abs(window).max(axis=1)  # (batch,)
    return np.where(never[:, None, None], np.maximum(forecast, 0.0), forecast)
