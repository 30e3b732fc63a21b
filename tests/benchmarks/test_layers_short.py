"""Short calls of layers beside those of torch."""

from __future__ import annotations

import pytest

from benchmarks.layers import short, timing
from benchmarks.layers.grid import Shape


def test_the_least_times_are_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([3.0, 8.0, 2.0, 5.0, 9.0, 4.0])
    monkeypatch.setattr(timing, "clock", lambda *_: next(times))
    assert short.ratio_of_minima(lambda: None, lambda: None, 3) == 2.0 / 4.0


def test_a_row_for_each_cell_that_torch_has_and_each_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short, "ratio_of_minima", lambda *_: 0.5)
    shapes = [Shape.parse("2/3/1/1"), Shape.parse("2/4/2/1")]
    (result,) = short.run(["rnn", "gru", "gru-reset-after"], shapes, 1)
    assert [(row["cell"], row["features/units/rows"]) for row in result.rows] == [
        ("rnn", "2/3/1"),
        ("rnn", "2/4/2"),
        ("gru-reset-after", "2/3/1"),
        ("gru-reset-after", "2/4/2"),
    ]
    assert all(row["16 steps"] == (0.5,) for row in result.rows)
