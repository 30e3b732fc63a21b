"""What the outputs of networks mean, written down: probabilities, values, tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gatewise.data.arrays import Floats
from gatewise.graphs.build import Builder, Value
from gatewise.graphs.graph import Dimension, Field

__all__ = ["mean_of", "probabilities", "values"]


def mean_of(builder: Builder, members: Sequence[Value]) -> Value:
    """Average what several networks say."""
    total = members[0]
    for one in members[1:]:
        total = total + one
    return total if len(members) == 1 else total / builder.constant(np.array(len(members), np.float32))


def probabilities(
    builder: Builder, outputs: Sequence[Value], classes: Iterable[Any], axes: tuple[Dimension, ...]
) -> None:
    """Answer the probability of each class: the mean of those that networks give."""
    mean = mean_of(builder, [builder("Softmax", one, axis=-1) for one in outputs])
    names = tuple(map(str, classes))
    field = Field("probabilities", "float32", (*axes, len(names)), names)
    builder.output(mean, field)


def values(
    builder: Builder,
    outputs: Sequence[Value],
    mean: float | Floats,
    scale: float | Floats,
    names: Sequence[str],
    axes: tuple[Dimension, ...],
) -> None:
    """Answer numbers in the user's units, in float64, as they may lie far from zero."""
    units = mean_of(builder, outputs).as_type("float64")
    count = np.size(mean)
    answered = units * np.reshape(np.float64(scale), -1) + np.reshape(np.float64(mean), -1)
    builder.output(answered, Field("value", "float64", (*axes, count), tuple(names)))
