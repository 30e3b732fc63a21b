"""Progress of a comparison, where a person looks."""

from __future__ import annotations

import re
import sys
from typing import Any

import IPython.display  # noqa: F401 - its function of the same name stands before it
import pytest
from evidence import forecast_evidence

from gatewise.comparison.display import live, progress
from gatewise.comparison.display.progress import shown
from gatewise.comparison.options import check_values
from gatewise.comparison.running.progress import Finished, Stage
from gatewise.comparison.stopped import Stopped
from gatewise.errors import ConfigurationError

FACTS = forecast_evidence().data


def finished(name: str, error: float, done: int) -> Finished:
    """One training that has ended."""
    return Finished(done, 6, name, "main", f"seed {done}", "MASE", error, 1.25)


STAGES = (
    Stage("probing", 0, 2, plan=("cells: GRU, LSTM",), notes=("2 seeds instead of 5, to keep the budget",)),
    Stage("training", 1, 6, 20.0, finished("GRU", 0.7, 1), running=("GRU", "LSTM")),
    Stage("training", 2, 6, 16.0, finished("GRU", 0.72, 2), running=("LSTM",)),
    Stage("training", 3, 6, 12.0, finished("LSTM", 0.75, 3)),
)


class Handle:
    """Takes what a notebook would show."""

    def __init__(self, first: Any) -> None:
        self.pages = [first.data]

    def update(self, page: Any) -> None:
        self.pages.append(page.data)


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> list[Handle]:
    """A notebook, and what is displayed in it."""
    handles: list[Handle] = []

    def display(first: Any, display_id: bool = False) -> Handle:
        assert display_id
        handles.append(Handle(first))
        return handles[-1]

    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    monkeypatch.setattr(live, "LEAST_SECONDS", 0.0)
    monkeypatch.setattr(sys.modules["IPython.display"], "display", display)
    return handles


def text(page: str) -> str:
    """What a page says, without its style."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_a_notebook_shows_the_standing_and_then_what_was_done(notebook: list[Handle]) -> None:
    with shown(None, FACTS) as tell:
        assert tell is not None
        for stage in STAGES:
            tell(stage)
    (handle,) = notebook
    first, *_, running, over = map(text, handle.pages)
    assert first.startswith(f"weather.csv {FACTS.summary} What was read and planned task: forecast")
    assert "planned: cells: GRU, LSTM note: 2 seeds instead of 5, to keep the budget" in running
    assert "training seeds 3 of 6, about 12 s left" in running
    assert "GRU 2 0.71 ± 0.13 LSTM 1 0.75" in running
    assert re.search(r"done after .*s, 3 trainings of networks$", over)
    assert "GRU" in over.split("done")[0]
    assert "0.71" not in over
    assert not any("<script" in page for page in handle.pages)


def test_a_stop_is_said(notebook: list[Handle]) -> None:
    with pytest.raises(Stopped), shown(None, FACTS):
        raise Stopped(None, 3, 6)
    assert "stopped after" in text(notebook[0].pages[-1])
    assert Stopped(None, 3, 6)._render_traceback_() == [
        "Stopped: the comparison was stopped after 3 of 6 trainings"
    ]


def test_elsewhere_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with shown(None, FACTS) as tell:
        assert tell is None
    assert capsys.readouterr().err == ""
    with shown(True, FACTS) as tell:
        assert tell is not None
        for stage in STAGES:
            tell(stage)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == [f"weather.csv: {FACTS.summary}", "  task       forecast"]
    assert "planned: cells: GRU, LSTM" in lines
    assert "[1/6] GRU seed 1: MASE 0.7 (1.2 s), about 20 s left" in lines


def test_it_can_be_silent_or_a_function(notebook: list[Handle]) -> None:
    told: list[Stage] = []
    with shown(False, FACTS) as tell:
        assert tell is None
    with shown(told.append, FACTS) as tell:
        assert tell == told.append
    assert notebook == []


def test_nothing_else_is_progress() -> None:
    with pytest.raises(ConfigurationError) as error:
        check_values(progress="yes")
    assert str(error.value) == "progress: expected True, False or a function, got 'yes'"
