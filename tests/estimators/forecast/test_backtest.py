"""Forecasts of the past from rolling origins, and their errors by series, step and cutoff."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from synthetic import TINY, forecasters, name_of, series_set, waves

from gatewise.errors import ConfigurationError, SeenDataWarning, SeriesTooShortError
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive

HORIZON = 6
ERRORS = ["MAE", "RMSE", "sMAPE", "MASE", "scaled pinball", "coverage-90", "width-90", "MSIS-90"]


def frame(length: int, *, names: str = "ab", first: int = 0) -> pd.DataFrame:
    stamps = pd.date_range("2024-03-01", periods=length, freq="h")
    parts = [
        pd.DataFrame({"unique_id": name, "ds": stamps, "y": waves(length, seed=k)})
        for k, name in enumerate(names)
    ]
    return pd.concat([part[first:] for part in parts], ignore_index=True)


def naive(horizon: int = HORIZON) -> SeasonalNaive:
    return SeasonalNaive(horizon, config=TINY).fit(frame(120))


@pytest.mark.parametrize("model", forecasters(HORIZON), ids=name_of)
def test_each_forecast_is_the_one_of_the_rows_before_its_cutoff(model: Any) -> None:
    model.fit(frame(120))
    found = model.backtest(frame(150), windows=3, step=4).forecasts
    assert found.columns.tolist() == ["unique_id", "ds", "cutoff", "y", "y_hat", "lo-90", "hi-90"]
    assert len(found) == 2 * 3 * HORIZON
    whole = frame(150).set_index(["unique_id", "ds"])["y"]
    assert found["y"].tolist() == whole.loc[zip(found["unique_id"], found["ds"], strict=True)].tolist()
    ends = pd.Timestamp("2024-03-01") + pd.to_timedelta([135, 139, 143], unit="h")
    assert found["cutoff"].tolist() == list(np.tile(np.repeat(ends, HORIZON), 2))
    assert (found["ds"] - found["cutoff"]).tolist() == list(
        np.tile(pd.to_timedelta(np.arange(1, 7), unit="h"), 6)
    )
    # The unit of a window that hardly moves comes from the rows before the first origin of the series.
    first = found[found["cutoff"] == ends[0]].reset_index(drop=True)
    alone = model.predict(frame(136))
    pd.testing.assert_frame_equal(first.drop(columns=["cutoff", "y"]), alone, rtol=1e-5)


@pytest.mark.parametrize("model", forecasters(HORIZON), ids=name_of)
def test_nothing_after_the_cutoff_is_read(model: Any) -> None:
    model.fit(frame(120))
    changed = frame(150)
    changed.loc[changed["ds"] >= "2024-03-06 12:00", "y"] = 1e3
    before, after = (model.backtest(one, windows=4).forecasts for one in (frame(150), changed))
    first = before["cutoff"] < "2024-03-06 12:00"
    assert first.sum() == 4 * HORIZON
    pd.testing.assert_series_equal(before["y_hat"][first], after["y_hat"][first])
    assert not np.allclose(before["y_hat"][~first], after["y_hat"][~first])


def test_a_polars_frame_gives_a_polars_frame() -> None:
    found = naive().backtest(pl.from_pandas(frame(150)), windows=1)
    assert isinstance(found.forecasts, pl.DataFrame)
    assert isinstance(found.errors("series"), pl.DataFrame)


def test_an_index_of_series_and_time_comes_back() -> None:
    indexed = frame(150).set_index(["unique_id", "ds"])
    found = naive().backtest(indexed, windows=1).forecasts
    assert found.index.names == ["unique_id", "ds"]
    assert found.columns.tolist() == ["cutoff", "y", "y_hat", "lo-90", "hi-90"]


def test_periods_come_back_as_periods() -> None:
    months = pd.period_range("2010-01", periods=150, freq="M")
    table = pd.DataFrame({"y": waves(150)}, index=months)
    model = SeasonalNaive(HORIZON, config=TINY).fit(table[:120])
    found = model.backtest(table, windows=1).forecasts
    assert found.index.equals(months[-HORIZON:])
    assert set(found["cutoff"]) == {months[-HORIZON - 1]}
    column = table.rename_axis("month").reset_index()
    found = SeasonalNaive(HORIZON, config=TINY).fit(column[:120]).backtest(column, windows=1)
    assert found.forecasts["month"].tolist() == months[-HORIZON:].tolist()
    assert found.errors("cutoff")["cutoff"].tolist() == [months[-HORIZON - 1]]


def test_series_and_times_have_their_names_and_types() -> None:
    parts = [
        pl.DataFrame({"shop": shop, "item": item, "hour": range(150), "sold": waves(150, seed=shop)})
        for shop in (1, 10)
        for item in ("tea", "rice")
    ]
    table = pl.concat(parts).with_columns(pl.col("hour").cast(pl.Int32))
    options: dict[str, Any] = {"id": ["shop", "item"], "time": "hour", "target": "sold"}
    model = SeasonalNaive(HORIZON, config=TINY).fit(table.filter(pl.col("hour") < 120), **options)
    found = model.backtest(table, windows=1)
    keys = ["shop", "item", "hour"]
    assert found.forecasts.columns == [*keys, "cutoff", "y", "y_hat", "lo-90", "hi-90"]
    joined = found.forecasts.join(table, on=keys)
    assert len(joined) == 4 * HORIZON
    assert joined["y"].to_list() == joined["sold"].to_list()
    assert found.forecasts["cutoff"].dtype == pl.Int32
    assert found.errors("series").columns == ["shop", "item", "rows", *ERRORS]
    assert found.errors("series")[["shop", "item"]].rows() == [
        (1, "tea"),
        (1, "rice"),
        (10, "tea"),
        (10, "rice"),
    ]
    assert found.errors("cutoff")["cutoff"].dtype == pl.Int32
    assert repr(found).splitlines()[2] == "forecasts: shop, item, hour, cutoff, y, y_hat, lo-90, hi-90"


def test_rows_that_were_filled_have_no_value() -> None:
    table = frame(150)
    missing = (table["unique_id"] == "b") & (table["ds"] == "2024-03-07 03:00")
    found = naive().backtest(table[~missing], windows=1)
    lacking = found.forecasts[found.forecasts["y"].isna()]
    assert lacking[["unique_id", "ds"]].to_numpy().tolist() == [["b", pd.Timestamp("2024-03-07 03:00")]]
    assert found.errors("series")["rows"].tolist() == [6, 5]
    assert found.errors("step")["rows"].tolist() == [2, 2, 2, 1, 2, 2]


def test_what_was_never_observed_has_no_errors() -> None:
    series = series_set([waves(60), waves(60, seed=1)])
    series.observed[-HORIZON:] = False
    found = SeasonalNaive(HORIZON, config=TINY).fit(series_set([waves(48)])).backtest(series, windows=1)
    table = found.errors("series").to_pandas()
    assert table["rows"].tolist() == [6, 0]
    assert table[ERRORS].isna().all(axis=1).tolist() == [False, True]


def test_errors_by_series_step_and_cutoff_are_means_of_the_forecasts() -> None:
    found = naive().backtest(frame(150), windows=3)
    forecasts = found.forecasts
    error = (forecasts["y"] - forecasts["y_hat"]).abs()
    assert found.total["MAE"] == pytest.approx(error.mean())
    step = np.tile(np.arange(1, HORIZON + 1), 6)
    for by, column, groups in (
        ("series", "unique_id", forecasts["unique_id"]),
        ("cutoff", "cutoff", forecasts["cutoff"]),
        ("step", "step", step),
    ):
        table = found.errors(by)  # type: ignore[arg-type]  # of a loop
        expected = error.groupby(np.asarray(groups)).mean()
        assert table.columns.tolist() == [column, "rows", *ERRORS]
        assert table[column].tolist() == expected.index.tolist()
        np.testing.assert_allclose(table["MAE"], expected)
        assert table["rows"].sum() == len(forecasts)


def test_a_series_too_short_for_all_windows_has_fewer() -> None:
    short = frame(150).query("unique_id == 'a' or ds >= '2024-03-06 18:00'")
    found = naive().backtest(short, windows=4).forecasts
    assert found.groupby("unique_id")["cutoff"].nunique().to_dict() == {"a": 4, "b": 1}


def test_evaluate_gives_the_same_errors() -> None:
    model = naive()
    found = model.backtest(frame(150), windows=2)
    assert model.evaluate(frame(150), windows=2) == found.total
    pd.testing.assert_frame_equal(model.evaluate(frame(150), windows=2, by="step"), found.errors("step"))


def test_it_warns_of_rows_that_were_fitted() -> None:
    with pytest.warns(SeenDataWarning, match="^12 of 12 rows were seen in training"):
        naive().backtest(frame(120), windows=1)


def test_it_says_what_it_is() -> None:
    assert repr(naive().backtest(frame(150), windows=2)).splitlines()[::2] == [
        "Backtest of 2 series: 4 forecasts of 6 rows",
        "forecasts: unique_id, ds, cutoff, y, y_hat, lo-90, hi-90",
    ]


def test_what_cannot_be_measured_is_refused() -> None:
    model = naive()
    for words, message in (
        ({"windows": 0}, "windows: expected at least 1 horizon to forecast, got 0"),
        ({"step": 0}, "step: expected at least 1 row from one forecast to the next, got 0"),
    ):
        with pytest.raises(ConfigurationError) as error:
            model.backtest(frame(150), **words)
        assert str(error.value) == message
    with pytest.raises(ConfigurationError) as error:
        model.evaluate(frame(150), by="month")  # type: ignore[call-overload]  # what is refused
    assert str(error.value) == "by: expected series, step or cutoff, got 'month'"
    with pytest.raises(SeriesTooShortError):
        model.backtest(frame(6))
