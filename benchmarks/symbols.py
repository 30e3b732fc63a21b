"""Delayed recall seen from inside: what trained cells keep of the symbol, and what becomes of it if they may not."""

from __future__ import annotations

from itertools import product

import numpy as np

from benchmarks.candidates import progress
from benchmarks.results import Result, Row
from gatewise import SequenceClassifier
from gatewise.data.samples.recall import recall
from gatewise.data.sequences import SequenceSet
from gatewise.estimators.config import ClassifierConfig
from gatewise.inspection import Clamp, retention, time_scales, units_of, what_if

__all__ = ["CELLS", "LENGTHS", "SEEDS", "result_of", "row_of", "run"]

CELLS, LENGTHS, SEEDS = ("RNN", "LSTM", "GRU"), (20, 100), 3
TRAINING, TEST, LOOKED_AT = 2000, 500, 200
HELD = 40
SURE, STRONG = 0.05, 0.5
# The first, which is the symbol, has been read.
READ = 1
KEEPS = {"GRU": (Clamp("update", 1, READ),), "LSTM": (Clamp("forget", 1, READ), Clamp("input", 0, READ))}
FORGETS = {"GRU": Clamp("update", 0, READ), "LSTM": Clamp("forget", 0, READ)}


def run(*, seeds: int = SEEDS) -> Result:
    """Every cell over every length."""
    rows = []
    for length, cell in product(LENGTHS, CELLS):
        rows.append(row_of(cell, length, seeds))
        progress(str(rows[-1]))
    return result_of(rows)


def row_of(cell: str, length: int, seeds: int = SEEDS, *, training: int = TRAINING, **config: int) -> Row:
    """One cell over one length."""
    found = [_looked(cell, length, seed, training, config) for seed in range(seeds)]
    names = dict.fromkeys(name for one in found for name in one)
    return {"distractors": str(length), "cell": cell} | {
        name: tuple(one[name] for one in found if name in one) for name in names
    }


def _looked(cell: str, length: int, seed: int, training: int, config: dict[str, int]) -> dict[str, float]:
    chosen = ClassifierConfig(readout="last")
    if config:
        chosen = chosen.model_copy(update={"training": chosen.training.model_copy(update=config)})
    model = SequenceClassifier(cell, hidden_size=64, bidirectional=False, random_state=seed, config=chosen)
    data = recall(length, sequences=training + TEST, seed=1000 + seed)
    model.fit(data.take(np.arange(training)))
    test = data.take(np.arange(training, len(data)))
    traces = model.trace(test.take(np.arange(LOOKED_AT)))
    units = units_of(traces, "truth")
    made = {
        "right, %": 100 * model.score(test.sequences, test.target),
        "units with the symbol": float(((units.p <= SURE) & (units.effect > STRONG)).sum()),
    }
    if cell == "RNN":
        return made
    holding = units.unit[: max(1, int(made["units with the symbol"]))]
    shares = [retention(trace).shares[0, holding].mean() for trace in traces]
    made["written with it, %"] = 100 * float(np.mean(shares))
    made["their time scale, steps"] = float(np.median(time_scales(traces).steps[holding]))
    made["all kept: right, %"] = _held(model, test, KEEPS[cell])
    made["all forgotten: right, %"] = _held(model, test, (FORGETS[cell],))
    return made


def _held(model: SequenceClassifier, test: SequenceSet, clamps: tuple[Clamp, ...]) -> float:
    right = 0
    for number in range(HELD):
        answer = what_if(model, test, *clamps, sequence=number + 1).answer
        right += answer.names[int(answer.values.argmax())] == str(test.target[number])
    return 100 * right / HELD


def result_of(rows: list[Row]) -> Result:
    """The rows below each other."""
    return Result(
        name="symbols",
        title="What trained cells keep of a symbol",
        protocol="Delayed recall: one of 8 symbols, distractors, a cue. Cells of 64 units that read in one direction "
        f"and answer from the last state, trained on {TRAINING:,} sequences with default settings. Units with the "
        f"symbol: those of the state at the end (`c` of the LSTM) that move with it on {LOOKED_AT} test sequences, "
        "effect above 0.5, p at most 0.05 for all units together (`units_of`). Written with it: the share of these "
        "units at the end that the symbol's step wrote (`retention`; those of an LSTM do not sum to one). Time "
        f"scale: their median. All kept, all forgotten: right on {HELD} sequences where from the second step on "
        "z = 1 or z = 0 in every unit, of the LSTM f = 1 and i = 0, or f = 0 (`what_if`).",
        checks=(),
        digits={
            "right, %": 1, "units with the symbol": 1, "written with it, %": 1, "their time scale, steps": 0,
            "all kept: right, %": 1, "all forgotten: right, %": 1,
        },
        rows=tuple(rows),
        targets=(),
    )  # fmt: skip
