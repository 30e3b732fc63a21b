"""Deciding again from stored evidence, and models that are saved on request."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Run
from evidence import forecast_evidence

import gatewise
from gatewise.comparison.tasks.language import LanguageTask
from gatewise.verdict.request import Request

SMALL = ("--seeds", 2, "--trials", 1, "--no-curves", "--hidden-size", 4, "--workers", 1, "--quiet")


@pytest.fixture
def numbers() -> Path:
    evidence = forecast_evidence()
    request = Request(data="weather.csv", options={"max_state_bytes": 300, "save": None}, estimator={})
    path = Path("deep") / "comparison.json"
    path.parent.mkdir()
    gatewise.Comparison(evidence.model_copy(update={"request": request})).to_json(path)
    return path


def test_the_verdict_of_other_preferences(run: Run, numbers: Path) -> None:
    ran = run("report", numbers, "--max-parameters", 1)
    assert (ran.code, ran.err) == (0, "")
    expected = gatewise.Comparison.from_json(numbers).recommend(max_parameters=1)
    assert set(expected.excluded) == {"RNN", "LSTM", "GRU"}
    assert " ".join(expected.sentence.split()) in " ".join(ran.out.split())
    assert "  MASE" in ran.out
    assert ran.out.splitlines()[-1] == "report   deep/report.html"
    assert "weather.csv" in (numbers.parent / "report.html").read_text(encoding="utf-8")


def test_what_is_not_named_is_as_it_was(run: Run, numbers: Path) -> None:
    ran = run("report", numbers, "--prefer", "size", "--output", "new/page.html", "--json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert found["report"] == "new/page.html"
    assert set(found["recommendation"]["excluded"]) == {"RNN", "LSTM"}
    assert Path("new/page.html").is_file()


def test_no_file_of_numbers(run: Run) -> None:
    assert run("report", "nothing.json") == (
        1, "", "error: nothing.json: cannot be read (No such file or directory)\n",
    )  # fmt: skip


@pytest.mark.slow
def test_a_baseline_of_text_is_saved_and_works_with_the_commands_of_its_card(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LanguageTask, "default_steps", lambda _: 10)
    (tmp_path / "story.txt").write_text("the cat sat on the mat. a dog lay by the log. " * 60)
    (tmp_path / "new.txt").write_text("a bird flew over the hill and sang. " * 5)
    ran = run("compare", "story.txt", "--save", "n-gram", "--cells", "GRU", *SMALL)
    assert ran.code == 0, ran.err
    request = gatewise.Comparison.from_json("gatewise-output/comparison.json").evidence.request
    assert request is not None
    assert str(request.command).startswith("gatewise compare story.txt --save n-gram --cells GRU --seeds 2")
    card = Path("gatewise-output/model/README.md").read_text(encoding="utf-8")
    commands = [line.split() for line in card.splitlines() if line.startswith("    gatewise ")]
    assert [command[1] for command in commands] == ["generate", "evaluate"]
    ran = run("generate", "gatewise-output/model", "the c", "--length", 20, "--temperature", 0)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("the cat sat on the")
    ran = run("evaluate", "gatewise-output/model", "new.txt")
    assert (ran.code, ran.err) == (0, "")
    ran = run("evaluate", "gatewise-output/model", "story.txt")
    assert ran.code == 0
    rows = len("the cat sat on the mat. a dog lay by the log. ") * 60 - 63
    assert ran.err == (
        f"warning: {rows:,} of {rows:,} stretches of 64 characters were seen in training: "
        "the errors below are too low\n"
    )
