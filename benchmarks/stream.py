"""What a step of a model costs beside a step of its layer, and what the model's own operators add."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.results import Result, Row, Target
from gatewise import ClassifierConfig, SequenceClassifier, TrainingConfig
from gatewise.nn import use_backend

__all__ = ["result_of", "row_of", "run"]

CELLS, SIZES, CHANNELS = ("RNN", "LSTM", "GRU"), (64, 128), 8
# Short turns: a long one is interrupted by whatever else runs.
ROUNDS, STEPS = 200, 100
LIMIT_US = 2.0
# Plain: scaling, cell, head, softmax. By default differences of rows are read too, and all steps are read out.
KINDS = {"plain": ClassifierConfig(differences=False, readout="last"), "default": ClassifierConfig()}


def run() -> Result:
    """All cells, sizes and kinds of input."""
    return result_of([row_of(cell, size, kind) for kind in KINDS for cell in CELLS for size in SIZES])


def row_of(cell: str, size: int, kind: str, *, rounds: int = ROUNDS, steps: int = STEPS) -> Row:
    """Measure one stream of a model and one of its layer in turns; the least of the rounds' means counts."""
    model = _fitted(cell, size, KINDS[kind])
    whole, layer = model.open_stream(), model.networks_[0].cell.stream()
    with use_backend("reference"):
        plain = model.open_stream()
    row = np.random.default_rng(0).normal(size=CHANNELS).astype(np.float32)
    token = np.zeros(model.networks_[0].cell.input_size, np.float32)
    for _ in range(steps):
        whole.step(row)
        layer.step(token)
    times = [(_mean_us(whole.step, row, steps), _mean_us(layer.step, token, steps)) for _ in range(rounds)]
    best, of_layer = (min(column) for column in zip(*times, strict=True))
    return {
        "cell": cell,
        "units": str(size),
        "input": kind,
        "model, µs": (best,),
        "layer, µs": (of_layer,),
        "more, µs": (best - of_layer,),
        "reference, µs": (min(_mean_us(plain.step, row, 5) for _ in range(5)),),
        "state, bytes": str(whole.graph.state_bytes),
    }


def result_of(rows: list[Row]) -> Result:
    """Put rows into a table, with what was aimed at."""
    return Result(
        name="stream",
        title="One step of one stream of a model, from Python",
        protocol=f"A classifier of {CHANNELS} channels and two classes, hardly trained. A step of `open_stream` and "
        f"one of the layer alone (`Stream.step`), in turns: the least of {ROUNDS} means over {STEPS} steps, in "
        "microseconds, one thread. Plain: scaling, cell, head and softmax; default: also differences of rows, and mean "
        "and maximum of all steps. Reference: the same operators one after the other, in numpy.",
        checks=(),
        digits={"model, µs": 2, "layer, µs": 2, "more, µs": 2, "reference, µs": 0},
        rows=tuple(rows),
        targets=(
            Target(
                "plain input above the layer's step, largest, µs,", _most(rows, "plain"), LIMIT_US, digits=1
            ),
            Target(
                "default above the layer's step, largest, µs,", _most(rows, "default"), LIMIT_US, digits=1
            ),
        ),
        notes=(),
    )


def _most(rows: list[Row], kind: str) -> float:
    return max(float(row["more, µs"][0]) for row in rows if row["input"] == kind)


def _fitted(cell: str, size: int, config: ClassifierConfig) -> Any:
    random = np.random.default_rng(0)
    sequences = random.normal(size=(16, 40, CHANNELS)).astype(np.float32)
    config = config.model_copy(update={"training": TrainingConfig(steps=2)})
    model = SequenceClassifier(cell, bidirectional=False, hidden_size=size, random_state=0, config=config)
    return model.fit(sequences, [0, 1] * 8)


def _mean_us(step: Callable[[Any], object], row: Any, steps: int) -> float:
    begun = time.perf_counter()
    for _ in range(steps):
        step(row)
    return 1e6 * (time.perf_counter() - begun) / steps
