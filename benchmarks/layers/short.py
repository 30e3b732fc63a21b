"""Calls of few steps without gradients, as decoders make them: accelerated layers beside those of torch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.candidates import progress
from benchmarks.layers import timing
from benchmarks.layers.grid import CELLS, Shape
from benchmarks.results import Result, Row, Target

__all__ = ["SHAPES", "STEPS", "ratio_of_minima", "run"]

# Features, units and rows; the steps follow.
SHAPES = tuple(map(Shape.parse, ("1/8/1/1", "16/64/1/1", "16/64/32/1", "128/256/1/1", "256/512/1/1")))
STEPS = (1, 2, 3, 4, 6, 8, 16)
# What noise may add to a minimum.
_MOST = 1.05
_CALLS = 3


def run(
    cells: Sequence[str], shapes: Sequence[Shape], threads: int, *, quick: bool = False
) -> Iterator[Result]:
    """Time single calls in turn within one process; one row per cell and shape."""
    import torch

    torch.set_num_threads(threads)
    rows: list[Row] = []
    worst = 0.0
    for name in cells:
        if CELLS[name].name == "gru":
            continue  # which torch has not
        for shape in shapes or SHAPES:
            progress(f"short {name} {shape}")
            row: Row = {"cell": name, "features/units/rows": f"{shape.input}/{shape.hidden}/{shape.batch}"}
            with torch.no_grad():
                for time in STEPS:
                    theirs, ours = _calls(CELLS[name].kind, shape, time)
                    found = ratio_of_minima(ours, theirs, 10 if quick else 60)
                    row[f"{time} steps"] = (found,)
                    worst = max(worst, found)
            rows.append(row)
    yield Result(
        name="layers-short",
        title="Short calls without gradients",
        protocol="Time of an accelerated layer divided by that of torch's: below 1, it is faster. Least "
        f"times of calls in turn in one process, {threads} thread(s).",
        checks=("tests/nn/test_short_calls.py",),
        digits={f"{time} steps": 2 for time in STEPS},
        rows=tuple(rows),
        targets=(Target("greatest ratio", worst, _MOST, digits=2, lower_is_better=True),),
    )


def _calls(kind: str, shape: Shape, time: int) -> tuple[Callable[[], object], Callable[[], object]]:
    import torch
    from torch import nn

    import gatewise

    layer = getattr(nn, kind)(shape.input, shape.hidden)
    swapped: Any = gatewise.accelerate(copy.deepcopy(layer))
    x = torch.randn(time, shape.batch, shape.input)
    state = layer(x)[1]
    return lambda: layer(x, state), lambda: swapped(x, state)


def ratio_of_minima(one: Callable[[], object], other: Callable[[], object], turns: int) -> float:
    """Call both in turn and divide the least times: what else a machine does adds to a time and never takes away."""
    one(), other()
    times: list[tuple[float, float]] = [
        (timing.clock(one, _CALLS), timing.clock(other, _CALLS)) for _ in range(turns)
    ]
    return min(first for first, _ in times) / min(second for _, second in times)
