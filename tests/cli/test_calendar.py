"""Columns that times make, on the command line and in its file of options."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
from commands import Run

HORIZON = 6


def test_fit_and_predict(run: Run, tmp_path: Path) -> None:
    days = pd.date_range("2023-06-01", periods=220, freq="D")
    pd.DataFrame({"ds": days, "y": np.arange(220) % 7 + 1.5}).to_csv(tmp_path / "sales.csv", index=False)
    (tmp_path / "run.yaml").write_text("calendar: weekday,day\nholidays: DE\n")
    options = ["--horizon", HORIZON, "--cell", "RNN", "--hidden-size", 4, "--max-seconds", "1s"]
    for given in (["--calendar", "weekday,day", "--holidays", "DE"], ["--config", "run.yaml"]):
        ran = run("fit", "sales.csv", *options, *given, "--output", "model", "--quiet")
        assert ran.code == 0, ran.err
        assert "calendar=weekday,day, holidays=DE" in (tmp_path / "model" / "README.md").read_text()
        ran = run("predict", "model", "--json")
        assert len(json.loads(ran.out)) == HORIZON
    ran = run("fit", "sales.csv", *options, "--calendar", "hour")
    assert (ran.code, ran.err.splitlines()[-1]) == (
        1,
        "error: --calendar: hour says nothing of rows 1 day apart; expected auto, or some of weekday, day, week, "
        "month, yearly",
    )
