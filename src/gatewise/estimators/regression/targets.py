"""What a regressor may be given to learn: one finite number or several for each sequence, or one for each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, cast

import narwhals as nw
import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.utils.validation import column_or_1d

from gatewise.data.arrays import Floats
from gatewise.errors import DataError
from gatewise.estimators.saving.parts import Attribute
from gatewise.estimators.sequence_containers import is_frame

__all__ = ["Targets", "as_targets", "flat", "is_several", "names_of", "one_or_several"]

# Of shape (sequences,), or (sequences, targets); or a list with an array (time,) for each sequence.
Targets: TypeAlias = Floats | list[Floats]


def as_targets(y: object, lengths: Sequence[int], *, per_step: bool | None = None) -> Targets:
    """Return ``y`` as one array, or as a list of arrays where it has a value for each step.

    Parameters
    ----------
    y : array (sequences,) or (sequences, targets), a frame of such columns, list of arrays (time,) or (time, 1), or
        array (sequences, time)
    lengths : steps of each sequence
    per_step : bool, optional
        What a table of values is for; by default it has one for each step where it is as wide as the longest sequence
        is long, and is no frame.
    """
    if y is None:
        raise DataError("requires y to be passed, but the target y is None")
    table = _table(y)
    if table is not None and not (
        _as_wide(table, lengths) and not is_frame(y) if per_step is None else per_step
    ):
        return _several(table, lengths)
    if table is not None or _has_steps(y):
        y = y if table is None else table
        return _per_step(list(cast(Sequence[object], y)), lengths)
    values = np.asarray(column_or_1d(y, warn=True))
    _check_count(len(values), lengths)
    numbers = _numbers(values, "y")
    _refuse_missing(numbers, "y: value {}", "leave its sequence out")
    return numbers


def flat(targets: Targets) -> Floats:
    """Return all values, one sequence after the other."""
    return np.concatenate(targets) if isinstance(targets, list) else targets


def is_several(targets: Targets) -> bool:
    """Return whether each sequence has several numbers."""
    return not isinstance(targets, list) and targets.ndim == 2


def names_of(y: object, targets: Targets) -> tuple[str, ...]:
    """Return the names of several numbers, those of the columns of a frame; nothing where there is one."""
    if isinstance(targets, list) or targets.ndim == 1:
        return ()
    named = y.columns if is_frame(y) else range(1, targets.shape[1] + 1)  # type: ignore[attr-defined]  # it has them
    return tuple(f"target {one}" if isinstance(one, int | np.integer) else str(one) for one in named)


def one_or_several(*names: str) -> tuple[Attribute, ...]:
    """List attributes that are a number, or an array of one for each target, to be saved as JSON values."""
    return tuple(
        Attribute(
            name,
            pack_as=lambda value: np.asarray(value, np.float64).tolist(),
            restore_as=lambda saved: np.array(saved, np.float64) if isinstance(saved, list) else saved,
        )
        for name in names
    )


def _table(y: object) -> Any:
    """Return ``y`` as an array of two axes where it is one, a frame, or lists of equally many numbers; else nothing."""
    if is_frame(y):
        columns = nw.from_native(y, eager_only=True, pass_through=True)
        return columns.to_numpy() if isinstance(columns, nw.DataFrame) and columns.shape[1] > 1 else None
    if isinstance(y, torch.Tensor):
        y = y.detach().cpu().numpy()
    if isinstance(y, list | tuple):
        plain = all(isinstance(row, list | tuple) and all(np.ndim(one) == 0 for one in row) for row in y)
        y = np.array(y) if plain and len({len(cast(list[Any], row)) for row in y}) == 1 else None
    return y if isinstance(y, np.ndarray) and y.ndim == 2 and y.shape[1] > 1 else None


def _as_wide(table: NDArray[Any], lengths: Sequence[int]) -> bool:
    """Return whether a table is as wide as sequences are long, or wider and padded as they were."""
    longest = max(lengths, default=0)
    if table.shape[1] <= longest:
        return bool(table.shape[1] == longest)
    return table.dtype.kind == "f" and bool(np.isnan(table[:, longest:]).all())


def _several(table: NDArray[Any], lengths: Sequence[int]) -> Floats:
    _check_count(len(table), lengths)
    values = _numbers(table, "y")
    bad = np.argwhere(~np.isfinite(values))
    if len(bad):
        row, column = bad[0]
        found = "NaN" if np.isnan(values[row, column]) else "inf"
        raise DataError(f"y: row {row}, column {column} is {found}; leave its sequence out")
    return values


def _has_steps(y: object) -> bool:
    if isinstance(y, np.ndarray) and y.dtype != object:
        return False
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
