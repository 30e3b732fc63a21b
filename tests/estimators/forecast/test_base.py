"""The contract of all forecasters: what comes in, what comes out, what is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from synthetic import TINY, forecasters, name_of, series_set, waves

from gatewise.errors import ConfigurationError, DataError, SeriesTooShortError
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive

HORIZON = 6
COLUMNS = ["unique_id", "ds", "y_hat", "lo-90", "hi-90"]
every_forecaster = pytest.mark.parametrize("model", forecasters(HORIZON), ids=name_of)


def frame(**frequency: Any) -> pd.DataFrame:
    stamps = pd.date_range("2024-03-01", periods=120, **({"freq": "h"} | frequency))
    parts = [
        pd.DataFrame({"unique_id": name, "ds": stamps, "y": waves(120, seed=k)})
        for k, name in enumerate("ab")
    ]
    return pd.concat(parts, ignore_index=True)


def small(horizon: int = HORIZON, **options: Any) -> SequenceForecaster:
    return SequenceForecaster(
        "GRU", horizon, **{"hidden_size": 8, "config": TINY, "random_state": 0} | options
    )


@every_forecaster
def test_a_pandas_frame_gives_a_pandas_frame(model: Any) -> None:
    forecast = model.fit(frame()).predict()
    assert isinstance(forecast, pd.DataFrame)
    assert forecast.columns.tolist() == COLUMNS
    assert forecast["unique_id"].tolist() == ["a"] * HORIZON + ["b"] * HORIZON
    expected = pd.date_range("2024-03-06", periods=HORIZON, freq="h")
    assert (forecast["ds"].to_numpy() == np.tile(expected.to_numpy(), 2)).all()
    assert (forecast["lo-90"] <= forecast["y_hat"]).all()
    assert (forecast["y_hat"] <= forecast["hi-90"]).all()
    assert ((forecast["y_hat"] > 5) & (forecast["y_hat"] < 15)).all()


def test_polars_pyarrow_and_files(tmp_path: Path) -> None:
    table = frame()
    path = tmp_path / "series.csv"
    table.to_csv(path, index=False)
    results = {
        kind: small().fit(data).predict()
        for kind, data in {
            pd.DataFrame: table,
            pl.DataFrame: pl.from_pandas(table),
            pa.Table: pa.Table.from_pandas(table, preserve_index=False),
            Path: path,
        }.items()
    }
    assert isinstance(results[pl.DataFrame], pl.DataFrame)
    assert isinstance(results[pa.Table], pa.Table)
    assert isinstance(results[Path], pa.Table)
    for result in results.values():
        assert (
            list(
                getattr(result, "column_names", result)
                if not isinstance(result, pl.DataFrame)
                else result.columns
            )
            == COLUMNS
        )
        np.testing.assert_allclose(np.asarray(result["y_hat"]), results[pd.DataFrame]["y_hat"], rtol=1e-6)


@pytest.mark.parametrize("freq", ["h", "15min", "D", "W-MON", "MS", "ME", "B"])
def test_time_stamps_go_on_as_they_were(freq: str) -> None:
    forecast = SeasonalNaive(4, config=TINY).fit(frame(freq=freq)).predict()
    expected = pd.date_range("2024-03-01", periods=124, freq=freq)[-4:]
    assert forecast["ds"].tolist()[:4] == expected.tolist()


def test_a_time_zone_is_kept_over_a_change_of_clocks() -> None:
    forecast = SeasonalNaive(30, config=TINY).fit(frame(freq="D", tz="Europe/Berlin")).predict()
    expected = pd.date_range("2024-03-01", periods=150, freq="D", tz="Europe/Berlin")[-30:]
    assert str(forecast["ds"].dt.tz) == "Europe/Berlin"
    assert forecast["ds"].tolist()[:30] == expected.tolist()


def test_rows_without_a_time_are_counted() -> None:
    forecast = SeasonalNaive(2, config=TINY).fit(pd.DataFrame({"y": waves(60)}), every="row").predict()
    assert forecast["ds"].tolist() == [60, 61]


@every_forecaster
def test_a_short_series_is_listed_and_still_forecast(model: Any) -> None:
    series = series_set([waves(120), waves(4), waves(HORIZON + 2)])
    table = model.fit(series).predict()
    assert model.skipped_ == ("b",)
    assert table.num_rows == 3 * HORIZON
    assert np.isfinite(table["y_hat"].to_numpy()).all()


@every_forecaster
def test_series_that_are_all_too_short(model: Any) -> None:
    with pytest.raises(SeriesTooShortError) as error:
        model.fit(series_set([waves(7), waves(3)]))
    assert str(error.value) == (
        "test data: horizon 6 needs series of at least 8 rows, the longest has 7; give more rows or a shorter horizon"
    )


@every_forecaster
@pytest.mark.parametrize("value", [0.0, 5.0, -3.0])
def test_a_constant_series_stays_constant(model: Any, value: float) -> None:
    table = model.fit(series_set([np.full(100, value)])).predict()
    for name in COLUMNS[2:]:
        np.testing.assert_allclose(table[name].to_numpy(), value, atol=1e-5)


@every_forecaster
def test_a_series_that_begins_to_move_where_it_is_held_out(model: Any) -> None:
    values = np.zeros(100)
    values[-4:] = [1, 5, 2, 3]
    table = model.fit(series_set([values, waves(100)])).predict()
    for name in COLUMNS[2:]:
        assert np.isfinite(table[name].to_numpy()).all()


@every_forecaster
def test_the_unit_of_a_series_does_not_matter(model: Any) -> None:
    values = [waves(120), waves(120, seed=1)]
    scaled = [one * 1000 for one in values]
    first, second = (clone(model).fit(series_set(v)).predict()["y_hat"].to_numpy() for v in (values, scaled))
    np.testing.assert_allclose(second, 1000 * first, rtol=2e-3)


@every_forecaster
def test_intervals_lie_inside_each_other_in_any_order(model: Any) -> None:
    series = series_set([waves(150, noise=1.0)])
    table = clone(model).set_params(levels=(90, 50, 80)).fit(series).predict()
    edges = [
        table[name].to_numpy() for name in ("lo-90", "lo-80", "lo-50", "y_hat", "hi-50", "hi-80", "hi-90")
    ]
    assert all((low <= high).all() for low, high in pairwise(edges))
    assert (edges[-1] > edges[0]).all()


def test_no_intervals() -> None:
    assert small(levels=()).fit(frame()).predict().columns.tolist() == ["unique_id", "ds", "y_hat"]


@every_forecaster
def test_predicting_other_series(model: Any) -> None:
    other = frame()[lambda table: table["unique_id"] == "b"].assign(unique_id="new")
    both, alone = model.fit(frame()).predict(), model.predict(other)
    assert alone["unique_id"].unique().tolist() == ["new"]
    np.testing.assert_allclose(alone["y_hat"], both["y_hat"][HORIZON:], rtol=1e-6)


def test_series_with_another_step_are_refused() -> None:
    model = small().fit(frame())
    with pytest.raises(DataError) as error:
        model.predict(frame(freq="D"))
    assert str(error.value) == (
        "pandas frame: rows are 1 day apart, the model was fitted on rows 1 hour apart; "
        "give rows that are 1 hour apart"
    )
    with pytest.raises(DataError, match=r"leave every= out$"):
        model.predict(frame(), every="1D")


def test_finer_rows_are_averaged_as_the_message_says() -> None:
    model = SeasonalNaive(6, config=TINY).fit(frame(freq="D"))
    with pytest.raises(DataError) as error:
        model.predict(frame())
    assert str(error.value) == (
        "pandas frame: rows are 1 hour apart, the model was fitted on rows 1 day apart; "
        'average them with every="1D"'
    )
    assert model.predict(frame(), every="1D")["ds"].iloc[0] == pd.Timestamp("2024-03-06")


def test_few_rows_are_continued_on_the_days_of_the_model() -> None:
    model = SeasonalNaive(2, config=TINY).fit(frame(freq="B"))
    friday = pd.DataFrame({"unique_id": "a", "ds": pd.to_datetime(["2024-03-08"]), "y": [3.0]})
    assert model.predict(friday)["ds"].tolist() == [pd.Timestamp("2024-03-11"), pd.Timestamp("2024-03-12")]
    week = frame(freq="B").iloc[:5]
    assert model.predict(week)["ds"].iloc[0] == pd.Timestamp("2024-03-08")
    assert model.predict(week, every="1B")["ds"].iloc[0] == pd.Timestamp("2024-03-08")


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_the_unit_of_mase_has_no_filled_rows() -> None:
    days = [pd.date_range(f"2024-01-{day:02d} 09:30", periods=78, freq="5min") for day in range(2, 6)]
    random = np.random.default_rng(0)
    table = pd.DataFrame({"ds": np.concatenate(days), "y": 100 + np.cumsum(random.normal(size=312))})
    config = TINY.model_copy(update={"season_length": 1})
    model = SeasonalNaive(6, config=config).fit(table)
    found = model.evaluate(table)
    within = table.y.iloc[:-6].diff()[pd.Series(np.concatenate(days)).diff() == pd.Timedelta("5min")]
    assert found["MASE"] == pytest.approx(found["MAE"] / within.abs().mean())


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_evaluation_forecasts_from_what_came_before() -> None:
    series = series_set([np.tile(np.arange(1.0, 13.0), 10), np.arange(1.0, 61.0)])
    model = SeasonalNaive(6, config=TINY).fit(series)
    lag = model.lag_
    metrics = model.evaluate(series, windows=2)
    errors = np.concatenate(
        [
            np.abs(v[o : o + 6] - np.resize(v[o - lag : o], 6))
            for v in map(series.values, range(2))
            for o in (len(v) - 12, len(v) - 6)
        ]
    )
    assert metrics["MAE"] == pytest.approx(errors.mean(), abs=1e-5)
    assert model.score(series) == -model.evaluate(series)["MASE"]


def test_evaluating_a_series_that_is_too_short() -> None:
    model = small().fit(frame())
    with pytest.raises(SeriesTooShortError) as error:
        model.evaluate(series_set([waves(6)]), windows=2)
    assert str(error.value) == (
        "test data: measuring forecasts needs more than 6 rows in a series (the horizon, and one before it); "
        "the longest has 6"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"horizon": 0}, "horizon: expected a whole number of rows, at least 1, got 0"),
        ({"horizon": 2.5}, "horizon: expected a whole number of rows, at least 1, got 2.5"),
        ({"levels": (90, 100)}, "levels: expected whole percentages from 1 to 99, got (90, 100)"),
        ({"levels": 90}, "levels: expected whole percentages from 1 to 99, got 90"),
        ({"levels": (0.9,)}, "levels: expected whole percentages from 1 to 99, got (0.9,)"),
        ({"levels": (90, 90)}, "levels: expected each only once, got (90, 90)"),
        (
            {"cell": "QRNN"},
            "cell: expected one of RNN, RNN-relu, LSTM, GRU, GRU-after, CIFG, MGU, got 'QRNN'; did you mean RNN?",
        ),
        ({"max_seconds": -1.0}, "max_seconds: expected more than 0, got -1.0"),
        ({"max_seconds": 0.0}, "max_seconds: expected more than 0, got 0.0"),
    ],
)
def test_options_that_cannot_work(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        small().set_params(**options).fit(frame())
    assert str(error.value) == message


@every_forecaster
def test_a_forecast_needs_a_row_before_its_origin(model: Any) -> None:
    series = series_set([waves(120)])
    model.fit(series)
    for origin in (0, 121):
        with pytest.raises(DataError) as error:
            model.forecast(series, np.array([0]), np.array([origin]))
        assert str(error.value) == f"origins[0] of series 'a': expected a row from 1 to 120, got {origin}"


@every_forecaster
def test_before_fitting(model: Any) -> None:
    for call in (
        clone(model).predict,
        lambda: clone(model).save("model"),
        lambda: clone(model).evaluate(frame()),
    ):
        with pytest.raises(NotFittedError) as error:
            call()
        assert str(error.value) == f"this {type(model).__name__} is not fitted yet; call fit first"


@every_forecaster
def test_parameters_are_read_set_and_cloned(model: Any) -> None:
    copy = clone(model)
    assert copy.get_params(deep=False) == model.get_params(deep=False)
    assert copy.set_params(horizon=3).horizon == 3
    assert model.horizon == HORIZON
    assert not hasattr(copy.fit(frame()), "nothing")
    assert not hasattr(clone(copy), "series_")


def test_levels_keep_their_columns() -> None:
    forecast = small(levels=(80, 95)).fit(frame()).predict()
    assert forecast.columns.tolist() == ["unique_id", "ds", "y_hat", "lo-80", "hi-80", "lo-95", "hi-95"]


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_filled_rows_are_not_scored() -> None:
    series = series_set([waves(120)])
    model = small().fit(series)
    target, observed = series.target.copy(), series.observed.copy()
    target[-3], observed[-3] = 1e6, False
    assert model.evaluate(replace(series, target=target, observed=observed))["MAE"] < 100
