"""Series of known laws, as tables of ``unique_id, ds, y`` and columns that are known ahead."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = [
    "ROWS",
    "leading",
    "mackey_glass",
    "many_short",
    "persistent",
    "random_walk",
    "seasonal_walk",
    "sine",
]

Floats = NDArray[np.float64]

ROWS = 2_400
SEASON = 12
PERIOD = 24
SERIES, SHORT_ROWS = 60, 72


def random_walk(seed: int) -> pa.Table:
    """``y[t] = y[t − 1] + e[t]``: nothing says more of tomorrow than today."""
    return _table(np.random.default_rng(seed).normal(size=ROWS).cumsum())


def sine(seed: int) -> pa.Table:
    """A sine of 24 rows and noise of two thirds of its deviation."""
    random = np.random.default_rng(seed)
    return _table(np.sin(2 * np.pi * np.arange(ROWS) / PERIOD) + 0.5 * random.normal(size=ROWS))


def persistent(seed: int, memory: float = 0.8) -> pa.Table:
    """``y[t] = 0.8 y[t − 1] + e[t]``, a first-order autoregression."""
    return _table(_autoregression(np.random.default_rng(seed).normal(size=ROWS), memory))


def leading(seed: int) -> pa.Table:
    """``y[t] = 0.5 y[t − 1] + x[t − 1] + e[t]`` where ``x`` is known ahead: a linear law."""
    random = np.random.default_rng(seed)
    lead = random.normal(size=ROWS)
    moved = np.concatenate([[0.0], lead[:-1]])
    return _table(_autoregression(moved + 0.5 * random.normal(size=ROWS), 0.5)).append_column("x", [lead])


def seasonal_walk(seed: int) -> pa.Table:
    """``y[t] = y[t − 12] + e[t]``: the last value of the same month is the best forecast."""
    steps = 0.3 * np.random.default_rng(seed).normal(size=(ROWS // SEASON, SEASON))
    steps[0] += 3 * np.sin(2 * np.pi * np.arange(SEASON) / SEASON)
    return _table(steps.cumsum(axis=0).ravel())


def mackey_glass(seed: int, delay: int = 17, every: int = 3) -> pa.Table:
    """The equation of Mackey and Glass (1977), ``dx/dt = 0.2 x(t − 17) / (1 + x(t − 17)¹⁰) − 0.1 x(t)``.

    Euler's steps of 1/10, every 3 units of time one row; chaotic, and free of noise.
    """
    fine, settling = 10, 500
    steps = (settling + ROWS * every) * fine
    values = np.empty(steps + delay * fine)
    values[: delay * fine] = 1.2 + 0.1 * np.random.default_rng(seed).random(delay * fine)
    for step in range(delay * fine, len(values)):
        past, now = values[step - delay * fine], values[step - 1]
        values[step] = now + (0.2 * past / (1 + past**10) - 0.1 * now) / fine
    return _table(values[-ROWS * every * fine :: every * fine])


def many_short(seed: int) -> pa.Table:
    """Sixty series of 72 rows, all ``y[t] = 0.7 y[t − 1] + e[t]`` around levels of their own."""
    random = np.random.default_rng(seed)
    levels = 20 + 5 * random.normal(size=SERIES)
    series = [
        level + _autoregression(random.normal(size=SHORT_ROWS + SEASON), 0.7)[SEASON:] for level in levels
    ]
    return _table(np.concatenate(series), SERIES)


def _autoregression(shocks: Floats, memory: float) -> Floats:
    values = np.empty_like(shocks)
    last = 0.0
    for step, shock in enumerate(shocks):
        last = memory * last + shock
        values[step] = last
    return values


def _table(values: Floats, series: int = 1) -> pa.Table:
    rows = len(values) // series
    return pa.table(
        {
            "unique_id": np.repeat([f"s{number:02d}" for number in range(series)], rows),
            "ds": np.tile(np.arange(rows), series),
            "y": values,
        }
    )
