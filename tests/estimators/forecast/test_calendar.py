"""Forecasters with columns that their times make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from synthetic import TINY, forecasters, name_of

import gatewise
from gatewise.data.readers import read_series
from gatewise.errors import DataError, SeenDataWarning
from gatewise.estimators.forecast.linear import LinearForecaster

HORIZON = 6
ROWS = 220
STAMPS = pd.date_range("2023-06-01", periods=ROWS + HORIZON, freq="D")


def table() -> pd.DataFrame:
    """What is sold on the first and second of a month is seen on no lag: months have 28 to 31 days."""
    first = (STAMPS.day <= 2) * 8.0
    noise = np.random.default_rng(0).normal(0, 0.2, len(STAMPS))
    return pd.DataFrame({"ds": STAMPS, "y": 20 + first + noise, "price": np.arange(len(STAMPS)) % 11.0})


def past() -> pd.DataFrame:
    return table()[:ROWS]


@pytest.mark.parametrize("model", forecasters(HORIZON), ids=name_of)
def test_no_table_of_the_future_is_needed(model: Any, tmp_path: Path) -> None:
    data = past()[["ds", "y"]]
    forecast = model.fit(data, calendar="weekday", holidays="DE").predict()
    assert forecast["ds"].tolist() == STAMPS[ROWS:].tolist()
    model.save(tmp_path / "model")
    loaded = gatewise.load(tmp_path / "model")
    pd.testing.assert_frame_equal(loaded.predict(), forecast)
    # The units of windows were learned from the fitted rows.
    pd.testing.assert_frame_equal(loaded.predict(data), forecast, rtol=1e-4)
    with pytest.warns(SeenDataWarning):
        assert len(loaded.backtest(data, windows=2).forecasts) == 2 * HORIZON


def linear() -> LinearForecaster:
    return LinearForecaster(HORIZON, config=TINY, random_state=0)


def test_the_calendar_says_what_lags_cannot() -> None:
    stamps = pd.date_range("2022-06-01", periods=640, freq="D")
    noise = np.random.default_rng(0).normal(0, 0.2, len(stamps))
    data = pd.DataFrame({"ds": stamps, "y": 20 + 8.0 * (stamps.day <= 2) + noise})
    end = data.index[data["ds"] == "2024-01-28"][0]
    # The fifth and sixth day to come are the first of February and the second.
    truth = data["y"][end : end + HORIZON].to_numpy()
    errors = [
        np.abs(linear().fit(data[:end], calendar=calendar).predict()["y_hat"].to_numpy() - truth)
        for calendar in ((), "day")
    ]
    assert (errors[0][4:] > 7.5).all()
    assert (errors[1][4:] < 6.5).all()
    assert (errors[1][:4] < 0.5).all()


def test_the_same_as_columns_of_the_user() -> None:
    data = table()
    order = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    for name in order:
        data[name] = (STAMPS.day_name() == name).astype(float)
    own = linear().fit(data[:ROWS].drop(columns="price"), known=order).predict(future=data[ROWS:])
    made = linear().fit(past()[["ds", "y"]], calendar="weekday").predict()
    pd.testing.assert_frame_equal(made, own)


def test_with_columns_of_the_user_the_future_has_those_alone() -> None:
    model = linear().fit(past(), known="price", calendar="weekday")
    with pytest.raises(DataError, match=r"known covariates \(price\); give their future values"):
        model.predict()
    future = table()[ROWS:][["ds", "price"]]
    assert len(model.predict(future=future)) == HORIZON


def test_update_goes_on_by_the_calendar() -> None:
    data = past()[["ds", "y"]]
    model = linear().fit(data[:150], calendar="weekday")
    # Two days are missing between what was fitted and what came.
    model.update(data[152:])
    fitted = read_series(data.drop(index=[150, 151]), calendar="weekday")
    np.testing.assert_array_equal(model.series_.known, fitted.known[-len(model.series_.known) :])


def test_forecasts_of_any_origin() -> None:
    model = linear().fit(past()[["ds", "y"]], calendar="weekday")
    series = model.read(past()[["ds", "y"]])
    number = np.zeros(1, np.int64)
    inside = model.forecast(series, number, np.array([ROWS - HORIZON]))
    short = series.head(np.array([ROWS - HORIZON]))
    at_end = model.forecast(short, number, np.array([ROWS - HORIZON]))
    np.testing.assert_allclose(at_end, inside, rtol=1e-6)


def test_a_network_shows_its_last_window() -> None:
    model = gatewise.SequenceForecaster("GRU", HORIZON, hidden_size=4, config=TINY, random_state=0)
    model.fit(past()[["ds", "y"]], calendar="weekday")
    (shown,) = model.shown()
    assert shown.channels[:2] == ("y", "weekday=Monday")
    assert shown.batch.future.shape == (1, HORIZON, 7)
