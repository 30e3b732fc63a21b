"""Regression of texts without a recurrent network: frequencies of words and characters, and a linear model."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold

from gatewise.data.arrays import Floats
from gatewise.estimators.regression.tabular import TabularRegressor, coefficients_of
from gatewise.estimators.saving.parts import saves
from gatewise.estimators.tfidf import TfidfColumns

__all__ = ["TfidfRegressor"]

PENALTIES = tuple(10.0**exponent for exponent in (-1, -0.5, 0, 0.5, 1, 1.5, 2))
# By how many texts the penalty is chosen, at most, and what it is where they are too few to hold some out.
FOLDS, MOST_CHOSEN_BY, USUAL_PENALTY = 3, 3000, 1.0


class TfidfRegressor(TfidfColumns, TabularRegressor):
    """Ridge regression (scikit-learn) on the TF-IDF of one or two words and of two to five characters.

    The penalty, from 0.1 to 100, is the one of the least squared error of texts that are held out in turn.

    Parameters
    ----------
    most_features : int, default 100000
        N-grams of words and of characters that are kept, the most frequent of each.

    Attributes
    ----------
    coefficients_ : float64 array, shape (features + 1,) or (features + 1, targets)
        The intercept is the last; each target has a penalty of its own.
    """

    kinds = ("text",)
    card_line = "Ridge regression on TF-IDF of words and characters."
    parts = saves(arrays=("coefficients_",))

    def __init__(self, *, most_features: int = 100_000) -> None:
        self.most_features = most_features

    def _learn(self, columns: Any, values: Floats) -> None:
        penalties = [_penalty(columns, one) for one in np.atleast_2d(values.T)]
        model = _ridge(np.array(penalties) if values.ndim > 1 else penalties[0]).fit(columns, values)
        self.coefficients_ = coefficients_of(model)

    def _answer(self, columns: Any) -> Floats:
        answers: Floats = columns @ self.coefficients_[:-1] + self.coefficients_[-1]
        return answers


def _ridge(penalty: float | Floats) -> Ridge:
    return Ridge(penalty, solver="sparse_cg", tol=1e-6)


def _penalty(columns: csr_matrix, values: Floats) -> float:
    """Return the penalty of the least squared error on held-out texts."""
    count = len(values)
    if count < 2 * FOLDS:
        return USUAL_PENALTY
    random = np.random.default_rng(0)
    rows = np.sort(random.choice(count, min(count, MOST_CHOSEN_BY), replace=False))
    tried, expected = columns[rows], values[rows]
    squares = np.zeros(len(PENALTIES))
    for learned, held_out in KFold(FOLDS, shuffle=True, random_state=0).split(rows):
        for place, penalty in enumerate(PENALTIES):
            model = _ridge(penalty).fit(tried[learned], expected[learned])
            squares[place] += np.square(model.predict(tried[held_out]) - expected[held_out]).sum()
    return PENALTIES[int(squares.argmin())]
