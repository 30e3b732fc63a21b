"""What every sequence regressor does, networks and baselines alike: check, fit, predict in the shape of ``y``."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_is_fitted

from gatewise.data.readers import read_sequences
from gatewise.data.readers.table.frames import Source
from gatewise.data.sequences import SequenceSet
from gatewise.errors import DataError
from gatewise.estimators.config import RegressorConfig
from gatewise.estimators.regression.targets import Targets, as_targets, flat
from gatewise.estimators.saving.parts import saves
from gatewise.estimators.sequence_estimator import SequenceEstimator
from gatewise.estimators.sequences import as_sequences, check_groups, is_source, with_target
from gatewise.training.metrics import regression_metrics

__all__ = ["Regressor"]

Sequences = list[NDArray[np.float32]]
Floats = NDArray[np.float64]
Groups = NDArray[np.generic] | None


class Regressor(RegressorMixin, SequenceEstimator):  # type: ignore[misc]  # scikit-learn publishes no types
    """Base of all sequence regressors; a subclass gives ``_fit`` and ``_predict``.

    Attributes
    ----------
    per_step_ : bool
        Whether there is a value for each step rather than for each sequence.
    """

    config_type = RegressorConfig
    parts = saves("per_step_")

    @abstractmethod
    def _fit(self, sequences: Sequences, targets: Targets, groups: Groups) -> None:
        """Learn from sequences and their values; ``per_step_`` says which there are."""

    @abstractmethod
    def _predict(self, sequences: Sequences) -> Targets:
        """One value for each sequence, or for each step."""

    def fit(self, X: object, y: object = None, groups: object = None, **columns: Any) -> Self:
        """Fit on sequences and their values.

        Parameters
        ----------
        X : list of arrays (time, channels), array (sequences, time, channels) or (sequences, time), or a
            path, frame or SequenceSet that brings the values along
        y : array, shape (sequences,), or a list of arrays of shape (time,) with a value for each step
        groups : array, shape (sequences,), optional
            Whom each sequence belongs to; one group is never on both sides where something is held out.
        **columns
            As :func:`gatewise.data.readers.read_valued` takes them.

        Returns
        -------
        self
        """
        valued = with_target(X, y, "regression", **columns)
        self.columns_ = None if valued is None else valued.columns
        if valued is not None:
            X, y = valued.sequences, valued.target
            groups = valued.groups if groups is None else groups
            self.channels_ = valued.channels
            self.source_ = valued.source
        sequences = as_sequences(self, X, reset=True)
        targets = as_targets(y, [len(sequence) for sequence in sequences])
        check_groups(groups, len(sequences))
        self.per_step_ = isinstance(targets, list)
        self._fit(sequences, targets, None if groups is None else np.asarray(groups))
        return self

    def predict(self, X: object) -> Targets:
        """One value for each sequence, shape (sequences,), or a list of arrays with one for each step.

        ``X`` is as in :meth:`fit`; a path or frame needs no values, and is read by :meth:`read`.
        """
        check_is_fitted(self)
        if isinstance(X, str | Path | SequenceSet) or (self.columns_ is not None and is_source(X)):
            X = self.read(X).sequences  # type: ignore[arg-type]  # what it cannot read, it refuses
        return self._predict(as_sequences(self, X, reset=False))

    def evaluate(self, data: object, y: object = None, **columns: Any) -> dict[str, float]:
        """RMSE, MAE and R² over all values; see :mod:`gatewise.training.metrics`."""
        check_is_fitted(self)
        if y is None and is_source(data):
            columns = self._fitted_columns() | columns
        valued = with_target(data, y, "regression", **columns)
        if valued is not None and self.per_step_:
            # Values that never change within a sequence are read as one for each.
            valued = valued.with_steps()
        X, y = (data, y) if valued is None else (valued.sequences, valued.target)
        predicted = self.predict(X)
        lengths = [len(one) for one in predicted] if isinstance(predicted, list) else [1] * len(predicted)
        actual = as_targets(y, lengths)
        if isinstance(actual, list) != self.per_step_:
            asked = "each step" if self.per_step_ else "each sequence"
            raise DataError(f"y: expected a value for {asked}, as in fit")
        return regression_metrics(flat(actual), flat(predicted))

    def score(self, X: object, y: object = None, sample_weight: object = None) -> float:
        """R², as scikit-learn defines it; over all steps where there is a value for each."""
        if sample_weight is not None:
            weighted: float = super().score(X, y, sample_weight)
            return weighted
        return self.evaluate(X, y)["R2"]

    def read(self, data: Source | SequenceSet, **columns: Any) -> SequenceSet:
        """Sequences from a path or frame, from the columns that were fitted on unless others are named."""
        check_is_fitted(self)
        if isinstance(data, SequenceSet):
            return data
        return read_sequences(data, **self._fitted_columns() | columns)
