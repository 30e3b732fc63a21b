"""What a linear forecaster reads of a window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gatewise.data.arrays import Floats, Integers
from gatewise.data.forecast import ForecastBatch
from gatewise.estimators.forecast.baseline import covariates, ratio

__all__ = [
    "AFTER",
    "BEFORE",
    "MOST_LAGS",
    "MOST_NEIGHBOURS",
    "MOST_PRODUCTS",
    "LinearColumns",
    "columns_of_version_0_1",
    "stretches",
]

MOST_LAGS = 1024
STRETCHES = 12
MOST_PRODUCTS = 32
# Rows before and after the one to forecast whose known covariates are read; none where that would be too many columns.
BEFORE, AFTER = 2, 1
MOST_NEIGHBOURS = 8192


@dataclass(frozen=True)
class LinearColumns:
    """Columns of windows and of the rows to forecast.

    Attributes
    ----------
    unit, level : float
        What a window's unit and location are seen from.
    mask : bool
        Whether the first channel says which rows were observed, which is not read.
    """

    unit: float
    level: float
    mask: bool

    def __call__(self, batch: ForecastBatch) -> tuple[Floats, Floats]:
        """Return columns of the window, (batch, p), and of each row to forecast, (batch, horizon, q)."""
        before, static = covariates(batch, mask=self.mask).astype(np.float64), batch.static.numpy()
        windows, context, width = before.shape
        values = [batch.values.numpy(), np.ones((windows, 1))]
        if not width and not static.shape[1]:
            return np.concatenate(values, axis=1).astype(np.float64), np.zeros(
                (windows, self._horizon(batch), 0)
            )
        unit = ratio(batch, self.unit)
        level = (batch.location - self.level) / self.unit
        others = [np.ones((windows, 1)), level, static]
        if width:
            edges = stretches(context, 2 * self._horizon(batch), MOST_LAGS // width)
            # From the last row back.
            sums = np.add.reduceat(before[:, ::-1], edges[:-1], axis=1)
            others.append((sums / np.diff(edges)[:, None]).reshape(windows, -1))
        of_window = np.concatenate([*values, unit * np.concatenate(others, axis=1), static], axis=1)
        return of_window.astype(np.float64), unit[:, :, None] * self._of_rows(batch, before, static)

    @staticmethod
    def _horizon(batch: ForecastBatch) -> int:
        return batch.future.shape[1]

    def _of_rows(self, batch: ForecastBatch, before: Floats, static: Floats) -> Floats:
        future = batch.future.numpy().astype(np.float64)
        _, horizon, known = future.shape
        if not known:
            return future
        past = before[:, :, -known:]
        change = future - past[:, -1:]
        few = horizon * known * (BEFORE + AFTER) <= MOST_NEIGHBOURS
        first, last = (BEFORE, AFTER) if few else (0, 0)
        # The rows before the origin, those to forecast, and the last of them again where one would look beyond.
        start = np.arange(-first, 0)
        whole = np.concatenate([past[:, start], future, np.repeat(future[:, -1:], last, axis=1)], axis=1)
        blocks = [whole[:, shift : shift + horizon] for shift in range(first + last + 1)]
        blocks.append(change)
        if known * static.shape[1] <= MOST_PRODUCTS:
            blocks += [change * column[:, None, None] for column in static.T]
        return np.concatenate(blocks, axis=2)


def stretches(context: int, singles: int, most: int) -> Integers:
    """Return where ever longer stretches of a window begin, from its end back, and ``context`` itself.

    The last ``singles`` rows stand alone, fewer where there would be more than ``most`` stretches.
    """
    longer = max(1, min(STRETCHES, most // 2))
    alone = int(np.clip(min(singles, context), 1, max(1, most - longer)))
    edges = np.geomspace(alone, context, longer + 1).round().astype(np.int64)
    return np.unique(np.concatenate([np.arange(alone), edges, [context]]))


def columns_of_version_0_1(batch: ForecastBatch) -> tuple[Floats, Floats]:
    """Return what the linear forecaster of version 0.1.0 read: the window, known covariates to come, a constant."""
    future = batch.future.numpy()
    of_window = [batch.values.numpy(), future.reshape(len(future), -1), np.ones((len(future), 1))]
    return np.concatenate(of_window, axis=1).astype(np.float64), np.zeros((*future.shape[:2], 0))
