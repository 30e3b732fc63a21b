"""Defaults of how long and in what steps networks over sequences are trained."""

from __future__ import annotations

import numpy as np

from gatewise.nn import Cell, cell_named
from gatewise.training.config import DEFAULT_RATE, TrainingConfig

__all__ = ["default_batch_size", "default_rate", "default_steps", "scheduled"]

UNGATED_RATE = 1e-3


def default_steps(sequences: int) -> int:
    """Return the updates for a number of training sequences: 400 for hundreds, growing with the square root beyond."""
    return int(np.clip(400 * np.sqrt(sequences / 400), 400, 4000))


def default_batch_size(sequences: int) -> int:
    """Return the sequences of one update: a tenth of them, between 8 and 32."""
    return min(max(sequences // 10, 8), 32)


def default_rate(cell: str | Cell, *, each_value: bool = False) -> float:
    """Return the learning rate of a cell; one without gates needs a lower one.

    ``each_value``: not where there is a value for each step, whose gradient does not come from far: at 3e-3 an RNN has
    two thirds and less than half of the error that it has at 1e-3 (slow wear, and values of the last three steps).
    """
    return DEFAULT_RATE if each_value or cell_named(cell).gates else UNGATED_RATE


def scheduled(
    config: TrainingConfig, cell: str | Cell, max_seconds: float | str | None, *, each_value: bool = False
) -> TrainingConfig:
    """Return the loop's settings for a cell; ``each_value`` as in :func:`default_rate`."""
    rate = config.learning_rate or default_rate(cell, each_value=each_value)
    return config.within(max_seconds).model_copy(update={"learning_rate": rate})
