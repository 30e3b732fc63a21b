"""What must be true before a kernel runs, since kernels look at addresses only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.errors import LayerInputError
from gatewise.kernels.record.sizes import Sizes

__all__ = ["Array", "check_lengths", "check_shapes"]

Array = NDArray[Any]


def check_shapes(
    dtype: np.dtype[Any],
    named: Iterable[tuple[str, Array | None]],
    shapes: Iterable[tuple[int, ...]],
) -> None:
    """Raise unless every array has its shape, the type and no gaps in memory; None passes."""
    for (name, array), shape in zip(named, shapes, strict=True):
        if array is not None and (
            array.shape != shape or array.dtype != dtype or not array.flags.c_contiguous
        ):
            raise LayerInputError(
                f"{name}: expected {dtype} of shape {shape} without gaps, "
                f"got {array.dtype} of shape {array.shape} with strides {array.strides}"
            )


def check_lengths(lengths: Array, sizes: Sizes) -> None:
    """Raise unless there is a length within bounds for every sequence."""
    if lengths.shape != (sizes.batch,) or lengths.dtype != np.int64:
        raise LayerInputError(
            f"lengths: expected {sizes.batch} int64, got {lengths.dtype} of shape {lengths.shape}"
        )
    shortest, longest = lengths.min(), lengths.max()
    if shortest < 1 or longest > sizes.time:
        raise LayerInputError(f"lengths: expected 1 to {sizes.time}, got {shortest} to {longest}")
