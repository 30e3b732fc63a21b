"""What every tagger does, network and baselines alike: check, encode labels, predict, measure."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from itertools import chain
from typing import Any, ClassVar, Self, Unpack

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from gatewise.data.hashes import hashes_of_sequences
from gatewise.data.readers.options import TableOptions
from gatewise.data.span_schemes import Scheme
from gatewise.errors import DataError
from gatewise.estimators.config import TaggerConfig
from gatewise.estimators.saving.fingerprint import Fingerprint, not_asked_for_seen_data
from gatewise.estimators.sequence_arguments import InputKind, Sequences, as_sequences, check_groups
from gatewise.estimators.sequence_containers import is_missing
from gatewise.estimators.sequence_estimator import LabelEstimator
from gatewise.estimators.words import takes
from gatewise.training.span_metrics import span_metrics

__all__ = ["Codes", "Tagger"]

Codes = list[NDArray[np.int64]]
Labels = list[list[Any]]


class Tagger(LabelEstimator):
    """Base of all taggers; a subclass gives ``_fit`` and ``_codes``."""

    kinds: ClassVar[tuple[InputKind, ...]] = ("text",)
    task = "tagging"
    reads_tokens = True
    config_type = TaggerConfig

    @abstractmethod
    def _fit(self, sequences: Sequences, codes: Codes) -> None:
        """Learn from sequences and the numbers of their labels."""

    @abstractmethod
    def _codes(self, sequences: Sequences) -> Codes:
        """Return the number of the label of each step."""

    @takes(TableOptions)
    def fit(
        self, X: object, y: object = None, groups: object = None, **columns: Unpack[TableOptions]
    ) -> Self:
        """Fit on sequences and a label for each of their steps.

        Parameters
        ----------
        X : list of lists of words, list of arrays (time, channels); or a path, frame or SequenceSet
            that brings the labels along
            A sequence without a word has no label: it is left out, and answered with an empty list.
        y : list of lists of labels, all of them text or all of them whole numbers
        groups : array, shape (sequences,), optional
            Whom each sequence belongs to; checked, and not needed to fit.
        **columns
            As :func:`gatewise.data.readers.read_tagged` takes them.

        Returns
        -------
        self
        """
        return self._fit_checked(X, y, groups, **columns)

    def _fit_checked(
        self, X: object, y: object, groups: object, *, going_on: bool = False, **columns: Any
    ) -> Self:
        """Check what is learned and learn it; ``going_on``: of the labels that are known already."""
        X, y, _ = self._for_training(X, y, going_on=going_on, **columns)
        sequences = self._sequences(X, reset=not going_on)
        if not going_on:
            sequences = self._with_codes(sequences)
        labels = _labels(y, sequences)
        check_groups(groups, len(sequences))
        sequences, labels = [one for one in sequences if len(one)], [one for one in labels if one]
        if not sequences:
            raise DataError("X: expected at least one word, got none")
        found = np.unique(np.concatenate([np.asarray(row) for row in labels]))
        unknown = [] if not going_on else [label for label in found if label not in self.classes_]
        if unknown:
            raise DataError(
                f"y: label {str(unknown[0])!r} is none of those that the network tells apart: {self._class_names()}; "
                "fit anew"
            )
        if not going_on:
            self.classes_ = found
        if len(self.classes_) < 2:
            raise DataError(
                f"y: expected at least two labels, got one: {self.classes_.tolist()[0]!r} everywhere"
            )
        seen = self._seen_before() if going_on else []
        self._fit(sequences, [np.searchsorted(self.classes_, row).astype(np.int64) for row in labels])
        self.fingerprint_ = Fingerprint.of(chain(seen, hashes_of_sequences(sequences)))
        return self

    def predict(self, X: object) -> Labels:
        """Return the label of each step: a list for each sequence.

        ``X`` is as in :meth:`fit`; a path or frame needs no labels, and is read by :meth:`read`.
        """
        return self._answers(self._sequences(X, reset=False))

    def _answers(self, sequences: Sequences) -> Labels:
        codes = iter(self._codes(full) if (full := [one for one in sequences if len(one)]) else [])
        return [self.classes_[next(codes)].tolist() if len(one) else [] for one in sequences]

    @takes(TableOptions)
    def evaluate(self, data: object, y: object = None, **columns: Unpack[TableOptions]) -> dict[str, float]:
        """Measure the share of steps and of whole sequences that are right, macro F1, and F1 of spans.

        Returns
        -------
        dict
            ``accuracy``, ``sentence accuracy`` (all labels of a sequence right), ``F1`` (mean over the labels
            that occur) and, where labels mark spans (BIO, IO, IOBES, BMES, …), ``span precision``, ``span recall`` and
            ``span F1`` as ``conlleval`` defines them. ``unseen labels``, if there are any, is the share of steps
            whose label training did not have; they count as wrong.

        Warns
        -----
        SeenDataWarning
            Sequences were seen in training.
        """
        tagged = self._for_evaluation(data, y, **columns)
        X, y = (data, y) if tagged is None else (tagged.sequences, tagged.target)
        sequences = self._sequences(X, reset=False)
        actual = [list(map(str, row)) for row in _labels(y, sequences)]
        predicted = [list(map(str, row)) for row in self._answers(sequences)]
        self._warn_of_seen(hashes_of_sequences(sequences), "sequences")
        flat, guessed = list(chain.from_iterable(actual)), list(chain.from_iterable(predicted))
        present = sorted(set(flat))
        metrics = {
            "accuracy": float(np.mean([a == b for a, b in zip(flat, guessed, strict=True)])),
            "sentence accuracy": float(np.mean([a == b for a, b in zip(actual, predicted, strict=True)])),
            "F1": float(f1_score(flat, guessed, labels=present, average="macro", zero_division=0.0)),
        }
        scheme = Scheme.of([*self.classes_, *present])
        if scheme is not None:
            metrics |= span_metrics([*map(scheme.plain, actual)], [*map(scheme.plain, predicted)])
        unseen = ~np.isin(flat, self.classes_.astype(str))
        return metrics | ({"unseen labels": float(unseen.mean())} if unseen.any() else {})

    def score(self, X: object, y: object = None) -> float:
        """Return the share of all steps whose label is right."""
        with not_asked_for_seen_data():
            return self.evaluate(X, y)["accuracy"]

    def _sequences(self, X: object, *, reset: bool) -> Sequences:
        sequences = as_sequences(self, X, reset=True) if reset else self._read_again(X)
        for number, sequence in enumerate(sequences):
            if isinstance(sequence, str):
                raise DataError(
                    f"X: sequence {number} is a text; expected a list of words, each of which gets a label"
                )
        return sequences


def _labels(y: object, sequences: Sequences) -> Labels:
    """One list of labels for each sequence, as long as it, of one type."""
    if y is None:
        raise DataError("requires y to be passed, but the target y is None")
    if isinstance(y, str) or not isinstance(y, Iterable):
        raise DataError(f"y: expected a list of labels for each sequence, got {type(y).__name__}")
    rows = [list(row) if _is_list(row) else row for row in y]
    if len(rows) != len(sequences):
        raise DataError(f"y: expected labels for each of {len(sequences)} sequences, got {len(rows)}")
    text = None
    for number, (row, sequence) in enumerate(zip(rows, sequences, strict=True)):
        if not isinstance(row, list):
            raise DataError(f"y: sequence {number} has {row!r}; expected a list with one label for each step")
        if len(row) > len(sequence) and all(map(is_missing, row[len(sequence) :])):
            # Padded as the sequence was.
            row = rows[number] = row[: len(sequence)]
        if len(row) != len(sequence):
            raise DataError(
                f"y: sequence {number} has {len(row)} labels, expected one for each of {len(sequence)} steps"
            )
        for step, label in enumerate(row):
            if not isinstance(label, str | int | np.integer):
                raise DataError(
                    f"y: sequence {number}, step {step} is {label!r}; expected text or a whole number"
                )
            text = isinstance(label, str) if text is None else text
            if isinstance(label, str) is not text:
                expected = "text" if text else "a whole number"
                raise DataError(
                    f"y: sequence {number}, step {step} is {label!r}; expected {expected}, as before it"
                )
    return rows


def _is_list(row: object) -> bool:
    return isinstance(row, Iterable) and not isinstance(row, str)
