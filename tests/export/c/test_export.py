"""``export_c``: what it writes, measures and checks, and when it writes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streaming import TEXT, X, fitted

import gatewise
from gatewise import ClassifierConfig, TrainingConfig
from gatewise.errors import ConfigurationError, ExportError, StreamError
from gatewise.export import export_c
from gatewise.export.c import checking
from gatewise.export.c.cells.registry import ALL, code_of
from gatewise.nn.cells.registry import BUILT_IN, CELLS


def test_what_is_written_and_told(tmp_path: Path) -> None:
    found = export_c(fitted("patches"), tmp_path / "c", name="wave", int8=True)
    assert [path.name for path in found.files] == ["wave.h", "wave.c", "main.c"]
    assert all(path.is_file() for path in found.files)
    assert found.largest_difference is not None
    assert found.largest_difference <= 1e-5
    assert found.rows == 256
    assert found.rounding is not None
    assert 0 < found.rounding.mean < found.rounding.largest < 0.1
    lines = str(found).splitlines()
    told_of = [line.split()[0] for line in lines]
    assert told_of == ["flash", "RAM", "multiply-adds", "checked", "rounding"]
    assert f"multiply-adds {found.multiply_adds} a step" in lines
    told = json.loads(found.to_json())
    assert told["ram_bytes"] == found.ram_bytes == found.carried_bytes + found.scratch_bytes
    # Once more, in place of what stands there.
    export_c(fitted("patches"), tmp_path / "c", name="wave")


def test_data_of_the_user(tmp_path: Path) -> None:
    found = export_c(fitted("cell GRU"), tmp_path / "rows", int8=True, data=X)
    assert found.rows == sum(map(len, X))
    assert found.rounding is not None
    assert found.rounding.of == "of the data"
    assert export_c(fitted("characters"), tmp_path / "text", data=TEXT).rows == 500
    words = export_c(fitted("words"), tmp_path / "words", data=["a film", "not so bad"])
    assert words.rows == 5


def test_files_of_others_stay(tmp_path: Path) -> None:
    (tmp_path / "mine.c").write_text("int x;")
    with pytest.raises(ConfigurationError, match=r"holds mine.c, which no export wrote; name another path"):
        export_c(fitted("last"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.c"]


def test_without_a_compiler_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "compiler", lambda: None)
    found = export_c(fitted("last"), tmp_path / "c")
    assert (found.compiler, found.rows, found.largest_difference) == ("", 0, None)
    assert "not compiled  there is no C compiler here" in str(found)


def test_a_compiler_that_compiles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "false")
    found = export_c(fitted("last"), tmp_path / "c")
    assert "false compiles nothing here: it ended with 1" in str(found)


@pytest.mark.parametrize("wrong", ["return MODEL_OK", "(1.0f + small)"])
def test_c_that_answers_otherwise_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    run = checking.answers_in
    if wrong == "return MODEL_OK":
        monkeypatch.setattr(checking, "answers_in", lambda *given: run(*given) + 1e-4)
        message = r"differs from Python by 0.0001, expected at most 1e-05; nothing is kept"
    else:
        monkeypatch.setattr(checking, "FLAGS", ("-std=c99", "-Dreturn=nothing"))
        monkeypatch.setattr(checking, "TRIVIAL", "int main(void) {}")
        message = "does not compile what was written, and nothing is kept: .*error"
    with pytest.raises(ExportError, match=message):
        export_c(fitted("last"), tmp_path / "c")
    assert not list(tmp_path.iterdir())


def test_nothing_to_round(tmp_path: Path) -> None:
    found = export_c(fitted("drift"), tmp_path / "c", int8=True)
    assert found.note == "no matrix is large enough for weights of eight bits: they are as without"


def classifier(cell: Any, *, bidirectional: bool) -> Any:
    config = ClassifierConfig(training=TrainingConfig(steps=1))
    model = gatewise.SequenceClassifier(
        cell, hidden_size=4, bidirectional=bidirectional, random_state=0, config=config
    )
    return model.fit(X, [0, 1] * 3)


def test_models_without_steps(tmp_path: Path) -> None:
    with pytest.raises(StreamError, match="reads each sequence from both ends"):
        export_c(classifier("GRU", bidirectional=True), tmp_path / "c")


def test_a_cell_of_the_user(tmp_path: Path) -> None:
    own = replace(CELLS["GRU"], name="own", kernel=None)
    with pytest.raises(ExportError, match=r"cell own: there is no C for it; there is for RNN, .*, MGU"):
        export_c(classifier(own, bidirectional=False), tmp_path / "c")
    assert not list(tmp_path.iterdir())


def test_every_cell_has_c() -> None:
    assert {code_of(cell).kernel for cell in BUILT_IN} == {code.kernel for code in ALL}
    for cell in BUILT_IN:
        assert sum(stage.blocks for stage in code_of(cell).stages) == cell.blocks


def test_numbers_far_from_zero_need_no_double_precision() -> None:
    from gatewise.export.c.files import written

    model = classifier_of_far_numbers()
    files = written(model.step_graph(), "far")
    assert "double" not in files.texts["far.c"]


def test_numbers_far_from_zero_are_scaled_as_in_python(tmp_path: Path) -> None:
    found = export_c(classifier_of_far_numbers(), tmp_path / "c", name="far")
    assert found.largest_difference is not None
    assert found.largest_difference < 1e-5


def classifier_of_far_numbers() -> Any:
    rows = [1e5 + one.astype(np.float64) for one in X]
    config = ClassifierConfig(training=TrainingConfig(steps=3), differences=False, readout="last")
    model = gatewise.SequenceClassifier(
        "GRU", hidden_size=4, bidirectional=False, random_state=0, config=config
    )
    return model.fit(rows, [0, 1] * 3)
