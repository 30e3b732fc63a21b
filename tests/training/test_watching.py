"""Progress of one training, where a person looks."""

from __future__ import annotations

import sys
from typing import Any

import IPython.display  # noqa: F401 - its function of the same name stands before it
import pytest

from gatewise.training import watching
from gatewise.training.history import Progress
from gatewise.training.watching import shown, tell_what_was_read

STEPS = [Progress(step, 40, 0.5 / step, 0.1 * (40 - step)) for step in range(1, 41)]


def test_without_a_terminal_a_line_for_every_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(True) as tell:
        assert tell is not None
        for progress in STEPS:
            tell(progress)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert lines[0] == "training: 4 of 40 updates (10 %), loss 0.125, about 4 s left"
    assert lines[-1] == "training: 40 of 40 updates (100 %), loss 0.0125"


def test_a_terminal_has_one_line_that_vanishes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(watching, "LEAST_SECONDS", 0.0)
    with shown(True) as tell:
        assert tell is not None
        for progress in STEPS[:2]:
            tell(progress)
    shown_text = capsys.readouterr().err
    assert "\n" not in shown_text
    assert [part.strip() for part in shown_text.split("\r")] == [
        "",
        "training: 1 of 40 updates (2 %), loss 0.5, about 4 s left",
        "training: 2 of 40 updates (5 %), loss 0.25, about 4 s left",
        "",
        "",
    ]


def test_a_notebook_has_one_line_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[Any] = []

    class Handle:
        update = pages.append

    def display(first: Any, display_id: bool) -> Handle:
        assert display_id
        pages.append(first)
        return Handle()

    monkeypatch.setattr(watching, "in_notebook", lambda: True)
    monkeypatch.setattr(sys.modules["IPython.display"], "display", display)
    with shown(True) as tell:
        assert tell is not None
        tell(STEPS[0])
        tell(STEPS[1])  # too soon after the first
        tell(STEPS[-1])
    assert [page.data for page in pages] == [
        "training: 1 of 40 updates (2 %), loss 0.5, about 4 s left",
        "training: 40 of 40 updates (100 %), loss 0.0125",
    ]


def test_silence_and_functions() -> None:
    for progress in (None, False):
        with shown(progress) as tell:
            assert tell is None
    told: list[Progress] = []
    with shown(told.append) as tell:
        assert tell == told.append


def test_what_was_read_is_told_first(capsys: pytest.CaptureFixture[str]) -> None:
    tell_what_was_read(None, "sales.csv", ["rows were sorted"])
    tell_what_was_read(print, "sales.csv", ["rows were sorted"])
    assert capsys.readouterr().err == ""
    tell_what_was_read(True, "sales.csv", ["rows were sorted"])
    assert capsys.readouterr().err == "read sales.csv\nnote: rows were sorted\n"
