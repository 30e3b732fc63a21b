"""Series get known columns from their times."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gatewise.data.dated import calendar_ahead, with_calendar
from gatewise.data.readers import read_series
from gatewise.data.saved import series_from, series_saved
from gatewise.data.series import SeriesSet
from gatewise.errors import ConfigurationError


def frame(begin: str, rows: int, freq: str = "D", **columns: object) -> pd.DataFrame:
    stamps = pd.date_range(begin, periods=rows, freq=freq)
    return pd.DataFrame({"ds": stamps, "y": np.arange(rows) % 5 + 1.0, **columns})


def ones(series: SeriesSet, row: int) -> list[str]:
    return [series.columns.known_channels[k] for k in np.flatnonzero(series.known[row])]


def test_without_the_options_nothing_is_made() -> None:
    series = read_series(frame("2024-01-01", 20))
    assert (series.known.shape, series.columns.has_calendar) == ((20, 0), False)
    assert with_calendar(series) is series


def test_columns_stand_behind_those_that_were_read() -> None:
    data = frame("2024-12-23", 10, price=np.arange(10.0))
    series = read_series(data, known="price", calendar=("month", "weekday"), holidays="DE")
    assert series.columns.calendar == ("weekday", "month")
    assert series.columns.known_channels[:2] == ("price", "weekday=Monday")
    assert series.columns.holiday_names == ("Christmas Day", "New Year's Day", "Second Day of Christmas")
    assert series.columns.describe() == (
        "id=(one series), time=ds, target=y, known=price, calendar=weekday,month, holidays=DE"
    )
    assert ones(series, 2) == ["price", "weekday=Wednesday", "month=December", "holiday=Christmas Day"]
    assert series.known[3, 0] == 3
    assert series.notes[-2:] == (
        "made from the times: weekday, month",
        "3 holidays of DE: Christmas Day, New Year's Day, Second Day of Christmas",
    )


def test_rows_that_were_missing_have_their_own() -> None:
    series = read_series(frame("2024-01-01", 20).drop(index=[3, 4]), calendar="weekday")
    assert [ones(series, row)[0] for row in (2, 3, 4)] == [
        "weekday=Wednesday", "weekday=Thursday", "weekday=Friday",
    ]  # fmt: skip


def test_the_clocks_of_the_zone_say_the_hour() -> None:
    stamps = pd.date_range("2024-10-26 12:00", periods=36, freq="h", tz="Europe/Berlin")
    series = read_series(pd.DataFrame({"ds": stamps, "y": np.arange(36) % 7}), calendar="hour")
    assert [ones(series, row)[0] for row in range(36)] == [f"hour={one.hour}" for one in stamps]


def test_columns_of_the_future() -> None:
    data = pd.concat([frame("2024-01-01", 20).assign(unique_id=one) for one in "ab"])[:-3]
    series = read_series(data, calendar="weekday")
    ahead = calendar_ahead(series, np.array([0, 1]), series.lengths, 3)
    assert ahead is not None
    # The first goes on with 21 January 2024, a Sunday, the second with Thursday the 18th.
    assert ahead.argmax(axis=2).tolist() == [[6, 0, 1], [3, 4, 5]]


def test_newer_data_are_read_alike_and_saved_columns_come_back() -> None:
    fitted = read_series(frame("2022-01-01", 730), calendar="auto", holidays="FR")
    again = series_from(*series_saved(fitted))
    assert again.columns == fitted.columns
    newer = read_series(frame("2024-01-01", 9), again)
    assert newer.columns.known_channels == fitted.columns.known_channels
    assert "holiday=New Year's Day" in ones(newer, 0)


@pytest.mark.parametrize(
    ("rows", "freq", "found", "note"),
    [
        (100, "h", ("hour", "weekday"), "made from the times: hour, weekday"),
        (100, "D", ("weekday",), "made from the times: weekday; a time of the year takes rows of two years"),
        (20, "MS", (), "made from the times: nothing; a time of the year takes rows of two years"),
        (40, "MS", ("month",), "made from the times: month"),
    ],
)
def test_what_auto_takes_is_told(rows: int, freq: str, found: tuple[str, ...], note: str) -> None:
    series = read_series(frame("2020-01-01", rows, freq), calendar="auto")
    assert (series.columns.calendar, series.notes[-1]) == (found, note)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"calendar": "moon"}, "calendar: expected auto, or some of weekday, day, week, month, yearly, got 'moon'"),
        ({"calendar": ["auto", "day"]},
         "calendar: expected auto, or some of weekday, day, week, month, yearly, got 'auto'"),
        ({"calendar": "hour"},
         "calendar: hour says nothing of rows 1 day apart; expected auto, or some of weekday, day, week, month, "
         "yearly"),
        ({"calendar": "auto", "every": "row"},
         "calendar: pandas frame: needs dates, but rows are counted here; leave it out, or name the column of dates"),
        ({"holidays": "DE", "every": "row"},
         "holidays: pandas frame: needs dates, but rows are counted here; leave it out, or name the column of dates"),
        ({"holidays": "DE", "every": "1W"},
         "holidays: pandas frame: says nothing of rows 1 week apart; leave it out"),
    ],
)  # fmt: skip
def test_what_cannot_be_made(options: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_series(frame("2024-01-01", 60), **options)  # type: ignore[arg-type]  # as a user may write them
    assert str(error.value) == message


def test_numbers_are_no_dates() -> None:
    counted = pd.DataFrame({"ds": range(20), "y": np.arange(20.0)})
    with pytest.raises(ConfigurationError, match="needs dates, but rows are counted here"):
        read_series(counted, calendar="auto")
