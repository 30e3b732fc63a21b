"""What a classifier may be given, as ragged sequences of finite numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import validate_data

from gatewise.data.labelled import LabelledSequences
from gatewise.data.readers import read_labelled
from gatewise.errors import DataError

__all__ = ["as_labelled", "as_sequences"]

Sequences = list[NDArray[np.float32]]


def as_labelled(X: object, y: object, **columns: Any) -> LabelledSequences | None:
    """Sequences with their labels where ``X`` brings both: a set, a path or a data frame; else ``None``."""
    if isinstance(X, LabelledSequences):
        return X
    is_frame = hasattr(X, "columns") and hasattr(X, "shape")
    if y is None and (isinstance(X, str | Path) or is_frame):
        return read_labelled(X, **columns)
    return None


def as_sequences(estimator: Any, X: object, *, reset: bool) -> Sequences:
    """``X`` as a list of (time, channels) arrays.

    Parameters
    ----------
    estimator : the estimator on which ``n_features_in_`` is set (``reset``) or checked
    X : list of arrays of shape (time, channels) or (time,), array (sequences, time, channels), or array
        (sequences, time) of one channel
    """
    if isinstance(X, LabelledSequences):
        X = X.sequences
    if _is_ragged(X):
        sequences = [_sequence(number, values) for number, values in enumerate(X)]  # type: ignore[arg-type, var-annotated]
        if not sequences:
            raise DataError("X: expected at least one sequence, got an empty list")
        channels = sequences[0].shape[1]
        expected = channels if reset else estimator.n_features_in_
        for number, values in enumerate(sequences):
            if values.shape[1] != expected:
                raise DataError(f"X: sequence {number} has {values.shape[1]} channels, expected {expected}")
        if reset:
            estimator.n_features_in_ = channels
        return sequences
    # scikit-learn's own check of a two-dimensional array, with its messages.
    table = validate_data(estimator, X, reset=reset, dtype=np.float64, ensure_min_features=1)
    if reset:
        estimator.flat_input_ = True
    return list(table.astype(np.float32)[:, :, None])


def _is_ragged(X: object) -> bool:
    if isinstance(X, np.ndarray) and X.dtype != object:
        return X.ndim == 3
    if isinstance(X, Sequence | np.ndarray) and len(X) > 0:
        return isinstance(X[0], np.ndarray | list) and np.ndim(X[0]) >= 1 and _has_depth(X)
    return isinstance(X, list) and not X


def _has_depth(X: Sequence[Any]) -> bool:
    """Rows that are not all flat and of one length: sequences, not a table."""
    return any(np.ndim(row) != 1 for row in X) or len({len(row) for row in X}) > 1


def _sequence(number: int, values: object) -> NDArray[np.float32]:
    try:
        array = np.asarray(values, dtype=np.float32)
    except (TypeError, ValueError):
        raise DataError(f"X: sequence {number} holds something that is not a number") from None
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise DataError(f"X: sequence {number} has {array.ndim} axes, expected 2: (time, channels)")
    if len(array) == 0:
        raise DataError(f"X: sequence {number} is empty; leave it out")
    if not np.isfinite(array).all():
        step, channel = np.argwhere(~np.isfinite(array))[0]
        raise DataError(
            f"X: sequence {number}, step {step}, channel {channel} is {array[step, channel]}; "
            "fill it or leave the sequence out"
        )
    return array
