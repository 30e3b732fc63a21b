"""What a classifier may be given, as ragged sequences of finite numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import validate_data

from gatewise.data.labelled import LabelledSequences, UnlabelledSequences
from gatewise.data.readers import read_labelled
from gatewise.errors import ConfigurationError, DataError

__all__ = ["as_labelled", "as_sequences", "is_source"]

Sequences = list[NDArray[np.float32]]


def as_labelled(X: object, y: object, **columns: Any) -> LabelledSequences | None:
    """Sequences with their labels where ``X`` brings both: a set, a path or a data frame; else ``None``."""
    if y is None and is_source(X):
        return read_labelled(X, **columns)  # type: ignore[arg-type]  # what it cannot read, it refuses
    if columns:
        raise ConfigurationError(f"{next(iter(columns))}: has a meaning only where X is a path or a frame")
    return X if isinstance(X, LabelledSequences) else None


def is_source(X: object) -> bool:
    """Whether ``X`` is a path or a data frame."""
    return isinstance(X, str | Path) or (hasattr(X, "columns") and hasattr(X, "shape"))


def as_sequences(estimator: Any, X: object, *, reset: bool) -> Sequences:
    """``X`` as a list of (time, channels) arrays.

    Parameters
    ----------
    estimator : the estimator on which ``n_features_in_`` and ``is_flat_`` are set (``reset``) or checked
    X : list of arrays of shape (time, channels) or (time,), array (sequences, time, channels), or array
        (sequences, time) of one channel
    """
    if isinstance(X, LabelledSequences | UnlabelledSequences):
        X = X.sequences
    ragged = _is_ragged(X)
    if reset:
        estimator.is_flat_ = not ragged
    if not ragged and estimator.is_flat_:
        # scikit-learn's own check of a two-dimensional array, with its messages.
        table = validate_data(estimator, X, reset=reset, dtype=np.float64, ensure_all_finite=False)
        return [_sequence(number, row) for number, row in enumerate(table)]
    sequences = [_sequence(number, values) for number, values in enumerate(X)]  # type: ignore[arg-type, var-annotated]
    if not sequences:
        raise DataError("X: expected at least one sequence, got none")
    if reset:
        estimator.n_features_in_ = sequences[0].shape[1]
    expected = 1 if estimator.is_flat_ else estimator.n_features_in_
    for number, values in enumerate(sequences):
        if values.shape[1] != expected:
            raise DataError(f"X: sequence {number} has {values.shape[1]} channels, expected {expected}")
    return sequences


def _is_ragged(X: object) -> bool:
    """Whether ``X`` holds sequences, rather than being a table of flat rows of one length."""
    if isinstance(X, np.ndarray) and X.dtype != object:
        return X.ndim == 3
    if not isinstance(X, Sequence | np.ndarray) or isinstance(X, str):
        return False
    shapes = [_shape(row) for row in X]
    return not shapes or None in shapes or any(len(s) > 1 for s in shapes if s) or len({*shapes}) > 1


def _shape(row: object) -> tuple[int, ...] | None:
    """Shape of one row; ``None`` where its own rows differ in length."""
    try:
        shape: tuple[int, ...] = np.shape(cast(ArrayLike, row))
    except ValueError:
        return None
    return shape


def _sequence(number: int, values: object) -> NDArray[np.float32]:
    try:
        with np.errstate(over="ignore"):
            array = np.asarray(values, dtype=np.float32)
    except (TypeError, ValueError):
        raise DataError(f"X: sequence {number} holds something that is not a number") from None
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise DataError(f"X: sequence {number} has {array.ndim} axes, expected 2: (time, channels)")
    if array.size == 0:
        raise DataError(f"X: sequence {number} is empty; leave it out")
    if not np.isfinite(array).all():
        step, channel = np.argwhere(~np.isfinite(array))[0]
        found = "NaN" if np.isnan(array[step, channel]) else "inf"
        raise DataError(
            f"X: sequence {number}, step {step}, channel {channel} is {found}; "
            "fill it or leave the sequence out"
        )
    return array
