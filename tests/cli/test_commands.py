"""Every command on a user's files: results, exit codes, and what lies on the disk afterwards."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import Ran, Run

import gatewise
from gatewise.comparison.jobs.warmup import warm_up
from gatewise.comparison.tasks.classification import ClassificationTask
from gatewise.comparison.tasks.forecast import ForecastTask
from gatewise.kernels.compiling.compiled import cache_folder
from gatewise.kernels.compiling.target import TARGET
from gatewise.nn.cells.registry import BUILT_IN

SMALL = ("--seeds", 2, "--trials", 1, "--no-curves", "--hidden-size", 4, "--workers", 1, "--quiet")
NAMES = [cell.name for cell in BUILT_IN]
PATIENTS = ("--id", "patient", "--time", "minute", "--target", "diagnosis")


def check_width(*texts: str) -> None:
    for line in "".join(texts).splitlines():
        assert len(line) <= 80, line


@pytest.fixture(scope="module")
def forecaster(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model of two shops with a known covariate."""
    path = tmp_path_factory.mktemp("models") / "shops"
    config = gatewise.ForecasterConfig(members=1, training=gatewise.TrainingConfig(steps=10, batch_size=16))
    model = gatewise.SequenceForecaster(
        "GRU", 7, hidden_size=4, levels=(80, 90), random_state=0, config=config
    )
    model.fit(files / "shops.csv").save(path)
    return path


@pytest.fixture(scope="module")
def classifier(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "patients"
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=10))
    model = gatewise.SequenceClassifier("GRU", hidden_size=4, random_state=0, config=config)
    model.fit(files / "patients.csv", target="diagnosis", id="patient", time="minute").save(path)
    return path


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def few_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings that end after 20 updates."""
    for task in (ForecastTask, ClassificationTask):
        monkeypatch.setattr(task, "default_steps", lambda _: 20)


@pytest.mark.slow
@pytest.mark.usefixtures("few_updates")
def test_compare_forecast(run: Run, files: Path) -> None:
    ran = run("compare", files / "hourly.csv", "--horizon", 6, *SMALL)
    assert ran.code == 0, ran.err
    assert " ".join(ran.err.split()).endswith(
        "columns id=(one series), time=when, target=load horizon 6 rows season 12 rows "
        "window 48 rows, read in steps of 12 test 25 forecasts, 1 row apart, in 1 fold"
    ), ran.err
    for title in ("Fit to the task", "Gradient", "Training efficiency", "Memory", "Structure"):
        assert title in ran.out
    assert ran.out.splitlines()[-4:] == [
        "report   gatewise-output/report.html",
        "gates    gatewise-output/gates.html",
        "numbers  gatewise-output/comparison.json",
        *ran.out.splitlines()[-1:],
    ]
    check_width(ran.out)
    output = Path("gatewise-output")
    written = {path.name for path in output.iterdir()}
    assert written - {"model"} == {"comparison.json", "report.html", "gates.html", "cells"}
    found = gatewise.Comparison.from_json(output / "comparison.json").recommend()
    assert " ".join(found.sentence.split()) in " ".join(ran.out.split())
    assert "model" in written
    assert len(gatewise.load(output / "model").predict()) == 6
    assert output.joinpath("report.html").stat().st_size < 2_000_000


@pytest.mark.slow
@pytest.mark.usefixtures("few_updates")
def test_compare_classification_as_json(run: Run, files: Path) -> None:
    ran = run(
        "compare", files / "patients.csv", *PATIENTS, "--cells", "RNN,mine=GRU", "--output", "out", "--json",
        *SMALL,
    )  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert list(found) == ["recommendation", "report", "gates", "model", "evidence"]
    assert (found["report"], found["model"]) == ("out/report.html", "out/model")
    assert [c["name"] for c in found["evidence"]["candidates"]] == [
        "RNN",
        "mine",
        "majority",
        "linear",
        "statistics",
        "MiniRocket",
        "DTW-1NN",
    ]
    assert found["evidence"]["data"]["summary"] == "24 sequences of 8–10 steps × 1 channel, 2 classes"


def test_dry_run_writes_nothing(run: Run, files: Path, tmp_path: Path) -> None:
    ran = run("compare", files / "hourly.csv", "--horizon", 6, "--dry-run", *SMALL)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-4:-1] == [
        "learning rate: 3e-03 for all, not tuned",
        "comparison: 1 fold × 2 seeds per cell",
        "in all 6 trainings of networks",
    ]
    assert ran.out.splitlines()[-1].startswith("about ")
    check_width(ran.out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_fit_and_predict_and_evaluate(run: Run, files: Path) -> None:
    ran = run(
        "fit", files / "shops.csv", "--horizon", 7, "--cell", "LSTM", "--hidden-size", 4, "--max-seconds", "1s",
        "--levels", "50,90", "--quiet", "--output", "deep/model",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert ran.err == "note: columns not used: promo (name them with --past or --known to use them)\n"
    first, second = ran.out.splitlines()
    assert first.startswith("LSTM: ")
    assert second == "model    deep/model"
    ran = run("predict", "deep/model")
    assert (ran.code, ran.err) == (0, "")
    rows = rows_of(ran.out)
    assert list(rows[0]) == ["unique_id", "ds", "y_hat", "lo-50", "hi-50", "lo-90", "hi-90"]
    assert [(row["unique_id"], row["ds"]) for row in rows[6:8]] == [
        ("north", "2024-04-06"), ("south", "2024-03-31"),
    ]  # fmt: skip
    ran = run("evaluate", "deep/model", files / "shops.csv", "--windows", 2)
    assert (ran.code, ran.err) == (
        0, "warning: 28 of 28 rows were seen in training: the errors below are too low\n",
    )  # fmt: skip
    assert [line.rsplit(maxsplit=1)[0] for line in ran.out.splitlines()] == [
        "MAE", "RMSE", "sMAPE", "MASE", "scaled pinball", "coverage-50", "width-50", "MSIS-50", "coverage-90",
        "width-90", "MSIS-90",
    ]  # fmt: skip


def test_fit_as_json(run: Run, files: Path) -> None:
    ran = run(
        "fit", files / "patients.csv", *PATIENTS, "--hidden-size", 4, "--max-seconds", 1, "--json",
    )  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert list(found) == ["model", "steps", "seconds", "loss", "restarts"]
    assert found["model"] == "gatewise-model"
    assert gatewise.load("gatewise-model").classes_.tolist() == ["ill", "well"]


@pytest.mark.slow
def test_series_too_short_to_be_trained_on_are_named(run: Run, files: Path) -> None:
    shops = pd.read_csv(files / "shops.csv")
    shops[(shops.unique_id == "north") | (shops.ds < "2024-01-06")].to_csv("ragged.csv", index=False)
    ran = run("fit", "ragged.csv", "--horizon", 7, "--hidden-size", 4, "--max-seconds", 1, "--quiet")
    assert ran.code == 0
    assert "note: 1 series too short to be trained on, still forecast: south\n" in ran.err


def test_predict_as_json(run: Run, forecaster: Path) -> None:
    ran = run("predict", forecaster, "--json")
    assert (ran.code, ran.err) == (0, "")
    rows = json.loads(ran.out)
    assert len(rows) == 14
    assert rows[0]["ds"] == "2024-03-31"


@pytest.mark.parametrize(
    ("layout", "names"),
    [
        ("nixtla", ["unique_id", "ds", "GRU", "GRU-lo-80", "GRU-hi-80", "GRU-lo-90", "GRU-hi-90"]),
        ("autogluon", ["item_id", "timestamp", "0.5", "0.1", "0.9", "0.05", "0.95"]),
    ],
)
def test_predict_in_the_layout_of_another_library(
    layout: str, names: list[str], run: Run, forecaster: Path
) -> None:
    ran = run("predict", forecaster, "--wide", layout)
    assert (ran.code, ran.err) == (0, "")
    rows = rows_of(ran.out)
    assert list(rows[0]) == names
    long = rows_of(run("predict", forecaster).out)
    assert [list(row.values()) for row in rows] == [list(row.values()) for row in long]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_predict_to_a_file(ending: str, run: Run, forecaster: Path, files: Path) -> None:
    ran = run("predict", forecaster, files / f"shops.{ending}", "--output", f"new/forecast.{ending}")
    assert ran == Ran(0, f"written  new/forecast.{ending}\n", "")
    assert [path.name for path in Path("new").iterdir()] == [f"forecast.{ending}"]
    read = pd.read_csv if ending == "csv" else pd.read_parquet
    frame = read(f"new/forecast.{ending}")
    assert frame.columns.tolist() == ["unique_id", "ds", "y_hat", "lo-80", "hi-80", "lo-90", "hi-90"]
    assert len(frame) == 14
    assert np.isfinite(frame["y_hat"]).all()


def test_predict_classes(run: Run, classifier: Path, files: Path) -> None:
    ran = run("predict", classifier, files / "patients.csv", *PATIENTS)
    assert (ran.code, ran.err) == (0, "")
    rows = rows_of(ran.out)
    assert list(rows[0]) == ["id", "label", "p-ill", "p-well"]
    assert [row["id"] for row in rows[:3]] == ["p0", "p1", "p2"]
    assert all(abs(float(row["p-ill"]) + float(row["p-well"]) - 1) < 1e-9 for row in rows)


def test_predict_classes_of_a_table_without_labels(run: Run, classifier: Path, files: Path) -> None:
    patients = pd.read_csv(files / "patients.csv")
    patients.drop(columns="diagnosis").assign(age=40).to_csv("new.csv", index=False)
    ran = run("predict", classifier, "new.csv")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == run("predict", classifier, files / "patients.csv").out
    assert len(rows_of(ran.out)) == 24
    patients.drop(columns="pulse").to_csv("other.csv", index=False)
    assert run("predict", classifier, "other.csv").err == (
        "error: other.csv: has no column 'pulse' for --channels; "
        "columns are patient (text), minute (number), diagnosis (text)\n"
    )


def test_evaluate_classes_as_json(run: Run, classifier: Path, files: Path) -> None:
    ran = run("evaluate", classifier, files / "patients.csv", "--json")
    assert (ran.code, ran.err) == (
        0, "warning: 24 of 24 sequences were seen in training: the errors below are too low\n",
    )  # fmt: skip
    assert list(json.loads(ran.out)) == ["accuracy", "F1", "balanced accuracy", "log loss"]


def test_datasets(run: Run) -> None:
    ran = run("datasets")
    assert (ran.code, ran.err) == (0, "")
    names = [line.split()[0] for line in ran.out.splitlines() if line.startswith("sample:")]
    assert names == ["sample:weather", "sample:recall-20", "sample:recall-100", "sample:adding-100"]
    check_width(ran.out)
    found = json.loads(run("datasets", "--json").out)
    assert [f"sample:{entry['name']}" for entry in found] == names
    assert set(found[0]) == {"name", "task", "description", "source", "licence", "options"}


@pytest.fixture
def warm() -> None:
    """Have the kernels of all cells compiled by now."""
    for cell in NAMES:
        warm_up(cell)


@pytest.mark.usefixtures("warm")
def test_doctor(run: Run) -> None:
    ran = run("doctor")
    assert (ran.code, ran.err) == (0, "measuring every cell …\n")
    for cell in NAMES:
        line = rf"^{cell} +[\d.]+ ms +[\d.]+ µs  backend kernels: compiled for this processor$"
        assert re.search(line, ran.out, re.MULTILINE)
    width = TARGET.bytes // 4
    assert f"\nvector instructions  {TARGET.name}, {width} floats at once\n" in ran.out
    # A path stays whole, however long it is.
    assert f"\ncompiled code        {cache_folder()}\n" in ran.out
    assert "\nkept from before     RNN, RNN-relu, LSTM, GRU, GRU-after, CIFG, MGU\n" in ran.out
    check_width(ran.out.replace(str(cache_folder()), ""))
    assert "\nextras installed     audio, " in ran.out
    assert re.search(r"^memory +[\d.]+ GiB free of [\d.]+$", ran.out, re.MULTILINE)
    found = json.loads(run("doctor", "--json").out)
    assert found["gatewise"] == gatewise.__version__
    assert (found["compiled_code"], found["kept_from_before"]) == (
        str(cache_folder()),
        NAMES,
    )
    for cell in NAMES:
        assert set(found["cells"][cell]) == {"backend", "reason", "training_step_ms", "step_latency_us"}
        assert found["cells"][cell]["training_step_ms"] > 0
        assert found["cells"][cell]["step_latency_us"] > 0


@pytest.mark.slow
def test_columns_come_back_as_they_came(run: Run) -> None:
    days = pd.date_range("2024-01-01", periods=60).astype(str)
    rows = [
        f"{store}\t{item}\t{day}\t{1000 * store + k % 7},5\t{'fair' if k % 9 == 0 else ''}"
        for store in (1, 2)
        for item in ("tea", "rice")
        for k, day in enumerate(days)
    ]
    Path("sales.tsv").write_text("\n".join(["store\titem\tday\tsold\tevent", *rows]), encoding="utf-16")
    Path("about.csv").write_text("store,item,size\n1,tea,3\n1,rice,4\n2,tea,5\n2,rice,6\n")
    asked = ("--horizon", 3, "--hidden-size", 4, "--max-seconds", 1, "--target", "sold", "--past", "event")
    ran = run("fit", "sales.tsv", *asked)
    assert ran.code == 1
    assert "--id store,item" in ran.err
    ran = run("fit", "sales.tsv", *asked, "--id", "store,item", "--static-data", "about.csv")
    assert ran.code == 0, ran.err
    assert "note: read as utf-16" in ran.err
    rows = rows_of(run("predict", "gatewise-model").out)
    assert list(rows[0]) == ["store", "item", "day", "y_hat", "lo-90", "hi-90"]
    assert [rows[3][name] for name in ("store", "item", "day")] == ["1", "rice", "2024-03-01"]
    assert gatewise.load("gatewise-model").columns_.decimal == ","
