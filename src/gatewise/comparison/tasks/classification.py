"""Classification of whole sequences: stratified folds, or a test set of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.details.common import Answers
from gatewise.comparison.details.sequences import class_details
from gatewise.comparison.tasks.base import Scores, Settings, timed
from gatewise.comparison.tasks.folds import SPLITS
from gatewise.comparison.tasks.sequences import SequenceTask, span
from gatewise.data.arrays import Floats, Rows
from gatewise.data.sequences import SequenceSet
from gatewise.data.splits import labelled_folds
from gatewise.errors import DataError
from gatewise.estimators.categorical import outputs_of
from gatewise.spelling import spelled
from gatewise.verdict.evidence import DataFacts, Details, Examples, Metric

__all__ = ["ClassificationTask", "confusion"]

# Classes that a message names.
SHOWN = 3


class ClassificationTask(SequenceTask):
    """Labelled sequences of numbers, texts or recordings."""

    name = "classification"
    metric = Metric(
        name="error rate",
        unit="share of test sequences",
        method="share of test sequences given a wrong class",
    )

    def __init__(
        self,
        data: SequenceSet,
        prototype: Any,
        *,
        test: SequenceSet | None = None,
        folds: int | None = 1,
        random_state: int = 0,
    ) -> None:
        if test is not None:
            unseen = np.setdiff1d(test.target, data.target)
            if len(unseen):
                names = ", ".join(repr(str(one)) for one in unseen[:SHOWN])
                more = f" and {len(unseen) - SHOWN} more" if len(unseen) > SHOWN else ""
                raise DataError(
                    f"{test.source}: class {names}{more} does not occur in {data.source}; nothing can learn it; leave "
                    f"such sequences out with {spelled('rare', 'drop')}"
                )
        self.classes = np.unique(data.target)
        if len(self.classes) < 2:
            raise DataError(
                f"{data.source}: expected at least two classes, got one: {str(self.classes[0])!r} everywhere"
            )
        super().__init__(data, prototype, test=test, folds=folds, random_state=random_state)
        if folds is None:
            # Whoever alone has all of a class cannot be held out; the others can.
            whole = [rows for rows in self.rows if len(np.unique(self.targets[rows[0]])) > 1]
            self.rows = whole or self.rows
            self.folds = len(self.rows)
        if any(len(np.unique(self.targets[learned])) < 2 for learned, _ in self.rows):
            raise DataError(
                f"{data.source}: without the groups that are tested on, one class is left; every class needs "
                "sequences of several groups"
            )

    def _splits(self, rows: Rows, folds: int) -> list[tuple[Rows, Rows]]:
        groups = None if self.groups is None else self.groups[rows]
        return labelled_folds(self.targets[rows], groups, folds, self.random_state)

    def _validation(self, rows: Rows, part: int = 0) -> tuple[Rows, Rows]:
        labels = self.targets[rows]
        if self.groups is not None and len(np.unique(self.groups[rows])) > 1:
            splits = self._splits(rows, self._parts(rows))
            learned, held_out = splits[part % len(splits)]
            if len(np.unique(labels[learned])) > 1:
                return learned, held_out
        # A single group, or one that has a class alone, cannot be held out; nor can the only sequence of a class.
        _, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
        common = np.flatnonzero(counts[codes] > 1)
        if not len(common):
            raise DataError(f"{self.data.source}: expected at least 3 sequences of some class, got 2 of each")
        splits = labelled_folds(labels[common], None, SPLITS, self.random_state)
        learned, held_out = splits[part % len(splits)]
        alone = np.flatnonzero(counts[codes] == 1)
        return np.sort(np.concatenate([alone, common[learned]])), common[held_out]

    def _outputs(self, rows: Rows) -> Floats:
        return outputs_of(np.searchsorted(self.classes, self.targets[rows]), len(self.classes))

    def _prepare(self, sequences: list[Any]) -> None:
        self._probe.classes_ = self.classes
        self._probe.kind_ = "text" if self.data.kind == "tokens" else self.data.kind
        self._probe.prepare(sequences)

    def _tuning_loss(self, metrics: dict[str, float]) -> float:
        # Accuracy is too coarse to choose a rate by; the log loss is not.
        return float(metrics.get("log loss", 1 - metrics["accuracy"]))

    def _part_of(self, rows: Rows, share: float, seed: int) -> Rows:
        """A stratified part of ``rows``, at least two of each class where it has two."""
        random = np.random.default_rng(seed)
        parts = []
        for label in np.unique(self.targets[rows]):
            of_class = rows[self.targets[rows] == label]
            count = min(len(of_class), max(2, round(share * len(of_class))))
            parts.append(random.choice(of_class, count, replace=False))
        return np.sort(np.concatenate(parts))

    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:
        sequences, labels = self.picked(self.rows[fold][1], 1.0 if settings is None else settings.length)
        metrics = estimator.evaluate(sequences, labels)
        shares, seconds = timed(estimator.predict_proba, sequences)
        wrong = (estimator.classes_[shares.argmax(axis=1)] != labels).astype(np.float64)
        # A training part may lack a class.
        found = np.zeros((len(sequences), len(self.classes)), np.float32)
        found[:, np.searchsorted(self.classes, estimator.classes_)] = shares
        return Scores(wrong, metrics, {"probabilities": found}, seconds / len(sequences))

    def facts(self, folds: int | None = None) -> DataFacts:
        counts = np.unique(self.targets, return_counts=True)[1]
        names = self.data.channels
        values = (
            {
                "channels": ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
                or str(self.sequences[0].shape[1])
            }
            if self.data.kind == "values"
            else {}
        )
        return DataFacts(
            source=self.data.source,
            task=self.name,
            summary=f"{self.summary()}, {len(self.classes)} classes",
            facts=values
            | {"classes": f"{len(self.classes)} of {span(counts)} sequences"}
            | self.common_facts(folds)
            | {
                "read-out": "mean, maximum and last state"
                if self.config.readout == "pool"
                else "the last state",
                "direction": "both ways" if self.prototype.bidirectional else "forward only",
            },
            notes=self.data.notes,
            step_unit=self.step_unit(),
        )

    def examples(self, answers: Answers) -> Examples:
        predicted = {
            name: np.concatenate([one["probabilities"].argmax(axis=1) for one in by_fold])
            for name, by_fold in answers.items()
        }
        codes = self._codes(len(next(iter(answers.values()))))
        return Examples(
            classes=tuple(str(name) for name in self.classes),
            confusion={name: confusion(codes, one, len(self.classes)) for name, one in predicted.items()},
        )

    def details(self, answers: Answers, leaders: tuple[str, ...]) -> Details:
        folds = len(next(iter(answers.values())))
        names = [str(one) for one in self.classes]
        return class_details(self.tested(folds), names, self._codes(folds), answers, leaders)

    def _codes(self, folds: int) -> NDArray[np.int64]:
        """The numbers of the classes of all that is tested on in some folds."""
        rows = np.concatenate([test for _, test in self.rows[:folds]])
        codes: NDArray[np.int64] = np.searchsorted(self.classes, self.targets[rows]).astype(np.int64)
        return codes


def confusion(
    actual: NDArray[np.int64], predicted: NDArray[np.int64], classes: int
) -> tuple[tuple[int, ...], ...]:
    """Counts, rows actual, columns predicted."""
    counts = np.bincount(actual * classes + predicted, minlength=classes * classes)
    return tuple(tuple(int(count) for count in row) for row in counts.reshape(classes, classes))
