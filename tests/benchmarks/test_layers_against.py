"""The layers beside those of another checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.layers import against
from benchmarks.layers.contest import Outcome
from benchmarks.layers.grid import CELLS, Job, Mode, Shape
from benchmarks.layers.run import Plan
from benchmarks.layers.timing import Spread


def outcome(cell: str, batch: int, now: float, before: float) -> Outcome:
    times = {"gatewise": Spread.of([now]), "before": Spread.of([before])}
    return Outcome(Job(Mode.TRAIN, CELLS[cell], Shape(1, 2, batch, 3)), batch * 3, times)


def test_means_over_shapes_and_the_least_of_them() -> None:
    found = [outcome("gru", 1, 1.0, 4.0), outcome("gru", 2, 2.0, 2.0), outcome("lstm", 1, 1.0, 0.9)]
    result = against._result(found, Plan())
    assert [(row["cell"], row["before / now, mean"], row["least"], row["most"]) for row in result.rows] == [
        ("gru", (pytest.approx(2.0),), (1.0,), (4.0,)),
        ("lstm", (pytest.approx(0.9),), (0.9,), (0.9,)),
    ]
    (target,) = result.targets
    assert str(target) == "target: least geometric mean at or above 0.97: missed with 0.90"


def test_a_folder_that_is_no_checkout(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError) as caught:
        next(against.run(Plan(), tmp_path))
    assert str(caught.value) == f"{tmp_path}: expected a checkout of gatewise, found no src/gatewise"
