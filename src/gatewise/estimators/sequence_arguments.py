"""What an estimator may be given: ragged sequences of finite numbers, texts, or recordings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike

from gatewise.data.audio.recording import is_sound, waveform_of
from gatewise.data.audio.waveform import AUDIO_ENDINGS, Waveform
from gatewise.data.readers import read
from gatewise.data.readers.options import ReadOptions
from gatewise.data.sequences import SequenceSet, SequenceTask
from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.sequence_containers import is_frame, is_missing, taken_apart
from gatewise.estimators.sequence_values import as_values

__all__ = [
    "InputKind",
    "Sequences",
    "as_sequences",
    "check_groups",
    "is_source",
    "refuse_words",
    "with_target",
]

# Arrays of numbers, texts as they are or cut into words, or files: one of these throughout.
Sequences: TypeAlias = list[Any]
InputKind = Literal["values", "text", "audio"]
WORDING = {"values": "sequences of numbers", "text": "texts", "audio": "recordings"}


def with_target(X: object, y: object, task: SequenceTask, **columns: Any) -> SequenceSet | None:
    """Return sequences with what is to be learned where ``X`` brings both: a set, a path or a frame; else ``None``."""
    if y is None and is_source(X):
        return cast(SequenceSet, read(X, task, **columns))  # type: ignore[arg-type]  # what it cannot read, it refuses
    return X if isinstance(X, SequenceSet) and X.task == task else None


def refuse_words(words: Mapping[str, Any], *, but: tuple[str, ...] = ()) -> None:
    """Refuse words of the readers where nothing is read, ``but`` those that have a meaning for any sequences."""
    for name in words:
        if name not in but:
            raise ConfigurationError("has a meaning only where X is a path or a frame", option=name)
    ReadOptions(**words)


def is_source(X: object) -> bool:
    """Return whether ``X`` is a path or a data frame."""
    return isinstance(X, str | Path) or is_frame(X)


def check_groups(groups: object, count: int) -> None:
    """Refuse groups that are not one for each sequence."""
    if groups is not None and np.shape(cast(ArrayLike, groups)) != (count,):
        raise DataError(
            f"groups: expected one for each of {count} sequences, got shape {np.shape(cast(ArrayLike, groups))}"
        )


def as_sequences(estimator: Any, X: object, *, reset: bool) -> Sequences:
    """Return ``X`` as a list of (time, channels) arrays, of texts (each a str or a list of words), or of recordings.

    What is accepted does not depend on the batch: lists are sequences, equally long or not; whatever has two axes is a
    flat table of one channel.

    Parameters
    ----------
    estimator : the estimator on which ``kind_``, ``n_features_in_`` and ``is_flat_`` are set (``reset``) or
        checked; its class says in ``kinds`` what it reads
    X : list or generator of arrays of shape (time, channels) or (time,), array or tensor (sequences, time, channels),
        or array (sequences, time) of one channel; a pandas frame with an index of instances and times, or one whose
        cells are series; a list or one column of texts; a list of lists of words, of paths of recordings, or of
        ``(samples, rate)``
    """
    given = taken_apart(X)
    kind = "values" if given.table is not None else _kind(given.rows)
    if reset:
        kind = kind or "values"
        if kind not in estimator.kinds:
            read = " or ".join(WORDING[one] for one in estimator.kinds)
            raise DataError(f"X: {type(estimator).__name__} reads {read}, got {WORDING[kind]}")
        estimator.kind_ = kind
    elif kind not in (None, estimator.kind_):
        raise DataError(f"X: expected {WORDING[estimator.kind_]}, as in fit, got {WORDING[kind]}")
    if estimator.kind_ == "values":
        return as_values(estimator, given, reset=reset)
    if reset:
        estimator.n_features_in_, estimator.is_flat_ = 1, False
        if getattr(estimator, "impute_", ""):
            raise ConfigurationError(f"has no meaning for {WORDING[kind]}; leave it out", option="impute")  # type: ignore[index]  # it is one
    as_one = _text if estimator.kind_ == "text" else _recording
    return [as_one(number, one) for number, one in enumerate(given.rows)]


def _kind(rows: list[Any]) -> InputKind | None:
    """Return the kind of the sequences, which the first that is neither missing nor empty shows, if one is."""
    found = next((kind for row in rows if (kind := _kind_of(row)) is not None), None)
    if found == "text" and all(isinstance(row, str) and row.lower().endswith(AUDIO_ENDINGS) for row in rows):
        return "audio"
    return found


def _kind_of(row: Any) -> InputKind | None:
    if isinstance(row, str):
        return "text"
    if isinstance(row, Path) or is_sound(row):
        return "audio"
    if is_missing(row) or (hasattr(row, "__len__") and not len(row)):
        return None
    words = isinstance(row, list | tuple | np.ndarray) and isinstance(row[0], str)
    return "text" if words else "values"


def _text(number: int, value: object) -> str | list[str]:
    if isinstance(value, str):
        return str(value)
    words = list(value) if isinstance(value, list | tuple | np.ndarray) else None
    if words is None or not all(isinstance(word, str) for word in words):
        raise DataError(f"X: text {number} is {_short_repr(value)}; expected text, or a list of words")
    return words


def _recording(number: int, value: Any) -> Path | Waveform:
    if isinstance(value, str | Path):
        return Path(value)
    if not is_sound(value):
        raise DataError(
            f"X: recording {number} is {_short_repr(value)}; expected the path of a file, or (samples, rate)"
        )
    try:
        return waveform_of(value)
    except DataError as error:
        raise DataError(f"X: recording {number}: {str(error).removeprefix('a recording: ')}") from None


def _short_repr(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
