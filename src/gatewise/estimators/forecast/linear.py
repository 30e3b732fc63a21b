"""Ridge regression from window to horizon."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.windows import Windows
from gatewise.estimators.forecast.baseline import BaselineForecaster, training_sample
from gatewise.estimators.saving.parts import Attribute, saves

__all__ = ["LinearForecaster"]

MOST_WINDOWS = 30_000
PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
FURTHEST_TARGET = 10.0


class LinearForecaster(BaselineForecaster):
    """One linear map from the scaled window to all rows of the horizon at once.

    ``ŷ = w S + c``, ``S`` by ridge regression over all series; the penalty, in units of the windows' own
    variance, is the one that is best on rows held out of training. Known covariates of the rows to
    forecast are further columns.

    Attributes
    ----------
    weights_ : float64 array, shape (columns, horizon)
        The last row is the constant.

    References
    ----------
    Zeng et al. 2023, "Are transformers effective for time series forecasting?"
    """

    # As models have called it from the beginning.
    parts = saves(Attribute("weights_", array=True, key="weights_"))

    def _learn(self, source: ForecastSource, windows: Windows, held_out: list[ForecastBatch]) -> None:
        sample = training_sample(source, windows, MOST_WINDOWS, self.random_state)
        columns, target = _columns(sample), _target(sample)
        gram, moment = columns.T @ columns, columns.T @ target
        unit = np.trace(gram) / len(gram)
        candidates = [
            np.linalg.solve(gram + penalty * unit * np.eye(len(gram)), moment) for penalty in PENALTIES
        ]
        errors = [
            sum(np.abs(_columns(batch) @ weights - _target(batch)).sum() for batch in held_out)
            for weights in candidates
        ]
        # Without held-out rows all errors are zero: take the penalty in the middle.
        best = int(np.argmin(errors)) if held_out else len(PENALTIES) // 2
        self.weights_ = candidates[best]

    def _point(self, batch: ForecastBatch) -> NDArray[np.float64]:
        return _columns(batch) @ self.weights_


def _columns(batch: ForecastBatch) -> NDArray[np.float64]:
    future = batch.future.numpy().reshape(len(batch.future), -1)
    constant = np.ones((len(future), 1))
    return np.concatenate([batch.values.numpy(), future, constant], axis=1).astype(np.float64)


def _target(batch: ForecastBatch) -> NDArray[np.float64]:
    assert batch.target is not None
    # A window that was flat until its origin has targets of any size: bound what one can weigh.
    return np.clip(batch.target.numpy().astype(np.float64), -FURTHEST_TARGET, FURTHEST_TARGET)
