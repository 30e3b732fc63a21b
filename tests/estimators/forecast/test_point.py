"""Medians or means, and what no forecast goes below."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from synthetic import TINY, forecasters, name_of, series_set, waves

from gatewise.comparison.tasks.forecast import ForecastTask
from gatewise.errors import ConfigurationError
from gatewise.estimators.config import ForecasterConfig
from gatewise.estimators.forecast.boosting import BoostingForecaster
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.training.config import TrainingConfig

HORIZON = 6
DEMAND = ForecasterConfig(
    context_length=24, season_length=1, members=1, training=TrainingConfig(steps=150, learning_rate=0.01)
)


def demand(rows: int, *, series: int = 40) -> Any:
    """Parts that are sold on one day in eight."""
    random = np.random.default_rng(0)
    sold = random.random((series, rows)) < random.uniform(0.05, 0.2, (series, 1))
    return series_set(list(np.where(sold, 1 + random.poisson(2, (series, rows)), 0.0)))


def of_demand(point: str) -> list[Any]:
    config = DEMAND.model_copy(update={"point": point})
    return [
        SequenceForecaster("GRU", HORIZON, hidden_size=16, config=config, random_state=0),
        LinearForecaster(HORIZON, config=config, random_state=0),
        BoostingForecaster(HORIZON, config=config, random_state=0),
    ]


@pytest.mark.parametrize("model", of_demand("mean"), ids=name_of)
def test_means_of_rare_demand_add_up_to_what_is_sold(model: Any) -> None:
    series = demand(260)
    model.fit(series.head(np.full(len(series), 200)))
    forecasts = model.backtest(series, windows=10).forecasts.to_pandas()
    assert forecasts["y_hat"].sum() == pytest.approx(forecasts["y"].sum(), rel=0.15)
    assert model.point_ == "mean"
    assert "- Forecasts aim at the mean of what may come, and none is below zero." in model._card()


@pytest.mark.parametrize("model", of_demand("median")[::2], ids=name_of)
def test_medians_of_rare_demand_are_near_zero(model: Any) -> None:
    series = demand(260)
    model.fit(series.head(np.full(len(series), 200)))
    forecasts = model.backtest(series, windows=10).forecasts.to_pandas()
    assert forecasts["y_hat"].sum() < 0.3 * forecasts["y"].sum()
    assert forecasts[["y_hat", "lo-90"]].min().tolist() == [0, 0]


def test_an_interval_need_not_hold_the_mean() -> None:
    config = DEMAND.model_copy(update={"point": "mean"})
    series = demand(260)
    model = SequenceForecaster(
        "GRU", HORIZON, levels=(50, 90), hidden_size=16, config=config, random_state=0
    ).fit(series)
    found = model.predict().to_pandas()
    assert (found["hi-50"] < found["y_hat"]).any()
    assert (found["lo-90"] <= found["lo-50"]).all()
    assert (found["lo-50"] <= found["hi-50"]).all()
    assert (found["hi-50"] <= found["hi-90"]).all()


def test_means_are_forecast_without_logarithms() -> None:
    series = series_set([waves(120)])
    for config, floor in ((TINY, True), (TINY.model_copy(update={"point": "mean"}), False)):
        model = LinearForecaster(HORIZON, config=config).fit(series)
        assert (model.preparation_.log_floor is not None) == floor
    config = TINY.model_copy(update={"point": "mean", "transform": "log"})
    with pytest.raises(ConfigurationError) as error:
        LinearForecaster(HORIZON, config=config).fit(series)
    assert str(error.value) == (
        "transform: expected auto or none where means are forecast, as the mean of logarithms is not the logarithm of "
        "the mean, got 'log'"
    )


def test_a_mean_is_no_quantile() -> None:
    series = series_set([waves(120)])
    config = TINY.model_copy(update={"point": "mean"})
    model = LinearForecaster(HORIZON, config=config, levels=()).fit(series.head(np.array([100])))
    assert list(model.evaluate(series)) == ["MAE", "RMSE", "sMAPE", "MASE"]


def test_a_comparison_decides_by_what_medians_make_smallest() -> None:
    config = TINY.model_copy(update={"point": "mean"})
    with pytest.raises(ConfigurationError) as error:
        ForecastTask(series_set([waves(120)]), SequenceForecaster("GRU", HORIZON, config=config))
    assert str(error.value).startswith("point: a comparison decides by MASE, of absolute errors")


def low(*, least: float) -> Any:
    """Series that touch zero, or go a little below."""
    return series_set([np.maximum(waves(120, seed=seed, noise=1.0) - 10, 0) + least for seed in range(3)])


@pytest.mark.parametrize("model", forecasters(HORIZON, levels=(50, 95)), ids=name_of)
def test_nothing_is_below_zero_where_no_training_value_was(model: Any) -> None:
    found = model.fit(low(least=0)).predict().to_pandas()
    assert (found.drop(columns=["unique_id", "ds"]) >= 0).all().all()
    assert "and none is below zero" in "\n".join(model._card())
    # Of a series that has been there before a forecast may go there again.
    below = series_set([waves(60) - 40])
    assert (model.predict(below)["y_hat"].to_numpy() < -20).all()


@pytest.mark.parametrize("model", forecasters(HORIZON, levels=(95,)), ids=name_of)
def test_values_that_are_a_little_below_zero_are_no_bound(model: Any) -> None:
    found = model.fit(low(least=-0.02)).predict().to_pandas()
    assert "below zero" not in "\n".join(model._card())
    assert (found["lo-95"] < 0).any()


def test_rounding_is_not_below_zero() -> None:
    model = LinearForecaster(HORIZON, config=TINY, levels=(95,)).fit(low(least=-1e-12))
    assert model.preparation_.above_zero
    assert model.predict()["lo-95"].to_numpy().min() == 0
