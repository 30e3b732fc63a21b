"""Forecasts carry the user's own columns, under their names and in their types."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from synthetic import waves

import gatewise
from gatewise.estimators.forecast.frames import widen
from gatewise.estimators.forecast.linear import LinearForecaster

ROWS, HORIZON = 60, 2
DAYS = pd.date_range("2024-01-01", periods=ROWS)


def sales(**more: object) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {"store": store, "item": item, "date": DAYS, "sales": waves(ROWS, season=7) + store, **more}
        )
        for store in (1, 10)
        for item in ("tea", "rice")
    ]
    return pd.concat(parts, ignore_index=True)


def fitted(frame: object, **columns: object) -> LinearForecaster:
    return LinearForecaster(HORIZON).fit(frame, **({"id": ["store", "item"], "target": "sales"} | columns))


def test_a_forecast_merges_with_the_data() -> None:
    frame = sales()
    forecast = fitted(frame).predict()
    assert list(forecast) == ["store", "item", "date", "y_hat", "lo-90", "hi-90"]
    assert forecast.dtypes["store"] == frame.dtypes["store"]
    ahead = sales().assign(date=lambda table: table["date"] + pd.Timedelta(days=ROWS))
    assert len(forecast.merge(ahead, on=["store", "item", "date"])) == 4 * HORIZON


def test_of_a_saved_model(tmp_path: Path) -> None:
    model = fitted(sales(), target=["sales"])
    again = gatewise.load(model.save(tmp_path / "model"))
    pd.testing.assert_frame_equal(again.predict(), model.predict())


@pytest.mark.parametrize(
    "dates",
    [
        pl.Series(DAYS).cast(pl.Date),
        pl.Series(DAYS).cast(pl.Datetime("us")),
        pl.Series(DAYS).cast(pl.Datetime("ms")),
        pl.Series(range(ROWS), dtype=pl.Int32),
    ],
    ids=lambda series: str(series.dtype),
)
def test_times_in_their_type(dates: pl.Series) -> None:
    frame = pl.DataFrame({"shop": ["a"] * ROWS, "when": dates, "sales": waves(ROWS, season=7)})
    forecast = LinearForecaster(HORIZON).fit(frame, id="shop", time="when", target="sales").predict()
    assert forecast["when"].dtype == dates.dtype
    assert forecast["when"].is_in(frame["when"].implode()).sum() == 0


def test_dates_and_periods_of_pandas() -> None:
    frame = pd.DataFrame({"day": [day.date() for day in DAYS], "sales": waves(ROWS, season=7)})
    assert LinearForecaster(HORIZON).fit(frame).predict()["day"][0] == datetime.date(2024, 3, 1)
    months = frame.assign(day=pd.period_range("2015-01", periods=ROWS, freq="M"))
    assert LinearForecaster(HORIZON).fit(months).predict()["day"].tolist() == [
        pd.Period("2020-01", "M"),
        pd.Period("2020-02", "M"),
    ]


def test_times_that_were_put_together_or_read_from_numbers() -> None:
    hours = pd.date_range("2024-01-30", periods=ROWS, freq="h")
    frame = pd.DataFrame(
        {"Date": hours.strftime("%d/%m/%Y"), "Time": hours.strftime("%H:%M"), "y": waves(ROWS)}
    )
    forecast = LinearForecaster(HORIZON).fit(frame).predict(frame)
    assert list(forecast)[:2] == ["unique_id", "Date+Time"]
    assert forecast["Date+Time"][0] == hours[-1] + pd.Timedelta("1h")
    numbered = pd.DataFrame({"day": DAYS.strftime("%Y%m%d").astype(int), "y": waves(ROWS, season=7)})
    assert LinearForecaster(HORIZON).fit(numbered).predict()["day"][0] == DAYS[-1] + pd.Timedelta("1D")


def test_rows_that_are_counted_have_numbers_whatever_their_times_were() -> None:
    frame = pl.DataFrame({"when": pl.Series(DAYS).cast(pl.Datetime("us")), "y": waves(ROWS, season=7)})
    assert LinearForecaster(HORIZON).fit(frame, every="row").predict()["when"].to_list() == [60, 61]
    months = pd.DataFrame({"y": waves(ROWS)}, index=pd.period_range("2015-01", periods=ROWS, freq="M"))
    assert LinearForecaster(HORIZON).fit(months, every="row").predict().index.tolist() == [60, 61]


def test_one_row_for_each_series() -> None:
    frame = pd.DataFrame(
        {"V1": ["W1", "W2"], **{f"V{k + 2}": [k % 7 + 1.0, k % 7 + 2.0] for k in range(ROWS)}}
    )
    model = LinearForecaster(HORIZON).fit(frame)
    pd.testing.assert_frame_equal(model.predict(frame), model.predict(), rtol=1e-5)


def test_levels_of_an_index() -> None:
    forecast = LinearForecaster(HORIZON).fit(sales().set_index(["store", "item", "date"])).predict()
    assert forecast.index.names == ["store", "item", "date"]
    assert forecast.index[0] == (1, "tea", DAYS[-1] + pd.Timedelta("1D"))


def test_several_targets_are_named() -> None:
    frame = sales(stock=5.0)
    forecast = fitted(frame, target=["sales", "stock"]).predict()
    assert list(forecast)[:4] == ["store", "item", "target", "date"]
    assert forecast["target"].unique().tolist() == ["sales", "stock"]


def test_layouts_of_other_libraries_keep_their_names() -> None:
    table = pa.Table.from_pandas(fitted(sales()).predict(), preserve_index=False)
    wide = widen(table, "nixtla", "Linear")
    assert wide.column_names == ["unique_id", "ds", "Linear", "Linear-lo-90", "Linear-hi-90"]
    assert wide["unique_id"][0].as_py() == "1/tea"
    assert widen(table, "autogluon", "Linear").column_names == [
        "item_id",
        "timestamp",
        "0.5",
        "0.05",
        "0.95",
    ]


def test_names_of_text_move_forecasts() -> None:
    holiday = np.where(np.random.default_rng(0).random(ROWS) < 0.3, "fair", None)
    frame = sales(holiday=holiday).assign(
        sales=lambda table: table["sales"] + 40.0 * (table["holiday"] == "fair")
    )
    model = fitted(frame, known="holiday")
    ahead = frame.drop(columns="sales").assign(date=lambda table: table["date"] + pd.Timedelta(days=ROWS))
    without = model.predict(future=ahead.assign(holiday=None))["y_hat"].to_numpy()
    within = model.predict(future=ahead.assign(holiday="fair"))["y_hat"].to_numpy()
    assert ((within - without) > 20).all()


def test_a_static_column_that_was_only_found_may_be_missing() -> None:
    frame = sales(size=0.0).assign(size=lambda table: table["store"] * 1.0)
    model = fitted(frame)
    assert model.columns_.found == ("size",)
    assert np.isfinite(model.predict(frame.drop(columns="size"))["y_hat"]).all()
