"""What a regressor may be given to learn: a finite number for each sequence, or for each of its steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

import numpy as np
from sklearn.utils.validation import column_or_1d

from gatewise.data.arrays import Floats
from gatewise.errors import DataError

__all__ = ["Targets", "as_targets", "flat"]

Targets: TypeAlias = Floats | list[Floats]


def as_targets(y: object, lengths: Sequence[int]) -> Targets:
    """Return ``y`` as one array, or as a list of arrays where it has a value for each step.

    Parameters
    ----------
    y : array (sequences,), list of arrays (time,) or (time, 1), or array (sequences, time)
    lengths : steps of each sequence
    """
    if y is None:
        raise DataError("requires y to be passed, but the target y is None")
    if _has_steps(y):
        return _per_step(list(cast(Sequence[object], y)), lengths)
    values = np.asarray(column_or_1d(y, warn=True))
    _check_count(len(values), lengths)
    numbers = _numbers(values, "y")
    _refuse_missing(numbers, "y: value {}", "leave its sequence out")
    return numbers


def flat(targets: Targets) -> Floats:
    """Return all values, one sequence after the other."""
    return np.concatenate(targets) if isinstance(targets, list) else targets


def _has_steps(y: object) -> bool:
    if isinstance(y, np.ndarray) and y.dtype != object:
        return y.ndim == 2 and y.shape[1] > 1
    return isinstance(y, Sequence | np.ndarray) and any(np.ndim(one) > 0 for one in y)


def _per_step(rows: list[object], lengths: Sequence[int]) -> list[Floats]:
    _check_count(len(rows), lengths)
    targets = []
    for number, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        values = _numbers(row, f"y: sequence {number}")
        if values.ndim == 2 and values.shape[1] == 1:
            values = values[:, 0]
        if values.ndim == 1 and len(values) > length and np.isnan(values[length:]).all():
            # Padded as the sequence was.
            values = values[:length]
        if values.shape != (length,):
            raise DataError(
                f"y: sequence {number} has {length} steps, got values of shape {values.shape}; "
                "give one for each step"
            )
        _refuse_missing(values, f"y: sequence {number}, step {{}}", "fill it or leave the sequence out")
        targets.append(values)
    return targets


def _check_count(found: int, lengths: Sequence[int]) -> None:
    if found != len(lengths):
        raise DataError(
            f"y: expected a value, or an array of values, for each of {len(lengths)} sequences, got {found}"
        )


def _numbers(values: object, place: str) -> Floats:
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise DataError(f"{place} holds something that is not a number") from None


def _refuse_missing(values: Floats, place: str, remedy: str) -> None:
    missing = np.flatnonzero(~np.isfinite(values))
    if len(missing):
        found = "NaN" if np.isnan(values[missing[0]]) else "inf"
        raise DataError(f"{place.format(missing[0])} is {found}; {remedy}")
