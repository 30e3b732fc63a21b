"""Regression by one number, or one of each target, whatever the sequence."""

from __future__ import annotations

from typing import Any

import numpy as np

from gatewise.data.arrays import Floats
from gatewise.estimators.regression.base import Regressor, Sequences
from gatewise.estimators.regression.targets import Targets, flat, one_or_several
from gatewise.estimators.saving.parts import saves

__all__ = ["ConstantRegressor", "MeanRegressor", "MedianRegressor"]


class ConstantRegressor(Regressor):
    """Base of those that answer one number, or one of each target; a subclass sets it in ``_fit``."""

    kinds = ("values", "text")

    @property
    def constant(self) -> float | Floats:
        """What is answered."""
        raise NotImplementedError

    def _predict(self, sequences: Sequences) -> Targets:
        if self.per_step_:
            return [np.full(len(sequence), self.constant) for sequence in sequences]
        return np.full((len(sequences), *np.shape(self.constant)), self.constant)

    def _said(self) -> str:
        return ", ".join(f"{one:.4g}" for one in np.atleast_1d(self.constant))


class MedianRegressor(ConstantRegressor):
    """The median of the training part: no other number has a smaller mean absolute error there."""

    parts = saves(*one_or_several("median_"))

    @property
    def constant(self) -> float | Floats:
        return self.median_

    def _fit(self, sequences: Sequences, targets: Targets, groups: Any) -> None:  # noqa: ARG002 - it looks at none
        median = np.median(flat(targets), axis=0)
        self.median_ = median if median.ndim else float(median)

    def _card(self) -> list[str]:
        return [f"- Answers {self._said()}, the median of its training part."]


class MeanRegressor(ConstantRegressor):
    """The mean of the training part, of least squared error; no longer compared, and loaded where it was saved."""

    parts = saves(*one_or_several("mean_"))

    @property
    def constant(self) -> float | Floats:
        return self.mean_

    def _fit(self, sequences: Sequences, targets: Targets, groups: Any) -> None:  # noqa: ARG002 - it looks at none
        mean = flat(targets).mean(axis=0)
        self.mean_ = mean if mean.ndim else float(mean)

    def _card(self) -> list[str]:
        return [f"- Answers {self._said()}, the mean of its training part."]
