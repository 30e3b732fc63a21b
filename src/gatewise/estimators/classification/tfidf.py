"""Classification of texts without a recurrent network: frequencies of words and characters, and a linear model."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.svm import LinearSVC

from gatewise.data.inputs.words import words_of
from gatewise.estimators.classification.linear import LogisticClassifier
from gatewise.estimators.classification.sharpness import sharpness
from gatewise.estimators.saving.directory import SavedState
from gatewise.estimators.saving.parts import Part, saves
from gatewise.estimators.sequence_arguments import Sequences

__all__ = ["TfidfClassifier"]

# What is taken where too few texts can be held out, and how many are at most.
USUAL_SCALE, FOLDS, MOST_SCALED = 5.0, 3, 3000


class Vectorizers(Part):
    """``vectorizers_``: the n-grams of each, and their inverse document frequencies."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        found = estimator.vectorizers_
        saved.config["vocabularies"] = [
            sorted(one.vocabulary_, key=one.vocabulary_.__getitem__) for one in found
        ]
        saved.arrays.update({f"idf.{number}": one.idf_ for number, one in enumerate(found)})

    def restore(self, estimator: Any, saved: SavedState) -> None:
        estimator.vectorizers_ = _vectorizers()
        for number, one in enumerate(estimator.vectorizers_):
            one.vocabulary = saved.config["vocabularies"][number]
            one.idf_ = saved.arrays[f"idf.{number}"]


class TfidfClassifier(LogisticClassifier):
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
    parts = saves(Vectorizers())

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

    def _fit_columns(self, sequences: Sequences) -> csr_matrix:
        self.vectorizers_ = _vectorizers(max_features=self.most_features)
        columns: csr_matrix = hstack([one.fit_transform(sequences) for one in self.vectorizers_]).tocsr()
        return columns

    def _columns(self, sequences: Sequences) -> csr_matrix:
        columns: csr_matrix = hstack([one.transform(sequences) for one in self.vectorizers_]).tocsr()
        return columns


def _vectorizers(**options: Any) -> list[TfidfVectorizer]:
    words = TfidfVectorizer(analyzer=_word_grams, sublinear_tf=True, **options)
    characters = TfidfVectorizer(analyzer=_character_grams, sublinear_tf=True, **options)
    return [words, characters]


def _word_grams(text: str | list[str]) -> list[str]:
    words = [word.lower() for word in words_of(text)]
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def _character_grams(text: str | list[str]) -> list[str]:
    """Inside words and across their beginnings and ends, not across two words."""
    padded = [f" {word.lower()} " for word in words_of(text)]
    return [
        word[first : first + length]
        for word in padded
        for length in range(2, 6)
        for first in range(len(word) - length + 1)
    ]
