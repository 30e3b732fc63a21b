"""``gatewise update``: newer rows for a saved forecaster."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from commands import Run
from synthetic import TINY

import gatewise
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive


@pytest.fixture
def model(files: Path, tmp_path: Path) -> Path:
    """Fitted on all but the last two weeks."""
    shops = pd.read_csv(files / "shops.csv", parse_dates=["ds"]).query("ds < '2024-03-17'")
    return SeasonalNaive(7, config=TINY).fit(shops[["unique_id", "ds", "y"]]).save(tmp_path / "model")


def ends(path: Path | str) -> dict[str, str]:
    forecast = gatewise.load(path).predict()
    return {name: str(when)[:10] for name, when in forecast.groupby("unique_id")["ds"].min().items()}


def test_a_model_goes_on_from_newer_rows(run: Run, files: Path, model: Path) -> None:
    shops = pd.read_csv(files / "shops.csv")
    newer = shops[(shops.ds >= "2024-03-14") & (shops.unique_id == "north")]
    pd.concat([newer, newer.assign(unique_id="west")])[["unique_id", "ds", "y"]].to_csv(
        "newer.csv", index=False
    )
    ran = run("update", model, "newer.csv", "--output", "newer-model")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "3 series, 1 of them new, 1 without newer rows\nmodel    newer-model\n"
    assert ends(model) == {"north": "2024-03-17", "south": "2024-03-17"}
    later = {"north": "2024-03-31", "south": "2024-03-17", "west": "2024-03-31"}
    assert ends("newer-model") == later
    ran = run("update", model, "newer.csv", "--json")
    assert json.loads(ran.out) == {
        "model": str(model), "series": 3, "new": 1, "without_newer_rows": 1,
    }  # fmt: skip
    assert ends(model) == later
    assert "gatewise update" in (model / "README.md").read_text()


def test_rows_that_do_not_agree_leave_the_model_as_it_was(run: Run, files: Path, model: Path) -> None:
    shops = pd.read_csv(files / "shops.csv")[["unique_id", "ds", "y"]]
    shops.assign(y=shops["y"] + 1).to_csv("other.csv", index=False)
    ran = run("update", model, "other.csv")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: other.csv: series 'north' has ")
    assert ends(model) == {"north": "2024-03-17", "south": "2024-03-17"}


@pytest.mark.slow
def test_a_model_is_trained_on(run: Run, files: Path) -> None:
    shops = pd.read_csv(files / "shops.csv")
    shops[shops.ds < "2024-03-17"].to_csv("first.csv", index=False)
    ran = run(
        "fit", "first.csv", "--horizon", 7, "--hidden-size", 4, "--members", 1, "--max-seconds", 1, "--quiet",
        "--known", "promo", "--output", "first",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    ran = run(
        "fit",
        files / "shops.csv",
        "--warm-start",
        "first",
        "--horizon",
        7,
        "--max-seconds",
        1,
        "--output",
        "second",
    )
    assert ran.code == 0, ran.err
    assert ran.out.startswith("GRU: ")
    second = gatewise.load("second")
    assert (second.horizon, second.hidden_size, len(second.networks_)) == (7, 4, 1)
    assert second.columns_.known == ("promo",)
    assert second.preparation_ == gatewise.load("first").preparation_
    assert str(second.series_.times(0, int(second.series_.lengths[0]), 1)[0])[:10] == "2024-03-31"
    ran = run("fit", files / "shops.csv", "--warm-start", "first", "--horizon", 14)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "error: --horizon: expected 7, as the model in first was built, got 14; leave it out\n"


@pytest.mark.slow
def test_a_classifier_is_trained_on(run: Run) -> None:
    rows = [
        f"{number},{step},{step * (number % 2)},{'ab'[number % 2]}"
        for number in range(20)
        for step in range(6)
    ]
    Path("first.csv").write_text("\n".join(["id,step,x,label", *rows]) + "\n")
    Path("second.csv").write_text("\n".join(["id,step,x,label", *rows[:60]]) + "\n")
    ran = run("fit", "first.csv", "--hidden-size", 4, "--max-seconds", 1, "--quiet", "--output", "first")
    assert ran.code == 0, ran.err
    ran = run(
        "fit", "second.csv", "--warm-start", "first", "--max-seconds", 1, "--quiet", "--output", "second"
    )
    assert ran.code == 0, ran.err
    first, second = gatewise.load("first"), gatewise.load("second")
    assert (second.hidden_size, second.classes_.tolist()) == (4, ["a", "b"])
    assert second.columns_ == first.columns_
    assert second.inputs_.to_saved()[0] == first.inputs_.to_saved()[0]
    ran = run("fit", "second.csv", "--warm-start", "first", "--hidden-size", 5)
    assert (
        ran.err == "error: --hidden-size: expected 4, as the model in first was built, got 5; leave it out\n"
    )
