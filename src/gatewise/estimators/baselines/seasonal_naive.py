"""The seasonal naive forecast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.windows import Windows
from gatewise.estimators.baselines.windowed import BaselineForecaster

__all__ = ["SeasonalNaive"]


class SeasonalNaive(BaselineForecaster):
    """Every row is forecast as the last known row at the same place in the season.

    ``ŷ[t + k] = y[t + k − m · ceil(k / m)]``, with season length ``m`` (1: the last value).
    """

    def _learn(self, source: ForecastSource, windows: Windows, held_out: list[ForecastBatch]) -> None:
        """Nothing to learn beyond the season."""

    def _point(self, batch: ForecastBatch) -> NDArray[np.float64]:
        rows = np.arange(self.horizon) % self.season_ - self.season_
        return batch.values.numpy()[:, rows].astype(np.float64)

    def _coefficients(self) -> dict[str, NDArray[np.float64]]:
        return {}
