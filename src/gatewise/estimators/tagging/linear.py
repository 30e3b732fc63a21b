"""Labels of steps of numbers without a recurrent network: the most frequent one, and a linear model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from gatewise.data.scaling import ColumnScaler
from gatewise.estimators.saving.parts import Attribute, Record, saves
from gatewise.estimators.sequence_arguments import Sequences
from gatewise.estimators.tagging.base import Codes, Tagger

__all__ = ["LinearTagger", "MajorityTagger"]

MOST_STEPS = 20_000  # that logistic regression is fitted on


class MajorityTagger(Tagger):
    """The most frequent label of the training part, at every step."""

    kinds = ("values", "text")
    card_line = "Answers the most frequent label."
    parts = saves(Attribute("most_frequent_", key="usual"))

    def _fit(self, sequences: Sequences, codes: Codes) -> None:  # noqa: ARG002 - it looks at none
        self.most_frequent_ = int(np.bincount(np.concatenate(codes)).argmax())

    def _codes(self, sequences: Sequences) -> Codes:
        return [np.full(len(sequence), self.most_frequent_, np.int64) for sequence in sequences]


class LinearTagger(Tagger):
    """Logistic regression (scikit-learn) on each step and the steps around it.

    Parameters
    ----------
    around : int, default 3
        Steps before and after that are seen; beyond the ends the first and the last step stand in.
    """

    kinds = ("values",)
    parts = saves(Record("scaler_", ColumnScaler), arrays=("labels_", "weights_", "bias_"))

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
        """Return each step with those around it, shape (steps, (1 + 2 · around) · channels)."""
        padded = np.pad(sequence, ((self.around, self.around), (0, 0)), mode="edge")
        seen = np.lib.stride_tricks.sliding_window_view(padded, 2 * self.around + 1, axis=0)
        columns: NDArray[np.float32] = seen.reshape(len(sequence), -1)
        return columns

    def _codes(self, sequences: Sequences) -> Codes:
        return [
            self.labels_[(self.scaler_(self._columns(one)) @ self.weights_.T + self.bias_).argmax(1)]
            for one in sequences
        ]

    def _card(self) -> list[str]:
        return [f"- Logistic regression on each step and {self.around} steps on either side."]
