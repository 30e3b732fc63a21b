"""What every sequence regressor does, networks and baselines alike: check, fit, predict in the shape of ``y``."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from itertools import chain
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin

from gatewise.data.arrays import Floats
from gatewise.data.hashes import hashes_of_sequences
from gatewise.data.readers.options import TableOptions
from gatewise.errors import DataError
from gatewise.estimators.config import RegressorConfig
from gatewise.estimators.regression.targets import Targets, as_targets, flat, is_several, names_of
from gatewise.estimators.saving.fingerprint import Fingerprint, not_asked_for_seen_data
from gatewise.estimators.saving.parts import Attribute, saves
from gatewise.estimators.sequence_arguments import as_sequences, check_groups
from gatewise.estimators.sequence_estimator import SequenceEstimator
from gatewise.estimators.words import takes
from gatewise.training.metrics import regression_metrics, several_metrics

__all__ = ["Regressor", "Sequences"]

Sequences = list[NDArray[np.float32]]
Groups = NDArray[np.generic] | None


class Regressor(RegressorMixin, SequenceEstimator):  # type: ignore[misc]  # scikit-learn publishes no types
    """Base of all sequence regressors; a subclass gives ``_fit`` and ``_predict``.

    Attributes
    ----------
    per_step_ : bool
        Whether there is a value for each step rather than for each sequence.
    target_names_ : tuple of str
        Of several values for each sequence; nothing where there is one.
    target_deviations_ : tuple of float
        Of each of several values in the training part, the units of ``scaled MAE``.
    """

    task = "regression"
    config_type = RegressorConfig
    per_step_: bool
    target_names_: tuple[str, ...]
    target_deviations_: tuple[float, ...]
    parts = saves(
        "per_step_",
        Attribute("target_names_", default=(), restore_as=tuple),
        Attribute("target_deviations_", default=(), restore_as=tuple),
    )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    @abstractmethod
    def _fit(self, sequences: Sequences, targets: Targets, groups: Groups) -> None:
        """Learn from sequences and their values; ``per_step_`` says which there are."""

    @abstractmethod
    def _predict(self, sequences: Sequences) -> Targets:
        """Return one value or several for each sequence, or one for each step."""

    @takes(TableOptions)
    def fit(
        self, X: object, y: object = None, groups: object = None, **columns: Unpack[TableOptions]
    ) -> Self:
        """Fit on sequences and their values.

        Parameters
        ----------
        X : list of arrays (time, channels), array (sequences, time, channels) or (sequences, time), list of texts
            (raw, or each a list of words); or a path, frame or SequenceSet that brings the values along
        y : array, shape (sequences,); or several values for each sequence, shape (sequences, targets), or a frame
            whose columns name them; or of sequences of numbers a list of arrays of shape (time,) with a value for each
            step
            An array as wide as the longest sequence is long has one value for each step.
        groups : array, shape (sequences,), optional
            Whom each sequence belongs to; one group is never on both sides where something is held out.
        **columns
            As :func:`gatewise.data.readers.read_valued` takes them.

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
        fit: Callable[[Sequences, Targets, Groups], None],
        *,
        going_on: bool = False,
        **columns: Any,
    ) -> Self:
        """Check what is learned and have ``fit`` learn it; ``going_on``: values as those that were fitted."""
        # What a reader brings is a list where there is a value for each step.
        brought = y is None
        X, y, given_groups = self._for_training(X, y, going_on=going_on, **columns)
        groups = given_groups if groups is None else groups
        sequences = as_sequences(self, X, reset=not going_on)
        per_step = isinstance(y, list) if brought else self.per_step_ if going_on else None
        targets = self._as_targets(y, [len(sequence) for sequence in sequences], per_step)
        check_groups(groups, len(sequences))
        if going_on:
            self._check_alike(targets)
        self.per_step_ = isinstance(targets, list)
        if going_on:
            sequences = self.coded(sequences)
        else:
            self._note_several(y, targets)
            sequences = self._with_codes(sequences, self._as_outputs(targets))
        seen = self._seen_before() if going_on else []
        fit(sequences, targets, None if groups is None else np.asarray(groups))
        self.fingerprint_ = Fingerprint.of(chain(seen, hashes_of_sequences(sequences)))
        return self

    def _as_targets(self, y: object, lengths: list[int], per_step: bool | None) -> Targets:
        of_texts = self.kind_ == "text"
        targets = as_targets(y, lengths, per_step=False if of_texts else per_step)
        if isinstance(targets, list) and of_texts:
            raise DataError("y: expected one number for each text, got arrays of them")
        return targets

    def _note_several(self, y: object, targets: Targets) -> None:
        """Note the names and deviations of several values."""
        brought = () if self.columns_ is None else self.columns_.targets
        self.target_names_ = brought or names_of(y, targets)
        several = not isinstance(targets, list) and is_several(targets)
        deviations = targets.std(axis=0) if not isinstance(targets, list) and several else ()
        self.target_deviations_ = tuple(float(one) or 1.0 for one in deviations)

    def _as_outputs(self, targets: Targets) -> Floats | None:
        """Return values of whole sequences as (sequences, targets), several of them in units of their deviations."""
        if isinstance(targets, list):
            return None
        return targets / self.target_deviations_ if self.target_names_ else targets[:, None]

    def _check_alike(self, targets: Targets) -> None:
        if isinstance(targets, list) != self.per_step_:
            asked = "each step" if self.per_step_ else "each sequence"
            raise DataError(f"y: expected a value for {asked}, as in fit")
        several = np.shape(targets)[1] if not isinstance(targets, list) and is_several(targets) else 1
        if several != (len(self.target_names_) or 1):
            expected = ", ".join(self.target_names_) or "one value"
            raise DataError(f"y: expected {expected} for each sequence, as in fit, got {several} values")

    def predict(self, X: object) -> Targets:
        """Return a value for each sequence, shape (sequences,), several, (sequences, targets), or a list of arrays.

        ``X`` is as in :meth:`fit`; a path or frame needs no values, and is read by :meth:`read`. The arrays have a
        value for each step.
        """
        return self._predict(self._read_again(X))

    @takes(TableOptions)
    def evaluate(self, data: object, y: object = None, **columns: Unpack[TableOptions]) -> dict[str, float]:
        """Measure RMSE, MAE and R² over all values, of several ones for each: see :mod:`gatewise.training.metrics`.

        Warns where sequences were seen in training (:class:`~gatewise.errors.SeenDataWarning`).
        """
        valued = self._for_evaluation(data, y, **columns)
        if valued is not None and self.per_step_:
            # Values that never change within a sequence are read as one for each.
            valued = valued.with_steps()
        X, y = (data, y) if valued is None else (valued.sequences, valued.target)
        sequences = self._read_again(X)
        predicted = self._predict(sequences)
        lengths = [len(one) for one in predicted] if isinstance(predicted, list) else [1] * len(predicted)
        actual = self._as_targets(y, lengths, self.per_step_)
        self._check_alike(actual)
        self._warn_of_seen(hashes_of_sequences(sequences), "sequences")
        if self.target_names_:
            deviations = np.array(self.target_deviations_)
            return several_metrics(flat(actual), flat(predicted), self.target_names_, deviations)
        return regression_metrics(flat(actual), flat(predicted))

    def score(self, X: object, y: object = None, sample_weight: object = None) -> float:
        """Return R², as scikit-learn defines it: over all steps where each has a value, the mean of several targets."""
        if sample_weight is not None:
            weighted: float = super().score(X, y, sample_weight)
            return weighted
        with not_asked_for_seen_data():
            return self.evaluate(X, y)["R2"]
