"""How long it takes to look inside: a trace of a thousand steps, and everything about ten sequences."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from benchmarks.results import Result, Row, Target
from gatewise import ClassifierConfig, SequenceClassifier, TrainingConfig
from gatewise.data.samples.recall import recall
from gatewise.inspection import (
    gate_use,
    gradient_by_lag,
    influence,
    probe,
    reach,
    retention,
    state_jacobians,
    time_scales,
    trace_module,
    units_of,
)
from gatewise.nn import Recurrent, cell_named

__all__ = ["CELLS", "result_of", "row_of", "run"]

CELLS, ROUNDS = ("RNN", "LSTM", "GRU"), 3
STEPS, UNITS = 1000, 128
SEQUENCES, DISTRACTORS, HIDDEN = 10, 100, 64


def run() -> Result:
    """All three cells."""
    return result_of([row_of(cell) for cell in CELLS])


def row_of(cell: str, *, steps: int = STEPS, distractors: int = DISTRACTORS, rounds: int = ROUNDS) -> Row:
    """Seconds of one cell: a forward pass, a trace of it, and each way of looking at ten sequences."""
    layer, x = Recurrent(cell_named(cell), UNITS, UNITS), torch.randn(steps, 1, UNITS)
    data = recall(distractors, sequences=100, seed=0)
    config = ClassifierConfig(readout="last", training=TrainingConfig(steps=5))
    model = SequenceClassifier(cell, hidden_size=HIDDEN, bidirectional=False, random_state=0, config=config)
    ten = data.take(np.arange(SEQUENCES))
    traces = model.fit(data).trace(ten)
    with torch.no_grad():
        ways: dict[str, Callable[[], Any]] = {
            f"forward, {STEPS} × {UNITS}": lambda: layer(x),
            f"trace, {STEPS} × {UNITS}": lambda: trace_module(layer, x),
        }
        row: Row = {"cell": cell} | {name: (_median(way, rounds),) for name, way in ways.items()}
    looks: dict[str, Callable[[], Any]] = {
        "traces": lambda: model.trace(ten),
        "gates": lambda: gate_use(traces),
        "time scales": lambda: None if cell == "RNN" else time_scales(traces),
        "retention": lambda: [retention(trace) for trace in traces],
        "gradient": lambda: gradient_by_lag(model, ten),
        "jacobians": lambda: [state_jacobians(trace.layers[0]) for trace in traces],
        "influence": lambda: [influence(model, ten, sequence=number + 1) for number in range(SEQUENCES)],
        "units": lambda: units_of(traces, "truth"),
        "probes": lambda: probe(model, ten),
        "reach": lambda: reach(model, ten),
    }
    each = {name: _median(look, rounds) for name, look in looks.items()}
    return row | {name: (seconds,) for name, seconds in each.items()} | {"all of ten": (sum(each.values()),)}


def _median(call: Callable[[], Any], rounds: int) -> float:
    call()
    durations = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        durations.append(time.perf_counter() - start)
    return statistics.median(durations)


def result_of(rows: list[Row]) -> Result:
    """The cells below each other."""
    beyond = sum(
        _of(row, f"trace, {STEPS} × {UNITS}") - _of(row, f"forward, {STEPS} × {UNITS}") for row in rows
    )
    return Result(
        name="looking",
        title="How long it takes to look inside",
        protocol=f"Seconds, medians of {ROUNDS} after a first call. A forward pass and a trace of a layer; and each "
        f"function of `gatewise.inspection` on {SEQUENCES} sequences of {DISTRACTORS + 2} steps, cells of {HIDDEN} "
        "units.",
        checks=(),
        digits={name: 3 for row in rows for name in row if name != "cell"},
        rows=tuple(rows),
        targets=(
            Target("three traces beyond the forward pass, s", beyond, 2),
            Target(
                "all about ten sequences, the slowest cell, s",
                max(_of(row, "all of ten") for row in rows),
                10,
            ),
        ),
    )


def _of(row: Row, name: str) -> float:
    return float(row[name][0])
