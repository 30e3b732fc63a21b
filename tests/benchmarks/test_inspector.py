"""Measuring the inspector in a browser."""

from __future__ import annotations

import shutil

import pytest

from benchmarks import inspector
from benchmarks.errors import BenchmarkError


@pytest.mark.slow
def test_small_pages_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("chromium") is None:
        pytest.skip("no chromium; apt-get install chromium")
    for name, value in {"UNITS": 3, "STEPS": 30, "SHORT": 10, "MOVES": 5, "REPEATS": 2}.items():
        monkeypatch.setattr(inspector, name, value)
    result = inspector.run()
    assert [row["what"] for row in result.rows] == [
        "open the page of 30 steps × 3 units × 3",
        "draw a move of the cursor there",
        "from frame to frame while it moves",
        "what if, RNN, 10 steps × 3 units",
        "what if, LSTM, 10 steps × 3 units",
        "what if, GRU, 10 steps × 3 units",
        "what if, all three, 10 steps × 3 units",
    ]
    for row in result.rows:
        (median,), (most,) = row["median, ms"], row["19 of 20 below, ms"]
        assert isinstance(median, float)
        assert 0 <= median <= most
    assert len(result.targets) == 4


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BenchmarkError) as caught:
        inspector.run()
    assert str(caught.value) == "no chromium; apt-get install chromium"
