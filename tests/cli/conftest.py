"""Files of a user, and the command as they would run it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import Ran, Run
from synthetic import waves

from gatewise.cli import main
from gatewise.cli import signals as signals_module
from gatewise.comparison.jobs.warmup import warm_up


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """Have kernels compiled by now: commands say so on standard error when they do it."""
    for cell in ("RNN", "LSTM", "GRU"):
        warm_up(cell)


@pytest.fixture(autouse=True)
def nobody_is_ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no command end this process, and leave Ctrl-C to pytest."""
    monkeypatch.setattr(signals_module, "PATIENCE", 1e6)
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run ``gatewise`` in this process, in an empty folder, on a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: object) -> Ran:
        monkeypatch.setattr("sys.argv", ["gatewise", *map(str, arguments)])
        capfd.readouterr()
        try:
            main()
            code: object = 0
        except SystemExit as end:
            code = end.code or 0
        output = capfd.readouterr()
        assert isinstance(code, int)
        return Ran(code, output.out, output.err)

    return ran


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small tables: ``hourly.csv``, ``shops.csv`` (two series), ``patients.csv`` (to classify)."""
    folder = tmp_path_factory.mktemp("files")
    hours = pd.date_range("2024-01-01", periods=150, freq="h")
    hourly = pd.DataFrame({"when": hours, "load": waves(150).round(3)})
    hourly.to_csv(folder / "hourly.csv", index=False)
    shops = [
        pd.DataFrame(
            {
                "unique_id": name, "ds": pd.date_range("2024-01-01", periods=90),
                "y": waves(90, seed=seed, season=7).round(3), "promo": (np.arange(90) % 5 == 0).astype(int),
            }
        )
        for seed, name in enumerate(("north", "south"))
    ]  # fmt: skip
    pd.concat(shops).to_csv(folder / "shops.csv", index=False)
    pd.concat(shops).to_parquet(folder / "shops.parquet", index=False)
    random = np.random.default_rng(0)
    patients = [
        pd.DataFrame(
            {
                "patient": f"p{number}", "minute": range(8 + number % 3),
                "pulse": np.sin(np.arange(8 + number % 3) * (1 + number % 2)) + 0.1 * random.normal(),
                "diagnosis": ("ill", "well")[number % 2],
            }
        )
        for number in range(24)
    ]  # fmt: skip
    pd.concat(patients).to_csv(folder / "patients.csv", index=False)
    return folder
