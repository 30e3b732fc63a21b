"""The window that a forecaster reads, written down: cut from a history, transformed, scaled, with columns beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gatewise.data.forecast import FURTHEST_UNIT
from gatewise.data.scaling import ColumnScaler
from gatewise.estimators.forecast.preparation import Preparation
from gatewise.estimators.graphs.scaling import scaled
from gatewise.graphs.build import Builder, Value

__all__ = ["History", "Window", "logarithm", "stacked", "window_of"]

LEAST = 1e-30


@dataclass(frozen=True)
class History:
    """The rows before an origin; to the left of a young series its first row stands in for those it has not got.

    Attributes
    ----------
    target : Value
        (batch, rows) of float64, in the user's units.
    rows : Value
        How many rows the series has, (batch, 1) of int64.
    spread, spread_of_logs : Value
        Standard deviations of differences, and of those of logarithms, over the whole series; (batch, 1) of float64.
    positive : Value
        Whether every value of the series is above zero, (batch, 1) of bool.
    observed : Value or None
        (batch, rows) of float32: 1 where a row was not filled, else 0; only where the model reads that.
    past, known : Value or None
        (batch, rows, columns) of float32, in the user's units.
    """

    target: Value
    rows: Value
    spread: Value
    spread_of_logs: Value
    positive: Value
    observed: Value | None
    past: Value | None
    known: Value | None


@dataclass(frozen=True)
class Window:
    """A :class:`~gatewise.data.forecast.ForecastBatch`, written down; see there for shapes and units."""

    values: Value
    channels: Value | None
    future: Value | None
    static: Value | None
    unit: Value
    location: Value
    scale: Value
    own: Value
    seen: Value
    logs: Value | None
    spread: Value

    def restored(self, builder: Builder, values: Value, axes: int = 2) -> Value:
        """Bring values of so many axes, the batch first, into the user's units, where these are not the series'."""
        if self.logs is None:
            return values
        powers = builder("Exp", builder("Min", values, np.float64(700)))
        return builder("Where", self.logs if axes == 2 else self.logs.widened(2), powers, values)


def window_of(
    builder: Builder,
    preparation: Preparation,
    history: History,
    length: int,
    back: int,
    future: Value | None,
    static: Value | None,
) -> Window:
    """Cut the window that ends ``back`` rows before the end of a history of ``length`` rows.

    ``future`` are known columns of the rows after the end, in the user's units; before it the history has them.
    """
    context, horizon = preparation.geometry.context, preparation.geometry.horizon
    last = length - back
    target = history.target.part(last - context, last, 1)
    logs = history.positive if preparation.log_floor is not None else None
    spread = history.spread
    seen = target
    if logs is not None:
        seen = logarithm(builder, logs, target)
        spread = builder("Where", logs, history.spread_of_logs, spread)
    location = seen.part(context - 1, context, 1)
    centred = seen - builder("ReduceMean", seen, axis=1, keepdims=1)
    deviation = builder("Sqrt", builder("ReduceMean", centred * centred, axis=1, keepdims=1))
    size = builder("Max", np.array([LEAST]), builder("Abs", location))
    floor = builder("Max", spread * np.float64(preparation.least_unit), size * np.float64(1e-9))
    scale = builder("Max", deviation, floor)
    moves = preparation.moves or (1.0,)
    unit = builder("Min", spread * np.float64(moves[0]) / scale, np.array([FURTHEST_UNIT]))
    ahead = None
    if future is not None and history.known is not None:
        ahead = future if back == 0 else history.known.part(last, last + horizon, 1)
    rows = history.rows - np.int64(back)
    return Window(
        ((seen - location) / scale).as_type("float32"),
        _channels(builder, preparation, history, last - context, last),
        None if ahead is None else _scaled(ahead, preparation.known),
        static,
        unit.as_type("float32"),
        location,
        scale,
        builder("Min", rows, np.array([context], np.int64)),
        seen,
        logs,
        spread,
    )


def logarithm(builder: Builder, where: Value, values: Value) -> Value:
    """Take the logarithm where one says, and leave the others as they are."""
    return builder("Where", where, builder("Log", builder("Where", where, values, np.ones(1))), values)


def stacked(builder: Builder, windows: Sequence[Window]) -> Window:
    """Put windows of several origins one behind the other, along the batch."""
    if len(windows) == 1:
        return windows[0]

    def together(values: Sequence[Value | None]) -> Value | None:
        there = [one for one in values if one is not None]
        return builder("Concat", *there, axis=0) if there else None

    parts = {name: together([vars(one)[name] for one in windows]) for name in vars(windows[0])}
    return Window(**parts)  # type: ignore[arg-type]  # what one has all have


def _channels(
    builder: Builder, preparation: Preparation, history: History, first: int, last: int
) -> Value | None:
    parts: list[Value] = []
    if preparation.mask and history.observed is not None:
        parts.append(history.observed.part(first, last, 1).widened(2))
    for columns, scalers in ((history.past, preparation.past), (history.known, preparation.known)):
        if columns is not None:
            parts.append(_scaled(columns.part(first, last, 1), scalers))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else builder("Concat", *parts, axis=2)


def _scaled(columns: Value, scalers: tuple[tuple[str, float, float], ...]) -> Value:
    _, mean, deviation = zip(*scalers, strict=True)
    return scaled(columns, ColumnScaler(np.array(mean), np.array(deviation)))
