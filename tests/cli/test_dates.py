"""Dates on the command line: what is asked for, said, and kept with a model."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml
from commands import Run

MONTHS = pd.date_range("2010-01-01", periods=60, freq="MS")


@pytest.fixture
def ambiguous(tmp_path: Path) -> Path:
    """Months as Americans write them: no day above 12."""
    path = tmp_path / "sales.csv"
    rows = "".join(f"{one.month}/1/{one.year},{k * k % 17 + k % 5}.5\n" for k, one in enumerate(MONTHS))
    path.write_text("Month,Sales\n" + rows)
    return path


def test_the_question_and_the_options_that_answer_it(run: Run, ambiguous: Path, tmp_path: Path) -> None:
    ran = run("fit", ambiguous.name, "--horizon", 3, "--cell", "GRU")
    assert ran.code == 1
    assert ran.err.splitlines()[1:] == [
        "error: sales.csv: line 3, column 'Month': '2/1/2010' may be 2 January or 1 February, as no row has a day "
        "above 12; say --day-first or --month-first",
        "This would work:",
        f"  gatewise fit {ambiguous.name} --horizon 3 --cell GRU --month-first",
    ]
    said = run("init", ambiguous.name, "--horizon", 3)
    values = yaml.safe_load(said.out)
    assert (values["day-first"], values["time"]) == (False, "Month")
    assert "day-first: false  # guessed: look at this" in said.out.splitlines()
    (tmp_path / "run.yaml").write_text(said.out)
    # Read, not trained: the value of one option is wrong.
    ran = run("compare", "--config", "run.yaml", "--match", "time", "--save", "nothing")
    assert (ran.code, ran.err.splitlines()[-1][:13]) == (1, "error: --save")


def test_a_model_reads_newer_dates_as_its_own(run: Run, ambiguous: Path, tmp_path: Path) -> None:
    options = (
        "--horizon",
        2,
        "--cell",
        "GRU",
        "--hidden-size",
        2,
        "--max-seconds",
        1,
        "--members",
        1,
        "--quiet",
    )
    ran = run("fit", ambiguous.name, *options, "--month-first", "--output", "model")
    assert ran.code == 0, ran.err
    (tmp_path / "newer.csv").write_text("Month,Sales\n1/1/2015,3.5\n")
    ran = run("predict", "model", "newer.csv")
    assert ran.code == 0, ran.err
    assert [line.split(",")[1][:10] for line in ran.out.splitlines()][1:] == ["2015-02-01", "2015-03-01"]


def test_several_columns_of_a_time(run: Run, tmp_path: Path) -> None:
    rows = "".join(f"2024-01-{1 + k // 24:02d},{k % 24}:00,{k * k % 13}.5\n" for k in range(72))
    (tmp_path / "load.csv").write_text("day,clock,load\n" + rows)
    ran = run("init", "load.csv", "--time", "day,clock", "--timezone", "Europe/Berlin")
    values = yaml.safe_load(ran.out)
    assert (values["time"], values["timezone"]) == (["day", "clock"], "Europe/Berlin")
    ran = run("compare", "load.csv", "--horizon", 3, "--timezone", "Berlin")
    assert ran.err.splitlines()[-1] == (
        "error: --timezone: expected a time zone such as Europe/Berlin or UTC, got 'Berlin'"
    )
