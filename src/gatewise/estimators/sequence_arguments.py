"""What an estimator may be given: ragged sequences of finite numbers, texts, or recordings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import validate_data

from gatewise.data.audio.waveform import AUDIO_ENDINGS
from gatewise.data.readers import read
from gatewise.data.sequences import SequenceSet, SequenceTask
from gatewise.errors import ConfigurationError, DataError

__all__ = ["InputKind", "Sequences", "as_sequences", "check_groups", "is_source", "with_target"]

# Arrays of numbers, texts as they are or cut into words, or files: one of these throughout.
Sequences: TypeAlias = list[Any]
InputKind = Literal["values", "text", "audio"]
WORDING = {"values": "sequences of numbers", "text": "texts", "audio": "recordings"}


def with_target(X: object, y: object, task: SequenceTask, **columns: Any) -> SequenceSet | None:
    """Return sequences with what is to be learned where ``X`` brings both: a set, a path or a frame; else ``None``."""
    if y is None and is_source(X):
        return cast(SequenceSet, read(X, task, **columns))  # type: ignore[arg-type]  # what it cannot read, it refuses
    if columns:
        raise ConfigurationError(f"{next(iter(columns))}: has a meaning only where X is a path or a frame")
    return X if isinstance(X, SequenceSet) and X.task == task else None


def is_source(X: object) -> bool:
    """Return whether ``X`` is a path or a data frame."""
    return isinstance(X, str | Path) or (hasattr(X, "columns") and hasattr(X, "shape"))


def check_groups(groups: object, count: int) -> None:
    """Refuse groups that are not one for each sequence."""
    if groups is not None and np.shape(cast(ArrayLike, groups)) != (count,):
        raise DataError(
            f"groups: expected one for each of {count} sequences, got shape {np.shape(cast(ArrayLike, groups))}"
        )


def as_sequences(estimator: Any, X: object, *, reset: bool) -> Sequences:
    """Return ``X`` as a list of (time, channels) arrays, of texts (each a str or a list of words), or of paths.

    Parameters
    ----------
    estimator : the estimator on which ``kind_``, ``n_features_in_`` and ``is_flat_`` are set (``reset``) or
        checked; its class says in ``kinds`` what it reads
    X : list of arrays of shape (time, channels) or (time,), array (sequences, time, channels), or array
        (sequences, time) of one channel; a pandas frame with an index of instances and times; a list of texts, of
        lists of words, or of recordings
    """
    X = X.sequences if isinstance(X, SequenceSet) else _instances(X)
    kind = _kind(X)
    if reset:
        if kind not in estimator.kinds:
            read = " or ".join(WORDING[one] for one in estimator.kinds)
            raise DataError(f"X: {type(estimator).__name__} reads {read}, got {WORDING[kind]}")
        estimator.kind_ = kind
    elif kind != estimator.kind_ and len(X):  # type: ignore[arg-type]  # what has no length is values
        raise DataError(f"X: expected {WORDING[estimator.kind_]}, as in fit, got {WORDING[kind]}")
    if kind == "values":
        return _arrays(estimator, X, reset=reset)
    if reset:
        estimator.n_features_in_, estimator.is_flat_ = 1, False
    as_one = _text if kind == "text" else _recording
    return [as_one(number, one) for number, one in enumerate(cast(Iterable[object], X))]


def _instances(X: object) -> object:
    """Return the rows of each instance where a pandas frame has an index of instances and times; else ``X``."""
    frame: Any = X
    if getattr(getattr(X, "index", None), "nlevels", 1) != 2:
        return X
    return [rows.to_numpy() for _, rows in frame.groupby(level=0, sort=False)]


def _kind(X: object) -> InputKind:
    """Return the kind of the sequences, which the first that is not empty shows."""
    if getattr(X, "ndim", 1) != 1 or hasattr(X, "columns") or not isinstance(X, Iterable):
        return "values"
    rows = list(X)
    first = next((row for row in rows if not hasattr(row, "__len__") or len(row)), rows[0] if rows else None)
    if isinstance(first, Path):
        return "audio"
    if isinstance(first, str):
        names = all(isinstance(row, str) and row.lower().endswith(AUDIO_ENDINGS) for row in rows)
        return "audio" if names else "text"
    words = isinstance(first, list | tuple | np.ndarray) and len(first) and isinstance(first[0], str)
    return "text" if words else "values"


def _text(number: int, value: object) -> str | list[str]:
    if isinstance(value, str):
        return str(value)
    words = list(value) if isinstance(value, list | tuple | np.ndarray) else None
    if words is None or not all(isinstance(word, str) for word in words):
        raise DataError(f"X: text {number} is {_short_repr(value)}; expected text, or a list of words")
    return words


def _recording(number: int, value: object) -> Path:
    if not isinstance(value, str | Path):
        raise DataError(f"X: recording {number} is {_short_repr(value)}; expected the path of a file")
    return Path(value)


def _short_repr(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"


def _arrays(estimator: Any, X: object, *, reset: bool) -> Sequences:
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
    """Return whether ``X`` holds sequences, rather than being a table of flat rows of one length."""
    if isinstance(X, np.ndarray) and X.dtype != object:
        return X.ndim == 3
    if not isinstance(X, Sequence | np.ndarray) or isinstance(X, str):
        return False
    shapes = [_shape(row) for row in X]
    return not shapes or None in shapes or any(len(s) > 1 for s in shapes if s) or len({*shapes}) > 1


def _shape(row: object) -> tuple[int, ...] | None:
    """Return the shape of one row; ``None`` where its own rows differ in length."""
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
