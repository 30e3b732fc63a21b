"""SNIPS: what a sentence asks for, and the words that say about what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from benchmarks.candidates import CELLS, GATED, Candidate, mean_of, measure
from benchmarks.errors import GateError
from benchmarks.inputs import data_file
from benchmarks.metrics import confirm
from benchmarks.results import Result, Row, Target
from gatewise import SequenceClassifier, SequenceTagger
from gatewise.data.readers import read_tagged
from gatewise.data.sequences import SequenceSet
from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.classification.tfidf import TfidfClassifier
from gatewise.estimators.tagging.base import Tagger
from gatewise.estimators.tagging.crf import CRFTagger
from gatewise.estimators.tagging.perceptron import FrequentTagger, PerceptronTagger
from gatewise.training.span_metrics import span_metrics

__all__ = ["run"]

SIZES = {"train": 13_084, "valid": 700, "test": 700}
INTENTS, TAGS = 7, 72
INTENT, SLOTS, SENTENCE = "intent, %", "slot F1, %", "sentence, %"
KNOWN: dict[str, dict[str, float]] = {
    "slot-gated LSTM (Goo et al. 2018)": {INTENT: 97.0, SLOTS: 88.8, SENTENCE: 75.5},
    "bidirectional LSTM (published)": {INTENT: 96.57, SLOTS: 84.30, SENTENCE: 66.43},
}
NAIVE_BAYES, MOST_FREQUENT = 95.7, 49.8


@dataclass
class Pair:
    """A classifier for the intent and a tagger for the slots, each by itself.

    A sentence is right where the intent and every slot are.
    """

    intent: Classifier
    slots: Tagger

    def fit(self, data: SequenceSet) -> None:
        """Both, one after the other."""
        self.intent.fit(data.sequences, data.sentence_labels)
        self.slots.fit(data)

    def score(self, data: SequenceSet) -> dict[str, float]:
        """The three numbers in percent."""
        intents = self.intent.predict(data.sequences) == data.sentence_labels
        labels = self.slots.predict(data.sequences)
        whole = [found == actual for found, actual in zip(labels, data.target, strict=True)]
        return {
            INTENT: 100 * float(intents.mean()),
            SLOTS: 100 * span_metrics(data.target, labels)["span F1"],
            SENTENCE: 100 * float((intents & np.array(whole)).mean()),
        }


def run(*, seeds: int) -> Result:
    """Every cell and two pairs of baselines, with default settings."""
    training, test = _read()
    checks = (
        "sentences, intents and labels counted",
        confirm("intent by naive Bayes, %", _naive_bayes(training, test), NAIVE_BAYES, 1),
        confirm("slot F1 of the most frequent label, %", _most_frequent(training, test), MOST_FREQUENT, 1),
    )
    rows: list[Row] = [
        measure(candidate, seeds, lambda pair: pair.fit(training), lambda pair: pair.score(test))
        for candidate in _candidates()
    ]
    lower = {
        column: min(mean_of(rows, cell, column) for cell in GATED) for column in (INTENT, SLOTS, SENTENCE)
    }
    rows += [
        {"method": method, **{column: (value,) for column, value in known.items()}}
        for method, known in KNOWN.items()
    ]
    return Result(
        name="snips",
        title="SNIPS: intent and slots",
        protocol="SNIPS NLU benchmark, training and test part as published, the validation part unused; a "
        f"classifier and a tagger, default settings, {seeds} seed(s). Seconds of `fit` of both.",
        checks=checks,
        digits={INTENT: 2, SLOTS: 2, SENTENCE: 1, "seconds": 1},
        rows=tuple(rows),
        targets=tuple(
            Target(f"{column} of the lower of {' and '.join(GATED)},", lower[column], limit, aim, 2, False)
            for column, limit, aim in ((INTENT, 97.0, 98.0), (SLOTS, 92.0, 94.5), (SENTENCE, 81.0, 86.0))
        ),
    )


def _read() -> tuple[SequenceSet, SequenceSet]:
    parts = {name: read_tagged(data_file("snips", name, "seq.in").parent) for name in SIZES}
    found = {name: len(part) for name, part in parts.items()}
    training, test = parts["train"], parts["test"]
    intents = len(set(_intents(training)))
    tags = len({label for labels in training.target for label in labels})
    if (found, intents, tags) != (SIZES, INTENTS, TAGS):
        raise GateError(
            f"SNIPS: expected {SIZES} sentences, {INTENTS} intents and {TAGS} labels, found {found}, {intents} "
            f"and {tags}"
        )
    return training, test


def _intents(part: SequenceSet) -> list[str]:
    if part.sentence_labels is None:
        raise GateError(f"{part.source}: expected intents in the file label, found none")
    return [str(label) for label in part.sentence_labels]


def _naive_bayes(training: SequenceSet, test: SequenceSet) -> float:
    """Accuracy in percent of the intent, from counts of words."""
    counts = CountVectorizer(analyzer=lambda words: words)
    model = MultinomialNB(alpha=0.1).fit(counts.fit_transform(training.sequences), _intents(training))
    return 100 * float(model.score(counts.transform(test.sequences), _intents(test)))


def _most_frequent(training: SequenceSet, test: SequenceSet) -> float:
    return 100 * FrequentTagger().fit(training).evaluate(test)["span F1"]


def _candidates() -> list[Candidate[Pair]]:
    def network(cell: str) -> Candidate[Pair]:
        return Candidate(
            cell,
            lambda seed: Pair(
                SequenceClassifier(cell, random_state=seed), SequenceTagger(cell, random_state=seed)
            ),
        )

    def baseline(name: str, slots: Callable[[], Tagger]) -> Candidate[Pair]:
        return Candidate(name, lambda _: Pair(TfidfClassifier(), slots()), seeded=False)

    return [
        *map(network, CELLS),
        baseline("TF-IDF + linear SVM, most frequent label", FrequentTagger),
        baseline("TF-IDF + linear SVM, averaged perceptron", PerceptronTagger),
        baseline("TF-IDF + linear SVM, conditional random field", CRFTagger),
    ]
