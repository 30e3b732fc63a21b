"""Gradient-boosted trees on lags."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.windows import Windows
from gatewise.estimators.boosting import boosted
from gatewise.estimators.forecast.baseline import BaselineForecaster, training_sample
from gatewise.estimators.saving.parts import saves
from gatewise.estimators.saving.trees import BoostedTrees

__all__ = ["BoostingForecaster"]

MOST_ROWS = 40_000
RECENT = 8
SEASONS = 3


class BoostingForecaster(BaselineForecaster):
    """Gradient-boosted trees (LightGBM) with the row of the horizon as a feature.

    One model for all rows of the horizon and all series. Features: how far ahead, the last eight values of
    the window, its mean, the values one, two and three seasons before the row to forecast, and its known
    covariates. Trained on at most 40,000 rows.
    """

    parts = saves(BoostedTrees())

    def _learn(self, source: ForecastSource, windows: Windows, held_out: list[ForecastBatch]) -> None:  # noqa: ARG002 - it watches none
        most = max(1, MOST_ROWS // self.horizon)
        sample = training_sample(source, windows, most, self.random_state)
        assert sample.target is not None
        assert sample.weight is not None
        seen = sample.weight.numpy().ravel() > 0
        self.model_ = boosted(
            self._features(sample)[seen],
            sample.target.numpy().ravel()[seen],
            rounds=150,
            objective="l1",
            learning_rate=0.08,
            seed=self.random_state,
        )

    def _point(self, batch: ForecastBatch) -> NDArray[np.float64]:
        forecast: NDArray[np.float64] = np.asarray(self.model_.predict(self._features(batch)))
        return forecast.reshape(-1, self.horizon)

    def _features(self, batch: ForecastBatch) -> NDArray[np.float32]:
        """Return one row per window and row of the horizon, shape (windows · horizon, features)."""
        values, future = batch.values.numpy(), batch.future.numpy()
        windows, context = values.shape
        ahead = np.arange(self.horizon)
        blocks = [np.broadcast_to(ahead[None, :, None], (windows, self.horizon, 1))]
        for back in range(1, SEASONS + 1):
            # Whole seasons before the row to forecast, the first of them inside the window.
            lag = ahead % self.season_ - back * self.season_
            blocks.append(values[:, np.maximum(lag, -context)][:, :, None])
        window = np.concatenate([values[:, -min(RECENT, context) :], values.mean(1, keepdims=True)], axis=1)
        blocks.append(np.broadcast_to(window[:, None, :], (windows, self.horizon, window.shape[1])))
        blocks.append(future)
        return np.concatenate(blocks, axis=2).reshape(windows * self.horizon, -1).astype(np.float32)
