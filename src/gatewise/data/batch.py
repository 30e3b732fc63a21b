"""One batch of sequences, and batches bucketed by length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["SequenceBatch", "bucketed", "collate"]


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
    """

    values: Tensor
    lengths: Tensor
    target: Tensor | None = None


def collate(sequences: list[NDArray[np.float32]], target: NDArray[np.int64] | None = None) -> SequenceBatch:
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
    lengths: NDArray[np.int64], batch_size: int, random: np.random.Generator, pool: int = 16
) -> Iterator[NDArray[np.int64]]:
    """Endless batches of row numbers, every row once per epoch, rows of like length together.

    ``pool`` batches are drawn at random, sorted by length, cut into batches and shuffled: padding becomes
    rare while batches still mix. A last batch smaller than half of ``batch_size`` joins the one before it.
    """
    while True:
        order = random.permutation(len(lengths))
        for first in range(0, len(order), batch_size * pool):
            rows = order[first : first + batch_size * pool]
            rows = rows[np.argsort(lengths[rows], kind="stable")]
            count = max(1, round(len(rows) / batch_size))
            batches = np.array_split(rows, count)
            for number in random.permutation(count):
                yield batches[number]
