"""Tagging without a recurrent network: the most frequent label of each word, and an averaged perceptron."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Floats
from gatewise.estimators.saving.parts import Attribute, saves
from gatewise.estimators.sequence_arguments import Sequences
from gatewise.estimators.tagging.base import Codes, Tagger
from gatewise.estimators.tagging.features import numbered, word_features

__all__ = ["FrequentTagger", "PerceptronTagger"]


class FrequentTagger(Tagger):
    """The label that training gave a word most often; the most frequent one of all for other words."""

    card_line = "Answers the label that each word had most often."
    parts = saves("label_of_", Attribute("most_frequent_", key="usual"))

    def _fit(self, sequences: Sequences, codes: Codes) -> None:
        counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for words, labels in zip(sequences, codes, strict=True):
            for word, label in zip(words, labels.tolist(), strict=True):
                counts[word][label] += 1
        # Of equals, the one that came first.
        self.label_of_ = {word: found.most_common(1)[0][0] for word, found in counts.items()}
        self.most_frequent_ = int(np.bincount(np.concatenate(codes)).argmax())

    def _codes(self, sequences: Sequences) -> Codes:
        return [
            np.array([self.label_of_.get(word, self.most_frequent_) for word in words], np.int64)
            for words in sequences
        ]


class PerceptronTagger(Tagger):
    """A linear model of a word, its neighbours and the two labels before it, from left to right.

    Parameters
    ----------
    epochs : int, default 5
    random_state : int, default 0
        Orders the sentences of each epoch.

    References
    ----------
    Collins 2002, "Discriminative training methods for hidden Markov models"; the averages are those of Daumé.
    """

    card_line = "An averaged perceptron over words, their neighbours and labels before."
    parts = saves(
        Attribute("number_of_", key="features", pack_as=list, restore_as=numbered),
        arrays=("weights_", "before_", "two_before_"),
    )

    def __init__(self, *, epochs: int = 5, random_state: int = 0) -> None:
        self.epochs = epochs
        self.random_state = random_state

    def _fit(self, sequences: Sequences, codes: Codes) -> None:
        number_of: dict[str, int] = {}
        features = [
            [
                np.array([number_of.setdefault(name, len(number_of)) for name in names])
                for names in word_features(words)
            ]
            for words in sequences
        ]
        count = len(self.classes_)
        self.number_of_ = number_of
        self.weights_ = np.zeros((len(number_of), count))
        # The label before, and the two labels before; the last number stands for the beginning.
        self.before_, self.two_before_ = np.zeros((count + 1, count)), np.zeros(((count + 1) ** 2, count))
        tables = (self.weights_, self.before_, self.two_before_)
        weighted = tuple(np.zeros_like(table) for table in tables)
        random = np.random.default_rng(self.random_state)
        updates = 1
        for _ in range(self.epochs):
            for row in random.permutation(len(sequences)):
                before = two_before = count
                for known, label in zip(features[row], codes[row].tolist(), strict=True):
                    rows = (known, before, two_before * (count + 1) + before)
                    guess = int(self._scores(*rows).argmax())
                    if guess != label:
                        for table, late, at in zip(tables, weighted, rows, strict=True):
                            table[at, label] += 1
                            table[at, guess] -= 1
                            late[at, label] += updates
                            late[at, guess] -= updates
                    updates += 1
                    # Its own guess, as when it predicts.
                    before, two_before = guess, before
        for table, late in zip(tables, weighted, strict=True):
            table -= late / updates

    def _scores(self, known: NDArray[np.int64], before: int, two_before: int) -> Floats:
        scores: Floats = self.weights_[known].sum(0) + self.before_[before] + self.two_before_[two_before]
        return scores

    def _codes(self, sequences: Sequences) -> Codes:
        count = len(self.classes_)
        answer = []
        for words in sequences:
            before = two_before = count
            labels = []
            for names in word_features(words):
                known = np.array(
                    [self.number_of_[name] for name in names if name in self.number_of_], np.int64
                )
                guess = int(self._scores(known, before, two_before * (count + 1) + before).argmax())
                labels.append(guess)
                before, two_before = guess, before
            answer.append(np.array(labels, np.int64))
        return answer
