"""The command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.__main__ import main


def test_help_lists_every_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    listed = re.findall(r"^ {4}(\S+)", capsys.readouterr().out, re.MULTILINE)
    assert listed == [
        "m4-weekly", "etth1", "classify", "fsdd", "snips", "ud-atis", "recall", "adding", "looking", "symbols", "marks",
        "columns", "covid", "claims", "statistics", "self-compare", "verdicts", "equal", "field", "m1", "m3", "budgets",
        "m4-errors", "gradients", "choice", "serve", "inspector", "stream", "startup", "export", "first-hour", "arm64",
        "jsb", "all", "shakespeare", "bits", "layers",
    ]  # fmt: skip


def test_a_benchmark_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "the following arguments are required: NAME" in capsys.readouterr().err


def test_seeds_are_counted_from_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["classify", "--seeds", "0"])
    assert caught.value.code == 2
    assert "argument --seeds: expected at least 1, got 0" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["equal", "field", "verdicts"])
def test_a_data_set_that_is_not_there_is_one_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--only", "weather-in-mars"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("benchmarks: --only: no data set 'weather-in-mars'; expected some of ")


@pytest.mark.parametrize("name", ["m4-weekly", "etth1", "classify", "jsb", "shakespeare"])
def test_without_data_there_is_one_clear_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "nowhere"
    monkeypatch.setenv("GATEWISE_DATA", str(missing))
    assert main([name, "--threads", "1"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        f"benchmarks: no folder of real data at {missing}; set GATEWISE_DATA to the one that holds M4, ETT and uea\n"
    )
