"""A :class:`~gatewise.models.sequence.SequenceNetwork` written down: from tokens to what its head answers."""

from __future__ import annotations

import numpy as np
from torch import nn

from gatewise.errors import StreamError
from gatewise.estimators.graphs.values import RowTokens
from gatewise.graphs.build import Builder, Value
from gatewise.graphs.recurrent import over_time, step
from gatewise.models.sequence import SequenceNetwork
from gatewise.nn import Recurrent
from gatewise.spelling import spelled

__all__ = ["after_row", "linear", "over_sequence", "stepped"]


def linear(x: Value, layer: nn.Linear) -> Value:
    """Write down a linear layer."""
    product = x @ np.ascontiguousarray(layer.weight.detach().numpy().T)
    return product if layer.bias is None else product + layer.bias.detach().numpy()


def stepped(
    builder: Builder, layer: Recurrent, token: Value, prefix: str, full: Value | None, anew: Value | None
) -> Value:
    """Add a step of the cell, with its states; returns the output of its last layer, (batch, hidden).

    States are carried on where the step is ``full``; else the next row makes it again, with one row more. Where
    ``anew``, they begin from zero.
    """
    if layer.bidirectional:
        raise StreamError(
            "the network reads each sequence from both ends, and a stream has no end; fit with "
            f"{spelled('bidirectional', False)}, or ask for whole sequences"
        )
    names = layer.cell.states
    states = [
        [builder.state(f"{prefix}{name}_{number}", np.zeros(layer.hidden_size, np.float32)) for name in names]
        for number in range(layer.num_layers)
    ]
    begun = states
    if anew is not None:
        zero = np.zeros(1, np.float32)
        begun = [[builder("Where", anew, zero, one) for one in own] for own in states]
    after = step(builder, layer, token, begun)
    for before, now in zip(states, after, strict=True):
        for old, new in zip(before, now, strict=True):
            builder.carry(old, _if_full(builder, full, new, old))
    return after[-1][0]


def after_row(builder: Builder, network: SequenceNetwork, tokens: RowTokens, prefix: str) -> Value:
    """Write down what the network answers after a row, as if the sequence ended there; (batch, outputs)."""
    h = stepped(builder, network.cell, tokens.token, prefix, tokens.full, tokens.anew)
    if network.shape.readout != "pool":
        return linear(h, network.head)
    size = network.cell.hidden_size
    total = builder.state(f"{prefix}sum", np.zeros(size, np.float32))
    rest = builder.state(f"{prefix}rest of sum", np.zeros(size, np.float32))
    highest = builder.state(f"{prefix}maximum", np.full(size, -np.inf, np.float32))
    total_now, rest_now = _added(total, rest, h)
    highest_now = builder("Max", highest, h)
    for before, now in ((total, total_now), (rest, rest_now), (highest, highest_now)):
        builder.carry(before, _if_full(builder, tokens.full, now, before))
    mean = total_now / tokens.number.as_type("float32")
    read = builder("Concat", mean, highest_now, h, axis=-1)
    return linear(read, network.head)


def _added(total: Value, rest: Value, h: Value) -> tuple[Value, Value]:
    """Add to a sum of two numbers, of which the second is what rounding took from the first (Knuth's two-sum).

    In float32 alone a sum stands still after some ten million steps; small processors have no float64.
    """
    now = total + h
    of_h = now - total
    lost = rest + ((total - (now - of_h)) + (h - of_h))
    rounded = now + lost
    return rounded, lost - (rounded - now)


def over_sequence(builder: Builder, network: SequenceNetwork, tokens: Value, lengths: Value) -> Value:
    """Write down what the network answers for sequences of tokens: (batch, outputs), or for each step."""
    layer = network.cell
    width = layer.directions * layer.hidden_size
    # As many rows as the batch has, of zeros.
    begin = tokens.part(0, 1, 1).part(0, 1, 2).narrowed(2) * np.zeros((1, width), np.float32)
    states = [[begin] * len(layer.cell.states)] * layer.num_layers
    output, after = over_time(builder, layer, tokens, lengths, states)
    if network.shape.readout == "each":
        return linear(output, network.head)
    last = after[-1][0]
    if network.shape.readout == "last":
        return linear(last, network.head)
    mean = builder("ReduceSum", output, axis=1, keepdims=0) / lengths.widened(1).as_type("float32")
    real = builder("Less", builder.places(output, 1), lengths.widened(1)).widened(2)
    masked = builder("Where", real, output, np.full(1, -np.inf, np.float32))
    highest = builder("ReduceMax", masked, axis=1, keepdims=0)
    return linear(builder("Concat", mean, highest, last, axis=-1), network.head)


def _if_full(builder: Builder, full: Value | None, now: Value, before: Value) -> Value:
    return now if full is None else builder("Where", full, now, before)
