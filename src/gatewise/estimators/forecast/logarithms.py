"""Logarithms of the series that have them."""

from __future__ import annotations

import numpy as np

from gatewise.data.arrays import Floats, Integers, Mask
from gatewise.data.forecast import ForecastBatch

__all__ = ["as_windows_are", "logarithms", "restored"]

# Of the least value before the origin: values that are not above zero count as this part of it.
FLOOR_SHARE = 0.1


def logarithms(target: Floats, offsets: Integers, before: Integers) -> tuple[Floats, Mask]:
    """Return the logarithms of series that have them, at any level, and which these are, shape (series,).

    Those of which every one of the first ``before`` rows is above zero. Others are left as they are, though the model
    learned from logarithms: windows are scaled either way, and a series that was closed, or is on the other side of
    zero, has no logarithm that would be its own. What is not above zero at or after the origin, which is scored only,
    counts as a tenth of the least value before it.
    """
    least = np.array(
        [
            target[begin : begin + rows].min(initial=np.inf)
            for begin, rows in zip(offsets[:-1], before, strict=True)
        ]
    )
    logs, lengths = least > 0, np.diff(offsets)
    floor = np.repeat(np.where(logs, FLOOR_SHARE * least, 1.0), lengths)
    return np.where(np.repeat(logs, lengths), np.log(np.maximum(target, floor)), target), logs


def restored(values: Floats, logs: Mask) -> Floats:
    """Bring values back into the user's units; ``logs`` says of which the logarithm was taken, and is broadcast."""
    # exp overflows float64 beyond 709; a forecast that far off stays finite and plainly absurd.
    return np.where(logs, np.exp(np.minimum(np.where(logs, values, 0.0), 700.0)), values)


def as_windows_are(values: Floats, batch: ForecastBatch) -> Floats:
    """Return values in the user's units, (batch, …), in those of their windows, not below a tenth of these."""
    floor = FLOOR_SHARE * np.exp(np.where(batch.logs, batch.seen, 0.0).min(axis=1, keepdims=True))
    return np.where(batch.logs, np.log(np.maximum(values, floor)), values)
