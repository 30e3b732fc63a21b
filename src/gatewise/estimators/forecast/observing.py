"""What is given to one step of a forecaster: the newest row, and known columns of those to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gatewise.data.arrays import Array
from gatewise.errors import DataError
from gatewise.graphs.graph import Field

__all__ = ["observed"]


def observed(x: Any, fields: Sequence[Field], batch: int | None) -> dict[str, Array]:
    """Return what a step reads: the value alone, or a mapping with everything.

    ``fields`` are what the model was fitted with: ``y``, ``past``, ``known``, ``future`` (horizon, columns) and
    ``static``. Columns of one row may be given by their names.
    """
    given = x if isinstance(x, Mapping) else {"y": x}
    found: dict[str, Array] = {}
    for field in fields:
        value = given.get(field.name)
        if value is None and field.names and all(name in given for name in field.names):
            value = np.stack([np.asarray(given[name]) for name in field.names], axis=-1)
        if value is None:
            expected = ", ".join(f"{one.name} {one.shape[1:]}" for one in fields)
            raise DataError(f"step: expected a mapping with {expected}; {field.name!r} is missing")
        found[field.name] = _as(field, value, batch)
    return found


def _as(field: Field, value: Any, batch: int | None) -> Array:
    shape = (batch or 1, *field.shape[1:])
    try:
        array: Array = np.asarray(value, field.dtype)
    except (TypeError, ValueError):
        raise DataError(f"step: {field.name}: expected numbers, got {value!r:.60}") from None
    if array.size != np.prod(shape):  # type: ignore[arg-type]  # numbers all but the batch, which is one by now
        raise DataError(f"step: {field.name}: expected shape {shape[batch is None :]}, got {array.shape}")
    if not np.isfinite(array).all() and not (field.name == "y" and np.isnan(array).all()):
        raise DataError(f"step: {field.name}: expected finite numbers")
    return array.reshape(shape)  # type: ignore[arg-type]  # as above
