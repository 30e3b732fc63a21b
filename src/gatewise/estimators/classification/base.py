"""What every sequence classifier does, networks and baselines alike: check, encode classes, predict."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from itertools import chain
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import unique_labels
from sklearn.utils.validation import column_or_1d

from gatewise.data.arrays import Floats
from gatewise.data.hashes import hashes_of_sequences
from gatewise.data.readers.options import LabelledOptions
from gatewise.errors import DataError
from gatewise.estimators.categorical import outputs_of
from gatewise.estimators.classification.labels import as_labels, of_type
from gatewise.estimators.config import ClassifierConfig
from gatewise.estimators.saving.fingerprint import Fingerprint
from gatewise.estimators.sequence_arguments import Sequences, as_sequences, check_groups
from gatewise.estimators.sequence_estimator import LabelEstimator
from gatewise.estimators.words import takes
from gatewise.training.metrics import classification_metrics

__all__ = ["Classifier"]


class Classifier(ClassifierMixin, LabelEstimator):  # type: ignore[misc]  # scikit-learn publishes no types
    """Base of all sequence classifiers; a subclass gives ``_fit`` and ``_probabilities``."""

    task = "classification"
    config_type = ClassifierConfig

    @abstractmethod
    def _fit(self, sequences: Sequences, codes: NDArray[np.int64]) -> None:
        """Learn from sequences and class numbers."""

    @abstractmethod
    def _probabilities(self, sequences: Sequences) -> Floats:
        """Return the probability of each class, shape (sequences, classes)."""

    @takes(LabelledOptions)
    def fit(
        self, X: object, y: object = None, groups: object = None, **columns: Unpack[LabelledOptions]
    ) -> Self:
        """Fit on sequences and their labels.

        Parameters
        ----------
        X : list of arrays (time, channels), array (sequences, time, channels) or (sequences, time), list of
            texts (raw, or each a list of words), list of paths of recordings; or a path, frame or
            SequenceSet that brings the labels along
            An empty text is read as one unknown word.
        y : array, shape (sequences,)
        groups : array, shape (sequences,), optional
            Whom each sequence belongs to; checked, and not needed to fit.
        **columns
            As :func:`gatewise.data.readers.read_labelled` takes them.

        Returns
        -------
        self
        """
        return self._fit_checked(X, y, groups, self._fit, **columns)

    def _fit_checked(
        self,
        X: object,
        y: object,
        groups: object,
        fit: Callable[[Sequences, NDArray[np.int64]], None],
        *,
        classes: object = None,
        going_on: bool = False,
        **columns: Any,
    ) -> Self:
        """Check what is learned and have ``fit`` learn it; ``going_on``: of the classes that are known already."""
        X, y, _ = self._for_training(X, y, going_on=going_on, **columns)
        sequences = as_sequences(self, X, reset=not going_on)
        labels = as_labels(y, len(sequences))
        check_groups(groups, len(sequences))
        if not going_on:
            self.classes_ = unique_labels(labels if classes is None else column_or_1d(classes))
        if len(self.classes_) < 2:
            raise DataError(
                f"y: expected at least two classes, got one class: {self.classes_.tolist()[0]!r} everywhere"
            )
        labels = of_type(labels, self.classes_)
        unknown = ~np.isin(labels, self.classes_)
        if unknown.any():
            raise DataError(
                f"y: class {str(labels[unknown][0])!r} is none of those that the network tells apart: "
                f"{self._class_names()}; fit anew, or name all classes from the start with partial_fit(X, y, classes=…)"
            )
        codes = np.searchsorted(self.classes_, labels).astype(np.int64)
        if going_on:
            sequences = self.coded(sequences)
        else:
            sequences = self._with_codes(sequences, outputs_of(codes, len(self.classes_)))
        seen = self._seen_before() if going_on else []
        fit(sequences, codes)
        self.fingerprint_ = Fingerprint.of(chain(seen, hashes_of_sequences(sequences)))
        return self

    def predict_proba(self, X: object) -> Floats:
        """Return the probability of each class, shape (sequences, classes), columns as in ``classes_``.

        ``X`` is as in :meth:`fit`; a path or frame needs no labels, and is read by :meth:`read`.
        """
        return self._probabilities(self._read_again(X))

    def predict(self, X: object) -> NDArray[Any]:
        """Return the most probable class, shape (sequences,)."""
        probabilities = self.predict_proba(X)
        predicted: NDArray[Any] = self.classes_[probabilities.argmax(axis=1)]
        return predicted

    @takes(LabelledOptions)
    def evaluate(
        self, data: object, y: object = None, **columns: Unpack[LabelledOptions]
    ) -> dict[str, float]:
        """Measure accuracy, F1, balanced accuracy and log loss; see :mod:`gatewise.training.metrics`.

        Warns where sequences were seen in training (:class:`~gatewise.errors.SeenDataWarning`).
        """
        labelled = self._for_evaluation(data, y, **columns)
        X, labels = (data, np.asarray(y)) if labelled is None else (labelled.sequences, labelled.target)
        labels = of_type(labels, self.classes_)
        sequences = self._read_again(X)
        self._warn_of_seen(hashes_of_sequences(sequences), "sequences")
        return classification_metrics(labels, self._probabilities(sequences), self.classes_)
