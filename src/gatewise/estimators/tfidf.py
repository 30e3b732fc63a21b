"""Frequencies of words and characters as the columns of an estimator of texts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar

from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from gatewise.data.inputs.words import words_of
from gatewise.estimators.saving.directory import SavedState
from gatewise.estimators.saving.parts import Part, saves
from gatewise.estimators.sequence_arguments import Sequences

__all__ = ["TfidfColumns"]


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


class TfidfColumns:
    """Gives an estimator that learns from columns the TF-IDF of one or two words and of two to five characters.

    Stands before that estimator among the bases.

    Attributes
    ----------
    most_features : int
        N-grams of words and of characters that are kept, the most frequent of each.
    vectorizers_ : list of TfidfVectorizer
    """

    most_features: int
    parts: ClassVar[tuple[Part, ...]] = saves(Vectorizers())

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
