"""Classification of whole sequences: stratified folds, or a test set of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from gatewise.comparison.evidence import DataFacts, Examples, Metric
from gatewise.comparison.tasks.base import Scores, Settings, Task
from gatewise.data.labelled import LabelledSequences
from gatewise.data.splits import labelled_folds
from gatewise.errors import DataError
from gatewise.estimators.baselines.classifiers import LinearClassifier, MajorityClassifier
from gatewise.estimators.classifier import SequenceClassifier, default_batch_size, default_steps
from gatewise.estimators.config import ClassifierConfig

__all__ = ["ClassificationTask"]

SPLITS = 5


class ClassificationTask(Task):
    """Labelled sequences, the rows of each fold, and what a test unit is (a sequence, or a group of them)."""

    metric = Metric(
        name="error rate",
        unit="share of test sequences",
        method="share of test sequences given a wrong class",
    )
    default_hidden_size = 64
    length_label = "steps of the sequence"

    def __init__(
        self,
        data: LabelledSequences,
        *,
        test: LabelledSequences | None = None,
        folds: int = 1,
        seed: int = 0,
        bidirectional: bool = True,
        config: ClassifierConfig | None = None,
    ) -> None:
        self.bidirectional = bidirectional
        self.config = config or ClassifierConfig()
        if test is not None:
            unseen = np.setdiff1d(test.labels, data.labels)
            if len(unseen):
                raise DataError(
                    f"{test.source}: class {str(unseen[0])!r} does not occur in {data.source}; nothing can learn it"
                )
            count = len(data)
            self.rows = [(np.arange(count), np.arange(count, count + len(test)))]
            self.labels = np.concatenate([data.labels, test.labels])
            self.sequences = [*data.sequences, *test.sequences]
            groups = None
        else:
            self.sequences, self.labels, groups = data.sequences, data.labels, data.groups
            splits = labelled_folds(self.labels, groups, max(SPLITS, folds), seed)
            self.rows = splits[:folds]
        self.folds = len(self.rows)
        self.groups = groups
        self.classes = np.unique(self.labels)
        if len(self.classes) < 2:
            raise DataError(
                f"{data.source}: expected at least two classes, got one: {str(self.classes[0])!r} everywhere"
            )
        self.data, self.seed = data, seed
        self._probe = SequenceClassifier("GRU", bidirectional=bidirectional, config=self.config)
        self._probe.classes_ = self.classes
        self._probe.prepare([self.sequences[row] for row in self.rows[0][0]])

    def estimator(self, settings: Settings, *, members: int = 1) -> SequenceClassifier:
        training = self.config.training.model_copy(
            update={"learning_rate": settings.learning_rate, "steps": settings.steps}
        )
        return SequenceClassifier(
            settings.cell,
            hidden_size=settings.hidden_size,
            bidirectional=self.bidirectional,
            random_state=settings.seed,
            config=self.config.model_copy(update={"training": training, "members": members}),
        )

    def baselines(self) -> dict[str, tuple[str, Any]]:
        return {
            "majority": ("the most frequent class", MajorityClassifier()),
            "linear": (
                "logistic regression on the whole sequence at once, resampled to 16 steps",
                LinearClassifier(),
            ),
        }

    def fit(self, estimator: Any, fold: int, settings: Settings | None = None) -> None:
        rows = self.rows[fold][0]
        if settings is not None and settings.amount < 1:
            rows = self._part_of(rows, settings.amount, settings.seed)
        estimator.fit(self._cut(rows, settings), self.labels[rows])

    def _part_of(self, rows: NDArray[np.int64], share: float, seed: int) -> NDArray[np.int64]:
        """A stratified part of ``rows``, at least two of each class where it has two."""
        random = np.random.default_rng(seed)
        parts = []
        for label in np.unique(self.labels[rows]):
            of_class = rows[self.labels[rows] == label]
            count = min(len(of_class), max(2, round(share * len(of_class))))
            parts.append(random.choice(of_class, count, replace=False))
        return np.sort(np.concatenate(parts))

    def _cut(self, rows: NDArray[np.int64], settings: Settings | None) -> list[NDArray[np.float32]]:
        """The sequences, or the last ``settings.length`` share of each."""
        chosen = [self.sequences[row] for row in rows]
        if settings is None or settings.length == 1:
            return chosen
        return [sequence[-max(1, round(settings.length * len(sequence))) :] for sequence in chosen]

    def fit_for_tuning(self, estimator: Any, fold: int, settings: Settings) -> float:
        rows = self.rows[fold][0]
        groups = None if self.groups is None else self.groups[rows]
        learned, held_out = labelled_folds(self.labels[rows], groups, SPLITS, self.seed)[0]
        estimator.fit(self._cut(rows[learned], settings), self.labels[rows[learned]])
        answer = estimator.evaluate(self._cut(rows[held_out], settings), self.labels[rows[held_out]])
        # Accuracy is too coarse to choose a rate by; the log loss is not.
        return float(answer.get("log loss", 1 - answer["accuracy"]))

    def fit_all(self, estimator: Any) -> None:
        estimator.fit(self.sequences, self.labels)

    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:
        rows = self.rows[fold][1]
        sequences, labels = self._cut(rows, settings), self.labels[rows]
        metrics = estimator.evaluate(sequences, labels)
        predicted = estimator.predict(sequences)
        wrong = (predicted != labels).astype(np.float64)
        return Scores(wrong, metrics, np.searchsorted(self.classes, predicted))

    def network(self, cell: str, hidden_size: int) -> nn.Module:
        self._probe.set_params(cell=cell, hidden_size=hidden_size)
        return self._probe._network()

    def sample(self, estimator: SequenceClassifier, count: int) -> Any:
        rows = np.resize(self.rows[0][1], count)
        encoded = [estimator.inputs_.encode(self.sequences[row]) for row in rows]
        return estimator.inputs_.collate(encoded, np.searchsorted(self.classes, self.labels[rows]).astype(np.int64))

    def batch_size(self) -> int:
        return self.config.training.batch_size or default_batch_size(len(self.rows[0][0]))

    def members(self) -> int:
        return self.config.members

    def default_steps(self) -> int:
        return self.config.training.steps or default_steps(len(self.rows[0][0]))

    def lengths_of_units(self) -> NDArray[np.int64] | None:
        lengths = np.array([len(self.sequences[row]) for row in self.rows[0][1]], np.int64)
        return lengths if lengths.min() < lengths.max() else None

    def facts(self) -> DataFacts:
        lengths = np.array([len(sequence) for sequence in self.sequences])
        span = f"{lengths.min()}" if lengths.min() == lengths.max() else f"{lengths.min()}–{lengths.max()}"
        channels = self.sequences[0].shape[1]
        counts = np.unique(self.labels, return_counts=True)[1]
        facts = {
            "channels": ", ".join(self.data.channels[:12]) + (" …" if channels > 12 else "") or str(channels),
            "classes": f"{len(self.classes)} of {counts.min()}–{counts.max()} sequences",
            "training": f"{len(self.rows[0][0]):,} sequences",
            "test": f"{sum(len(test) for _, test in self.rows):,} sequences in {self.folds} "
            f"fold{'s' if self.folds > 1 else ''}",
            "read-out": "mean, maximum and last state" if self.config.readout == "pool" else "the last state",
            "direction": "both ways" if self.bidirectional else "forward only",
        }
        return DataFacts(
            source=self.data.source,
            task="classification",
            summary=f"{len(self.sequences):,} sequences of {span} steps × {channels} channels, "
            f"{len(self.classes)} classes",
            facts=facts,
            notes=self.data.notes,
        )

    def examples(self, answers: dict[str, NDArray[Any]]) -> Examples:
        actual = np.searchsorted(self.classes, self.labels[self.rows[0][1]])
        count = len(self.classes)
        confusion = {
            name: tuple(
                tuple(int(n) for n in np.bincount(predicted[actual == label], minlength=count))
                for label in range(count)
            )
            for name, predicted in answers.items()
        }
        return Examples(classes=tuple(str(name) for name in self.classes), confusion=confusion)
