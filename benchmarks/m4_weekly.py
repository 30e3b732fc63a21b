"""M4 Weekly: 359 series, the official test part, the official measures."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.candidates import CELLS, Candidate, mean_of, measure
from benchmarks.inputs import M4, data_file, read_m4
from benchmarks.metrics import confirm, coverage, mase, owa, smape
from benchmarks.results import Result, Row, Target
from gatewise import SequenceForecaster
from gatewise.estimators.forecast.base import Forecaster
from gatewise.estimators.forecast.boosting import BoostingForecaster
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive
from gatewise.training.metrics import interval_scores

__all__ = ["SEASON", "candidates", "forecasts", "run", "scores"]

HORIZON = 13
SEASON = 1
LEVEL = 90
NAIVE2 = {"sMAPE": 9.161, "MASE": 2.777}
PUBLISHED = {
    "Naive2": (9.161, 2.777, 1.000),
    "Theta": (9.093, 2.637, 0.971),
    "Comb": (8.944, 2.432, 0.926),
    "the organisers' RNN, per series": (15.220, 5.132, 1.755),
    "ES-RNN, the winner": (7.817, 2.356, 0.851),
    "best on weekly": (6.582, 2.107, 0.739),
}

Forecasts = dict[str, NDArray[np.float64]]


def run(*, seeds: int) -> Result:
    """Every cell and every baseline with default settings."""
    data = read_m4(data_file("M4", "Weekly-train.csv"), data_file("M4", "Weekly-test.csv"))
    # Without a season Naive2 is the last value, repeated.
    naive = scores(data, {name: np.repeat(values[-1], HORIZON) for name, values in data.train.items()})
    checks = tuple(confirm(f"{name} of Naive2", naive[name], known, 3) for name, known in NAIVE2.items())

    table = data.long()
    rows: list[Row] = [
        measure(
            candidate,
            seeds,
            lambda model: model.fit(table),
            lambda model: scores(data, forecasts(model)) | _of_intervals(data, model),
        )
        for candidate in candidates()
    ]
    best = min(CELLS, key=lambda cell: mean_of(rows, cell, "OWA"))
    published: list[Row] = [
        {"method": f"{name} (published)", "sMAPE": (s,), "MASE": (m,), "OWA": (o,)}
        for name, (s, m, o) in PUBLISHED.items()
    ]
    return Result(
        name="m4-weekly",
        title="M4 Weekly",
        protocol="359 series of 80 to 2,597 weeks, 13 weeks ahead, official test part; one network over all "
        f"series, default settings, {seeds} seed(s). sMAPE in percent, MASE with m = 1, both averaged over "
        "series; OWA against Naive2 (9.161, 2.777). Coverage of the intervals of 90 % in percent, and "
        "their MSIS. Seconds of `fit`, calibration of the intervals included.",
        checks=checks,
        digits={"sMAPE": 3, "MASE": 3, "OWA": 3, "coverage": 1, "MSIS": 2, "seconds": 1},
        rows=(*rows, *published),
        targets=(
            Target(f"OWA of the best cell ({best})", mean_of(rows, best, "OWA"), 0.75, 0.69),
            Target(f"MSIS at 90 % ({best})", mean_of(rows, best, "MSIS"), 12.5, 11.5, digits=2),
            Target(f"seconds to train it ({best})", mean_of(rows, best, "seconds"), 60, digits=1),
        ),
    )


def scores(data: M4, forecasts: Forecasts) -> dict[str, float]:
    """sMAPE, MASE and OWA of forecasts by name, averaged over series."""
    relative = [smape(actual, forecasts[name]) for name, actual in data.test.items()]
    scaled = [mase(actual, forecasts[name], data.train[name], SEASON) for name, actual in data.test.items()]
    errors = {"sMAPE": float(np.mean(relative)), "MASE": float(np.mean(scaled))}
    return {**errors, "OWA": owa(errors["sMAPE"], errors["MASE"], NAIVE2["sMAPE"], NAIVE2["MASE"])}


def _of_intervals(data: M4, model: Forecaster) -> dict[str, float]:
    table: pa.Table = model.predict()
    actual = np.array([data.test[name] for name in table["unique_id"].to_pylist()[::HORIZON]])
    low, high = (table[name].to_numpy().reshape(actual.shape) for name in (f"lo-{LEVEL}", f"hi-{LEVEL}"))
    units = [np.abs(np.diff(data.train[name])).mean() for name in table["unique_id"].to_pylist()[::HORIZON]]
    scores = interval_scores(low, high, actual, LEVEL).mean(axis=1) / np.array(units)
    return {"coverage": 100 * coverage(low, high, actual), "MSIS": float(scores.mean())}


def candidates(horizon: int = HORIZON) -> list[Candidate[Forecaster]]:
    """Every cell and every baseline, with default settings."""

    def network(cell: str) -> Candidate[Forecaster]:
        return Candidate(cell, lambda seed: SequenceForecaster(cell, horizon, random_state=seed))

    return [
        *map(network, CELLS),
        Candidate("seasonal naive", lambda _: SeasonalNaive(horizon), seeded=False),
        Candidate("linear", lambda seed: LinearForecaster(horizon, random_state=seed), seeded=False),
        Candidate("boosting", lambda seed: BoostingForecaster(horizon, random_state=seed), seeded=False),
    ]


def forecasts(model: Forecaster) -> Forecasts:
    """What a fitted model forecasts for each series, by name."""
    table: pa.Table = model.predict()
    names = table["unique_id"].to_pylist()[::HORIZON]
    return dict(zip(names, table["y_hat"].to_numpy().reshape(-1, HORIZON), strict=True))
