"""Ridge regression on a table of columns, with what it would have answered of each row without that row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import RidgeCV

from gatewise.data.arrays import Floats
from gatewise.data.scaling import ColumnScaler

__all__ = ["FURTHEST", "Ridge"]

PENALTIES = tuple(10.0**exponent for exponent in range(-3, 7))
# One extreme sequence must not be answered with an extreme number.
FURTHEST = 5.0


@dataclass(frozen=True)
class Ridge:
    """Ridge regression (scikit-learn) on columns that are z-scored and bounded at five deviations.

    The penalty, from 1e-3 to 1e6, is the one of the least squared error where each row is answered without it.

    Attributes
    ----------
    mean, deviation : float64 arrays, shape (columns,)
    coefficients : float64 array, shape (columns, targets)
    intercept : float64 array, shape (targets,)
    """

    mean: Floats
    deviation: Floats
    coefficients: Floats
    intercept: Floats

    @classmethod
    def of(cls, columns: NDArray[np.floating], targets: Floats) -> tuple[Self, Floats]:
        """Fit on rows of columns and of targets; return the model, and its answer for each row without that row."""
        scaler = ColumnScaler.of(columns)
        # With a scorer scikit-learn keeps answers, without one only squares of their errors.
        model = RidgeCV(PENALTIES, scoring="neg_mean_squared_error", store_cv_results=True)
        model.fit(_bounded(scaler, columns), targets)
        best = PENALTIES.index(float(model.alpha_))
        left_out = model.cv_results_.reshape(*targets.shape, len(PENALTIES))[..., best]
        # Of one target scikit-learn answers without its axis.
        # In the order in which a saved one comes back: another one sums in another order.
        coefficients = np.ascontiguousarray(model.coef_.reshape(targets.shape[1], -1).T)
        return cls(scaler.mean, scaler.deviation, coefficients, np.reshape(model.intercept_, -1)), left_out

    def __call__(self, columns: NDArray[np.floating]) -> Floats:
        """Return the answers, shape (rows, targets)."""
        scaled = _bounded(ColumnScaler(self.mean, self.deviation), columns)
        answers: Floats = scaled @ self.coefficients + self.intercept
        return answers


def _bounded(scaler: ColumnScaler, columns: NDArray[np.floating]) -> Floats:
    return np.clip(scaler(columns).astype(np.float64), -FURTHEST, FURTHEST)
