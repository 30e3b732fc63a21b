"""Batches to predict from: sequences of like length together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gatewise.data.batch import SequenceBatch
from gatewise.data.inputs.base import Inputs
from gatewise.estimators.sequence_arguments import Sequences

__all__ = ["prediction_batches"]

BATCH = 256
# So many are encoded at a time and sorted by length: more would fill the memory, fewer would pad more.
POOL = 16 * BATCH


def prediction_batches(
    inputs: Inputs, sequences: Sequences
) -> Iterator[tuple[NDArray[np.int64], SequenceBatch]]:
    """Yield numbers of sequences, and their batch."""
    for first in range(0, len(sequences), POOL):
        encoded = [inputs.encode(sequence) for sequence in sequences[first : first + POOL]]
        order = np.argsort([len(one) for one in encoded], kind="stable")
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            yield first + rows, inputs.collate([encoded[row] for row in rows])
