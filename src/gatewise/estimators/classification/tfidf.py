"""Classification of texts without a recurrent network: frequencies of words and characters, and a linear model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.svm import LinearSVC

from gatewise.estimators.classification.linear import LogisticClassifier
from gatewise.estimators.classification.sharpness import sharpness
from gatewise.estimators.sequence_arguments import Sequences
from gatewise.estimators.tfidf import TfidfColumns

__all__ = ["TfidfClassifier"]

# What is taken where too few texts can be held out, and how many are at most.
USUAL_SCALE, FOLDS, MOST_SCALED = 5.0, 3, 3000


class TfidfClassifier(TfidfColumns, LogisticClassifier):
    """A linear support vector machine (scikit-learn) on the TF-IDF of one or two words and of two to five characters.

    Each class has a hyperplane against the rest. Probabilities are those of logistic regression with the distances
    from them as scores, times one number that makes the log loss lowest on texts held out in turn.

    Parameters
    ----------
    strength : float, default 1.0
        Inverse of the L2 penalty.
    most_features : int, default 100000
        N-grams of words and of characters that are kept, the most frequent of each.
    """

    kinds = ("text",)
    card_line = "A linear support vector machine on TF-IDF of words and characters."

    def __init__(self, *, strength: float = 1.0, most_features: int = 100_000) -> None:
        self.strength = strength
        self.most_features = most_features

    def _fit(self, sequences: Sequences, codes: NDArray[np.int64]) -> None:
        columns = self._fit_columns(sequences)
        machine = self._machine().fit(columns, codes)
        scale = self._scale(columns, codes)
        self.model_ = model = LogisticRegression()
        model.classes_ = np.arange(len(self.classes_))
        model.coef_, model.intercept_ = scale * machine.coef_, scale * machine.intercept_

    def _machine(self) -> LinearSVC:
        # The order in which it visits texts is drawn; that of a seed is as good as any.
        return LinearSVC(C=self.strength, random_state=0)

    def _scale(self, columns: csr_matrix, codes: NDArray[np.int64]) -> float:
        """Return what distances are multiplied with."""
        _, counts = np.unique(codes, return_counts=True)
        rows = np.flatnonzero(counts[codes] >= FOLDS)
        if len(rows) > MOST_SCALED:
            rows = np.sort(np.random.default_rng(0).choice(rows, MOST_SCALED, replace=False))
            _, counts = np.unique(codes[rows], return_counts=True)
        if len(np.unique(codes[rows])) < 2 or counts.min() < FOLDS:
            return USUAL_SCALE
        names, labels = np.unique(codes[rows], return_inverse=True)
        scores = cross_val_predict(
            self._machine(), columns[rows], labels, cv=StratifiedKFold(FOLDS), method="decision_function"
        )
        if len(names) == 2:
            scores = np.stack([np.zeros(len(rows)), scores], axis=1)
        return sharpness(scores, labels)
