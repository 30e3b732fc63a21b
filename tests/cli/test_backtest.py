"""``gatewise backtest``, and ``evaluate --by``: forecasts of the past and their errors."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from commands import Run
from synthetic import TINY

from gatewise.estimators.classification.baselines import BASELINES
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive


@pytest.fixture
def model(files: Path, tmp_path: Path) -> Path:
    """Fitted on all but the last two weeks."""
    shops = pd.read_csv(files / "shops.csv", parse_dates=["ds"]).query("ds < '2024-03-17'")
    config = TINY.model_copy(update={"season_length": 7})
    return SeasonalNaive(7, config=config).fit(shops[["unique_id", "ds", "y"]]).save(tmp_path / "model")


def test_forecasts_are_written_and_errors_shown(run: Run, files: Path, model: Path) -> None:
    ran = run("backtest", model, files / "shops.csv", "--windows", 2, "--output", "past.csv")
    assert (ran.code, ran.err) == (0, "")
    with Path("past.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["unique_id", "ds", "cutoff", "y", "y_hat", "lo-90", "hi-90"]
    assert len(rows) == 2 * 2 * 7
    assert (rows[0]["ds"], rows[0]["cutoff"]) == ("2024-03-17", "2024-03-16")
    lines = ran.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[0] for line in lines if line][:10] == [
        "MAE", "RMSE", "sMAPE", "MASE", "scaled", "coverage-90", "width-90", "MSIS-90", "by", "2024-03-16",
    ]  # fmt: skip
    heads = [line.split()[:2] for line in lines if line.startswith("by ")]
    assert heads == [["by", "cutoff"], ["by", "step"], ["by", "series"]]
    assert lines[-4].split()[1:] == ["series", "rows", "MAE", "RMSE", "sMAPE", "MASE", "coverage-90"]
    assert [line.split()[:2] for line in lines[-3:-1]] == [["north", "14"], ["south", "14"]]
    assert lines[-1] == "written  past.csv"


def test_as_json(run: Run, files: Path, model: Path) -> None:
    ran = run("backtest", model, files / "shops.csv", "--windows", 3, "--step", 1, "--json")
    assert ran.code == 0
    found = json.loads(ran.out)
    assert list(found) == ["total", "series", "step", "cutoff"]
    assert [row["unique_id"] for row in found["series"]] == ["north", "south"]
    assert [row["step"] for row in found["step"]] == [1, 2, 3, 4, 5, 6, 7]
    assert [row["cutoff"] for row in found["cutoff"]] == [
        "2024-03-21", "2024-03-22", "2024-03-23",
    ]  # fmt: skip
    assert {row["rows"] for row in found["cutoff"]} == {14}


def test_evaluate_by_one_of_them(run: Run, files: Path, model: Path) -> None:
    ran = run("evaluate", model, files / "shops.csv", "--by", "series")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()[-3:]] == ["by", "north", "south"]
    ran = run("evaluate", model, files / "shops.csv", "--by", "step", "--json")
    found = json.loads(ran.out)
    assert list(found) == ["total", "step"]
    assert len(found["step"]) == 7


def test_many_rows_are_not_all_shown(run: Run, model: Path) -> None:
    days = pd.date_range("2024-03-17", periods=20)
    many = [pd.DataFrame({"unique_id": f"shop {k}", "ds": days, "y": range(k, k + 20)}) for k in range(15)]
    pd.concat(many).to_csv("many.csv", index=False)
    ran = run("evaluate", model, "many.csv", "--by", "series")
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "12 of 15 series, those with the largest MASE; --json has all"
    assert len(json.loads(run("evaluate", model, "many.csv", "--by", "series", "--json").out)["series"]) == 15


def test_columns_are_those_of_the_file(run: Run) -> None:
    days = pd.date_range("2024-01-01", periods=60)
    parts = [
        pd.DataFrame({"shop": shop, "item": item, "day": days, "sold": range(shop, shop + 60)})
        for shop in (1, 10)
        for item in ("tea", "rice")
    ]
    table = pd.concat(parts, ignore_index=True)
    table.to_csv("sold.csv", index=False)
    options = {"id": ["shop", "item"], "time": "day", "target": "sold"}
    SeasonalNaive(7, config=TINY).fit(table[table["day"] < "2024-02-20"], **options).save("sold")
    ran = run("backtest", "sold", "sold.csv", "--windows", 1, "--output", "past.csv")
    assert (ran.code, ran.err) == (0, "")
    past = Path("past.csv").read_text().splitlines()
    assert past[0].replace('"', "").startswith("shop,item,day,cutoff,y,y_hat,")
    assert past[1].replace('"', "").startswith("1,tea,2024-02-23,2024-02-22,54,")
    assert [line.split()[0] for line in ran.out.splitlines()[-5:-1]] == [
        "1/tea",
        "1/rice",
        "10/tea",
        "10/rice",
    ]
    found = json.loads(run("evaluate", "sold", "sold.csv", "--by", "series", "--json").out)
    assert [(row["shop"], row["item"]) for row in found["series"]] == [
        (1, "tea"), (1, "rice"), (10, "tea"), (10, "rice"),
    ]  # fmt: skip


def test_data_that_were_seen_are_told(run: Run, files: Path, model: Path) -> None:
    ran = run("backtest", model, files / "shops.csv", "--windows", 3)
    assert ran.err == "warning: 14 of 42 rows were seen in training: the errors below are too low\n"


def test_what_has_no_past_is_refused(run: Run, files: Path, model: Path) -> None:
    frame = pd.read_csv(files / "patients.csv")
    sequences = [one[["pulse"]].to_numpy("float32") for _, one in frame.groupby("patient")]
    labels = ["ill", "well"] * 12
    BASELINES[0].estimator().fit(sequences, labels).save("labels")  # type: ignore[attr-defined]  # an estimator
    ran = run("backtest", "labels", files / "patients.csv")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"error: model: only forecasters have a past to forecast, this is a {BASELINES[0].estimator.__name__}; "
        "measure it with gatewise evaluate\n"
    )
    ran = run("evaluate", "labels", files / "patients.csv", "--by", "series")
    assert ran.code == 1
    assert ran.err == (
        f"error: --by: only forecasts have it, this is a {BASELINES[0].estimator.__name__}; leave it out\n"
    )
    ran = run("backtest", model, files / "shops.csv", "--output", "past.txt")
    assert (ran.code, ran.err) == (1, "error: past.txt: expected a name that ends in .csv or .parquet\n")
