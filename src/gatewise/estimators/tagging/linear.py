"""Labels of steps of numbers without a recurrent network: the most frequent one, and a linear model."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from gatewise.data.scaling import ColumnScaler
from gatewise.estimators.saving.directory import Saved
from gatewise.estimators.sequences import Sequences
from gatewise.estimators.tagging.base import Codes, Tagger

__all__ = ["LinearTagger", "MajorityTagger"]

MOST_STEPS = 20_000  # that logistic regression is fitted on


class MajorityTagger(Tagger):
    """The most frequent label of the training part, at every step."""

    kinds = ("values", "text")

    def _fit(self, sequences: Sequences, codes: Codes) -> None:  # noqa: ARG002 - it looks at none
        self.usual_ = int(np.bincount(np.concatenate(codes)).argmax())

    def _codes(self, sequences: Sequences) -> Codes:
        return [np.full(len(sequence), self.usual_, np.int64) for sequence in sequences]

    def _to_saved(self) -> Saved:
        state, arrays = self._fitted_state()
        return Saved(state | {"usual": self.usual_}, arrays, ["- Answers the most frequent label."])

    @classmethod
    def _from_saved(cls, saved: Saved) -> Self:
        estimator = cls._from_fitted_state(saved)
        estimator.usual_ = saved.config["usual"]
        return estimator


class LinearTagger(Tagger):
    """Logistic regression (scikit-learn) on each step and the steps around it.

    Parameters
    ----------
    around : int, default 3
        Steps before and after that are seen; beyond the ends the first and the last step stand in.
    """

    kinds = ("values",)

    def __init__(self, *, around: int = 3) -> None:
        self.around = around

    def _fit(self, sequences: Sequences, codes: Codes) -> None:
        columns = np.concatenate([self._columns(sequence) for sequence in sequences])
        labels = np.concatenate(codes)
        kept = np.unique(np.linspace(0, len(labels) - 1, min(len(labels), MOST_STEPS)).astype(np.int64))
        self.scaler_ = ColumnScaler.of(columns)
        model = LogisticRegression(max_iter=1000, tol=1e-3).fit(self.scaler_(columns[kept]), labels[kept])
        # With two labels there is one row of weights; two make it like the others.
        both = len(model.classes_) == 2
        self.labels_ = model.classes_
        self.weights_ = np.concatenate([-model.coef_, model.coef_]) if both else model.coef_
        self.bias_ = np.concatenate([-model.intercept_, model.intercept_]) if both else model.intercept_

    def _columns(self, sequence: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shape (steps, (1 + 2 · around) · channels)."""
        padded = np.pad(sequence, ((self.around, self.around), (0, 0)), mode="edge")
        seen = np.lib.stride_tricks.sliding_window_view(padded, 2 * self.around + 1, axis=0)
        columns: NDArray[np.float32] = seen.reshape(len(sequence), -1)
        return columns

    def _codes(self, sequences: Sequences) -> Codes:
        return [
            self.labels_[(self.scaler_(self._columns(one)) @ self.weights_.T + self.bias_).argmax(1)]
            for one in sequences
        ]

    def _to_saved(self) -> Saved:
        state, arrays = self._fitted_state()
        arrays |= {
            "labels": self.labels_,
            "weights": self.weights_,
            "bias": self.bias_,
            "mean": self.scaler_.mean,
            "deviation": self.scaler_.deviation,
        }
        card = [f"- Logistic regression on each step and {self.around} steps on either side."]
        return Saved(state, arrays, card)

    @classmethod
    def _from_saved(cls, saved: Saved) -> Self:
        estimator = cls._from_fitted_state(saved)
        arrays = saved.arrays
        estimator.scaler_ = ColumnScaler(arrays["mean"], arrays["deviation"])
        estimator.labels_, estimator.weights_, estimator.bias_ = (
            arrays["labels"],
            arrays["weights"],
            arrays["bias"],
        )
        return estimator
