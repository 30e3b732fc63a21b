"""Classification by ridge regression on columns of whole sequences: MiniRocket's, and plain statistics."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from gatewise.data.arrays import Floats
from gatewise.data.features.statistics import statistics
from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.classification.sharpness import sharpness
from gatewise.estimators.graphs.answers import probabilities
from gatewise.estimators.graphs.rockets import about_rocket, ridge_of_rocket
from gatewise.estimators.ridge import Ridge
from gatewise.estimators.rocket import RocketColumns
from gatewise.estimators.saving.parts import Record, saves
from gatewise.estimators.sequence_arguments import Sequences
from gatewise.graphs.build import Builder
from gatewise.graphs.graph import Graph

__all__ = ["RidgeClassifier", "RocketClassifier", "StatisticsClassifier"]


class RidgeClassifier(Classifier):
    """Base of those that are ridge regression on 1 for the class and −1 for the others, the largest answer wins.

    Probabilities are ``softmax(s a)`` of the answers ``a``. The sharpness ``s`` is the one of the least log loss on the
    training sequences, each answered without it.

    Attributes
    ----------
    ridge_ : Ridge
    sharpness_ : float
    """

    parts = saves("sharpness_", Record("ridge_", Ridge, prefix="ridge."))

    def _fit_columns(self, sequences: Sequences) -> NDArray[np.floating]:
        """Learn how columns are made from training sequences, and return theirs."""
        return self._columns(sequences)

    @abstractmethod
    def _columns(self, sequences: Sequences) -> NDArray[np.floating]:
        """Return the columns of sequences, one row each."""

    def _fit(self, sequences: Sequences, codes: NDArray[np.int64]) -> None:
        targets = np.where(codes[:, None] == np.arange(len(self.classes_)), 1.0, -1.0)
        self.ridge_, left_out = Ridge.of(self._fit_columns(sequences), targets)
        self.sharpness_ = sharpness(left_out, codes)

    def _probabilities(self, sequences: Sequences) -> Floats:
        probabilities: Floats = softmax(self.sharpness_ * self.ridge_(self._columns(sequences)), axis=1)
        return probabilities


class RocketClassifier(RocketColumns, RidgeClassifier):
    """Ridge regression on MiniRocket features."""

    card_line = "Ridge regression on MiniRocket features."

    def whole_graph(self) -> Graph:
        """Write down the probability of each class of whole sequences."""
        self._check_fitted()
        builder = Builder(type(self).__name__)
        answers = ridge_of_rocket(builder, self) * np.float64(self.sharpness_)
        probabilities(builder, [answers.as_type("float32")], self.classes_, ("batch",))
        return builder.graph(about_rocket(self))


class StatisticsClassifier(RidgeClassifier):
    """Ridge regression on statistics of each channel."""

    card_line = "Ridge regression on statistics of each channel."

    def _columns(self, sequences: Sequences) -> NDArray[np.floating]:
        return statistics(sequences)
