"""Small networks learn what can be learned, and their intervals cover as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import series_set

from gatewise.estimators.config import ForecasterConfig
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive
from gatewise.training.config import TrainingConfig

SHORT = ForecasterConfig(
    context_length=24,
    season_length=1,
    segment_length=3,
    training=TrainingConfig(steps=150, batch_size=64, learning_rate=0.01),
)


def autoregressive(length: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    values = np.zeros(length)
    for row in range(1, length):
        values[row] = 0.5 * values[row - 1] + random.normal()
    return values


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_it_beats_the_naive_forecast(cell: str) -> None:
    series = series_set([autoregressive(400, seed) for seed in range(3)])
    train = series.head(series.lengths - 90)
    model = SequenceForecaster(cell, 3, hidden_size=16, random_state=0, config=SHORT).fit(train)
    naive = SeasonalNaive(3, config=SHORT).fit(train)
    assert model.evaluate(series, windows=30)["MAE"] < 0.9 * naive.evaluate(series, windows=30)["MAE"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [SequenceForecaster, LinearForecaster])
def test_intervals_cover_as_often_as_they_say(kind: type) -> None:
    series = series_set([autoregressive(900, seed) for seed in range(4)])
    train = series.head(series.lengths - 300)
    model = kind(horizon=3, levels=(50, 90), random_state=0, config=SHORT).fit(train)
    metrics = model.evaluate(series, windows=100)
    assert metrics["coverage-90"] == pytest.approx(0.9, abs=0.04)
    assert metrics["coverage-50"] == pytest.approx(0.5, abs=0.07)
    assert metrics["width-50"] < metrics["width-90"]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bits_and_another_one_does_not() -> None:
    series = series_set([autoregressive(200, 0)])
    config = SHORT.model_copy(update={"members": 2, "training": TrainingConfig(steps=10)})

    def forecast(seed: int) -> list[float]:
        model = SequenceForecaster("LSTM", 3, hidden_size=8, random_state=seed, config=config)
        values: list[float] = model.fit(series).predict()["y_hat"].to_pylist()
        return values

    assert forecast(1) == forecast(1) != forecast(2)
