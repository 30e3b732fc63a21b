"""The drift forecast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.windows import Windows
from gatewise.estimators.forecast.baseline import BaselineForecaster
from gatewise.estimators.forecast.logarithms import as_windows_are, restored
from gatewise.estimators.graphs.forecast_baselines import along_line
from gatewise.estimators.graphs.windows import Window
from gatewise.graphs.build import Builder, Value

__all__ = ["DriftForecaster"]


class DriftForecaster(BaselineForecaster):
    """The last value goes on along the line from the first row of the window.

    ``ŷ[t + k] = y[t] + k (y[t] − y[t − n]) / n`` in the user's units, also where others take logarithms; ``n + 1`` are
    the window's rows, fewer where the series is younger. Nothing is learned but the width of intervals.

    References
    ----------
    Hyndman & Athanasopoulos 2021, "Forecasting: principles and practice", 5.2.
    """

    learned = False

    def _learn(self, source: ForecastSource, windows: Windows, held_out: list[ForecastBatch]) -> None:
        """Learn nothing."""

    def _point(self, batch: ForecastBatch) -> NDArray[np.float64]:
        values = restored(batch.seen, batch.logs)
        slope = (values[:, -1] - values[:, 0]) / np.maximum(1, batch.own - 1)
        ahead = values[:, -1:] + slope[:, None] * np.arange(1, self.horizon + 1)
        return (as_windows_are(ahead, batch) - batch.location) / batch.scale

    def _written_point(self, builder: Builder, window: Window) -> Value:
        return along_line(builder, window, self.horizon)
