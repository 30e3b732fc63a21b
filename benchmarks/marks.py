"""The adding problem seen from inside: in how many trained GRUs the update gate opens at the two marks."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.candidates import progress
from benchmarks.claims.adding import LENGTH, TRACED, trained
from benchmarks.results import Result, Row, Target
from gatewise.estimators.tracing import SequenceTrace
from gatewise.inspection import units_of

__all__ = ["SEEDS", "result_of", "row_of", "run"]

SEEDS = 10
SURE = 0.05
BEFORE, AFTER = "1 − z at marks less elsewhere, untrained", "trained"


def run(*, seeds: int = SEEDS) -> Result:
    """One GRU for each seed."""
    rows = []
    for seed in range(seeds):
        rows.append(row_of(seed))
        progress(f"seed {seed}: {rows[-1]}")
    return result_of(rows)


def row_of(seed: int, **sizes: int) -> Row:
    """Train one, and look at its gate on test sequences, before and after training."""
    model, test = trained("GRU", seed, **sizes)
    error = model.evaluate(test)["RMSE"] ** 2
    some = test.take(np.arange(TRACED))
    traces = model.trace(some)
    marks = [np.asarray(trace.given)[:, 1] == 1 for trace in traces]
    units = units_of(traces, marks, of="update")
    opening = (units.p <= SURE) & (units.effect < 0)
    found = _opened(traces, marks)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model.networks_ = [model._build(model.networks_[0].shape).eval()]
    return {
        "seed": str(seed),
        "error": (error,),
        BEFORE: (_opened(model.trace(some), marks),),
        AFTER: (found,),
        "units that open": (float(opening.sum()),),
        "of": (float(len(units.unit)),),
    }


def _opened(traces: list[SequenceTrace], marks: list[NDArray[np.bool_]]) -> float:
    """1 − z at marked steps less that at the others, mean over units and steps."""
    replaced = [1 - trace.layers[0].gates["update"] for trace in traces]
    at_marks = np.concatenate([one[here] for one, here in zip(replaced, marks, strict=True)])
    elsewhere = np.concatenate([one[~here] for one, here in zip(replaced, marks, strict=True)])
    return float(at_marks.mean() - elsewhere.mean())


def result_of(rows: list[Row]) -> Result:
    """The seeds below each other."""
    before, after = (np.array([float(row[name][0]) for row in rows]) for name in (BEFORE, AFTER))
    opened = int(((after > 0) & (after > before)).sum())
    return Result(
        name="marks",
        title="Does the update gate of a GRU open at the marks of the adding problem?",
        protocol=f"GRUs of 64 units, each trained on 5,000 sequences of {LENGTH} steps of the adding problem, two of "
        f"which are marked, and looked into on {TRACED} others. Error: mean squared, on 500 others; a constant has "
        '0.167. `gatewise.inspection.units_of(traces, marks, of="update")`: units whose z is lower at marks, p at '
        "most 0.05 for all units together; most: the largest correlation.",
        checks=(),
        digits={"error": 5, BEFORE: 3, AFTER: 3, "units that open": 0, "of": 0},
        rows=tuple(rows),
        targets=(
            Target(
                "share of seeds whose gate opens at the marks", opened / len(rows), 1, lower_is_better=False
            ),
        ),
        notes=(
            f"In {opened} of {len(rows)} seeds the gate opens at the marks, and more than before training.",
        ),
    )
