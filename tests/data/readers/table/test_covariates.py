"""Covariates that hold text: columns of 0 and 1, the same ones for later data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from gatewise.data.readers import read_future, read_series
from gatewise.data.saved import series_from, series_saved

Refusal = Callable[[Callable[[], object]], str]
DAYS = pd.date_range("2024-01-01", periods=6)
HOLIDAYS = ["Easter", None, "Christmas", None, "", "Christmas"]


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"ds": DAYS, "y": np.arange(6.0), **columns})


def test_a_column_for_each_value() -> None:
    series = read_series(frame(holiday=HOLIDAYS, price=1.5), known="holiday", past="price")
    assert series.columns.known == ("holiday",)
    assert series.columns.known_channels == ("holiday=Christmas", "holiday=Easter", "holiday=none")
    assert series.known.T.tolist() == [[0, 0, 1, 0, 0, 1], [1, 0, 0, 0, 0, 0], [0, 1, 0, 1, 1, 0]]
    assert series.past[:, 0].tolist() == [1.5] * 6
    assert "'holiday' holds text: 3 columns of 0 and 1, one for each value" in series.notes


@pytest.mark.parametrize(
    "values",
    [
        pd.Categorical(["a", "b", "a", "b", "a", "b"], categories=["b", "a", "c"]),
        pd.array(["a", "b", "a", "b", "a", "b"], dtype="string"),
    ],
)
def test_kinds_of_text(values: object) -> None:
    series = read_series(frame(kind=values), past="kind")
    assert series.columns.past_channels == ("kind=a", "kind=b")
    assert series.past[:, 0].tolist() == [1, 0, 1, 0, 1, 0]


def test_truth_is_a_number() -> None:
    series = read_series(frame(open=[True, False] * 3), known="open")
    assert series.columns.known_channels == ("open",)
    assert series.known[:, 0].tolist() == [1, 0] * 3


def test_most_of_rows_may_be_a_number() -> None:
    # As in the sales of Rossmann: 0 is no holiday.
    assert read_series(frame(state=["0", "0", "a", "0", "b", "0"]), known="state").columns.levels == {
        "state": ("0", "a", "b")
    }


def test_numbers_with_a_mistake_are_refused(refusal: Refusal) -> None:
    assert refusal(lambda: read_series(frame(price=["1", "2", "3", "4", "many", "6"]), past="price")) == (
        "pandas frame: row 4 (counted from 0), column 'price': expected a number, found 'many'"
    )


def test_dates_are_no_names(refusal: Refusal) -> None:
    launch = [f"2024-01-{day:02d}" for day in range(1, 7)]
    assert refusal(lambda: read_series(frame(launch=launch), past="launch", time="ds")) == (
        "pandas frame: row 0 (counted from 0), column 'launch': expected a number, found '2024-01-01'"
    )


def test_the_most_frequent_values() -> None:
    days = pd.date_range("2024-01-01", periods=100)
    many = pd.DataFrame(
        {"ds": days, "y": np.arange(100.0), "who": [f"p{k % 40 if k < 80 else 39}" for k in range(100)]}
    )
    series = read_series(many, past="who")
    assert series.past.shape == (100, 32)
    assert "who=p39" in series.columns.past_channels
    assert (
        "'who' holds text: 32 columns of 0 and 1, one for each value, the most frequent of 40" in series.notes
    )


def test_later_data_have_the_same_columns() -> None:
    fitted = read_series(frame(holiday=HOLIDAYS), known="holiday")
    later = read_series(frame(holiday=["Pentecost", "Easter", None, None, None, None]), fitted)
    assert later.columns.known_channels == fitted.columns.known_channels
    assert later.known[:3].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 1]]
    ahead = pd.DataFrame({"ds": pd.date_range("2024-01-07", periods=2), "holiday": ["Christmas", None]})
    assert read_future(ahead, fitted, 2).tolist() == [[[1, 0, 0], [0, 0, 1]]]


def test_rows_of_the_future_may_have_no_name() -> None:
    table = frame(holiday=HOLIDAYS)
    table.loc[4:, "y"] = np.nan
    assert read_series(table, known="holiday").lengths.tolist() == [4]


def test_the_values_are_saved() -> None:
    series = read_series(frame(holiday=HOLIDAYS), known="holiday")
    assert series_from(*series_saved(series)).columns == series.columns
