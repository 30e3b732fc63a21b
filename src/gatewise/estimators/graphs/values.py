"""What is done to sequences of numbers before the cell, written down: a row at a time, and for whole sequences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gatewise.data.inputs.convolved import ConvolvedInputs
from gatewise.data.inputs.values import ValueInputs
from gatewise.estimators.graphs.rockets import exceeded
from gatewise.estimators.graphs.scaling import scaled
from gatewise.graphs.build import Builder, Value

__all__ = [
    "BEFORE",
    "RowTokens",
    "convolved_tokens",
    "in_patches",
    "row_tokens",
    "scaled",
    "sequence_tokens",
    "with_values_before",
]

# The state of the values that stand in for those that are missing.
BEFORE = "values before"


@dataclass(frozen=True)
class RowTokens:
    """What the cell reads after a row.

    Attributes
    ----------
    token : Value
        (batch, width): of the rows of this step of the cell that are there so far, zeros for the others.
    number : Value
        Steps of the cell that there are, this one included, (batch, 1) of int64.
    full : Value or None
        Whether the step of the cell is complete with this row, (batch, 1); ``None``: it always is.
    anew : Value or None
        Whether the cell forgets what came before, (batch, 1); ``None``: it never does.
    """

    token: Value
    number: Value
    full: Value | None
    anew: Value | None = None


def with_values_before(builder: Builder, row: Value, channels: int) -> Value:
    """Put in the place of NaN and infinity the value before, which :data:`BEFORE` carries; NaN where there is none."""
    before = builder.state(BEFORE, np.full(channels, np.nan, np.float32))
    is_finite = builder("Equal", row - row, np.zeros(1, np.float32))
    filled = builder("Where", is_finite, row, before)
    builder.carry(before, filled)
    return filled


def row_tokens(builder: Builder, x: Value, inputs: ValueInputs, channels: int) -> RowTokens:
    """Write down :class:`ValueInputs` for a row ``x`` (batch, channels), with what it has to remember."""
    patch, width = inputs.patch, len(inputs.scaler.mean)
    rows = builder.state("rows", np.zeros(1, np.int64))
    builder.carry(rows, rows + np.ones(1, np.int64))
    first = builder("Equal", rows, np.zeros(1, np.int64))
    if patch == 1:
        if inputs.differences:
            before = builder.state("row before", np.zeros(channels, np.float32))
            builder.carry(before, x)
            x = builder("Concat", x, x - builder("Where", first, x, before), axis=-1)
        number = rows + np.ones(1, np.int64)
        return RowTokens(scaled(x, inputs.scaler), number, None)
    # Of the rows of a patch, the place of this one.
    place = builder("Mod", rows, np.array([patch], np.int64))
    here = builder("Equal", place, np.arange(patch, dtype=np.int64)).widened(2)  # (batch, patch, 1)
    if inputs.differences:
        # The last rows, each at its place; the first row stands in for what came before it.
        ring = builder.state("rows before", np.zeros((patch, channels), np.float32))
        wide = x.widened(1)
        ring_now = builder("Where", first.widened(2), wide, ring)
        old = builder("Where", here, ring_now, np.zeros(1, np.float32))
        before = builder("ReduceSum", old, axis=1, keepdims=0)
        builder.carry(ring, builder("Where", here, wide, ring_now))
        x = builder("Concat", x, x - before, axis=-1)
    held = builder.state("patch", np.zeros((patch, width), np.float32))
    earlier = builder("Less", np.arange(patch, dtype=np.int64), place).widened(2)
    kept = builder("Where", earlier, held, np.zeros(1, np.float32))
    filled = builder("Where", here, scaled(x, inputs.scaler).widened(1), kept)
    builder.carry(held, filled)
    number = builder("Div", rows, np.array([patch], np.int64)) + np.ones(1, np.int64)
    full = builder("Equal", place, np.array([patch - 1], np.int64))
    return RowTokens(filled.shaped(0, patch * width), number, full)


def sequence_tokens(builder: Builder, x: Value, lengths: Value, inputs: ValueInputs) -> tuple[Value, Value]:
    """Write down :class:`ValueInputs` for sequences ``x`` (batch, time, channels); returns tokens and their number."""
    patch, width = inputs.patch, len(inputs.scaler.mean)
    places = builder.places(x, 1)
    if inputs.differences:
        earlier = builder("Max", places - np.int64(patch), np.int64(0))
        x = builder("Concat", x, x - builder("Gather", x, earlier, axis=1), axis=-1)
    rows = scaled(x, inputs.scaler)
    if patch == 1:
        return rows, lengths
    return _patched(builder, rows, lengths, places, patch, width)


def _patched(
    builder: Builder, rows: Value, lengths: Value, places: Value, patch: int, width: int
) -> tuple[Value, Value]:
    real = builder("Less", places, lengths.widened(1)).widened(2)  # (batch, time, 1)
    rows = in_patches(builder, builder("Where", real, rows, np.zeros(1, np.float32)), patch, width)
    return rows.shaped(0, -1, patch * width), builder("Div", lengths + np.int64(patch - 1), np.int64(patch))


def in_patches(builder: Builder, rows: Value, patch: int, width: int) -> Value:
    """Cut (batch, time, width) into (batch, patches, patch, width), the last one filled up with zeros."""
    more, of = np.int64(patch - 1), np.int64(patch)
    filling = rows.part(0, 1, 1) * np.zeros((1, patch - 1, 1), np.float32)
    time = builder("Gather", builder("Shape", rows), np.int64(1), axis=0)
    whole = builder("Range", np.int64(0), builder("Div", time + more, of) * of, np.int64(1))
    filled = builder("Gather", builder("Concat", rows, filling, axis=1), whole, axis=1)
    return filled.shaped(0, -1, patch, width)


def convolved_tokens(
    builder: Builder, x: Value, lengths: Value, inputs: ConvolvedInputs
) -> tuple[Value, Value]:
    """Write down :class:`ConvolvedInputs` for sequences (batch, time, channels); returns tokens and their number."""
    patches, numbers = sequence_tokens(builder, x, lengths, inputs.values)
    above = builder("Concat", *exceeded(builder, x, lengths, inputs.rocket), axis=1)
    shares = builder("Transpose", above, perm=(0, 2, 1))  # (batch, time, features)
    if inputs.patch > 1:
        rows = in_patches(builder, shares, inputs.patch, len(inputs.rocket.thresholds))
        shares = builder("ReduceMean", rows, axis=2, keepdims=0)
    features = scaled(shares, inputs.scaler)
    return builder("Concat", patches, features, axis=-1), numbers
