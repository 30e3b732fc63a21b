"""Where the report is shown."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path

import IPython.display  # noqa: F401 - its function of the same name stands before it
import pytest
from evidence import forecast_evidence

from gatewise.comparison.display import browser
from gatewise.comparison.results import Comparison


def test_a_browser_is_opened(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or True)
    path = Comparison(forecast_evidence()).show()
    assert path is not None
    assert opened == [path.as_uri()]
    assert "<!doctype html>" in path.read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""


def test_without_a_browser_its_place_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    path = browser.show(lambda path: Path(path))
    assert capsys.readouterr().out == f"the report lies in {path}\n"


def test_a_notebook_shows_it_below_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(browser, "in_notebook", lambda: True)
    monkeypatch.setattr(sys.modules["IPython.display"], "display", lambda html: shown.append(html.data))

    def write(path: Path) -> Path:
        path.write_text('<p title="a">', encoding="utf-8")
        return path

    assert browser.show(write) is None
    assert shown[0].startswith('<div><iframe srcdoc="&lt;p title=&quot;a&quot;&gt;" ')
