"""Classification of texts by how often each class has each word."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from gatewise.data.inputs.words import words_of
from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.saving.directory import SavedState
from gatewise.estimators.saving.parts import Part, saves
from gatewise.estimators.sequence_arguments import Sequences

__all__ = ["NaiveBayesClassifier"]


class WordShares(Part):
    """``vectorizer_`` and ``model_``: the words, and the logarithm of their share in each class."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        vocabulary = estimator.vectorizer_.vocabulary_
        saved.config["vocabulary"] = sorted(vocabulary, key=vocabulary.__getitem__)
        saved.arrays["words"] = estimator.model_.feature_log_prob_
        saved.arrays["classes_before"] = estimator.model_.class_log_prior_

    def restore(self, estimator: Any, saved: SavedState) -> None:
        estimator.vectorizer_ = _vectorizer(vocabulary=saved.config["vocabulary"])
        estimator.model_ = model = MultinomialNB()
        model.classes_ = np.arange(len(estimator.classes_))
        model.feature_log_prob_ = saved.arrays["words"]
        model.class_log_prior_ = saved.arrays["classes_before"]


class NaiveBayesClassifier(Classifier):
    """Multinomial naive Bayes (scikit-learn) on counts of words.

    Equation, for the counts ``n`` of a text and the classes ``k``::

        P(k | n) ∝ P(k) Π_w P(w | k)^n_w        P(w | k) = (count(w, k) + smoothing) / Σ_v (count(v, k) + smoothing)

    It counts and does nothing else, so it needs few texts, and noise in their labels hurts it little.

    Parameters
    ----------
    smoothing : float, default 1.0
        Added to every count (Laplace).
    most_features : int, default 100000
        Words that are kept, the most frequent ones.

    References
    ----------
    McCallum & Nigam 1998, "A comparison of event models for naive Bayes text classification".
    """

    kinds = ("text",)
    card_line = "Naive Bayes on counts of words."
    parts = saves(WordShares())

    def __init__(self, *, smoothing: float = 1.0, most_features: int = 100_000) -> None:
        self.smoothing = smoothing
        self.most_features = most_features

    def _fit(self, sequences: Sequences, codes: NDArray[np.int64]) -> None:
        self.vectorizer_ = _vectorizer(max_features=self.most_features)
        counts: csr_matrix = self.vectorizer_.fit_transform(sequences)
        self.model_ = MultinomialNB(alpha=self.smoothing).fit(counts, codes)

    def _probabilities(self, sequences: Sequences) -> NDArray[np.float64]:
        found: NDArray[np.float64] = self.model_.predict_proba(self.vectorizer_.transform(sequences))
        return found


def _vectorizer(**options: Any) -> CountVectorizer:
    return CountVectorizer(analyzer=_words, **options)


def _words(text: str | list[str]) -> list[str]:
    return [word.lower() for word in words_of(text)]
