"""What the tasks on whole sequences share: what is learned and tested, and the probe that sizes networks."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from gatewise.comparison.checks.sequences import sequence_checks
from gatewise.comparison.details.sequences import HeldOut
from gatewise.comparison.tasks.base import Settings, Task
from gatewise.comparison.tasks.codes import with_codes
from gatewise.comparison.tasks.folds import GroupedFolds
from gatewise.data.arrays import Floats, Rows
from gatewise.data.inputs.speech import SpeechInputs
from gatewise.data.inputs.words import WordInputs
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceSet, kind_of
from gatewise.errors import DataError
from gatewise.estimators.schedule import default_batch_size, default_rate, default_steps
from gatewise.nn import Cell
from gatewise.verdict.evidence import DataChecks
from gatewise.verdict.units import Units

__all__ = ["SequenceTask", "span"]


class SequenceTask(GroupedFolds, Task):
    """Sequences with something to be learned for each; a test unit is a sequence.

    Attributes
    ----------
    sequences : list
        Of arrays, texts, token lists or paths.
    targets : array or list
        A label, a value, or a list or array of them for each sequence.
    groups : array or None
    rows : list of (training rows, test rows)
        One pair for each fold.
    """

    length_label = "steps of the sequence"
    # What a target has one of for each step of its sequence is cut along with it.
    stepwise: ClassVar[bool] = False

    def __init__(
        self, data: Any, prototype: Any, *, test: Any = None, folds: int | None = 1, random_state: int = 0
    ) -> None:
        super().__init__(prototype, random_state)
        self.data, targets = data, data.target
        self.sequences, self.targets, self.groups = list(data.sequences), targets, data.groups
        count = len(self.sequences)
        self.names = _names(data) if test is None else [*_names(data), *_names(test, "test sequence")]
        if test is None:
            everything = np.arange(count)
            if folds is None:
                self.rows = self._folds_by_groups(everything)
            else:
                self.rows = self._splits(everything, max(self._parts(everything), folds))[:folds]
        else:
            _check_alike(data, test)
            self.sequences += list(test.sequences)
            self.targets = (
                np.concatenate([targets, test.target])
                if isinstance(targets, np.ndarray)
                else [*targets, *test.target]
            )
            known = data.groups is not None and test.groups is not None
            self.groups = np.concatenate([data.groups, test.groups]) if known else None
            self.rows = [(np.arange(count), np.arange(count, len(self.sequences)))]
        self.folds = len(self.rows)
        self._probe = clone(prototype)
        self._note_codes()
        self._prepare(self._probe.coded([self.sequences[row] for row in self.rows[0][0]]))

    def usual_rate(self, cell: str | Cell, hidden_size: int) -> float:  # noqa: ARG002 - of any size
        return default_rate(cell, each_value=getattr(self._probe, "per_step_", False))

    @abstractmethod
    def _prepare(self, sequences: list[Any]) -> None:
        """Let the probe learn the sizes of its input and its output."""

    @abstractmethod
    def _tuning_loss(self, metrics: dict[str, float]) -> float:
        """What a learning rate is chosen by."""

    def picked(self, rows: Rows, length: float = 1.0) -> tuple[list[Any], Any]:
        """Sequences and targets of ``rows``; of each sequence the last ``length`` share."""
        sequences = [self.sequences[row] for row in rows]
        targets = (
            self.targets[rows]
            if isinstance(self.targets, np.ndarray)
            else [self.targets[row] for row in rows]
        )
        if length < 1:
            kept = [max(1, round(length * len(sequence))) for sequence in sequences]
            sequences = [sequence[-count:] for sequence, count in zip(sequences, kept, strict=True)]
            if self.stepwise:
                targets = [target[-count:] for target, count in zip(targets, kept, strict=True)]
        return sequences, targets

    def fit(self, estimator: Any, fold: int, settings: Settings | None = None) -> None:
        rows = self.rows[fold][0]
        if settings is not None and settings.amount < 1:
            rows = self._part_of(rows, settings.amount, settings.seed)
        self._fit(estimator, rows, 1.0 if settings is None else settings.length)

    def _fit(self, estimator: Any, rows: Rows, length: float = 1.0) -> None:
        groups = None if self.groups is None else self.groups[rows]
        estimator.fit(*self.picked(rows, length), groups=groups, **self._categorical())

    def _categorical(self) -> dict[str, Any]:
        """The channels that are codes for every candidate alike, of sequences of numbers."""
        return {} if self.data.categorical is None else {"categorical": self.data.categorical}

    def _outputs(self, rows: Rows) -> Floats | None:  # noqa: ARG002 - of what has one for each step
        """What is learned of training sequences, by which it is decided whether channels are codes."""
        return None

    def _note_codes(self) -> None:
        """Settle which channels are codes, by the training sequences of the first fold where nobody has said."""
        learned = self.rows[0][0]
        sequences = [self.sequences[row] for row in learned]
        self._probe.channel_codes_, self.data = with_codes(self.data, sequences, self._outputs(learned))

    def _part_of(self, rows: Rows, share: float, seed: int) -> Rows:
        """A random part of ``rows``."""
        count = max(2, round(share * len(rows)))
        return np.sort(np.random.default_rng(seed).choice(rows, count, replace=False))

    def fit_for_tuning(self, estimator: Any, fold: int, settings: Settings) -> float:
        rows = self.rows[fold][0]
        learned, held_out = self._validation(rows, settings.held_out)
        self._fit(estimator, rows[learned], settings.length)
        return self._tuning_loss(estimator.evaluate(*self.picked(rows[held_out], settings.length)))

    def fit_all(self, estimator: Any, *, with_test: bool = False) -> None:
        # As a set, so that the model knows its columns again in another table.
        whole = replace(self.data, sequences=self.sequences, target=self.targets, groups=self.groups)
        estimator.fit(whole if with_test else self.data)

    def few(self, count: int) -> SequenceSet:
        """Return some test sequences, of different targets where they have classes."""
        tested = self.rows[0][1]
        if isinstance(self.targets, np.ndarray) and self.name == "classification":
            _, first = np.unique(self.targets[tested], return_index=True)
            rest = np.setdiff1d(np.arange(len(tested)), first)
            tested = tested[np.concatenate([np.sort(first), rest])]
        rows = tested[:count]
        sequences, targets = self.picked(rows)
        known = self.data.ids is not None and rows.max() < len(self.data)
        return SequenceSet(
            sequences, targets, self.data.task, channels=self.data.channels, source=self.data.source,
            ids=self.data.ids[rows] if known else (rows + 1).astype(str),
        )  # fmt: skip

    def tested(self, folds: int) -> HeldOut:
        """What some folds test on."""
        rows = np.concatenate([test for _, test in self.rows[:folds]])
        sequences, targets = self.picked(rows)
        groups = None if self.groups is None else self.groups[rows]
        names = [self.names[row] for row in rows]
        return HeldOut(sequences, names, targets, groups, self.data.channels, folds)

    def checks(self) -> DataChecks:
        return sequence_checks(
            self.sequences, self.targets, self.groups, self.rows, self.names, self.data.channels, self.name
        )

    def sample(self, estimator: Any, count: int) -> Any:
        rows = np.resize(self.rows[0][1], count)
        return estimator.inputs_.collate(
            [estimator.inputs_.encode(one) for one in estimator.coded([self.sequences[row] for row in rows])]
        )

    def batch_size(self) -> int:
        return self.config.training.batch_size or default_batch_size(len(self.rows[0][0]))

    def default_steps(self) -> int:
        return self.config.training.steps or default_steps(len(self.rows[0][0]))

    def units(self) -> Units:
        tested = [test for _, test in self.rows]
        if self.groups is None:
            return Units(
                noun="test sequences",
                about="new sequences",
                groups=tuple(tuple(map(int, rows)) for rows in tested),
            )
        names, numbers = np.unique(self.groups, return_inverse=True)
        return Units(
            noun="groups",
            about="sequences of new groups",
            groups=tuple(tuple(int(number) for number in numbers[rows]) for rows in tested),
            names=tuple(map(str, names)),
        )

    def lengths_of_units(self) -> NDArray[np.int64] | None:
        lengths = self._lengths(self.rows[0][1])
        return lengths if self._probe.kind_ != "values" or lengths.min() < lengths.max() else None

    def _lengths(self, rows: Rows) -> NDArray[np.int64]:
        """Steps of arrays and token lists; of texts and recordings, what the network reads."""
        encode = self._probe.inputs_.encode
        return np.array(
            [
                len(encode(sequence)) if isinstance(sequence, str | Path) else len(sequence)
                for sequence in (self.sequences[row] for row in rows)
            ],
            np.int64,
        )

    def common_facts(self, folds: int | None) -> dict[str, str]:
        """What every such task says of itself, and of its first ``folds``."""
        tested = [len(test) for _, test in self.rows[:folds]]
        return {
            "training": f"{len(self.rows[0][0]):,} sequences",
            "test": f"{sum(tested):,} sequences in {counted(len(tested), 'fold')}",
        }

    def step_unit(self) -> str:
        """What the network reads at once, in the plural."""
        inputs = self._probe.inputs_
        if isinstance(inputs, WordInputs):
            return "words"
        if isinstance(inputs, SpeechInputs):
            return f"steps of {inputs.features.patch * inputs.features.log_mel.hop_ms:g} ms"
        return "steps" if inputs.patch == 1 else f"steps of {inputs.patch} in the data"

    def summary(self) -> str:
        """How much of what kind there is."""
        many = f"{len(self.sequences):,}"
        if self._probe.kind_ == "audio":
            return f"{many} recordings"
        lengths = self._lengths(np.arange(len(self.sequences)))
        if self._probe.kind_ == "text":
            return f"{many} texts of {span(lengths)} words"
        return f"{many} sequences of {span(lengths)} steps × {counted(self.sequences[0].shape[1], 'channel')}"


def _names(data: Any, noun: str = "sequence") -> list[str]:
    """What sequences are called: by the table, the file of a recording, or their number."""
    if data.ids is not None:
        return [str(one) for one in data.ids]
    return [
        one.name if isinstance(one, Path) else f"{noun} {number}"
        for number, one in enumerate(data.sequences, 1)
    ]


def _check_alike(data: Any, test: Any) -> None:
    """Refuse a test set of other things, or of other channels, than what is learned from."""
    kind, found = kind_of(data.sequences), kind_of(test.sequences)
    if kind != found:
        raise DataError(f"{test.source}: expected sequences of {kind}, as in {data.source}, got {found}")
    if kind == "values":
        channels, there = data.sequences[0].shape[1], test.sequences[0].shape[1]
        if channels != there:
            raise DataError(
                f"{test.source}: expected {counted(channels, 'channel')}, as in {data.source}, got {there}"
            )


def span(values: NDArray[np.int64]) -> str:
    """``"7"`` or ``"7–1,029"``."""
    return "–".join(f"{value:,}" for value in dict.fromkeys((values.min(), values.max())))
