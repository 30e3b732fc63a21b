"""The adding problem: which cell still knows two numbers hundreds of steps later."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.candidates import CELLS, Candidate, mean_of, measure, progress
from benchmarks.errors import GateError
from benchmarks.results import Result, Row, Target
from gatewise import RegressorConfig, SequenceRegressor
from gatewise.data.samples.adding import CONSTANT_ERROR, adding
from gatewise.data.sequences import SequenceSet
from gatewise.estimators.regression.base import Regressor
from gatewise.estimators.regression.constant import MeanRegressor

__all__ = ["run"]

TRAINING, TEST = 50_000, 1_000
ERROR = "MSE"
LONGEST, LIMIT, AIM = 600, 1e-3, 5e-5
LEEWAY = 0.02
KNOWN: list[Row] = [
    {"T": "600", "method": f"{cell}, 70 k parameters (published)", ERROR: (value,)}
    for cell, value in (("RNN", 0.177), ("LSTM", 0.164), ("GRU", 5.3e-5))
]


def run(*, seeds: int, lengths: Sequence[int]) -> Result:
    """Every cell at every length."""
    rows: list[Row] = []
    targets = []
    for length in lengths:
        progress(f"T = {length}")
        training = adding(length, sequences=TRAINING, seed=0)
        test = adding(length, sequences=TEST, seed=1)
        measured = [_measured(candidate, seeds, training, test) for candidate in _candidates()]
        _check_constant(mean_of(measured, "mean", ERROR), length)
        rows += [{"T": str(length), **row} for row in measured]
        if length == LONGEST:
            reached = mean_of(measured, "GRU", ERROR)
            targets.append(Target(f"mean squared error of the GRU at T = {length}", reached, LIMIT, AIM, 6))
    return Result(
        name="adding",
        title="The adding problem",
        protocol=f"Values between 0 and 1, two of them marked: answer their sum. {TRAINING:,} sequences to train "
        f"on, {TEST:,} to test on. `SequenceRegressor` with default settings but for one network instead of "
        "five and one direction instead of two, as the published ones have: a state of 64 units, pooled and at "
        f"the end. {seeds} seed(s); seconds of `fit`.",
        checks=("the mean of the training part has the error of a constant, 1/6",),
        digits={ERROR: 6, "seconds": 0},
        rows=(*rows, *(KNOWN if LONGEST in lengths else [])),
        targets=tuple(targets),
    )


def _measured(candidate: Candidate[Regressor], seeds: int, training: SequenceSet, test: SequenceSet) -> Row:
    return measure(
        candidate,
        seeds,
        lambda model: model.fit(training),
        lambda model: {ERROR: model.evaluate(test)["RMSE"] ** 2},
    )


def _check_constant(found: float, length: int) -> None:
    if abs(found - CONSTANT_ERROR) > LEEWAY:
        raise GateError(
            f"adding at T = {length}: the mean scores {found:.3f}, expected about {CONSTANT_ERROR:.3f}"
        )


def _candidates() -> list[Candidate[Regressor]]:
    def network(cell: str) -> Candidate[Regressor]:
        config = RegressorConfig(members=1)
        return Candidate(
            cell, lambda seed: SequenceRegressor(cell, bidirectional=False, random_state=seed, config=config)
        )

    return [*map(network, CELLS), Candidate("mean", lambda _: MeanRegressor(), seeded=False)]
