"""The adding problem over a hundred steps: errors, and what a trained GRU's update gate does at the marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from benchmarks.candidates import progress
from benchmarks.claims.rules import Claim, Measurement, Region
from gatewise import RegressorConfig, SequenceRegressor, TrainingConfig
from gatewise.data.samples.adding import CONSTANT_ERROR, adding
from gatewise.data.sequences import SequenceSet
from gatewise.nn.tracing import trace

__all__ = ["LENGTH", "Adding", "gate_claim", "measure_adding", "trained"]

LENGTH, TRAINING, TEST = 100, 5000, 500
STEPS = 1000
TEST_SEED = 1000
TRACED = 100
SOLVED = 0.01


@dataclass(frozen=True)
class Adding:
    """One trained network.

    Attributes
    ----------
    error : float
        Mean squared error on test sequences; 1/6 is a constant's.
    marked, unmarked : float
        Mean of ``1 − z`` over units and steps: the share of the state that is replaced. NaN for a cell without
        an update gate.
    """

    error: float
    marked: float
    unmarked: float

    @property
    def unexplained(self) -> float:
        """Percent of the target's variance."""
        return 100 * self.error / CONSTANT_ERROR


def trained(
    cell: str, seed: int, *, training: int = TRAINING, hidden_size: int = 64, steps: int = STEPS
) -> tuple[SequenceRegressor, SequenceSet]:
    """Train a regressor that answers from the last step; with what it is tested on."""
    learned = adding(LENGTH, sequences=training, seed=seed)
    config = RegressorConfig(
        readout="last", members=1, differences=False, training=TrainingConfig(steps=steps)
    )
    model = SequenceRegressor(
        cell, hidden_size=hidden_size, bidirectional=False, random_state=seed, config=config
    ).fit(learned)
    return model, adding(LENGTH, sequences=TEST, seed=TEST_SEED + seed)


def measure_adding(
    cell: str, seed: int, *, training: int = TRAINING, hidden_size: int = 64, steps: int = STEPS
) -> Adding:
    """Train a regressor that answers from the last step, and read its update gate on test sequences."""
    model, test = trained(cell, seed, training=training, hidden_size=hidden_size, steps=steps)
    error = model.evaluate(test)["RMSE"] ** 2
    marked, unmarked = _replaced(model, test.sequences[:TRACED])
    progress(f"adding, {cell}, seed {seed}: error {error:.2g}")
    return Adding(error, marked, unmarked)


def _replaced(model: SequenceRegressor, sequences: list[np.ndarray]) -> tuple[float, float]:
    """``1 − z`` at marked steps, and at the others."""
    batch = model.inputs_.collate([model.inputs_.encode(sequence) for sequence in sequences])
    with torch.no_grad():
        gates = trace(model.networks_[0].cell, batch.values).gates
    if "update" not in gates:
        return float("nan"), float("nan")
    replaced = 1 - gates["update"].mean(2).T.numpy()  # (batch, time)
    marks = np.stack([sequence[:, 1] for sequence in sequences]) == 1
    return float(replaced[marks].mean()), float(replaced[~marks].mean())


def gate_claim(found: list[Adding]) -> Claim:
    """From one trained GRU per seed."""
    return Claim(
        "Gates let a network decide what to keep: a trained GRU's update gate opens at the marks of the adding "
        "problem",
        (
            Measurement(
                f"GRU, mean squared error over {LENGTH} steps (a constant: 0.167)",
                tuple(one.error for one in found),
                Region(below=SOLVED),
                digits=5,
            ),
            Measurement(
                "1 − z at marked steps less that at others (z → 1 keeps the past, z → 0 replaces it)",
                tuple(one.marked - one.unmarked for one in found),
                Region(above=0.0),
                digits=3,
            ),
        ),
    )
