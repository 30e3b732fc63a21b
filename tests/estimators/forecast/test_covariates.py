"""Covariates and static columns help where the target depends on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from synthetic import TINY

import gatewise
from gatewise.errors import DataError
from gatewise.estimators.config import ForecasterConfig
from gatewise.estimators.forecast.boosting import BoostingForecaster
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.training.config import TrainingConfig

HORIZON, ROWS = 4, 300
LEARNING = TINY.model_copy(update={"training": TrainingConfig(steps=120, batch_size=64, learning_rate=0.02)})


def table(rows: int = ROWS + HORIZON) -> pd.DataFrame:
    """The target is the known covariate of the same row, and nothing else predicts it."""
    random = np.random.default_rng(0)
    promotion = random.integers(0, 2, rows).astype(float)
    return pd.DataFrame(
        {
            "unique_id": "shop",
            "ds": pd.date_range("2024-01-01", periods=rows, freq="D"),
            "y": 20 + 10 * promotion + 0.3 * random.normal(size=rows),
            "promotion": promotion,
        }
    )


def models(config: ForecasterConfig = LEARNING) -> list[Any]:
    options: dict[str, Any] = {"config": config, "random_state": 0}
    return [
        SequenceForecaster("GRU", HORIZON, hidden_size=8, **options),
        LinearForecaster(HORIZON, **options),
        BoostingForecaster(HORIZON, **options),
    ]


@pytest.mark.parametrize("model", models(), ids=lambda model: type(model).__name__)
def test_a_known_covariate_of_the_future_is_used(model: Any) -> None:
    history, future = table()[:ROWS], table()[ROWS:]
    forecast = model.fit(history, known="promotion").predict(future=future.drop(columns="y"))
    error = np.abs(forecast["y_hat"].to_numpy() - future["y"].to_numpy())
    assert error.mean() < 2.5
    opposite = future.assign(promotion=1 - future["promotion"])
    moved = model.predict(future=opposite)["y_hat"] - forecast["y_hat"]
    assert (moved.to_numpy() * (1 - 2 * future["promotion"].to_numpy()) > 5).all()


def test_rows_that_are_only_counted_take_the_same_future() -> None:
    whole = table().drop(columns=["ds", "unique_id"])
    model = LinearForecaster(HORIZON, config=TINY).fit(whole[:ROWS], known="promotion", every="row")
    horizon_alone = model.predict(future=whole[ROWS:])
    with_history = model.predict(future=whole)
    assert with_history["y_hat"].tolist() == horizon_alone["y_hat"].tolist()


def test_the_future_is_asked_for() -> None:
    model = models(TINY)[0].fit(table(), known="promotion")
    with pytest.raises(DataError) as error:
        model.predict()
    assert str(error.value) == (
        "future: the model was fitted with known covariates (promotion); give their future values"
    )


def test_a_forecast_never_takes_the_covariates_of_another_series() -> None:
    data = pd.concat([table(), table().assign(unique_id="other")])
    model = models(TINY)[0].fit(data, known="promotion")
    series = model.read(data)
    with pytest.raises(DataError) as error:
        model.forecast(series, np.array([0]), np.array([ROWS + 1]))
    assert str(error.value) == "origins[0] of series 'shop': expected a row from 1 to 300, got 301"


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
@pytest.mark.slow
def test_a_past_covariate_is_read() -> None:
    random = np.random.default_rng(0)
    leading = random.normal(size=400)
    frame = pd.DataFrame(
        {"ds": pd.date_range("2024", periods=400, freq="h"), "y": np.roll(leading, 1), "p": leading}
    )
    config = LEARNING.model_copy(update={"context_length": 4, "season_length": 1, "segment_length": 4})
    model = SequenceForecaster("GRU", 1, hidden_size=8, random_state=0, config=config)
    blind = model.fit(frame[1:], target="y").evaluate(frame[1:], windows=50)["MAE"]
    seeing = model.fit(frame[1:], target="y", past="p").evaluate(frame[1:], windows=50)["MAE"]
    assert seeing < 0.6 * blind


def test_static_columns_are_read_and_saved(tmp_path: Path) -> None:
    frame = pd.concat(
        table().assign(
            unique_id=name, y=lambda t, size=size: t["y"] + size * np.arange(len(t)), kind=kind, size=size
        )
        for name, kind, size in (("a", "up", 1.0), ("b", "flat", 0.0))
    )
    model = SequenceForecaster("GRU", HORIZON, hidden_size=8, random_state=0, config=TINY)
    forecast = model.fit(frame, static=["kind", "size"]).predict()
    assert model.preparation_.static.width == 3
    restored = gatewise.load(model.save(tmp_path / "model")).predict()
    assert restored["y_hat"].tolist() == forecast["y_hat"].tolist()
    with pytest.raises(DataError) as error:
        model.forecast(model.read(frame.drop(columns="size"), static="kind"), np.array([0]), np.array([100]))
    assert str(error.value) == "static column 'size' was there when the model was fitted and is missing now"


def shops(effect: Callable[[NDArray[np.float64], int], NDArray[np.float64]]) -> pd.DataFrame:
    """Eight series around 100 whose promotions, known ahead, have an effect that may differ with the group."""
    random, rows = np.random.default_rng(0), 120
    parts = []
    for number in range(8):
        promotion = (random.random(rows) < 0.4).astype(float)
        parts.append(
            pd.DataFrame(
                {
                    "unique_id": f"shop {number}",
                    "ds": pd.date_range("2024-01-01", periods=rows, freq="D"),
                    "y": 100 + effect(promotion, number % 2) + random.normal(size=rows),
                    "promotion": promotion,
                    "group": "ab"[number % 2],
                }
            )
        )
    return pd.concat(parts)


def of_group(promotion: NDArray[np.float64], group: int) -> NDArray[np.float64]:
    return (40 - 80 * group) * promotion


def of_the_next_day(promotion: NDArray[np.float64], group: int) -> NDArray[np.float64]:
    del group
    return 40 * np.roll(promotion, 1)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("effect", [of_group, of_the_next_day])
def test_effects_of_known_columns_are_learned(cell: str, effect: Any) -> None:
    data = shops(effect)
    past = data.groupby("unique_id").head(120 - 2 * HORIZON)
    model = SequenceForecaster(cell, HORIZON, hidden_size=8, random_state=0, config=LEARNING)
    model.fit(past, known="promotion", static="group")
    # The noise alone is 0.8; a network that is given only the row's own column has more than 10.
    assert model.evaluate(data, windows=2)["MAE"] < 4


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_a_column_that_leads_by_the_horizon_is_followed(cell: str) -> None:
    random = np.random.default_rng(0)
    walk = random.normal(size=600).cumsum()
    frame = pd.DataFrame(
        {
            "ds": pd.date_range("2024", periods=596, freq="h"),
            "y": 10 * walk[:-HORIZON] + random.normal(size=596),
            "lead": walk[HORIZON:],
        }
    )
    model = SequenceForecaster(cell, HORIZON, hidden_size=8, random_state=0, config=LEARNING)
    model.fit(frame[:496], past="lead")
    # The last value is off by 13 on average.
    assert model.evaluate(frame, windows=25)["MAE"] < 4
