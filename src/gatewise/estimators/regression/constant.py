"""Regression by one number, whatever the sequence."""

from __future__ import annotations

from typing import Any

import numpy as np

from gatewise.estimators.regression.base import Regressor, Sequences
from gatewise.estimators.regression.targets import Targets, flat
from gatewise.estimators.saving.parts import saves

__all__ = ["ConstantRegressor", "MeanRegressor", "MedianRegressor"]


class ConstantRegressor(Regressor):
    """Base of those that answer one number; a subclass sets it in ``_fit``."""

    kinds = ("values", "text")

    @property
    def constant(self) -> float:
        """What is answered."""
        raise NotImplementedError

    def _predict(self, sequences: Sequences) -> Targets:
        if self.per_step_:
            return [np.full(len(sequence), self.constant) for sequence in sequences]
        return np.full(len(sequences), self.constant)


class MedianRegressor(ConstantRegressor):
    """The median of the training part: no other number has a smaller mean absolute error there."""

    parts = saves("median_")

    @property
    def constant(self) -> float:
        return self.median_

    def _fit(self, sequences: Sequences, targets: Targets, groups: Any) -> None:  # noqa: ARG002 - it looks at none
        self.median_ = float(np.median(flat(targets)))

    def _card(self) -> list[str]:
        return [f"- Answers {self.median_:.4g}, the median of its training part."]


class MeanRegressor(ConstantRegressor):
    """The mean of the training part, of least squared error; no longer compared, and loaded where it was saved."""

    parts = saves("mean_")

    @property
    def constant(self) -> float:
        return self.mean_

    def _fit(self, sequences: Sequences, targets: Targets, groups: Any) -> None:  # noqa: ARG002 - it looks at none
        self.mean_ = float(flat(targets).mean())

    def _card(self) -> list[str]:
        return [f"- Answers {self.mean_:.4g}, the mean of its training part."]
