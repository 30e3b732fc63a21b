"""One batch of sequences, and batches bucketed by length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from gatewise.data.arrays import Floats, Integers, Values

__all__ = ["SequenceBatch", "bucketed", "collate", "shuffled"]


@dataclass(frozen=True)
class SequenceBatch:
    """Padded sequences and, in training, what to predict from them.

    Attributes
    ----------
    values : Tensor, shape (batch, time, features)
    lengths : Tensor of int64, shape (batch,)
        Steps of each row that are real; the rest is padding.
    target : Tensor or None
        Class numbers, shape (batch,).
    weight: Tensor or None
        How much each row counts, shape (batch,); ``None``: all alike.
    """

    values: Tensor
    lengths: Tensor
    target: Tensor | None = None
    weight: Tensor | None = None

    def weighted(self, weights: Floats) -> SequenceBatch:
        """Return the batch with the weights of its rows."""
        return replace(self, weight=torch.from_numpy(weights.astype(np.float32)))


def collate(sequences: list[Values], target: Integers | None = None) -> SequenceBatch:
    """Pad sequences of shape (time, features) with zeros to the longest of them."""
    lengths = np.array([len(sequence) for sequence in sequences], np.int64)
    values = np.zeros((len(sequences), int(lengths.max()), sequences[0].shape[1]), np.float32)
    for row, sequence in enumerate(sequences):
        values[row, : len(sequence)] = sequence
    return SequenceBatch(
        torch.from_numpy(values),
        torch.from_numpy(lengths),
        None if target is None else torch.from_numpy(np.ascontiguousarray(target)),
    )


def bucketed(
    lengths: Integers, batch_size: int, random: np.random.Generator, pool: int = 16
) -> Iterator[Integers]:
    """Endless batches of row numbers, every row once per epoch, rows of like length together.

    About ``pool`` batches are drawn at random, sorted by length, cut into batches and shuffled: padding
    becomes rare while batches still mix. All batches are of like size, at most half as large again as
    ``batch_size``, so that none is left with a few rows.
    """
    pools = max(1, round(len(lengths) / (batch_size * pool)))
    while True:
        for rows in np.array_split(random.permutation(len(lengths)), pools):
            by_length = rows[np.argsort(lengths[rows], kind="stable")]
            count = max(1, round(len(rows) / batch_size))
            batches = np.array_split(by_length, count)
            for number in random.permutation(count):
                yield batches[number]


def shuffled(count: int, batch_size: int, random: np.random.Generator) -> Iterator[Integers]:
    """Endless batches of the numbers 0 … ``count − 1``, each number at most once per epoch.

    What does not fill a batch at the end of an epoch is left to the next one; fewer numbers than
    ``batch_size`` make one batch.
    """
    size = min(batch_size, count)
    while True:
        order = random.permutation(count)
        for first in range(0, count - size + 1, size):
            # In order, so that a gather walks through memory once.
            yield np.sort(order[first : first + size])
