"""The seasonal naive forecast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.windows import Windows
from gatewise.estimators.forecast.baseline import BaselineForecaster
from gatewise.estimators.graphs.forecast_baselines import repeated as written_repeated
from gatewise.estimators.graphs.windows import Window
from gatewise.estimators.saving.parts import Attribute, saves
from gatewise.graphs.build import Builder, Value

__all__ = ["SeasonalNaive"]


class SeasonalNaive(BaselineForecaster):
    """Every row is forecast as the last known row at the same place in the season.

    ``ŷ[t + k] = y[t + k − m · ceil(k / m)]``. The lag ``m`` is the season length or 1 (the last value), whichever
    is better on rows held out of training: a season can be there and still be a poor forecast.

    Attributes
    ----------
    lag_ : int
    """

    learned = False

    parts = saves(
        Attribute(
            "lag_", array=True, pack_as=lambda lag: np.array([lag]), restore_as=lambda lags: int(lags[0])
        )
    )

    def _learn(self, source: ForecastSource, windows: Windows, held_out: list[ForecastBatch]) -> None:  # noqa: ARG002 - held_out suffices
        errors = {
            lag: sum(
                float(np.abs(repeated(batch, lag, self.horizon) - np.asarray(batch.target)).sum())
                for batch in held_out
            )
            for lag in (min(self.season_, source.context), 1)
        }
        self.lag_ = min(errors, key=errors.__getitem__)

    def _point(self, batch: ForecastBatch) -> NDArray[np.float64]:
        return repeated(batch, self.lag_, self.horizon)

    def _written_point(self, builder: Builder, window: Window) -> Value:
        return written_repeated(builder, window, self.lag_, self.horizon)


def repeated(batch: ForecastBatch, lag: int, horizon: int) -> NDArray[np.float64]:
    """Repeat the last ``lag`` values of each window, over and over: (batch, horizon)."""
    return batch.values.numpy()[:, np.arange(horizon) % lag - lag].astype(np.float64)
