"""Forecasting baselines written down: from a window to the horizon, in units of the window."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gatewise.data.arrays import Floats
from gatewise.estimators.forecast.baseline import LARGEST_RATIO
from gatewise.estimators.forecast.columns import (
    AFTER,
    BEFORE,
    MOST_LAGS,
    MOST_NEIGHBOURS,
    MOST_PRODUCTS,
    stretches,
)
from gatewise.estimators.graphs.windows import Window, logarithm
from gatewise.graphs.build import Builder, Value

__all__ = ["along_line", "repeated", "ridge"]


def repeated(builder: Builder, window: Window, lag: int, horizon: int) -> Value:
    """Write down the last ``lag`` values over and over, (batch, horizon)."""
    places = np.arange(horizon) % lag - lag
    context = builder("Gather", builder("Shape", window.values), np.int64(1), axis=0)
    return builder("Gather", window.values, context + places, axis=1).as_type("float64")


def along_line(builder: Builder, window: Window, horizon: int) -> Value:
    """Write down the line from the first row of the window to the last, in the user's units, (batch, horizon)."""
    values = window.restored(builder, window.seen)
    last = values.part(-1, None, 1)
    rows = builder("Max", window.own - np.int64(1), np.ones(1, np.int64)).as_type("float64")
    slope = (last - values.part(0, 1, 1)) / rows
    ahead = last + slope * np.arange(1.0, horizon + 1)
    if window.logs is not None:
        # As logarithms, not below a tenth of the least value of the window.
        floor = builder("ReduceMin", values, axis=1, keepdims=1) * np.float64(0.1)
        raised = builder("Where", window.logs, builder("Max", ahead, floor), ahead)
        ahead = logarithm(builder, window.logs, raised)
    return (ahead - window.location) / window.scale


def ridge(
    builder: Builder,
    window: Window,
    weights: Floats,
    effects: Floats,
    unit: tuple[float, float],
    sizes: tuple[int, int, int, int, int],
) -> Value:
    """Write down :class:`LinearColumns` times weights, (batch, horizon).

    ``sizes`` are rows of the window and of the horizon, columns beside the target, those of them that are known, and
    static ones.
    """
    context, horizon, width, known, static = sizes
    values = window.values.as_type("float64")
    one = values.part(0, 1, 1) * np.zeros(1) + np.ones(1)
    if not width and not static:
        return builder("Concat", values, one, axis=1) @ weights
    ratio = builder("Min", np.float64(unit[0]) / window.scale, np.array([LARGEST_RATIO]))
    level = (window.location - np.float64(unit[1])) / np.float64(unit[0])
    fixed = [] if window.static is None else [window.static.as_type("float64")]
    others = [one, level, *fixed]
    before = None
    if window.channels is not None and width:
        before = window.channels.part(-width, None, 2).as_type("float64")
        shares = _shares(context, stretches(context, 2 * horizon, MOST_LAGS // width))
        means = builder("Transpose", builder("Transpose", before, perm=(0, 2, 1)) @ shares, perm=(0, 2, 1))
        others.append(means.shaped(0, width * shares.shape[1]))
    of_window = builder("Concat", values, one, ratio * builder("Concat", *others, axis=1), *fixed, axis=1)
    found = of_window @ weights
    if not known or before is None or window.future is None:
        return found
    blocks = _of_rows(builder, before, window, fixed, sizes)
    of_rows = ratio.widened(2) * builder("Concat", *blocks, axis=2)
    return found + (of_rows @ np.ascontiguousarray(effects[:, None])).narrowed(2)


def _shares(context: int, edges: Sequence[int] | np.ndarray) -> Floats:
    """Return what takes means of stretches from the end of a window back, (context, stretches)."""
    shares = np.zeros((context, len(edges) - 1))
    for place in range(len(edges) - 1):
        first, last = int(edges[place]), int(edges[place + 1])
        shares[context - last : context - first, place] = 1 / (last - first)
    return shares


def _of_rows(
    builder: Builder,
    before: Value,
    window: Window,
    fixed: Sequence[Value],
    sizes: tuple[int, int, int, int, int],
) -> list[Value]:
    context, horizon, _, known, static = sizes
    assert window.future is not None
    future = window.future.as_type("float64")
    past = before.part(-known, None, 2)
    change = future - past.part(context - 1, None, 1)
    few = horizon * known * (BEFORE + AFTER) <= MOST_NEIGHBOURS
    first, last = (BEFORE, AFTER) if few else (0, 0)
    parts = [past.part(context - first, None, 1)] if first else []
    parts += [future, *[future.part(horizon - 1, None, 1)] * last]
    whole = builder("Concat", *parts, axis=1) if len(parts) > 1 else future
    blocks = [whole.part(shift, shift + horizon, 1) for shift in range(first + last + 1)]
    blocks.append(change)
    if fixed and known * static <= MOST_PRODUCTS:
        blocks += [change * fixed[0].part(k, k + 1, 1).widened(2) for k in range(static)]
    return blocks
