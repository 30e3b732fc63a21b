"""How windows are cut: by the horizon and the season, and by how many rows there are."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise import ForecasterConfig, SequenceForecaster
from gatewise.data.series import SeriesSet
from gatewise.data.step import Step
from gatewise.estimators.forecast.geometry import Geometry
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive
from gatewise.training.config import TrainingConfig


@pytest.mark.parametrize(
    ("horizon", "season", "rows", "segment", "context", "short"),
    [
        (96, 24, 8640, 24, 672, False),
        (13, 52, 900, 13, 104, False),
        (18, 12, 100, 6, 24, True),
        (8, 4, 36, 2, 8, True),
        (6, 1, 14, 2, 8, True),
        (24, 12, None, 12, 168, False),
    ],
)
def test_windows_of_long_and_short_series(
    horizon: int, season: int, rows: int | None, segment: int, context: int, short: bool
) -> None:
    found = Geometry.of(horizon, season, rows)
    assert (found.segment, found.context, found.short) == (segment, context, short)


def test_what_is_given_stays() -> None:
    found = Geometry.of(12, 12, 60, segment=5, context=33)
    assert (found.segment, found.context) == (5, 35)


def _monthly(series: int = 30, rows: int = 60) -> tuple[SeriesSet, np.ndarray]:
    random = np.random.default_rng(0)
    months = np.arange(rows + 12)
    season = 1 + 0.3 * np.sin(2 * np.pi * months / 12)
    level = np.exp(np.cumsum(random.normal(0.002, 0.02, (series, len(months))), axis=1))
    values = 100 * level * season * np.exp(random.normal(0, 0.02, (series, len(months))))
    data = SeriesSet(
        ids=np.array([f"s{number}" for number in range(series)]),
        offsets=np.arange(series + 1) * rows,
        target=values[:, :rows].ravel(),
        observed=np.ones(series * rows, bool),
        start=np.full(series, np.datetime64("2015-01-01", "ns")),
        step=Step("months", 1),
        past=np.zeros((series * rows, 0), np.float32),
        known=np.zeros((series * rows, 0), np.float32),
        frame_kind="pandas",
    )
    return data, values[:, rows:]


def test_five_years_of_months_are_forecast_better_than_by_last_year() -> None:
    data, actual = _monthly()
    config = ForecasterConfig(members=1, training=TrainingConfig(steps=80))
    errors = {}
    for model in (
        SeasonalNaive(12),
        LinearForecaster(12),
        SequenceForecaster("GRU", 12, hidden_size=16, random_state=0, config=config),
    ):
        forecast = model.fit(data).predict()["y_hat"].to_numpy().reshape(actual.shape)
        assert model.season_ == 12
        errors[type(model).__name__] = np.abs(forecast - actual).mean()
    assert errors["SequenceForecaster"] < 0.95 * errors["SeasonalNaive"], errors
    assert errors["LinearForecaster"] < 0.9 * errors["SeasonalNaive"], errors


def test_the_season_is_added_again_and_saved(tmp_path: object) -> None:
    from gatewise import load

    data, _ = _monthly(series=4)
    model = LinearForecaster(12).fit(data)
    assert model.preparation_.adjusted
    saved = load(model.save(f"{tmp_path}/model"))
    np.testing.assert_array_equal(saved.predict()["y_hat"], model.predict()["y_hat"])
    # The ends that are kept say of the season what all rows said.
    np.testing.assert_allclose(saved.predict(data)["y_hat"], model.predict()["y_hat"], rtol=1e-9)
