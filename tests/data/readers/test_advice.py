"""What is in the way of reading a table: all of it at once, with options that were tried."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gatewise
from gatewise.data.readers import read, read_series
from gatewise.data.readers.table import frames
from gatewise.errors import ConfigurationError, ReadError

HOURS = pd.date_range("2024-01-01", periods=60, freq="h")


def stations(**changes: object) -> pd.DataFrame:
    """Two stations at the same hours, with two columns of numbers."""
    table = pd.DataFrame(
        {
            "when": np.tile(HOURS, 2), "station": np.repeat(["north", "south"], 60), "month": 1,
            "temp": np.arange(120) + 0.5,
        }
    )  # fmt: skip
    return table.assign(**changes)


def refused(call: Callable[[], object]) -> ReadError | ConfigurationError:
    with pytest.raises((ReadError, ConfigurationError)) as caught:
        call()
    return caught.value


def test_everything_is_said_with_options_that_read_it() -> None:
    table = stations()
    table.loc[7, "temp"] = np.nan
    error = refused(lambda: read(table))
    assert error.remedy == {"target": "temp", "impute": "previous", "id": "station"}
    assert len(error.others) == 2
    assert read(table, **error.remedy).ids.tolist() == ["north", "south"] == error.found.ids.tolist()
    *also, works = error.__notes__
    assert [note[:6] for note in also] == ["also: "] * 2
    assert works == 'This would work: target="temp", impute="previous", id="station"'


def test_a_table_is_loaded_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stations().to_csv(tmp_path / "stations.csv", index=False)
    loaded: list[object] = []
    reading = frames.read_file
    monkeypatch.setattr(frames, "read_file", lambda path, *rest: loaded.append(path) or reading(path, *rest))
    refused(lambda: read(tmp_path / "stations.csv"))
    assert len(loaded) == 1


def test_python_says_of_a_comparison_that_it_needs_a_horizon_too() -> None:
    error = refused(lambda: gatewise.compare(stations()))
    assert error.others[-1] == "horizon: forecasting needs to know how many rows ahead, such as 24"
    assert error.remedy == {"target": "temp", "id": "station", "horizon": 12}
    assert error.__notes__[-1] == 'This would work: target="temp", id="station", horizon=12'
    alone = refused(lambda: gatewise.compare(stations(), target="temp", id="station"))
    assert (alone.others, alone.remedy) == ((), {"horizon": 12})


def test_what_says_something_of_each_row_names_no_series() -> None:
    notes = [f"note {k}" for k in range(120)]
    error = refused(lambda: read_series(stations(station=notes), target="temp"))
    assert error.suggested == {"duplicates": "mean"}
    assert refused(lambda: read_series(stations(), target="temp")).suggested == {"id": "station"}


def test_nothing_is_promised_that_was_not_tried() -> None:
    # A reader alone tries nothing.
    error = refused(lambda: read_series(stations(), target="temp"))
    assert (dict(error.remedy), error.found) == ({}, None)
    # Nor is it promised where what comes next has no remedy.
    table = stations().assign(temp=["much"] * 120, month=["little"] * 120)
    assert dict(refused(lambda: read(table, "forecast", target="temp")).remedy) == {}
