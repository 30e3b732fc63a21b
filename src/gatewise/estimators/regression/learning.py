"""What a regressor learns by: squared errors of standardised values, and what is held out of few sequences."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gatewise.data.arrays import Floats, Rows
from gatewise.data.batch import SequenceBatch
from gatewise.data.splits import folds_of
from gatewise.estimators.regression.targets import Targets, flat

__all__ = ["FEW", "learned_and_held_out", "mean_and_deviation", "memory_of", "padded", "squared_error"]

# Fewer sequences are learned in parts, each network leaving out another one.
FEW = 1000
FOLDS_SEED = 0
# Steps over which gates may start out remembering where there is a value for each.
LEAST_MEMORY, MOST_MEMORY = 4, 100


def memory_of(targets: list[Floats]) -> int:
    """Return the steps over which gates start out remembering, from how slowly values change; 0: as they are.

    With ``r`` the correlation of a value with the one before it, ``exp(-1/n) = r`` after ``n`` steps; 100 at the most.
    Slow values (wear) come from sums over a long past, which gates that forget learn late: mean absolute errors fall
    by 10 (LSTM) to 30 % (GRU). Where values follow the last few steps, the same start costs 45 %.
    """
    product = square = 0.0
    for values in targets:
        centred = values - values.mean()
        product += float(centred[1:] @ centred[:-1])
        square += float(np.sqrt((centred[1:] @ centred[1:]) * (centred[:-1] @ centred[:-1])))
    alike = product / square if square > 0 else 0.0
    if alike < np.exp(-1 / LEAST_MEMORY):
        return 0
    return MOST_MEMORY if alike >= np.exp(-1 / MOST_MEMORY) else int(-1 / np.log(alike))


def mean_and_deviation(targets: Targets, weights: Floats | None) -> tuple[float | Floats, float | Floats]:
    """Return mean and deviation of all values, or of each of several targets; of constant ones the latter is 1."""
    values = flat(targets)
    if values.ndim > 1:
        columns = [mean_and_deviation(column, weights) for column in values.T]
        means, deviations = np.array(columns, np.float64).T
        return means, deviations
    if weights is None:
        return float(values.mean()), float(values.std()) or 1.0
    each = np.repeat(weights, [np.size(one) for one in targets])
    mean = np.average(values, weights=each)
    return float(mean), float(np.sqrt(np.average((values - mean) ** 2, weights=each))) or 1.0


def squared_error(network: nn.Module, batch: SequenceBatch) -> Tensor:
    """Return the mean squared error over rows and their targets, or over the real steps of all rows."""
    assert batch.target is not None
    output: Tensor = network(batch)
    # (rows,), of several targets (rows, targets), of steps (rows, steps).
    error = ((output[..., 0] if output.shape[-1] == 1 else output) - batch.target).square()
    if batch.weight is not None:
        error = error * (batch.weight if error.ndim == 1 else batch.weight[:, None])
    if output.ndim == 2:
        return error.mean()
    real = torch.arange(error.shape[1], device="cpu") < batch.lengths[:, None]
    return (error * real).sum() / batch.lengths.sum()


def padded(targets: list[NDArray[np.float32]], *, per_step: bool) -> NDArray[np.float32]:
    """Return targets of shape (batch,) or (batch, targets), or (batch, time) with zeros after the end of each."""
    if not per_step:
        return np.array(targets, np.float32)
    padded = np.zeros((len(targets), max(map(len, targets))), np.float32)
    for row, target in enumerate(targets):
        padded[row, : len(target)] = target
    return padded


def learned_and_held_out(
    count: int, groups: NDArray[np.generic] | None, members: int
) -> list[tuple[Rows, Rows]]:
    """Return the sequences that each member learns from, and those that it leaves out."""
    independent = count if groups is None else len(np.unique(groups))
    if members == 1 or count >= FEW or independent < 2 * members:
        return [(np.arange(count), np.empty(0, np.int64))] * members
    return folds_of(count, groups, members, FOLDS_SEED)
