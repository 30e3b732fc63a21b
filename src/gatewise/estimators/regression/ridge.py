"""Regression by ridge on columns of sequences: MiniRocket's, and plain statistics."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.data.features.rocket import FEATURES, MiniRocket
from gatewise.data.features.statistics import running_statistics, statistics
from gatewise.errors import DataError
from gatewise.estimators.regression.base import Regressor, Sequences
from gatewise.estimators.regression.targets import Targets, flat
from gatewise.estimators.ridge import Ridge
from gatewise.estimators.saving.parts import Record, saves

__all__ = ["RocketRegressor", "StatisticsRegressor"]

MOST_ROWS = 40_000


class ColumnsRegressor(Regressor):
    """Base of ridge regression on columns that a subclass makes.

    Attributes
    ----------
    ridge_ : Ridge
    """

    parts = saves(Record("ridge_", Ridge, prefix="ridge."))

    def _fit_columns(self, sequences: Sequences) -> NDArray[np.floating]:
        """Learn how columns are made from training sequences, and return theirs."""
        return self._columns(sequences)

    @abstractmethod
    def _columns(self, sequences: Sequences) -> NDArray[np.floating]:
        """Return one row for each value that is to be answered."""

    def _fit(self, sequences: Sequences, targets: Targets, groups: Any) -> None:  # noqa: ARG002 - rows alone
        columns, values = self._fit_columns(sequences), flat(targets)
        if len(columns) > MOST_ROWS:
            rows = np.sort(np.random.default_rng(0).choice(len(columns), MOST_ROWS, replace=False))
            columns, values = columns[rows], values[rows]
        self.ridge_, _ = Ridge.of(columns, values[:, None])

    def _predict(self, sequences: Sequences) -> Targets:
        answers = self.ridge_(self._columns(sequences))[:, 0]
        if not self.per_step_:
            return answers
        return np.split(answers, np.cumsum([len(sequence) for sequence in sequences])[:-1])


class RocketRegressor(ColumnsRegressor):
    """Ridge regression on MiniRocket features, for one value per sequence.

    Parameters
    ----------
    features : int, default 9996
        Fewer of very many or very long sequences; see :class:`~gatewise.data.features.rocket.MiniRocket`.

    Attributes
    ----------
    rocket_ : MiniRocket

    References
    ----------
    Tan et al. 2021, "Time series extrinsic regression".
    """

    card_line = "Ridge regression on MiniRocket features."
    parts = saves(Record("rocket_", MiniRocket, prefix="rocket."))

    def __init__(self, *, features: int = FEATURES) -> None:
        self.features = features

    def _fit_columns(self, sequences: Sequences) -> NDArray[np.floating]:
        if self.per_step_:
            raise DataError("y: MiniRocket answers one value for each sequence, got one for each step")
        self.rocket_ = MiniRocket.of(sequences, self.features)
        return self._columns(sequences)

    def _columns(self, sequences: Sequences) -> NDArray[np.floating]:
        return self.rocket_(sequences)


class StatisticsRegressor(ColumnsRegressor):
    """Ridge regression on statistics of each channel, or for a value per step, on those of the steps so far.

    Where there are more than 40,000 steps, so many of them are drawn to learn from.
    """

    card_line = "Ridge regression on statistics of each channel."

    def _columns(self, sequences: Sequences) -> NDArray[np.floating]:
        if self.per_step_:
            return np.concatenate([running_statistics(sequence) for sequence in sequences])
        return statistics(sequences)
