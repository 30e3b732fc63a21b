"""Scaling: per window for what is forecast, per column for everything else."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Floats, Integers, Mask, Values

__all__ = ["ColumnScaler", "difference_spread", "moves_within", "normalise"]


@dataclass(frozen=True)
class ColumnScaler:
    """``(x − mean) / deviation`` for each column; a constant column becomes zero.

    Attributes
    ----------
    mean, deviation : float64 arrays, shape (columns,)
        Of the training rows only.
    """

    mean: Floats
    deviation: Floats

    @classmethod
    def of(cls, rows: NDArray[np.floating]) -> ColumnScaler:
        """Fit on ``rows`` of shape (rows, columns)."""
        mean = rows.mean(axis=0, dtype=np.float64)
        deviation = rows.std(axis=0, dtype=np.float64)
        # A constant column differs from its mean by rounding only: do not blow that up.
        tiny = deviation <= 1e-7 * np.maximum(1e-30, np.abs(mean))
        return cls(mean, np.where(tiny, np.inf, deviation))

    def __call__(self, rows: NDArray[np.floating]) -> Values:
        """Scaled copy of ``rows``, shape (…, columns)."""
        return ((rows - self.mean) / self.deviation).astype(np.float32)


def difference_spread(values: Floats, offsets: Integers, observed: Mask | None = None) -> Floats:
    """Standard deviation of the first differences of each series, shape (series,).

    It is the floor of a window's scale: a flat stretch must not turn noise into huge numbers. Rows that were filled
    are left out: one that fills a gap repeats the value before it, and the value after it stands many rows away.
    """
    spread = []
    for begin, end in pairwise(offsets):
        differences = np.diff(values[begin:end])
        if observed is not None:
            both = observed[begin + 1 : end] & observed[begin : end - 1]
            # Where hardly two neighbours are left, those across gaps are better than none.
            differences = differences[both] if both.sum() > 1 else differences
        spread.append(np.std(differences) if len(differences) else 0.0)
    return np.asarray(spread, np.float64)


def moves_within(horizon: int, values: Floats, offsets: Integers) -> Floats:
    """Root mean square of the changes over 1 … ``horizon`` rows of each column, over all series; 1 where none moves.

    ``values`` is (rows, columns). At most 16 of the distances are looked at, evenly spaced.
    """
    far = np.unique(np.linspace(1, horizon, min(horizon, 16)).astype(int))
    squares, count = np.zeros(values.shape[1]), 0
    for begin, end in pairwise(offsets):
        for rows in far[far < end - begin]:
            squares += ((values[begin + rows : end] - values[begin : end - rows]) ** 2).sum(axis=0)
            count += end - begin - rows
    moves = np.sqrt(squares / max(1, count))
    return np.where(moves > 0, moves, 1.0)


def normalise(windows: Floats, floor: Floats) -> tuple[Values, Floats, Floats]:
    """Subtract each window's last value and divide by its standard deviation.

    Parameters
    ----------
    windows : float64 array, shape (windows, context)
    floor : float64 array, shape (windows,)
        The least that a window is divided by.

    Returns
    -------
    values : float32 array, shape (windows, context)
    location, scale : float64 arrays, shape (windows, 1)
    """
    location = windows[:, -1:]
    # A standard deviation of a constant window is rounding only, of the size of 1e-16 of the values.
    least = np.maximum(floor[:, None], 1e-9 * np.maximum(1e-30, np.abs(location)))
    scale = np.maximum(windows.std(axis=1, keepdims=True), least)
    return ((windows - location) / scale).astype(np.float32), location, scale
