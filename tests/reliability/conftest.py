"""What is stopped, starved and lied to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from running import Command
from synthetic import waves

from gatewise.comparison.jobs.warmup import warm_up


@pytest.fixture
def running() -> Iterator[list[Command]]:
    """Commands that are ended after the test, whatever comes of it."""
    commands: list[Command] = []
    yield commands
    for command in commands:
        command.close()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of one series, with machine code for what learns from it."""
    for cell in ("RNN", "GRU"):
        warm_up(cell)
    path = tmp_path_factory.mktemp("reliability") / "data.csv"
    days = pd.date_range("2024-01-01", periods=150)
    pd.DataFrame({"ds": days, "y": waves(150, season=7) + 5}).to_csv(path, index=False)
    return path
