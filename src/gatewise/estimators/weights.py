"""How much each sequence counts in training."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from gatewise.data.arrays import Floats
from gatewise.errors import DataError

__all__ = ["as_weights"]


def as_weights(given: ArrayLike | None, count: int) -> Floats | None:
    """Return weights whose mean is 1, one for each of ``count`` sequences; ``None`` where none are given."""
    if given is None:
        return None
    try:
        weights = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise DataError("sample_weight: expected numbers") from None
    if weights.ndim == 0:
        weights = np.full(count, float(weights))
    if weights.shape != (count,):
        raise DataError(
            f"sample_weight: expected one for each of {count} sequences, got shape {weights.shape}"
        )
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        place = int(np.argmax(wrong))
        raise DataError(
            f"sample_weight: weight {place} is {weights[place]:g}; expected a finite number, 0 or more"
        )
    if not weights.any():
        raise DataError("sample_weight: all weights are zero; expected some above it")
    scaled: Floats = weights / weights.mean()
    return scaled
