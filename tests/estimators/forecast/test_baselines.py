"""Baselines find what a practitioner would find with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from synthetic import series_set

from gatewise.data.series import Columns, SeriesSet
from gatewise.estimators.config import ForecasterConfig
from gatewise.estimators.forecast import columns
from gatewise.estimators.forecast.boosting import BoostingForecaster
from gatewise.estimators.forecast.columns import LinearColumns, stretches
from gatewise.estimators.forecast.drift import DriftForecaster
from gatewise.estimators.forecast.features import LagFeatures
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive

Rows = list[NDArray[np.float64]]
PLAIN = ForecasterConfig(season_length=1, transform="none")


def with_columns(
    values: Rows, *, past: Rows | None = None, known: Rows | None = None, **changes: Any
) -> SeriesSet:
    """Series with at most one past and one known covariate, by name p and k."""
    covariates: dict[str, Any] = {
        name: np.concatenate(rows)[:, None].astype(np.float32)
        for name, rows in (("past", past), ("known", known))
        if rows is not None
    }
    static = tuple(changes.get("static", ()))
    names = Columns(("unique_id",), "ds", ("y",), ("p",) if past else (), ("k",) if known else (), static)
    return series_set(values, **covariates, columns=names, **changes)


def error(model: Any, series: SeriesSet, rows: int) -> float:
    """Mean absolute error on the last rows, of a model that was fitted on all before."""
    model.fit(series.head(series.lengths - rows))
    return float(model.evaluate(series, windows=rows // model.horizon)["MAE"])


def test_drift_goes_on_along_the_line_from_the_first_row() -> None:
    config = ForecasterConfig(context_length=5, season_length=1)
    long, young = np.array([9.0, 1, 2, 1, 4, 3, 5]), np.array([1.0, 8.0, 3.0, 7.0])
    model = DriftForecaster(2, levels=(), config=config).fit(series_set([long, young, np.arange(1.0, 40.0)]))
    forecast = model.forecast(series_set([long, young]), np.array([0, 1]), np.array([7, 4]))[:, :, 0]
    # From the last five rows, and from all four; in a straight line, though logarithms are what others forecast.
    np.testing.assert_allclose(forecast, [[5.75, 6.5], [9.0, 11.0]], rtol=1e-5)


def test_drift_and_naive_on_short_series_that_grow() -> None:
    random = np.random.default_rng(0)
    series = series_set([50 + np.cumsum(random.normal(3, 2, size)) for size in random.integers(20, 40, 20)])
    drift, naive = (error(kind(6, config=PLAIN), series, 6) for kind in (DriftForecaster, SeasonalNaive))
    assert drift < 0.6 * naive


def leading(horizon: int, rows: int = 300, count: int = 4) -> SeriesSet:
    """``y[t] = 100 + 10 x[t − horizon] + e``, of which noise alone costs 0.8."""
    random = np.random.default_rng(1)
    leads = [random.normal(size=rows) for _ in range(count)]
    moved = [np.concatenate([np.zeros(horizon), x[:-horizon]]) for x in leads]
    return with_columns([100 + 10 * x + random.normal(size=rows) for x in moved], past=leads)


@pytest.mark.parametrize("horizon", [1, 6])
def test_ridge_reads_a_column_that_leads_by_the_horizon(horizon: int) -> None:
    blind = ForecasterConfig(context_length=14)
    seeing = error(LinearForecaster(horizon, config=blind), leading(horizon), 60)
    assert 0.7 < seeing < 1.2


def test_ridge_learns_an_effect_once_for_all_rows_of_the_horizon() -> None:
    # 90 rows and a horizon of 14: each row by itself has too few windows to learn from.
    random = np.random.default_rng(2)
    known = [(random.random(90) < 0.3).astype(float) for _ in range(3)]
    carried = [np.concatenate([[0.0], k[:-1]]) for k in known]
    series = with_columns(
        [50 + 20 * a + 8 * b + random.normal(size=90) for a, b in zip(known, carried, strict=True)],
        known=known,
    )
    model = LinearForecaster(14, config=PLAIN.model_copy(update={"context_length": 14}))
    assert error(model, series, 14) < 2
    assert model.effects_.shape == (5,)


def test_ridge_learns_that_an_effect_depends_on_a_static_column() -> None:
    random = np.random.default_rng(3)
    known = [(random.random(150) < 0.3).astype(float) for _ in range(8)]
    signs = np.tile([1.0, -1.0], 4)
    series = with_columns(
        [100 + 40 * sign * k + random.normal(size=150) for sign, k in zip(signs, known, strict=True)],
        known=known,
        static={"kind": np.where(signs > 0, "up", "down")},
    )
    assert error(LinearForecaster(7, config=PLAIN), series, 14) < 4


def test_ridge_is_hardly_worse_for_columns_that_say_nothing() -> None:
    random = np.random.default_rng(4)
    values = [50 + 10 * np.sin(np.arange(200) * 2 * np.pi / 7) + random.normal(0, 3, 200) for _ in range(5)]
    noise = [random.normal(size=200) for _ in range(5)]
    config = ForecasterConfig(season_length=7)
    bare = error(LinearForecaster(7, config=config), series_set(values), 21)
    assert (
        error(LinearForecaster(7, config=config), with_columns(values, past=noise, known=noise), 21)
        < 1.1 * bare
    )


@pytest.mark.parametrize(
    ("context", "singles", "most", "edges"),
    [
        (6, 10, 100, [0, 1, 2, 3, 4, 5, 6]),
        (1, 2, 100, [0, 1]),
        (100, 4, 8, [0, 1, 2, 3, 4, 9, 20, 45, 100]),
        (100, 50, 4, [0, 1, 2, 14, 100]),
        (100, 50, 1, [0, 1, 100]),
    ],
)
def test_stretches(context: int, singles: int, most: int, edges: list[int]) -> None:
    assert stretches(context, singles, most).tolist() == edges


def test_columns_do_not_grow_with_context_times_covariates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MOST_LAGS", 80)
    random = np.random.default_rng(5)
    series = series_set(
        [random.normal(size=300)],
        past=random.normal(size=(300, 20)).astype(np.float32),
        columns=Columns(("unique_id",), "ds", ("y",), tuple(f"p{number}" for number in range(20))),
    )
    model = LinearForecaster(4, config=ForecasterConfig(season_length=1, context_length=60)).fit(series)
    # The window, a constant, unit and level, and four lags or means of lags of each.
    assert len(model.weights_) == 60 + 1 + 2 + 80


def tent(rows: int = 700, lag: int = 12) -> SeriesSet:
    """``y[t] = 1.99 min(y[t − 12], 1 − y[t − 12])``: known exactly, and in no way linear."""
    values = list(np.random.default_rng(0).random(lag))
    for row in range(lag, rows):
        values.append(1.99 * min(values[row - lag], 1 - values[row - lag]))
    return series_set([np.array(values)])


@pytest.mark.slow
def test_boosting_learns_a_law_that_is_not_linear() -> None:
    config = ForecasterConfig(season_length=12)
    model = BoostingForecaster(12, random_state=0, config=config)
    boosting, linear = error(model, tent(), 120), error(LinearForecaster(12, config=config), tent(), 120)
    assert model.in_levels_
    assert boosting < 0.2 * linear


@pytest.mark.slow
def test_boosting_reads_a_column_that_leads_and_one_that_is_known() -> None:
    config = ForecasterConfig(context_length=14)
    assert error(BoostingForecaster(3, random_state=0, config=config), leading(3, 200), 30) < 2.5
    random = np.random.default_rng(6)
    known = [random.normal(size=300) for _ in range(4)]
    series = with_columns([50 + 10 * np.abs(k) + random.normal(size=300) for k in known], known=known)
    model = BoostingForecaster(6, random_state=0, config=config)
    assert error(model, series, 30) < 0.5 * error(LinearForecaster(3, config=config), series, 30)


def shifted() -> SeriesSet:
    """A weekly pattern whose level has changed for good shortly before the rows that are held out."""
    random, place = np.random.default_rng(7), np.arange(300)
    wave = 10 * np.sin(2 * np.pi * place / 7)
    return series_set(
        [
            200 + wave + random.normal(0, 2, 300) + np.where(place >= at, by, 0)
            for at, by in ((240, 150), (250, -90))
        ]
    )


@pytest.mark.slow
def test_boosting_forecasts_from_where_a_series_is() -> None:
    config = ForecasterConfig(season_length=7)
    model = BoostingForecaster(7, random_state=0, config=config)
    assert error(model, shifted(), 14) < 8
    assert not model.in_levels_


def test_what_boosting_reads_of_the_rows() -> None:
    values = np.arange(1.0, 61.0)
    series = with_columns([values], past=[100 + values], known=[200 + values])
    config = ForecasterConfig(season_length=6, context_length=12, transform="none")
    model = BoostingForecaster(3, config=config, random_state=0).fit(series)
    source = model.preparation_.source(series, series.lengths)
    batch = source.batch(np.array([0]), np.array([50]))
    table = LagFeatures(6, 3, mask=False, unit=2.0, level=5.0, in_levels=True)(batch, np.array([[0, 2]]))
    assert (
        len(LagFeatures(6, 3, False, 1.0, 0.0, False)(batch, np.array([[0]]))[0])
        == model.model_.num_feature()
    )
    # What ends with the known covariate of the rows: before, at, after, and the change since the last known row.
    scaled = source.known[:, 0]
    for line, row in zip(table, (50, 52), strict=True):
        after = min(row + 1, 52)
        expected = [scaled[row - 1], scaled[row], scaled[after], scaled[row] - scaled[49]]
        np.testing.assert_allclose(line[-4:], expected, rtol=1e-6)
    # Twelve last values, as they are seen from that unit and level.
    np.testing.assert_allclose(table[0, :12], (values[38:50] - 5) / 2, rtol=1e-6)


def test_what_ridge_reads_of_the_rows() -> None:
    values = np.arange(1.0, 61.0)
    series = with_columns([values], known=[200 + values], static={"size": np.array([1.0])})
    config = ForecasterConfig(season_length=6, context_length=12, transform="none")
    model = LinearForecaster(3, config=config).fit(series)
    source = model.preparation_.source(series, series.lengths)
    batch = source.batch(np.array([0]), np.array([50]))
    of_window, of_rows = LinearColumns(float(batch.scale[0, 0]), 50.0, mask=False)(batch)
    # Twelve values and a constant; unit, level, static and twelve lags in units of the window; the static itself.
    assert of_window.shape == (1, 13 + 3 + 12 + 1)
    assert of_window[0, 12:15].tolist() == [1.0, 1.0, 0.0]
    k = source.known[:, 0]
    np.testing.assert_allclose(of_window[0, 16:28], k[49:37:-1], rtol=1e-6)
    expected = [
        [k[row - 2], k[row - 1], k[row], k[min(row + 1, 52)], k[row] - k[49], 0.0] for row in (50, 51, 52)
    ]
    np.testing.assert_allclose(of_rows[0], expected, rtol=1e-5)
