"""Windows over series: where each begins, never a copy of what is in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gatewise.data.arrays import Rows
from gatewise.data.series import SeriesSet

__all__ = ["Windows", "context_rows", "horizon_rows"]


@dataclass(frozen=True)
class Windows:
    """All forecast origins of a set of series, numbered 0 … ``len(windows) - 1``.

    The origin is the first row to be forecast: a window sees the ``context`` rows before it and is scored
    on the ``horizon`` rows from it on. Only the first origin and the number of origins of each series
    are stored, so memory does not grow with windows × length.
    """

    offsets: Rows  # (series + 1,) first row of each series
    first: Rows  # (series,) first origin of each series
    ends: Rows  # (series,) running sum of the number of origins

    @classmethod
    def of(cls, series: SeriesSet, first: Rows, last: Rows) -> Windows:
        """Origins ``first[s] … last[s]`` (inclusive, counted from the start of series ``s``)."""
        count = np.maximum(0, last - first + 1)
        return cls(series.offsets, series.offsets[:-1] + first, np.cumsum(count))

    def __len__(self) -> int:
        return int(self.ends[-1]) if len(self.ends) else 0

    def locate(self, numbers: Rows) -> tuple[Rows, Rows]:
        """Series number and origin (a row of the flat arrays) of the windows ``numbers``."""
        series = np.searchsorted(self.ends, numbers, side="right")
        before = np.where(series > 0, self.ends[series - 1], 0)
        return series, self.first[series] + numbers - before


def context_rows(origin: Rows, begin: Rows, context: int) -> Rows:
    """Rows seen by each window, shape (windows, context).

    Where a series is younger than ``context``, its first row (``begin``) is repeated to the left.
    """
    rows: Rows = np.maximum(origin[:, None] + np.arange(-context, 0), begin[:, None])
    return rows


def horizon_rows(origin: Rows, horizon: int) -> Rows:
    """Rows to be forecast by each window, shape (windows, horizon)."""
    return origin[:, None] + np.arange(horizon)
