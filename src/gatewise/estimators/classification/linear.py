"""Classification without a recurrent network: the majority class, and a linear model."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from gatewise.data.scaling import ColumnScaler
from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.saving.parts import Logistic, Record, saves

__all__ = ["LinearClassifier", "LogisticClassifier", "MajorityClassifier", "resample"]

Sequences = list[NDArray[np.float32]]


def resample(sequences: Sequences, points: int) -> NDArray[np.float32]:
    """Stretch every sequence to ``points`` steps by linear interpolation: (sequences, points, channels)."""
    resampled = np.empty((len(sequences), points, sequences[0].shape[1]), np.float32)
    for row, sequence in enumerate(sequences):
        at = np.linspace(0, len(sequence) - 1, points)
        left = np.minimum(at.astype(np.int64), len(sequence) - 1)
        right = np.minimum(left + 1, len(sequence) - 1)
        share = (at - left)[:, None]
        resampled[row] = sequence[left] * (1 - share) + sequence[right] * share
    return resampled


class MajorityClassifier(Classifier):
    """The class shares of the training part, whatever the sequence."""

    kinds = ("values", "text", "audio")
    card_line = "Answers the class shares of its training part."
    parts = saves(arrays=("shares_",))

    def _fit(self, sequences: Sequences, codes: NDArray[np.int64]) -> None:  # noqa: ARG002 - it looks at none
        self.shares_ = np.bincount(codes, minlength=len(self.classes_)) / len(codes)

    def _probabilities(self, sequences: Sequences) -> NDArray[np.float64]:
        return np.tile(self.shares_, (len(sequences), 1))


class LogisticClassifier(Classifier):
    """Base of those that are logistic regression (scikit-learn) on columns that a subclass makes of sequences."""

    strength: float
    parts = saves(Logistic())

    @abstractmethod
    def _fit_columns(self, sequences: Any) -> Any:
        """Learn how columns are made from training sequences, and return theirs."""

    @abstractmethod
    def _columns(self, sequences: Any) -> Any:
        """Return the columns of sequences, one row each."""

    def _fit(self, sequences: Sequences, codes: NDArray[np.int64]) -> None:
        model = LogisticRegression(C=self.strength, max_iter=1000, tol=1e-3)
        self.model_ = model.fit(self._fit_columns(sequences), codes)

    def _probabilities(self, sequences: Sequences) -> NDArray[np.float64]:
        probabilities: NDArray[np.float64] = self.model_.predict_proba(self._columns(sequences))
        return probabilities


class LinearClassifier(LogisticClassifier):
    """Logistic regression (scikit-learn) on sequences resampled to a fixed number of steps.

    Parameters
    ----------
    points : int, default 16
        Steps after resampling, fewer where that would give more than 4,096 columns.
    strength : float, default 1.0
        Inverse of the L2 penalty.
    """

    parts = saves("steps_", Record("scaler_", ColumnScaler))

    def __init__(self, *, points: int = 16, strength: float = 1.0) -> None:
        self.points = points
        self.strength = strength

    def _fit_columns(self, sequences: Sequences) -> NDArray[np.float32]:
        self.steps_ = int(np.clip(4096 // sequences[0].shape[1], 1, self.points))
        self.scaler_ = ColumnScaler.of(self._raw(sequences))
        return self._columns(sequences)

    def _raw(self, sequences: Sequences) -> NDArray[np.float32]:
        return resample(sequences, self.steps_).reshape(len(sequences), -1)

    def _columns(self, sequences: Sequences) -> NDArray[np.float32]:
        return self.scaler_(self._raw(sequences))

    def _card(self) -> list[str]:
        return [f"- Logistic regression on sequences resampled to {self.steps_} steps."]
