"""The adding problem: add two numbers that are marked in a long sequence."""

from __future__ import annotations

import numpy as np

from gatewise.data.sequences import SequenceSet

__all__ = ["CONSTANT_ERROR", "adding"]

# The variance of a sum of two uniform numbers: what the constant 1 scores.
CONSTANT_ERROR = 1 / 6


def adding(length: int, *, sequences: int = 2500, seed: int = 0) -> SequenceSet:
    """Values drawn uniformly from 0 … 1, two of which are marked; the target is their sum.

    Channels are the value and the mark, which is 1 at two different steps, anywhere, and 0 elsewhere. The
    constant 1 has a mean squared error of 1/6 (0.167).

    Parameters
    ----------
    length : int
        Steps of each sequence, at least 2.
    sequences : int, default 2500
    seed : int, default 0

    References
    ----------
    Hochreiter & Schmidhuber (1997), "Long Short-Term Memory", section 5.4; in this form Bai, Kolter & Koltun
    (2018), "An empirical evaluation of generic convolutional and recurrent networks for sequence modeling".
    """
    random = np.random.default_rng(seed)
    values = random.random((sequences, length))
    first = random.integers(length, size=sequences)
    second = (first + random.integers(1, length, size=sequences)) % length
    rows = np.arange(sequences)
    marks = np.zeros((sequences, length))
    marks[rows, first] = marks[rows, second] = 1
    return SequenceSet(
        task="regression",
        sequences=list(np.stack([values, marks], axis=2).astype(np.float32)),
        target=values[rows, first] + values[rows, second],
        channels=("value", "mark"),
        source=f"sample:adding-{length}",
    )
