"""One value per sequence: Covid3Month of the UEA archive, official training and test parts."""

from __future__ import annotations

from benchmarks.candidates import CELLS, Candidate, mean_of, measure
from benchmarks.errors import GateError
from benchmarks.inputs import data_file
from benchmarks.results import Result, Target
from gatewise import SequenceRegressor
from gatewise.data.readers import read_valued
from gatewise.estimators.regression.base import Regressor
from gatewise.estimators.regression.constant import MeanRegressor
from gatewise.estimators.regression.ridge import RocketRegressor, StatisticsRegressor
from gatewise.estimators.regression.tabular import BoostingRegressor, RidgeRegressor

__all__ = ["run"]

NAME = "Covid3Month"
SIZES = (140, 61)
ERROR = "RMSE"


def run(*, seeds: int) -> Result:
    """Every cell and every baseline with default settings."""
    training, test = (read_valued(data_file("uea", NAME, f"{NAME}_{part}.ts")) for part in ("TRAIN", "TEST"))
    if (len(training), len(test)) != SIZES:
        raise GateError(
            f"{NAME}: expected {SIZES[0]} and {SIZES[1]} sequences, found {len(training)} and {len(test)}"
        )
    rows = [
        measure(
            candidate,
            seeds,
            lambda model: model.fit(training),
            lambda model: model.evaluate(test),
        )
        for candidate in _candidates()
    ]
    mean = mean_of(rows, "mean", ERROR)
    best = min(mean_of(rows, name, ERROR) for name in ("ridge", "boosting"))
    reached = mean_of(rows, "GRU", ERROR)
    return Result(
        name="covid",
        title="One value per sequence: Covid3Month",
        protocol="Death rate of a country from three months of daily cases. Official training and test parts "
        f"({SIZES[0]} and {SIZES[1]} sequences of 84 days), default settings, {seeds} seed(s). "
        "Seconds of `fit`.",
        checks=("sequences of both parts counted",),
        digits={ERROR: 4, "MAE": 4, "R2": 3, "seconds": 1},
        rows=tuple(rows),
        targets=(
            Target(f"{ERROR} of the GRU, beside the mean's", reached, round(mean, 4), round(best, 4), 4),
        ),
    )


def _candidates() -> list[Candidate[Regressor]]:
    def network(cell: str) -> Candidate[Regressor]:
        return Candidate(cell, lambda seed: SequenceRegressor(cell, random_state=seed))

    return [
        *map(network, CELLS),
        Candidate("mean", lambda _: MeanRegressor(), seeded=False),
        Candidate("ridge", lambda _: RidgeRegressor(), seeded=False),
        Candidate("statistics", lambda _: StatisticsRegressor(), seeded=False),
        Candidate("MiniRocket", lambda _: RocketRegressor(), seeded=False),
        Candidate("boosting", lambda _: BoostingRegressor(random_state=0), seeded=False),
    ]
