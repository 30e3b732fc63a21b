"""All statements measured, a row for each measurement."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from joblib import Parallel, delayed

from benchmarks.candidates import CELLS, GATED
from benchmarks.claims.adding import gate_claim, measure_adding
from benchmarks.claims.cost import cost_claims
from benchmarks.claims.memory import LONG, SHORT, measure_recall, memory_claims
from benchmarks.claims.page import result_of
from benchmarks.claims.quality import SHARES, amount_claim, measure_vowels, measure_weather, quality_claim
from benchmarks.claims.rules import Claim, Measurement
from benchmarks.results import Result, Row

__all__ = ["rows_of", "run"]


def run(*, seeds: int, threads: int) -> Result:
    """Times first, alone on the machine; then all trainings, as many at once as there are threads."""
    torch.set_num_threads(1)
    costs = cost_claims()
    tasks: dict[tuple[Any, ...], Callable[[int], Any]] = {}
    for cell in CELLS:
        for far in (LONG, SHORT):
            tasks["recall", cell, far] = partial(measure_recall, cell, far)
    for cell in GATED:
        tasks["weather", cell] = partial(measure_weather, cell)
        tasks["adding", cell] = partial(measure_adding, cell)
        for share in SHARES:
            tasks["vowels", cell, share] = partial(measure_vowels, cell, share)
    found = _measured(tasks, seeds, threads)
    recalled = {(cell, far): found["recall", cell, far] for cell in CELLS for far in (LONG, SHORT)}
    added = {cell: found["adding", cell] for cell in GATED}
    vowels = {(cell, share): found["vowels", cell, share] for cell in GATED for share in SHARES}
    weather = {cell: found["weather", cell] for cell in GATED}
    claims = [
        *memory_claims(recalled),
        quality_claim(recalled, added, vowels, weather),
        *costs,
        amount_claim(vowels),
        gate_claim(added["GRU"]),
    ]
    return result_of(rows_of(claims), seeds)


def _measured(
    tasks: dict[tuple[Any, ...], Callable[[int], Any]], seeds: int, workers: int
) -> dict[tuple[Any, ...], list[Any]]:
    """The outcomes of every task, one for each seed."""
    jobs = [(name, seed) for name in tasks for seed in range(seeds)]
    outcomes = Parallel(n_jobs=workers)(delayed(_alone)(tasks[name], seed) for name, seed in jobs)
    found: dict[tuple[Any, ...], list[Any]] = {name: [] for name in tasks}
    for (name, _), outcome in zip(jobs, outcomes, strict=True):
        found[name].append(outcome)
    return found


def _alone(task: Callable[[int], Any], seed: int) -> Any:
    torch.set_num_threads(1)
    return task(seed)


def rows_of(claims: list[Claim]) -> list[Row]:
    """A row per measurement."""
    return [_row(claim, one) for claim in claims for one in claim.measurements]


def _row(claim: Claim, measurement: Measurement) -> Row:
    return {
        "claim": claim.statement,
        "measurement": measurement.what,
        "found": measurement.interval.text(measurement.unit, measurement.digits),
        "asked for": str(measurement.region),
        "holds or not": measurement.verdict,
    }
