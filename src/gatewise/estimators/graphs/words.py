"""What is done to the numbers of words before the cell, written down."""

from __future__ import annotations

import numpy as np
from torch import Tensor, nn

from gatewise.data.inputs.words import FEATURES, PADDING
from gatewise.estimators.graphs.networks import linear
from gatewise.graphs.build import Builder, Value
from gatewise.models.words import REACHES, WordInput

__all__ = ["word_tokens"]


def word_tokens(builder: Builder, codes: Value, layer: WordInput) -> Value:
    """Write down :class:`WordInput` for codes (…, columns), as :class:`~gatewise.data.inputs.words.WordInputs` makes.

    Every word is convolved where it stands, unlike in the layer, where each distinct one is once.
    """
    features = len(FEATURES)
    parts = []
    for column, table in enumerate(layer.features):
        place = codes.part(column, column + 1, -1).narrowed(-1)
        parts.append(_looked_up(builder, table, place))
    letters = codes.part(features, None, -1)
    none = letters.part(0, 1, -1) * np.int64(0)  # PADDING, which has an embedding of zeros
    widest = max(REACHES)
    around = builder("Concat", *[none] * (widest // 2), letters, *[none] * (widest // 2), axis=-1)
    embedded = _looked_up(builder, layer.characters, around)  # (…, letters + 4, width)
    inside = builder("Not", builder("Equal", letters, np.int64(PADDING))).widened(-1)
    for reach, taps in zip(REACHES, layer.filters, strict=True):
        skipped = (widest - reach) // 2
        shifted = [
            embedded.part(skipped + tap, (skipped + tap + 1 - widest) or None, -2) for tap in range(reach)
        ]
        windows = builder("Concat", *shifted, axis=-1)
        assert isinstance(taps, nn.Linear)
        found = linear(windows, taps)
        # Rectified, the lowest value is zero, which is also what padding counts as.
        found = builder("Where", inside, builder("Relu", found), np.zeros(1, np.float32))
        parts.append(builder("ReduceMax", found, axis=-2, keepdims=0))
    return builder("Concat", *parts, axis=-1)


def _looked_up(builder: Builder, table: nn.Module, places: Value) -> Value:
    weight: Tensor = table.weight  # type: ignore[assignment]  # of an embedding
    return builder("Gather", weight.detach().numpy(), places, axis=0)
