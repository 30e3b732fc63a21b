"""Regression without a recurrent network: models on a table of columns."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import RidgeCV

from gatewise.data.arrays import Floats
from gatewise.data.scaling import ColumnScaler
from gatewise.estimators.boosting import boosted
from gatewise.estimators.classification.linear import resample
from gatewise.estimators.regression.base import Regressor, Sequences
from gatewise.estimators.regression.targets import Targets, flat
from gatewise.estimators.saving.parts import Record, saves
from gatewise.estimators.saving.trees import BoostedTrees

__all__ = ["BoostingRegressor", "RidgeRegressor", "TabularRegressor", "coefficients_of", "sampled"]

POINTS, MOST_COLUMNS = 16, 4096
RECENT = 8
MOST_ROWS = 40_000
PENALTIES = tuple(10.0**exponent for exponent in range(-3, 7))
# One extreme sequence must not be answered with an extreme number.
FURTHEST = 5.0


class TabularRegressor(Regressor):
    """Base of models on a table that a subclass makes: one row for each sequence, or for each step."""

    def _fit_columns(self, sequences: Sequences) -> Any:
        """Learn how columns are made from training sequences, and return theirs."""
        return self._columns(sequences)

    @abstractmethod
    def _columns(self, sequences: Sequences) -> Any:
        """Return one row for each value that is to be answered."""

    @abstractmethod
    def _learn(self, columns: Any, values: Floats) -> None:
        """Fit on one row for each of ``values``, which are (rows,) or of several targets (rows, targets)."""

    @abstractmethod
    def _answer(self, columns: Any) -> Floats:
        """Return the values of each row, in the shape of those that were fitted."""

    def _fit(self, sequences: Sequences, targets: Targets, groups: Any) -> None:  # noqa: ARG002 - it holds none out
        self._learn(self._fit_columns(sequences), flat(targets))

    def _predict(self, sequences: Sequences) -> Targets:
        answers = self._answer(self._columns(sequences))
        if not self.per_step_:
            return answers
        return np.split(answers, np.cumsum([len(sequence) for sequence in sequences])[:-1])


class StepsRegressor(TabularRegressor):
    """Base of models on the whole sequence at once, resampled.

    Where there is a value for each step, the columns are the last eight steps (what came before the first is
    the first), the mean of all steps so far, and their number.
    """

    def _of_whole(self, sequences: Sequences) -> NDArray[np.float32]:
        """Resample every sequence to 16 steps, fewer where that would give more than 4,096 columns."""
        steps = int(np.clip(MOST_COLUMNS // sequences[0].shape[1], 1, POINTS))
        return resample(sequences, steps).reshape(len(sequences), -1)

    def _columns(self, sequences: Sequences) -> NDArray[np.float32]:
        if self.per_step_:
            return np.concatenate([_columns_of_steps(sequence) for sequence in sequences])
        return self._of_whole(sequences)


class RidgeRegressor(StepsRegressor):
    """Ridge regression (scikit-learn) on resampled sequences, or on the last steps.

    Columns are z-scored and bounded at five deviations; the penalty, of each target its own, is chosen by leaving one
    out.
    """

    parts = saves(Record("scaler_", ColumnScaler), arrays=("coefficients_",))

    def _learn(self, columns: NDArray[np.floating], values: Floats) -> None:
        self.scaler_ = ColumnScaler.of(columns)
        model = RidgeCV(PENALTIES, alpha_per_target=values.ndim > 1).fit(self._scaled(columns), values)
        self.coefficients_ = coefficients_of(model)

    def _scaled(self, columns: NDArray[np.float32]) -> Floats:
        return np.clip(self.scaler_(columns).astype(np.float64), -FURTHEST, FURTHEST)

    def _answer(self, columns: NDArray[np.floating]) -> Floats:
        answers: Floats = self._scaled(columns) @ self.coefficients_[:-1] + self.coefficients_[-1]
        return answers

    def _card(self) -> list[str]:
        resampled = f"sequences resampled to at most {POINTS} steps"
        return [f"- Ridge regression on {f'the last {RECENT} steps' if self.per_step_ else resampled}."]


class BoostingRegressor(StepsRegressor):
    """Gradient-boosted trees (LightGBM) on the same columns and summaries of each sequence.

    Summaries are mean, deviation, least, greatest and last value of each channel, and the number of steps.
    Trained on at most 40,000 rows; of several targets each has trees of its own.

    Parameters
    ----------
    random_state : int, optional
        Seed of the rows drawn where there are more.
    """

    card_line = "Boosted trees on columns of the whole sequence, or of the steps up to each."
    parts = saves(BoostedTrees())

    def __init__(self, *, random_state: int | None = None) -> None:
        self.random_state = random_state

    def _of_whole(self, sequences: Sequences) -> NDArray[np.float32]:
        summaries = [_summary(sequence) for sequence in sequences]
        return np.concatenate([super()._of_whole(sequences), np.array(summaries, np.float32)], axis=1)

    def _learn(self, columns: NDArray[np.floating], values: Floats) -> None:
        columns, values = sampled(columns, values, self.random_state)
        models = [
            boosted(columns, one, rounds=150, learning_rate=0.05, seed=self.random_state)
            for one in np.atleast_2d(values.T)
        ]
        self.model_ = models if values.ndim > 1 else models[0]

    def _answer(self, columns: NDArray[np.floating]) -> Floats:
        if isinstance(self.model_, list):
            return np.stack([np.asarray(one.predict(columns), np.float64) for one in self.model_], axis=1)
        answers: Floats = np.asarray(self.model_.predict(columns), np.float64)
        return answers


def sampled(
    columns: NDArray[np.floating], values: Floats, random_state: int | None
) -> tuple[NDArray[np.floating], Floats]:
    """Return all rows, or 40,000 of them drawn without replacement."""
    if len(columns) <= MOST_ROWS:
        return columns, values
    rows = np.sort(np.random.default_rng(random_state).choice(len(columns), MOST_ROWS, replace=False))
    return columns[rows], values[rows]


def coefficients_of(model: Any) -> Floats:
    """Return the coefficients of a linear model of scikit-learn, the intercept last: (columns + 1,), or of several."""
    coefficients: Floats = np.concatenate([model.coef_.T, np.expand_dims(model.intercept_, 0)])
    return coefficients


def _columns_of_steps(sequence: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the columns of each step, from it and those before it."""
    steps = np.arange(len(sequence))
    recent = [sequence[np.maximum(steps - back, 0)] for back in range(RECENT)]
    number = (steps + 1)[:, None].astype(np.float32)
    mean = np.cumsum(sequence, axis=0, dtype=np.float64) / number
    return np.concatenate([*recent, mean.astype(np.float32), number], axis=1)


def _summary(sequence: NDArray[np.float32]) -> NDArray[np.float32]:
    parts = [
        sequence.mean(0),
        sequence.std(0),
        sequence.min(0),
        sequence.max(0),
        sequence[-1],
        np.array([len(sequence)], np.float32),
    ]
    return np.concatenate(parts)
