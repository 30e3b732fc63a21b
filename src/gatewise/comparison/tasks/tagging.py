"""A label for every step of a sequence."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.tasks.base import Scores, Settings
from gatewise.comparison.tasks.classification import confusion
from gatewise.comparison.tasks.sequences import Rows, SequenceTask
from gatewise.data.sequences import SequenceSet
from gatewise.data.splits import folds_of
from gatewise.errors import DataError
from gatewise.estimators.config import TaggerConfig
from gatewise.estimators.tagging.linear import LinearTagger, MajorityTagger
from gatewise.estimators.tagging.network import SequenceTagger
from gatewise.estimators.tagging.perceptron import FrequentTagger, PerceptronTagger
from gatewise.verdict.evidence import DataFacts, Examples, Metric

__all__ = ["TaggingTask"]

OTHER = "(other)"
MOST_NAMES = 11


class TaggingTask(SequenceTask):
    """Sequences of tokens or of numbers with a label at every step."""

    metric = Metric(
        name="error rate",
        unit="share of test steps",
        method="share of the steps of the test sequences given a wrong label",
    )
    default_hidden_size = 128
    stepwise = True

    def __init__(
        self,
        data: SequenceSet,
        *,
        test: SequenceSet | None = None,
        folds: int = 1,
        seed: int = 0,
        bidirectional: bool = True,
        config: TaggerConfig | None = None,
    ) -> None:
        self.bidirectional, self.seed = bidirectional, seed
        self.config = config or TaggerConfig()
        self.labels = np.unique([str(label) for labels in data.target for label in labels])
        if len(self.labels) < 2:
            raise DataError(
                f"{data.source}: expected at least two labels, got one: {str(self.labels[0])!r} everywhere"
            )
        super().__init__(data, data.target, test=None if test is None else (test, test.target), folds=folds)

    def _splits(self, rows: Rows, folds: int) -> list[tuple[Rows, Rows]]:
        return folds_of(len(rows), None if self.groups is None else self.groups[rows], folds, self.seed)

    def _prepared(self, sequences: list[Any]) -> SequenceTagger:
        probe = SequenceTagger("GRU", bidirectional=self.bidirectional, config=self.config)
        probe.classes_ = self.labels
        probe.kind_ = "values" if self.data.kind == "values" else "text"
        probe.prepare(sequences)
        return probe

    def _tuning_loss(self, metrics: dict[str, float]) -> float:
        return 1 - float(metrics.get("span F1", metrics["accuracy"]))

    def estimator(self, settings: Settings, *, members: int = 1) -> SequenceTagger:
        return SequenceTagger(
            settings.cell,
            hidden_size=settings.hidden_size,
            bidirectional=self.bidirectional,
            random_state=settings.seed,
            config=self.config.model_copy(
                update={"training": self.training_config(settings), "members": members}
            ),
        )

    def baselines(self) -> dict[str, tuple[str, Any]]:
        if self.data.kind == "values":
            return {
                "majority": ("the most frequent label", MajorityTagger()),
                "linear": ("logistic regression on the steps around", LinearTagger()),
            }
        return {
            "frequent": ("the most frequent tag of each word", FrequentTagger()),
            "perceptron": (
                "averaged perceptron on words around, endings and earlier tags",
                PerceptronTagger(),
            ),
        }

    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:
        sequences, labels = self.picked(self.rows[fold][1], 1.0 if settings is None else settings.length)
        predicted = estimator.predict(sequences)
        wrong = [
            sum(str(a) != str(b) for a, b in zip(actual, answer, strict=True))
            for actual, answer in zip(labels, predicted, strict=True)
        ]
        # Weighted so that the mean over sequences is the share over all their steps.
        units = np.array(wrong, np.float64) / np.mean([len(actual) for actual in labels])
        return Scores(units, estimator.evaluate(sequences, labels), self._numbers(predicted))

    def _names(self) -> tuple[str, ...]:
        """The most frequent labels of the test part, and one name for all others."""
        counts = Counter(map(str, chain.from_iterable(self.picked(self.rows[0][1])[1])))
        names = [name for name, _ in counts.most_common(MOST_NAMES)]
        # A test set of its own may have labels that were not learned, and lack some that were.
        return (*names, OTHER) if {*self.labels.tolist(), *counts} - {*names} else tuple(names)

    def _numbers(self, labels: Any) -> NDArray[np.int64]:
        names = self._names()
        place = {name: number for number, name in enumerate(names)}
        return np.array(
            [place.get(str(name), len(names) - 1) for name in chain.from_iterable(labels)], np.int64
        )

    def facts(self) -> DataFacts:
        return DataFacts(
            source=self.data.source,
            task="tagging",
            summary=f"{self.summary()}, {len(self.labels)} labels",
            facts=self.common_facts()
            | self._never_learned()
            | {"direction": "both ways" if self.bidirectional else "forward only"},
            notes=self.data.notes,
        )

    def _never_learned(self) -> dict[str, str]:
        """Labels that the test set alone has: every step of theirs counts as wrong."""
        there = {str(label) for labels in self.targets for label in labels}
        unseen = sorted(there - {*self.labels.tolist()})
        if not unseen:
            return {}
        more = ", …" if len(unseen) > MOST_NAMES else ""
        return {"in test only": f"{', '.join(unseen[:MOST_NAMES])}{more}; always counted as wrong"}

    def examples(self, answers: dict[str, NDArray[Any]]) -> Examples:
        names = self._names()
        actual = self._numbers(self.picked(self.rows[0][1])[1])
        return Examples(
            classes=names,
            confusion={name: confusion(actual, answer, len(names)) for name, answer in answers.items()},
        )
