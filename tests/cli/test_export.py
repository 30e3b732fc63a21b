"""``gatewise export``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from commands import Run
from streaming import fitted


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(fitted("last").save(tmp_path_factory.mktemp("saved") / "wave"))


def test_c(model: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("export", model, "--format", "c")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[:3] == [f"written  {Path('wave-c') / name}" for name in ("wave.h", "wave.c", "main.c")]
    assert [line.split()[0] for line in lines[3:]] == ["flash", "RAM", "multiply-adds", "checked"]
    assert sorted(path.name for path in (tmp_path / "wave-c").iterdir()) == ["main.c", "wave.c", "wave.h"]


def test_onnx(model: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("export", model, "--format", "onnx")
    assert (ran.code, ran.err) == (0, "")
    names = ["model.onnx", "step.onnx", "chunk.onnx", "README.md"]
    assert ran.out.splitlines()[:4] == [f"written  {Path('wave-onnx') / name}" for name in names]
    assert ran.out.splitlines()[4].startswith("model.onnx whole sequences: ")
    told = json.loads(run("export", model, "--format", "onnx", "--int8", "--json").out)
    assert told["int8"] is True
    assert [one["name"] for one in told["files"]] == names[:3]


def test_what_onnx_has_no_use_for(model: Path, run: Run, tmp_path: Path) -> None:
    ran = run("export", model, "--format", "onnx", "--name", "wave", "--output", tmp_path / "out")
    assert (ran.code, ran.err) == (1, "error: --name: has a meaning only with --format c\n")
    ran = run("export", model, "rows.csv", "--format", "onnx", "--output", tmp_path / "out")
    assert (ran.code, ran.err) == (1, "error: rows.csv: data have a meaning only with --format c\n")


def test_small_weights_on_data(model: Path, run: Run, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(3, 9, 2)))
    ran = run(
        "export", model, tmp_path / "x.npy", "--format", "c", "--int8", "--name", "small",
        "--output", tmp_path / "c", "--json",
    )  # fmt: skip
    assert ran.err == ""
    told = json.loads(ran.out)
    assert told["int8"] is True
    assert told["rounding"]["rows"] == told["rows"] == 27
    assert [Path(path).name for path in told["files"]] == ["small.h", "small.c", "main.c"]


def test_wrong_use(model: Path, run: Run, tmp_path: Path) -> None:
    assert "Missing option '--format'" in run("export", model).err
    (tmp_path / "notes.txt").write_text("mine")
    ran = run("export", model, "--format", "c", "--output", tmp_path)
    assert ran.code == 1
    assert "notes.txt, which no export wrote" in ran.err
