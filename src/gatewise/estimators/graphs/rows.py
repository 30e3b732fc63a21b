"""What is given to one step of a model: rows of numbers, or words, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gatewise.data.arrays import Integers, Values
from gatewise.data.inputs.words import FEATURES, FIRST, LAST, PADDING, WordInputs
from gatewise.errors import DataError

__all__ = ["WORD_COLUMNS", "channel_names", "channels_of", "row_of", "several", "words_as_rows"]

# Its features, and all characters of it that are ever read.
WORD_COLUMNS = len(FEATURES) + FIRST + LAST


def channels_of(estimator: Any) -> int:
    """Return the channels of what a user gives, before codes take their places."""
    return 1 if estimator.is_flat_ else int(estimator.n_features_in_)


def channel_names(estimator: Any) -> tuple[str, ...]:
    """Return the names of the channels of what a user gives; none where they are not known."""
    names = tuple(getattr(estimator.columns_, "channels", ()) or ())
    return names if len(names) == channels_of(estimator) else ()


def row_of(x: Any, channels: int, batch: int | None, *, fills: bool = False) -> Values:
    """Return rows as (batch, channels); a single channel needs no axis of its own.

    What is missing is refused, unless the step ``fills`` it.
    """
    try:
        with np.errstate(over="ignore"):
            array = np.asarray(x, np.float32)
    except (TypeError, ValueError):
        raise DataError(f"step: expected {channels} numbers, got {x!r:.60}") from None
    shape = (channels,) if batch is None else (batch, channels)
    if array.shape != shape and array.size == np.prod(shape) and channels == 1:
        array = array.reshape(shape)
    if array.shape != shape:
        axes = "(channels)" if batch is None else "(streams, channels)"
        raise DataError(f"step: expected shape {shape} {axes}, got {array.shape}")
    if not fills and not np.isfinite(array).all():
        place = np.argwhere(~np.isfinite(array))[0][-1]
        what = "NaN" if np.isnan(array).any() else "inf"
        raise DataError(
            f"step: channel {place} is {what}; give the value before it again, or leave the row out"
        )
    return array.reshape(-1, channels)


def several(x: Any, batch: int | None) -> list[Any]:
    """Return words or symbols as a list, one for each stream."""
    if batch is None:
        return [x]
    found = list(x) if isinstance(x, Sequence | np.ndarray) and not isinstance(x, str) else [x]
    if len(found) != batch:
        raise DataError(f"step: expected {batch} of them, one for each stream, got {len(found)}")
    return found


def words_as_rows(inputs: WordInputs, words: Sequence[Any]) -> Integers:
    """Return the numbers of words, (words, columns)."""
    rows = np.full((len(words), WORD_COLUMNS), PADDING, np.int64)
    for number, word in enumerate(words):
        if not isinstance(word, str):
            raise DataError(f"step: expected a word, got {word!r:.60}")
        codes = inputs.encode([word])[0]
        rows[number, : len(codes)] = codes
    return rows
