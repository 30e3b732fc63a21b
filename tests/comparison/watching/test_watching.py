"""A running comparison as a table and as lines."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from rich.console import Console

from gatewise.comparison.running.progress import Finished, Stage
from gatewise.comparison.watching import standing as standing_module
from gatewise.comparison.watching.lines import Lines
from gatewise.comparison.watching.standing import Standing
from gatewise.comparison.watching.terminal import LiveTable
from gatewise.training.watching import spoken


def ended(name: str, error: float | None, purpose: str = "main", done: int = 1) -> Stage:
    what = "" if purpose == "baseline" else f"seed {done}"
    finished = Finished(done, 9, name, purpose, what, "MASE", error, 1.25)  # type: ignore[arg-type]  # a purpose
    return Stage("training", done, 9, 30.0, finished, running=("GRU", "LSTM"))


def test_the_standing_gathers_errors_and_their_interval_narrows() -> None:
    now = Standing()
    widths = []
    for done, error in enumerate((0.5, 0.7, 0.6, 0.6, 0.6), 1):
        now.add(ended("GRU", error, done=done))
        widths.append(now.candidates[0].half_width)
    assert now.candidates[0].error == pytest.approx(0.6)
    # Student's t with one degree of freedom at 97.5 % is 12.706; the deviation of two numbers .2 apart is .1414.
    assert widths[0] is None
    assert widths[1] == pytest.approx(12.706 * 0.2 / math.sqrt(2) / math.sqrt(2), rel=1e-3)
    assert np.all(np.diff(np.asarray(widths[1:], float)) < 0)


def test_the_best_stands_first_and_what_has_no_error_last() -> None:
    now = Standing()
    for stage in (ended("RNN", None), ended("linear", 0.9, "baseline"), ended("GRU", 0.5)):
        now.add(stage)
    assert [one.name for one in now.candidates] == ["GRU", "linear", "RNN"]
    assert [one.is_cell for one in now.candidates] == [True, False, True]
    assert now.candidates[-1].failures == 1
    assert now.last[0].startswith("[1/9] GRU seed 1: MASE 0.5")


def test_time_left_runs_down_and_is_never_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(standing_module.time, "monotonic", lambda: clock[0])
    now = Standing()
    now.add(ended("GRU", 0.5))
    clock[0] += 12
    assert now.seconds_left == pytest.approx(18)
    clock[0] += 60
    assert spoken(now.seconds_left) == "longer than reckoned"
    assert [spoken(seconds) for seconds in (None, 0.0, 1.2, 89.5, 200)] == [
        "", "a moment left", "about 2 s left", "about 1 min 30 s left", "about 3 min 20 s left",
    ]  # fmt: skip


def test_lines_name_each_stage_once_the_plan_and_each_training() -> None:
    said: list[str] = []
    tell = Lines(said.append)
    tell(Stage("probing", 0, 2))
    tell(Stage("probing", 2, 2, notes=("no curves",), plan=("cells: GRU",)))
    tell(ended("linear", 0.9, "baseline"))
    tell(ended("GRU", 0.5))
    assert said == [
        "timing every cell, trying the baselines …",
        "planned: cells: GRU",
        "note: no curves",
        "training seeds …",
        "linear: MASE 0.9 (1.2 s), about 30 s left",
        "[1/9] GRU seed 1: MASE 0.5 (1.2 s), about 30 s left",
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_fits_the_terminal(width: int) -> None:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    table = LiveTable(console)
    for stage in (ended("linear", 0.9, "baseline"), ended("GRU", 0.5), ended("GRU", 0.52, done=2)):
        table(stage)
    with console.capture() as captured:
        console.print(table._table())
    lines = captured.get().splitlines()
    assert max(map(len, lines)) <= width
    row = next(line.split() for line in lines if line.startswith("GRU"))
    assert row[:4] == ["GRU", "2", "0.51", "±"]
    assert row[-2:] == ["1", "running"]
    assert any(line.startswith("training seeds  2 of 9  about 30 s left") for line in lines)
