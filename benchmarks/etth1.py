"""ETTh1: seven channels of hourly transformer readings, every window of the test part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.lib.stride_tricks import sliding_window_view

from benchmarks.candidates import CELLS, Candidate, mean_of, measure
from benchmarks.inputs import data_file, read_ett
from benchmarks.metrics import confirm, mean_errors
from benchmarks.results import Result, Row, Target
from gatewise import ForecasterConfig, SequenceForecaster
from gatewise.estimators.forecast.base import Forecaster
from gatewise.estimators.forecast.boosting import BoostingForecaster
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive

__all__ = ["run"]

TRAIN, VALIDATION, TEST = 8640, 2880, 2880
DAY = 24
# Names and (MSE, MAE) at each horizon; the first is recomputed before anything is measured.
HORIZONS = (96, 192, 336, 720)
NAIVE = ((0.512, 0.433), (0.581, 0.469), (0.650, 0.501), (0.655, 0.514))
KNOWN = {
    "ridge on the last 336 minus the last value (recomputed)": (
        (0.378, 0.400),
        (0.412, 0.420),
        (0.439, 0.437),
        (0.449, 0.464),
    ),
    "DLinear (published)": ((0.375, 0.399), (0.405, 0.416), (0.439, 0.443), (0.472, 0.490)),
    "plain GRU (published with SegRNN)": ((1.135, 0.844), (1.123, 0.814), (1.080, 0.807), (1.089, 0.822)),
    "SegRNN (published)": ((0.351, 0.392), (0.392, 0.414), (0.423, 0.433), (0.466, 0.472)),
}
# MSE to reach and to aim for; between the two that were asked for, the best published one.
TARGETS = {96: (0.370, 0.351), 192: (0.392, None), 336: (0.423, None), 720: (0.45, 0.42)}
MOST_SECONDS = {96: 60}

# Fixed by the protocol: the estimator must hold out the same rows as everyone else.
SPLIT = ForecasterConfig(validation_fraction=VALIDATION / (TRAIN + VALIDATION))


def run(*, seeds: int, horizon: int) -> Result:
    """Every cell and every baseline with default settings at one horizon."""
    place = HORIZONS.index(horizon)
    table = read_ett(data_file("ETT", "ETTh1.csv"), TRAIN, TRAIN + VALIDATION + TEST)
    channels = [name for name in table.column_names if name != "date"]
    naive = _naive_errors(table, channels, horizon)
    checks = tuple(
        confirm(f"{name} of the seasonal naive forecast", found, known, 3)
        for name, found, known in zip(("MSE", "MAE"), naive, NAIVE[place], strict=True)
    )

    past = table.slice(0, TRAIN + VALIDATION)
    rows: list[Row] = [
        measure(
            candidate,
            seeds,
            lambda model: model.fit(past, time="date", target=channels),
            lambda model: _scores(model, table),
        )
        for candidate in _candidates(horizon)
    ]
    best = min(CELLS, key=lambda cell: mean_of(rows, cell, "MSE"))
    known: list[Row] = [
        {"method": name, "MSE": (errors[place][0],), "MAE": (errors[place][1],)}
        for name, errors in KNOWN.items()
    ]
    targets = [Target(f"MSE of the best cell ({best})", mean_of(rows, best, "MSE"), *TARGETS[horizon])]
    if horizon in MOST_SECONDS:
        seconds = mean_of(rows, best, "seconds")
        targets.append(Target(f"seconds to train it ({best})", seconds, MOST_SECONDS[horizon], digits=1))
    return Result(
        name=f"etth1-{horizon}",
        title=f"ETTh1, horizon {horizon}",
        protocol=f"7 channels, z-scored by the first {TRAIN:,} rows; {TRAIN:,} rows to train on, {VALIDATION:,} "
        f"to validate, {TEST:,} to test, every one of their {TEST - horizon + 1:,} windows. MSE and MAE averaged "
        f"over channels. One network, channels independent, default settings, {seeds} seed(s). Seconds of "
        "`fit`, calibration included.",
        checks=checks,
        digits={"MSE": 3, "MAE": 3, "seconds": 1},
        rows=(*rows, *known),
        targets=tuple(targets),
    )


def _naive_errors(table: pa.Table, channels: list[str], horizon: int) -> tuple[float, float]:
    begin = TRAIN + VALIDATION
    ahead = np.arange(horizon) % DAY - DAY
    actual, forecast = [], []
    for name in channels:
        values = table[name].to_numpy()
        actual.append(sliding_window_view(values[begin:], horizon))
        origins = begin + np.arange(TEST - horizon + 1)
        forecast.append(values[origins[:, None] + ahead])
    return mean_errors(actual, forecast)


def _scores(model: Forecaster, table: pa.Table) -> dict[str, float]:
    series = model.read(table)
    origins = np.arange(TRAIN + VALIDATION, TRAIN + VALIDATION + TEST - model.horizon + 1)
    actual, forecast = [], []
    # One channel at a time: the forecasts of all of them at horizon 720 are 260 MB.
    for s in range(len(series)):
        actual.append(sliding_window_view(series.values(s)[origins[0] :], model.horizon))
        forecast.append(model.forecast(series, np.full_like(origins, s), origins)[:, :, 0])
    squared, absolute = mean_errors(actual, forecast)
    return {"MSE": squared, "MAE": absolute}


def _candidates(horizon: int) -> list[Candidate[Forecaster]]:
    settings: dict[str, Any] = {"horizon": horizon, "config": SPLIT}

    def network(cell: str) -> Candidate[Forecaster]:
        return Candidate(cell, lambda seed: SequenceForecaster(cell, random_state=seed, **settings))

    return [
        *map(network, CELLS),
        Candidate("seasonal naive", lambda _: SeasonalNaive(**settings), seeded=False),
        Candidate("linear", lambda seed: LinearForecaster(random_state=seed, **settings), seeded=False),
        Candidate("boosting", lambda seed: BoostingForecaster(random_state=seed, **settings), seeded=False),
    ]
