"""Tasks of which is known how far back a network has to remember."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatewise.data.samples.adding import adding
from gatewise.data.samples.recall import recall
from gatewise.data.sequences import SequenceSet

__all__ = ["TASKS", "MemoryTask"]

SYMBOLS = 4
RARE = 0.3
LENGTH = 48


@dataclass(frozen=True)
class MemoryTask:
    """One task.

    Attributes
    ----------
    name : str
    make : callable
        From a number of sequences and a seed to data.
    lag : int
        Steps back from the last one at which what is asked for stands, at the most.
    far : bool
        Whether anything beyond the last few steps bears on the answer.
    """

    name: str
    make: Callable[[int, int], SequenceSet]
    lag: int
    far: bool


def _symbols(choices: NDArray[np.int64], target: NDArray[np.int64], name: str, width: int) -> SequenceSet:
    one_hot = np.eye(width, dtype=np.float32)[choices]  # (sequences, time, width)
    labels = np.array([f"class{number}" for number in range(SYMBOLS)])[target]
    return SequenceSet(task="classification", sequences=list(one_hot), target=labels, source=f"made:{name}")


def _last_two(count: int, seed: int) -> SequenceSet:
    """The sum of the last two symbols modulo 4: to be computed, and nothing to remember."""
    drawn = np.random.default_rng(seed).integers(SYMBOLS, size=(count, LENGTH))
    return _symbols(drawn, drawn[:, -2:].sum(1) % SYMBOLS, "last-two", SYMBOLS)


def _largest(count: int, seed: int) -> SequenceSet:
    """The largest of the last three values."""
    values = np.random.default_rng(seed).normal(size=(count, LENGTH, 1)).astype(np.float32)
    target = values[:, -3:, 0].max(1).astype(np.float64)
    return SequenceSet(task="regression", sequences=list(values), target=target, source="made:largest")


def _rare(count: int, seed: int) -> SequenceSet:
    """The last symbol; one further where a mark stood in the first five steps, as it does in three of ten."""
    random = np.random.default_rng(seed)
    drawn = random.integers(SYMBOLS, size=(count, LENGTH))
    marked = random.random(count) < RARE
    target = (drawn[:, -1] + marked) % SYMBOLS
    drawn[marked, random.integers(5, size=count)[marked]] = SYMBOLS
    return _symbols(drawn, target, "rare", SYMBOLS + 1)


def _autoregressive(count: int, seed: int) -> SequenceSet:
    """The next value of x_t = .6 x_{t−1} − .4 x_{t−2} + noise."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, LENGTH + 20))
    for t in range(2, x.shape[1]):
        x[:, t] += 0.6 * x[:, t - 1] - 0.4 * x[:, t - 2]
    values = x[:, -LENGTH - 1 : -1, None].astype(np.float32)
    return SequenceSet(task="regression", sequences=list(values), target=x[:, -1], source="made:ar")


def _recall(delay: int) -> MemoryTask:
    make = lambda count, seed: recall(delay, sequences=count, seed=seed)  # noqa: E731 - one expression
    return MemoryTask(f"recall, {delay}", make, delay + 1, far=True)


def _adding(length: int) -> MemoryTask:
    make = lambda count, seed: adding(length, sequences=count, seed=seed)  # noqa: E731 - one expression
    return MemoryTask(f"adding, {length}", make, length - 1, far=True)


TASKS: tuple[MemoryTask, ...] = (
    *map(_recall, (10, 30, 60, 100)),
    *map(_adding, (30, 60)),
    MemoryTask("early rare mark", _rare, LENGTH - 1, far=True),
    MemoryTask("sum of the last two", _last_two, 1, far=False),
    MemoryTask("largest of the last three", _largest, 2, far=False),
    MemoryTask("AR(2)", _autoregressive, 1, far=False),
)
