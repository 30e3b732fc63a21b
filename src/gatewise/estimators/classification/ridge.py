"""Classification by ridge regression on columns of whole sequences: MiniRocket's, and plain statistics."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

from gatewise.data.arrays import Floats
from gatewise.data.features.rocket import FEATURES, MiniRocket
from gatewise.data.features.statistics import statistics
from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.ridge import Ridge
from gatewise.estimators.saving.parts import Record, saves
from gatewise.estimators.sequence_arguments import Sequences

__all__ = ["RidgeClassifier", "RocketClassifier", "StatisticsClassifier"]

# Of the logarithm of the sharpness.
SHARPEST = 5.0


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

    @abstractmethod
    def _fit_columns(self, sequences: Sequences) -> NDArray[np.floating]:
        """Learn how columns are made from training sequences, and return theirs."""

    @abstractmethod
    def _columns(self, sequences: Sequences) -> NDArray[np.floating]:
        """Return the columns of sequences, one row each."""

    def _fit(self, sequences: Sequences, codes: NDArray[np.int64]) -> None:
        targets = np.where(codes[:, None] == np.arange(len(self.classes_)), 1.0, -1.0)
        self.ridge_, left_out = Ridge.of(self._fit_columns(sequences), targets)
        self.sharpness_ = _sharpness(left_out, codes)

    def _probabilities(self, sequences: Sequences) -> Floats:
        probabilities: Floats = softmax(self.sharpness_ * self.ridge_(self._columns(sequences)), axis=1)
        return probabilities


def _sharpness(answers: Floats, codes: NDArray[np.int64]) -> float:
    """Return the factor of answers whose softmax has the least log loss (temperature scaling, Guo et al. 2017)."""

    def loss(logarithm: float) -> float:
        scores = log_softmax(np.exp(logarithm) * answers, axis=1)
        return float(-scores[np.arange(len(codes)), codes].mean())

    found = minimize_scalar(loss, bounds=(-SHARPEST, SHARPEST), method="bounded")
    return float(np.exp(found.x))


class RocketClassifier(RidgeClassifier):
    """Ridge regression on MiniRocket features.

    Parameters
    ----------
    features : int, default 9996
        Fewer of very many or very long sequences; see :class:`~gatewise.data.features.rocket.MiniRocket`.

    Attributes
    ----------
    rocket_ : MiniRocket
    """

    card_line = "Ridge regression on MiniRocket features."
    parts = saves(Record("rocket_", MiniRocket, prefix="rocket."))

    def __init__(self, *, features: int = FEATURES) -> None:
        self.features = features

    def _fit_columns(self, sequences: Sequences) -> NDArray[np.floating]:
        self.rocket_ = MiniRocket.of(sequences, self.features)
        return self.rocket_(sequences)

    def _columns(self, sequences: Sequences) -> NDArray[np.floating]:
        return self.rocket_(sequences)


class StatisticsClassifier(RidgeClassifier):
    """Ridge regression on statistics of each channel."""

    card_line = "Ridge regression on statistics of each channel."

    def _fit_columns(self, sequences: Sequences) -> NDArray[np.floating]:
        return statistics(sequences)

    def _columns(self, sequences: Sequences) -> NDArray[np.floating]:
        return statistics(sequences)
