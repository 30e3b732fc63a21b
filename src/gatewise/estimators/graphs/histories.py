"""The rows that a forecaster looks at, written down: those that have come so far, and the end of whole series."""

from __future__ import annotations

from typing import Any

import numpy as np

from gatewise.estimators.forecast.preparation import Preparation
from gatewise.estimators.graphs.windows import History, logarithm
from gatewise.graphs.build import Builder, Value

__all__ = ["rows_so_far", "whole_series"]


def rows_so_far(builder: Builder, forecaster: Any, length: int) -> History:
    """Keep the last ``length`` rows, and what has to be known of all that came before them."""
    preparation: Preparation = forecaster.preparation_
    y = builder.input("y", "float64", ("batch", 1))
    rows = builder.state("rows", np.zeros(1, np.int64))
    first = builder("Equal", rows, np.zeros(1, np.int64))
    now = rows + np.ones(1, np.int64)
    builder.carry(rows, now)
    held = builder.state("target", np.zeros(length))
    observed = is_there = None
    before = held.part(length - 1, length, 1)
    if preparation.mask:
        # A gap repeats the value before it; so may the first row, which then is zero.
        gap = builder("IsNaN", y)
        y = builder("Where", gap, before, y)
        is_there = builder("Not", gap)
        seen = is_there.as_type("float32")
        observed = _shifted(builder, "observed", np.zeros(length, np.float32), seen, first)
    target = builder("Concat", held.part(1, None, 1), y, axis=1)
    target = builder("Where", first, y, target)
    builder.carry(held, target)
    above = builder("Greater", y, np.zeros(1))
    positive = builder.state("positive", np.ones(1, bool))
    all_above = builder("And", positive, above)
    builder.carry(positive, all_above)
    counts = builder("Not", first)
    if observed is not None and is_there is not None:
        before_was = builder("Greater", observed.part(length - 2, length - 1, 1), np.zeros(1, np.float32))
        both = builder("And", is_there, before_was)
        counts = builder("And", counts, both)
    moved = builder("Where", first, np.zeros(1), y - before)
    spread = _deviation(builder, "moves", moved, counts)
    of_logs = spread
    if preparation.log_floor is not None:
        both = builder("And", all_above, builder("Not", first))
        moved = builder("Where", both, _log(builder, y) - _log(builder, before), np.zeros(1))
        of_logs = _deviation(builder, "moves of logs", moved, counts)
    columns: list[Value | None] = []
    for name, scalers in (("past", preparation.past), ("known", preparation.known)):
        if not scalers:
            columns.append(None)
            continue
        row = builder.input(name, "float32", ("batch", len(scalers)), [one for one, _, _ in scalers])
        columns.append(
            _shifted(
                builder,
                f"{name} rows",
                np.zeros((length, len(scalers)), np.float32),
                row.widened(1),
                first.widened(2),
            )
        )
    return History(target, now, spread, of_logs, all_above, observed, *columns)


def _shifted(builder: Builder, name: str, initial: Any, row: Value, first: Value) -> Value:
    """Keep the last rows of something; before the first one it stands in for them."""
    held = builder.state(name, initial)
    after = builder("Where", first, row, builder("Concat", held.part(1, None, 1), row, axis=1))
    builder.carry(held, after)
    return after


def _deviation(builder: Builder, name: str, value: Value, counts: Value) -> Value:
    """Standard deviation of the values that count so far, by Welford's updates."""
    number, mean, squares = (
        builder.state(f"{name}: {what}", np.zeros(1)) for what in ("number", "mean", "squares")
    )
    one = counts.as_type("float64")
    number_now = number + one
    safe = builder("Max", number_now, np.ones(1))
    change = value - mean
    mean_now = mean + one * change / safe
    squares_now = squares + one * change * (value - mean_now)
    for before, after in ((number, number_now), (mean, mean_now), (squares, squares_now)):
        builder.carry(before, after)
    return builder("Sqrt", squares_now / safe)


def whole_series(builder: Builder, forecaster: Any, length: int) -> History:
    """Take the last ``length`` rows of padded series, and what has to be known of all of them."""
    preparation: Preparation = forecaster.preparation_
    y = builder.input("y", "float64", ("batch", "time"))
    lengths = builder.input("lengths", "int64", ("batch",))
    rows = lengths.widened(1)
    # To the left of the first row stands the first row.
    places = builder("Max", rows + np.arange(-length, 0), np.zeros(1, np.int64))
    real = builder("Less", builder.places(y, 1), rows)
    positive = builder("Greater", builder("Where", real, y, np.ones(1)), np.zeros(1)).as_type("float32")
    all_above = builder(
        "Greater", builder("ReduceMin", positive, axis=1, keepdims=1), np.zeros(1, np.float32)
    )
    pairs = real.part(1, None, 1)
    counts = pairs
    observed = None
    if preparation.mask:
        there = builder.input("observed", "bool", ("batch", "time"))
        both = builder("And", there.part(1, None, 1), there.part(0, -1, 1))
        counts = builder("And", pairs, both)
        observed = builder("GatherElements", there.as_type("float32"), places, axis=1)
    spread = _deviation_of(builder, y, pairs, counts)
    of_logs = spread
    if preparation.log_floor is not None:
        of_logs = _deviation_of(builder, _log(builder, y), pairs, counts)
    columns: list[Value | None] = []
    for name, scalers in (("past", preparation.past), ("known", preparation.known)):
        if not scalers:
            columns.append(None)
            continue
        width = len(scalers)
        given = builder.input(name, "float32", ("batch", "time", width), [one for one, _, _ in scalers])
        wide = places.widened(2) + np.zeros((1, 1, width), np.int64)
        columns.append(builder("GatherElements", given, wide, axis=1))
    target = builder("GatherElements", y, places, axis=1)
    return History(target, rows, spread, of_logs, all_above, observed, *columns)


def _deviation_of(builder: Builder, y: Value, pairs: Value, counts: Value) -> Value:
    """Standard deviation of differences between neighbours that count; of all, where hardly two do."""
    counted, every = counts.as_type("float64"), pairs.as_type("float64")
    few = builder("Less", builder("ReduceSum", counted, axis=1, keepdims=1), np.full(1, 2.0))
    one = builder("Where", few, every, counted)
    moved = builder("Where", pairs, y.part(1, None, 1) - y.part(0, -1, 1), np.zeros(1)) * one
    of = builder("Max", builder("ReduceSum", one, axis=1, keepdims=1), np.ones(1))
    centred = (moved - builder("ReduceSum", moved, axis=1, keepdims=1) / of) * one
    return builder("Sqrt", builder("ReduceSum", centred * centred, axis=1, keepdims=1) / of)


def _log(builder: Builder, y: Value) -> Value:
    """Return logarithms; those of others than positive numbers nobody reads."""
    return logarithm(builder, builder("Greater", y, np.zeros(1)), y)
