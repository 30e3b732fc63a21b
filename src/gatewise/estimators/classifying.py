"""What every sequence classifier does: check, encode classes, predict, score; networks and baselines alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, unique_labels
from sklearn.utils.validation import check_is_fitted, column_or_1d

from gatewise.data.labelled import LabelledSequences
from gatewise.data.readers import read_labelled
from gatewise.errors import DataError
from gatewise.estimators.persistence import Saved, save
from gatewise.estimators.sequences import as_labelled, as_sequences
from gatewise.training.metrics import classification_metrics

__all__ = ["Classifier"]

Sequences = list[NDArray[np.float32]]
Floats = NDArray[np.float64]


class Classifier(ClassifierMixin, BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn publishes no types
    """Base of all sequence classifiers; a subclass gives ``_fit`` and ``_probabilities``.

    Attributes
    ----------
    classes_ : array, shape (classes,)
    n_features_in_ : int
        Channels, or steps where a flat table (sequences, time) was given.
    """

    @abstractmethod
    def _fit(self, sequences: Sequences, codes: NDArray[np.int64], groups: NDArray[np.generic] | None) -> None:
        """Learn from sequences and class numbers."""

    @abstractmethod
    def _probabilities(self, sequences: Sequences) -> Floats:
        """Shape (sequences, classes)."""

    @abstractmethod
    def _to_saved(self) -> Saved: ...

    @classmethod
    @abstractmethod
    def _from_saved(cls, saved: Saved) -> Self: ...

    def fit(self, X: object, y: object = None, *, groups: object = None, **columns: Any) -> Self:
        """Fit on sequences and their labels.

        Parameters
        ----------
        X : list of arrays (time, channels), array (sequences, time, channels) or (sequences, time), or a
            path, frame or LabelledSequences that brings the labels along
        y : array, shape (sequences,)
        groups : array, shape (sequences,), optional
            Whom each sequence belongs to; a group is never both trained on and held out.
        **columns
            As :func:`gatewise.data.readers.read_labelled` takes them.

        Returns
        -------
        self
        """
        labelled = as_labelled(X, y, **columns)
        if labelled is not None:
            X, y = labelled.sequences, labelled.labels
            groups = labelled.groups if groups is None else groups
            self.channels_ = labelled.channels
            self.source_ = labelled.source
        sequences = as_sequences(self, X, reset=True)
        if y is None:
            raise DataError("requires y to be passed, but the target y is None")
        check_classification_targets(y)
        labels = column_or_1d(y, warn=True)
        if len(labels) != len(sequences):
            raise DataError(f"y: expected one label for each of {len(sequences)} sequences, got {len(labels)}")
        self.classes_ = unique_labels(labels)
        if len(self.classes_) < 2:
            raise DataError(f"y: expected at least two classes, got one class: {self.classes_[0]!r} everywhere")
        codes = np.searchsorted(self.classes_, labels).astype(np.int64)
        self._fit(sequences, codes, None if groups is None else np.asarray(groups))
        return self

    def predict_proba(self, X: object) -> Floats:
        """Probability of each class, shape (sequences, classes), columns as in ``classes_``."""
        check_is_fitted(self)
        return self._probabilities(as_sequences(self, X, reset=False))

    def predict(self, X: object) -> NDArray[Any]:
        """Most probable class, shape (sequences,)."""
        probabilities = self.predict_proba(X)
        predicted: NDArray[Any] = self.classes_[probabilities.argmax(axis=1)]
        return predicted

    def evaluate(self, data: object, y: object = None, **columns: Any) -> dict[str, float]:
        """Accuracy, F1, balanced accuracy and log loss; see :mod:`gatewise.training.metrics`."""
        check_is_fitted(self)
        labelled = as_labelled(data, y, **columns)
        X, labels = (data, np.asarray(y)) if labelled is None else (labelled.sequences, labelled.labels)
        if labels.dtype.kind != self.classes_.dtype.kind:
            labels = labels.astype(self.classes_.dtype)
        return classification_metrics(labels, self.predict_proba(X), self.classes_)

    def read(self, data: object, **columns: Any) -> LabelledSequences:
        """Labelled sequences from a path or frame."""
        return data if isinstance(data, LabelledSequences) else read_labelled(data, **columns)

    def save(self, path: str | Path) -> Path:
        """Write the fitted model to the directory ``path``; see :mod:`gatewise.estimators.persistence`."""
        check_is_fitted(self)
        return save(self, path)
