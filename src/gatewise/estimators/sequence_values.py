"""Sequences of numbers as estimators are given them: which axis is time, padding, gaps, and what is refused."""

from __future__ import annotations

import warnings
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_array, validate_data

from gatewise.data.arrays import Values
from gatewise.data.readers.formats.step_tables import split
from gatewise.errors import AxesWarning, ConfigurationError, DataError
from gatewise.estimators.saving.fingerprint import out_of_the_package
from gatewise.estimators.sequence_containers import Container, is_missing
from gatewise.spelling import spelled

__all__ = ["Axes", "as_values"]

Axes: TypeAlias = Literal["n t c", "n c t"]
# Of an array with so many times as many channels as steps the axes are probably the other way round.
SUSPICIOUS = 4


def as_values(estimator: Any, given: Container, *, reset: bool) -> list[Values]:
    """Return sequences as (time, channels) arrays, complete, and set or check what they have in common."""
    rows, table = given.rows, given.table
    if reset:
        if given.is_table_in_lists:
            table = rows
        estimator.is_flat_ = table is not None
    # Afterwards lists are sequences, however long: only what says that it is a table has to be as wide as that.
    if table is not None:
        rows = _rows_of_table(estimator, table, reset=reset)
    if not rows:
        raise DataError("X: expected at least one sequence, got none")
    axes = "n t c" if given.in_order else _axes_of(estimator)
    arrays = [_array(number, row, axes) for number, row in enumerate(rows)]
    _check_channels(estimator, arrays, reset=reset)
    if reset and axes is None and given.axes == 3:
        _doubt_axes(estimator, arrays[0].shape)
    impute = getattr(estimator, "impute_", "")
    return [_complete(number, array, impute, reset=reset) for number, array in enumerate(arrays)]


def _axes_of(estimator: Any) -> Axes | None:
    axes: Axes | None = getattr(estimator, "axes_", None) or getattr(estimator, "axes", None)
    if axes not in (None, "n t c", "n c t"):
        raise ConfigurationError(f"expected 'n t c' or 'n c t', got {axes!r}", option="axes")
    return axes


def _rows_of_table(estimator: Any, table: Any, *, reset: bool) -> list[Any]:
    """Return the rows of a flat table; of a model of flat tables scikit-learn checks them, with its messages."""
    if estimator.is_flat_:
        return list(validate_data(estimator, table, reset=reset, dtype=np.float64, ensure_all_finite=False))
    return list(check_array(table, dtype=np.float64, ensure_all_finite=False))


def _array(number: int, values: Any, axes: Axes | None) -> NDArray[np.float32]:
    """Return one sequence as (time, channels), whatever is in it."""
    if is_missing(values):
        raise DataError(f"X: sequence {number} is {values}; leave it out")
    try:
        with np.errstate(over="ignore"):
            array = np.asarray(values, dtype=np.float32)
    except (TypeError, ValueError):
        raise DataError(f"X: sequence {number} holds something that is not a number") from None
    if array.ndim == 1:
        array = array[:, None]
    elif array.ndim == 2 and axes == "n c t":
        array = array.T
    if array.ndim != 2:
        raise DataError(f"X: sequence {number} has {array.ndim} axes, expected 2: (time, channels)")
    if array.size == 0:
        raise DataError(f"X: sequence {number} is empty; leave it out")
    return array


def _check_channels(estimator: Any, arrays: list[NDArray[np.float32]], *, reset: bool) -> None:
    if reset and not estimator.is_flat_:
        estimator.n_features_in_ = arrays[0].shape[1]
    expected = 1 if estimator.is_flat_ else estimator.n_features_in_
    for number, array in enumerate(arrays):
        if array.shape[1] != expected:
            # (channels, time) of sequences that differ in length.
            turned = reset and len({len(one) for one in arrays}) == 1 and len(arrays) > 1
            hint = f"; if each is (channels, time), {_with_axes(estimator, 'n c t')}" if turned else ""
            raise DataError(f"X: sequence {number} has {array.shape[1]} channels, expected {expected}{hint}")


def _with_axes(estimator: Any, axes: Axes) -> str:
    """Say how an estimator is told of axes; baselines have no option for them."""
    name = type(estimator).__name__
    return f'use {name}(axes="{axes}")' if "axes" in estimator.get_params(deep=False) else "turn them round"


def _doubt_axes(estimator: Any, shape: tuple[int, ...]) -> None:
    steps, channels = shape
    if channels > SUSPICIOUS * steps:
        warnings.warn(
            f"X: read as {steps} steps of {channels} channels; if it is (sequences, channels, time), as sktime and "
            f"aeon have it, {_with_axes(estimator, 'n c t')}; this is not said where axes are named",
            AxesWarning,
            stacklevel=out_of_the_package(),
        )


def _complete(number: int, array: NDArray[np.float32], impute: str, *, reset: bool) -> Values:
    """Return a sequence without padding, filled or refused; steps at the end without any value are padding."""
    found = ~np.isnan(array)
    if found.all() and np.isfinite(array).all():
        return array
    length = 1 + int(np.flatnonzero(found.any(axis=1)).max(initial=-1))
    if not length:
        raise DataError(f"X: sequence {number} holds NaN alone; leave it out")
    array = array[:length]
    bad = ~np.isfinite(array)
    if not bad.any():
        return array
    if not impute:
        step, channel = np.argwhere(bad)[0]
        what = "NaN" if np.isnan(array[step, channel]) else "inf"
        how = f" with the value before it with {spelled('impute', 'previous')}," if reset else ""
        raise DataError(
            f"X: sequence {number}, step {step}, channel {channel} is {what}; fill it{how} or leave the sequence out"
        )
    filled = split(array.copy(), np.array([0, length]))[0][0]
    if not len(filled):
        raise DataError(f"X: sequence {number} has no value in some channel; leave it out")
    return filled
