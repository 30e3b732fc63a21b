"""Regression by ridge on columns of sequences: MiniRocket's, and plain statistics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Floats
from gatewise.data.features.statistics import running_statistics, statistics
from gatewise.errors import DataError
from gatewise.estimators.graphs.rockets import about_rocket, ridge_of_rocket
from gatewise.estimators.regression.base import Sequences
from gatewise.estimators.regression.tabular import TabularRegressor, sampled
from gatewise.estimators.ridge import Ridge
from gatewise.estimators.rocket import RocketColumns
from gatewise.estimators.saving.parts import Record, saves
from gatewise.graphs.build import Builder
from gatewise.graphs.graph import Field, Graph

__all__ = ["RocketRegressor", "StatisticsRegressor"]


class ColumnsRegressor(TabularRegressor):
    """Base of ridge regression on columns that a subclass makes; of more than 40,000 rows so many are drawn.

    Attributes
    ----------
    ridge_ : Ridge
    """

    parts = saves(Record("ridge_", Ridge, prefix="ridge."))

    def _learn(self, columns: NDArray[np.floating], values: Floats) -> None:
        columns, values = sampled(columns, values, 0)
        # Of several targets all count alike for the one penalty.
        unit = np.array(self.target_deviations_) if self.target_names_ else np.ones(1)
        found, _ = Ridge.of(columns, values / unit if values.ndim > 1 else values[:, None])
        if values.ndim > 1:
            found = replace(found, coefficients=found.coefficients * unit, intercept=found.intercept * unit)
        self.ridge_ = found

    def _answer(self, columns: NDArray[np.floating]) -> Floats:
        answers: Floats = self.ridge_(columns)
        return answers if self.target_names_ else answers[:, 0]


class RocketRegressor(RocketColumns, ColumnsRegressor):
    """Ridge regression on MiniRocket features, for one value per sequence.

    References
    ----------
    Tan et al. 2021, "Time series extrinsic regression".
    """

    card_line = "Ridge regression on MiniRocket features."

    def _fit_columns(self, sequences: Sequences) -> NDArray[np.floating]:
        if self.per_step_:
            raise DataError("y: MiniRocket answers one value for each sequence, got one for each step")
        return super()._fit_columns(sequences)

    def whole_graph(self) -> Graph:
        """Write down the values of whole sequences."""
        self._check_fitted()
        builder = Builder(type(self).__name__)
        answers, names = ridge_of_rocket(builder, self), self.target_names_ or ("value",)
        builder.output(answers, Field("value", "float64", ("batch", len(names)), tuple(names)))
        return builder.graph(about_rocket(self))


class StatisticsRegressor(ColumnsRegressor):
    """Ridge regression on statistics of each channel, or for a value per step, on those of the steps so far."""

    card_line = "Ridge regression on statistics of each channel."

    def _columns(self, sequences: Sequences) -> NDArray[np.floating]:
        if self.per_step_:
            return np.concatenate([running_statistics(sequence) for sequence in sequences])
        return statistics(sequences)
