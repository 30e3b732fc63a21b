"""MiniRocket, and ridge regression on its features, written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from gatewise.data.features.rocket import TAPS, MiniRocket, weights_of
from gatewise.data.scaling import ColumnScaler
from gatewise.errors import ExportError
from gatewise.estimators.graphs.codes import expanded_codes
from gatewise.estimators.graphs.rows import channel_names, channels_of
from gatewise.estimators.graphs.scaling import scaled
from gatewise.estimators.ridge import FURTHEST, Ridge
from gatewise.graphs.build import Builder, Value

__all__ = ["about_rocket", "exceeded", "ridge_of_rocket"]


def about_rocket(estimator: Any) -> dict[str, Any]:
    """Say what training sequences were like."""
    found: dict[str, Any] = {"outside": ""}
    rocket: MiniRocket = estimator.rocket_
    if estimator.channel_codes_ is None:
        spread = np.where(np.isfinite(rocket.deviation), rocket.deviation, 0)
        found["typical"] = {"sequence": [rocket.mean.tolist(), spread.tolist()]}
    return found


def ridge_of_rocket(builder: Builder, estimator: Any) -> Value:
    """Write down the answers for whole sequences, (batch, targets) of float64.

    Raises
    ------
    ExportError
        It reads recordings.
    """
    if estimator.kind_ != "values":
        raise ExportError("MiniRocket on recordings has no written form; call predict, or serve it")
    channels = channels_of(estimator)
    x = builder.input("sequence", "float32", ("batch", "time", channels), channel_names(estimator))
    lengths = builder.input("lengths", "int64", ("batch",))
    x = expanded_codes(builder, x, channels, estimator.channel_codes_)
    counts = [
        builder("ReduceSum", above, axis=2, keepdims=0)
        for above in exceeded(builder, x, lengths, estimator.rocket_)
    ]
    shares = builder("Concat", *counts, axis=1) / lengths.widened(1).as_type("float32")
    return _ridge(builder, shares, estimator.ridge_)


def _ridge(builder: Builder, columns: Value, ridge: Ridge) -> Value:
    rows = scaled(columns, ColumnScaler(ridge.mean, ridge.deviation)).as_type("float64")
    bounded = builder("Max", builder("Min", rows, np.full(1, FURTHEST)), np.full(1, -FURTHEST))
    return bounded @ ridge.coefficients + ridge.intercept


def exceeded(builder: Builder, x: Value, lengths: Value, rocket: MiniRocket) -> Iterator[Value]:
    """Yield for each dilation where its convolutions exceed their thresholds, (batch, features, time) of 0 and 1."""
    real = builder("Less", builder.places(x, 1), lengths.widened(1)).widened(1)  # (batch, 1, time)
    values = builder("Transpose", scaled(x, ColumnScaler(rocket.mean, rocket.deviation)), perm=(0, 2, 1))
    values = builder("Where", real, values, np.zeros(1, np.float32))
    first = 0
    for dilation, count, chosen in zip(rocket.dilations, rocket.counts, rocket.channels, strict=True):
        reach, weights = TAPS // 2 * int(dilation), weights_of(chosen).numpy()
        found = builder("Conv", values, weights, dilations=(int(dilation),), pads=(reach, reach))
        last = first + int(count) * len(weights)
        thresholds = rocket.thresholds[first:last].reshape(len(weights), int(count), 1)
        above = builder("Greater", found.widened(2), thresholds)  # (batch, kernels, thresholds, time)
        yield builder("And", above, real.widened(1)).as_type("float32").shaped(0, last - first, -1)
        first = last
