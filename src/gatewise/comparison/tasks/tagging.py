"""A label for every step of a sequence."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.details.common import Answers
from gatewise.comparison.details.sequences import tag_details
from gatewise.comparison.tasks.base import Scores, Settings, timed
from gatewise.comparison.tasks.classification import confusion
from gatewise.comparison.tasks.sequences import SequenceTask
from gatewise.data.sequences import SequenceSet
from gatewise.errors import DataError
from gatewise.verdict.evidence import DataFacts, Details, Examples, Metric

__all__ = ["TaggingTask"]

OTHER = "(other)"
MOST_NAMES = 11


class TaggingTask(SequenceTask):
    """Sequences of tokens or of numbers with a label at every step."""

    name = "tagging"
    metric = Metric(
        name="error rate",
        unit="share of test steps",
        method="share of the steps of the test sequences given a wrong label",
    )
    stepwise = True

    def __init__(
        self,
        data: SequenceSet,
        prototype: Any,
        *,
        test: SequenceSet | None = None,
        folds: int | None = 1,
        random_state: int = 0,
    ) -> None:
        self.labels = np.unique([str(label) for labels in data.target for label in labels])
        if len(self.labels) < 2:
            raise DataError(
                f"{data.source}: expected at least two labels, got one: {str(self.labels[0])!r} everywhere"
            )
        super().__init__(data, prototype, test=test, folds=folds, random_state=random_state)

    def _prepare(self, sequences: list[Any]) -> None:
        self._probe.classes_ = self.labels
        self._probe.kind_ = "values" if self.data.kind == "values" else "text"
        self._probe.prepare(sequences)

    def _tuning_loss(self, metrics: dict[str, float]) -> float:
        return 1 - float(metrics.get("span F1", metrics["accuracy"]))

    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:
        sequences, labels = self.picked(self.rows[fold][1], 1.0 if settings is None else settings.length)
        predicted, seconds = timed(estimator.predict, sequences)
        wrong = [
            sum(str(a) != str(b) for a, b in zip(actual, answer, strict=True))
            for actual, answer in zip(labels, predicted, strict=True)
        ]
        # Weighted so that the mean over sequences is the share over all their steps.
        units = np.array(wrong, np.float64) / np.mean([len(actual) for actual in labels])
        metrics = estimator.evaluate(sequences, labels)
        place = {name: number for number, name in enumerate(self._all_labels())}
        numbers = np.array([place[str(name)] for name in chain.from_iterable(predicted)], np.int32)
        return Scores(units, metrics, {"labels": numbers}, seconds / len(sequences))

    def _all_labels(self) -> list[str]:
        """Those of all data: a test set of its own may have some that were not learned."""
        return sorted({str(label) for labels in self.targets for label in labels} | {*self.labels.tolist()})

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

    def facts(self, folds: int | None = None) -> DataFacts:
        return DataFacts(
            source=self.data.source,
            task=self.name,
            summary=f"{self.summary()}, {len(self.labels)} labels",
            facts=self.common_facts(folds)
            | self._never_learned()
            | {"direction": "both ways" if self.prototype.bidirectional else "forward only"},
            notes=self.data.notes,
            step_unit=self.step_unit(),
        )

    def _never_learned(self) -> dict[str, str]:
        """Labels that the test set alone has: every step of theirs counts as wrong."""
        there = {str(label) for labels in self.targets for label in labels}
        unseen = sorted(there - {*self.labels.tolist()})
        if not unseen:
            return {}
        more = ", …" if len(unseen) > MOST_NAMES else ""
        return {"in test only": f"{', '.join(unseen[:MOST_NAMES])}{more}; always counted as wrong"}

    def examples(self, answers: Answers) -> Examples:
        names, labels = self._names(), self._all_labels()
        actual = self._numbers(self.picked(self.rows[0][1])[1])
        found = {
            name: self._numbers([[labels[one] for one in by_fold[0]["labels"]]])
            for name, by_fold in answers.items()
        }
        return Examples(
            classes=names,
            confusion={name: confusion(actual, answer, len(names)) for name, answer in found.items()},
        )

    def details(self, answers: Answers, leaders: tuple[str, ...]) -> Details:
        folds = len(next(iter(answers.values())))
        words = self._probe.kind_ == "text"
        learned = {word for row in self.rows[0][0] for word in self.sequences[row]} if words else set()
        return tag_details(self.tested(folds), self._all_labels(), learned, answers, leaders)
