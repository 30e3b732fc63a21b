"""The C of every kind of model answers what Python answers, compiled without a warning, under sanitizers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from compiled import TOOLCHAINS
from streaming import STREAMING, fitted

from gatewise.export.c.checking import TOLERANCE, answers_in, difference, fed
from gatewise.export.c.files import Files, written
from gatewise.export.c.observations import answers_to, usual

WAYS = (("gcc", False), ("clang", True))
# Every model by one of the ways; by the other one, too, where deep tests run.
CASES = [
    pytest.param(name, *WAYS[other], marks=[pytest.mark.deep] if other != number % 2 else [])
    for number, name in enumerate(STREAMING)
    for other in range(2)
]
FEW = ("cell LSTM", "patches", "forecasts with gaps")


def held_against(model: Any, files: Files, toolchain: str, folder: Path) -> None:
    """Compare answers over some hundred rows."""
    program = TOOLCHAINS[toolchain].compiled(folder, files.texts)
    feeds, _ = usual(model, files.graph)
    for sequence, expected in zip(feeds, answers_to(files.graph, feeds), strict=True):
        printed = TOOLCHAINS[toolchain].answers(program, fed(files, sequence))
        assert difference(answers_in(files, printed), expected) <= TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize(("name", "toolchain", "int8"), CASES)
def test_every_model(name: str, toolchain: str, int8: bool, tmp_path: Path) -> None:
    TOOLCHAINS[toolchain].need()
    model = fitted(name)
    held_against(model, written(model.step_graph(), "model", int8=int8), toolchain, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize(("toolchain", "int8"), [("arm", False), ("riscv", True)], ids=str)
def test_other_processors(name: str, toolchain: str, int8: bool, tmp_path: Path) -> None:
    TOOLCHAINS[toolchain].need()
    model = fitted(name)
    held_against(model, written(model.step_graph(), "model", int8=int8), toolchain, tmp_path)


def test_weights_of_eight_bits_are_a_quarter() -> None:
    graph = fitted("words").step_graph()
    plain, small = written(graph, "model"), written(graph, "model", int8=True)
    assert small.flash_bytes < 0.3 * plain.flash_bytes
    assert small.layout == plain.layout


def test_an_empty_line_begins_anew(tmp_path: Path) -> None:
    model = fitted("patches")
    files = written(model.step_graph(), "model")
    program = TOOLCHAINS["gcc"].compiled(tmp_path, files.texts)
    (one, *_), _ = usual(model, files.graph)
    rows = fed(files, one)
    both = answers_in(files, TOOLCHAINS["gcc"].answers(program, rows + b"\n" + rows))
    np.testing.assert_array_equal(both[: len(both) // 2], both[len(both) // 2 :])


def test_what_is_written_is_the_same_each_time() -> None:
    graph = fitted("cell GRU").step_graph()
    assert written(graph, "model").texts == written(graph, "model").texts
