"""The forecasting network written down: from a window to the horizon."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn

from gatewise.estimators.graphs.answers import mean_of
from gatewise.estimators.graphs.networks import linear
from gatewise.estimators.graphs.windows import Window
from gatewise.graphs.build import Builder, Value
from gatewise.graphs.recurrent import over_time
from gatewise.models.columns import GAIN, ChangeSkip, KnownEffects
from gatewise.models.forecast import ForecastNetwork

__all__ = ["forecast_networks"]


def forecast_networks(
    builder: Builder, networks: Sequence[ForecastNetwork], moves: tuple[float, ...], window: Window
) -> Value:
    """Write down the mean of networks, (batch, horizon, outputs) in units of the window, in float64."""
    return mean_of(builder, [_network(builder, one, moves, window) for one in networks]).as_type("float64")


def _network(builder: Builder, network: ForecastNetwork, moves: tuple[float, ...], window: Window) -> Value:
    shape = network.shape
    values, ahead = window.values, None
    if network.effects is not None:
        before, ahead = _effects(builder, network.effects, shape.context, shape.horizon, window)
        values = values - before
    last = _state(builder, network, values, window)
    median = linear(last, network.head) + _mapped(values, network.skip, shape.context)
    if ahead is not None:
        median = median + ahead
    if network.changes is not None:
        median = median + _changes(builder, network.changes, moves, shape.context, window)
    if network.covariates is not None:
        median = median + _of_known_rows(builder, network.covariates, shape, window)
    centre = median.widened(2)
    if network.spread is None:
        return centre
    offsets = linear(last, network.spread).shaped(0, shape.horizon, -1)
    return builder("Concat", centre, centre + offsets, axis=2)


def _state(builder: Builder, network: ForecastNetwork, values: Value, window: Window) -> Value:
    """Return the cell's state after the segments of the window, (batch, hidden)."""
    shape = network.shape
    rows = values.widened(2)
    if window.channels is not None:
        rows = builder("Concat", rows, window.channels, axis=2)
    segments = shape.context // shape.segment
    embedded = linear(rows.shaped(0, segments, shape.segment * (1 + shape.channels)), network.embed)
    if network.embed_static is not None and window.static is not None:
        embedded = embedded + linear(window.static, network.embed_static).widened(1)
    zero = window.own * np.int64(0)
    lengths = (zero + np.int64(segments)).narrowed(1)
    begin = zero.as_type("float32") * np.zeros((1, shape.hidden_size), np.float32)
    states = [[begin] * len(network.cell.cell.states)] * shape.num_layers
    _, after = over_time(builder, network.cell, builder("Relu", embedded), lengths, states)
    return after[-1][0]


def _mapped(values: Value, layer: nn.Module, context: int) -> Value:
    """Write down a module that is a linear map of the window, as its matrix."""
    with torch.inference_mode():
        shift = layer(torch.zeros(1, context, device="cpu"))
        matrix = layer(torch.eye(context, device="cpu")) - shift
    mapped: Value = values @ matrix.numpy() + shift.numpy()[0]
    return mapped


def _effects(
    builder: Builder, effects: KnownEffects, context: int, horizon: int, window: Window
) -> tuple[Value, Value]:
    assert window.channels is not None
    assert window.future is not None
    reach, time = effects.reach, context + horizon
    seen = window.channels.part(-effects.known, None, 2)
    rows = builder("Concat", seen, window.future, axis=1)
    # Rows before the window count as its first, rows after the horizon as its last.
    places = np.clip(np.arange(-reach, time + reach), 0, time - 1)
    padded = builder("Gather", rows, places, axis=1)
    around = [padded.part(shift, shift + time, 1).widened(3) for shift in range(2 * reach + 1)]
    read = builder("Concat", *around, axis=3).shaped(0, 0, effects.known * (2 * reach + 1))
    if window.static is not None:
        each = window.static.widened(1) + np.zeros((1, time, 1), np.float32)
        read = builder("Concat", read, each, axis=2)
    found = linear(builder("Relu", linear(read, effects.embed)), effects.head) * np.float32(GAIN)
    of_window, of_series = (found.part(k, k + 1, 2).narrowed(2) for k in (0, 1))
    both = of_window + window.unit * of_series
    beyond = both - both.part(context - 1, context, 1)
    return beyond.part(0, context, 1), beyond.part(context, None, 1)


def _changes(
    builder: Builder, changes: ChangeSkip, moves: tuple[float, ...], context: int, window: Window
) -> Value:
    assert window.channels is not None
    rows = window.channels.part(context - changes.rows, None, 1).part(-changes.columns, None, 2)
    origin, past = rows.part(changes.rows - 1, None, 1), changes.columns - changes.known
    usual = np.array(moves[1:], np.float32)
    read = [_means(builder, (rows - origin) / usual, changes.columns, changes.rows, changes.shared)]
    if window.future is not None and changes.known:
        moved = (window.future - origin.part(past, None, 2)) / usual[past:]
        read.append(_means(builder, moved, changes.known, changes.horizon, changes.shared))
    columns = read[0] if len(read) == 1 else builder("Concat", *read, axis=1)
    moved = linear(columns, changes.across) * np.float32(GAIN)
    ahead = -(-changes.horizon // changes.shared)
    again = np.repeat(np.arange(ahead), changes.shared)[: changes.horizon]
    of_window, of_series = (builder("Gather", moved, again + first, axis=1) for first in (0, ahead))
    return of_window + window.unit * of_series


def _means(builder: Builder, rows: Value, columns: int, time: int, shared: int) -> Value:
    """Return means over ``shared`` neighbours, by column and then by time, (batch, columns · means)."""
    turned = builder("Transpose", rows, perm=(0, 2, 1))
    if shared == 1:
        return turned.shaped(0, columns * time)
    edges = [*range(0, time, shared), time]
    shares = np.zeros((time, len(edges) - 1), np.float32)
    for place, (first, last) in enumerate(pairwise(edges)):
        shares[first:last, place] = 1 / (last - first)
    return (turned @ shares).shaped(0, columns * shares.shape[1])


def _of_known_rows(builder: Builder, network: nn.Sequential, shape: Any, window: Window) -> Value:
    """What networks of version 0.1.0 add for known rows."""
    assert window.channels is not None
    assert window.future is not None
    latest = window.channels.part(shape.context - 1, None, 1).part(-shape.known, None, 2)
    rows = builder("Concat", window.future, window.future - latest, axis=2)
    first, last = network[0], network[2]
    assert isinstance(first, nn.Linear)
    assert isinstance(last, nn.Linear)
    return linear(builder("Relu", linear(rows, first)), last).narrowed(2)
