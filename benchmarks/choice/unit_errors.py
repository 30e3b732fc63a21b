"""Errors of every candidate on every series of M4 Weekly, to try rules of choice on."""

from __future__ import annotations

from benchmarks.candidates import progress
from benchmarks.inputs import data_file, read_m4
from benchmarks.m4_weekly import SEASON, candidates, forecasts
from benchmarks.metrics import mase
from benchmarks.results import Result, Row

__all__ = ["run"]

DIGITS = 6


def run(*, seeds: int) -> Result:
    """MASE of each series, fit by fit."""
    data = read_m4(data_file("M4", "Weekly-train.csv"), data_file("M4", "Weekly-test.csv"))
    table = data.long()
    rows: list[Row] = []
    for candidate in candidates():
        for seed in range(seeds if candidate.seeded else 1):
            model = candidate.build(seed)
            model.fit(table)
            found = forecasts(model)
            errors = [mase(data.test[name], found[name], data.train[name], SEASON) for name in data.test]
            rows.append(
                {
                    "method": candidate.name,
                    "seed": str(seed),
                    "MASE": tuple(round(error, DIGITS) for error in errors),
                }
            )
            progress(f"{candidate.name}, seed {seed}: {sum(errors) / len(errors):.4f}")
    return Result(
        name="m4-errors",
        title="M4 Weekly, series by series",
        protocol="359 series, 13 weeks ahead, official test part; one network over all series, default settings, "
        f"{seeds} seed(s). MASE with m = 1: mean ± deviation over the series; the errors of each, in the order of "
        "the file, are in the JSON beside this. They are what `choice` tries its rules on.",
        checks=(),
        digits={"MASE": 3},
        rows=tuple(rows),
        targets=(),
    )
