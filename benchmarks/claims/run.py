"""All statements measured, one table, and the page of the documentation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from joblib import Parallel, delayed

from benchmarks.candidates import CELLS, GATED
from benchmarks.claims.adding import gate_claim, measure_adding
from benchmarks.claims.cost import cost_claims
from benchmarks.claims.memory import LONG, SHORT, measure_recall, memory_claims
from benchmarks.claims.quality import SHARES, amount_claim, measure_vowels, measure_weather, quality_claim
from benchmarks.claims.rules import RULE, Claim, Measurement
from benchmarks.results import Page, Result, Row

__all__ = ["PAGE", "result_of", "run"]

PAGE = Path(__file__).parent.parent.parent / "docs" / "claims.md"
TITLE = "What is said of RNN, LSTM and GRU"


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
    return result_of(claims, seeds)


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


def result_of(claims: list[Claim], seeds: int) -> Result:
    """A row per measurement, and the verdict on each statement."""
    rows: list[Row] = [_row(claim, one) for claim in claims for one in claim.measurements]
    verdicts = "\n".join(f"- {claim.statement}: **{claim.verdict}**." for claim in claims)
    protocol = f"Statements that tutorials make, measured with {seeds} seeds. {RULE}"
    return Result(
        name="claims",
        title=TITLE,
        protocol=protocol,
        checks=(),
        digits={},
        rows=tuple(rows),
        targets=(),
        notes=(verdicts, NOTES),
        page=Page(PAGE, _page(claims, protocol)),
    )


def _row(claim: Claim, measurement: Measurement) -> Row:
    return {
        "claim": claim.statement,
        "measurement": measurement.what,
        "found": measurement.interval.text(measurement.unit, measurement.digits),
        "asked for": str(measurement.region),
        "holds or not": measurement.verdict,
    }


NOTES = (
    "Gradient: norm of the derivative of the last output by the state so many steps before, "
    "for random directions, the geometric mean over 64 sequences; 1 at lag 0, and vanished below a tenth, −1 in "
    "the table. Delayed recall: one of 8 symbols, distractors, a cue; 2,000 sequences to learn from, 500 to test, "
    "64 units, read in one direction and answered from the last state. Adding: 5,000 sequences of 100 steps, 1,000 "
    "updates, 64 units. JapaneseVowels: official parts, default settings. Weather: the shipped sample, default "
    "settings. Close in quality: within one point, or 5 % of MASE. Times: one update with AdamW in one process, "
    "both cells in turn on one thread; they are those of this package's kernels, and others may differ."
)


def _page(claims: list[Claim], protocol: str) -> str:
    """A section per statement."""
    parts = [f"# {TITLE}", protocol]
    for claim in claims:
        lines = ["| measurement | found | asked for | holds or not |", "| --- | --- | --- | --- |"]
        for one in claim.measurements:
            found = one.interval.text(one.unit, one.digits)
            lines.append(f"| {one.what} | {found} | {one.region} | {one.verdict} |")
        parts += [f"## {claim.statement}: {claim.verdict}", "\n".join(lines)]
    return "\n\n".join([*parts, "## How it was measured", NOTES])
