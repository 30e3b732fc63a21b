"""Intervals in units of recent errors, and where nothing can be held out."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.data.series import SeriesSet
from gatewise.data.step import Step
from gatewise.estimators.config import ForecasterConfig
from gatewise.estimators.forecast.calibration import calibrate_in_units, interval_score
from gatewise.estimators.forecast.held_out import RecentErrors, recent_errors
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive


def _walks(series: int, rows: int, sizes: np.ndarray, seed: int = 0) -> SeriesSet:
    steps = np.random.default_rng(seed).normal(size=(series, rows)) * sizes[:, None]
    return SeriesSet(
        ids=np.array([f"s{number}" for number in range(series)]),
        offsets=np.arange(series + 1) * rows,
        target=np.cumsum(steps, axis=1).ravel(),
        observed=np.ones(series * rows, bool),
        start=np.zeros(series, np.int64),
        step=Step("count", 1),
        past=np.zeros((series * rows, 0), np.float32),
        known=np.zeros((series * rows, 0), np.float32),
        frame_kind="pandas",
    )


def test_offsets_are_the_right_order_statistic() -> None:
    errors = np.arange(1.0, 200.0)[:, None]
    found = calibrate_in_units(errors, np.ones((199, 1), bool), np.ones(199), (90, 50))
    # ceil(200 · 0.9) and ceil(200 · 0.5) of 199.
    assert found.ravel().tolist() == [180.0, 100.0]


def test_every_series_counts_alike_however_many_windows_it_has() -> None:
    errors = np.concatenate([np.full(900, 1.0), np.full(100, 9.0)])[:, None]
    alike = np.concatenate([np.full(900, 1 / 900), np.full(100, 1 / 100)])
    seen = np.ones((1000, 1), bool)
    assert calibrate_in_units(errors, seen, np.ones(1000), (80,)).item() == 1.0
    assert calibrate_in_units(errors, seen, alike, (80,)).item() == 9.0


def test_the_interval_score() -> None:
    # Width 2; 1 beyond the upper end of 90 % costs 2 / 0.1.
    found = interval_score(np.zeros(3), np.full(3, 2.0), np.array([1.0, 3.0, -0.5]), 90)
    np.testing.assert_allclose(found, [2, 22, 12])


def test_units_go_from_the_usual_error_to_recent_ones() -> None:
    recent = RecentErrors(np.array([3.0, 3.0, 0.0]), np.array([2, 8, 0]))
    np.testing.assert_allclose(recent.units(np.full(3, 0.5), 2.0), [2.0, 2.6, 1.0])


def test_recent_errors_read_nothing_at_or_after_the_origin() -> None:
    data = _walks(2, 60, np.ones(2))
    model = SeasonalNaive(4).fit(data)
    origins, numbers = np.array([30, 60 + 45]), np.array([0, 1])
    source = model.preparation_.source(data, data.lengths)
    before = recent_errors(model._answer, source, numbers, origins)
    assert before.number.tolist() == [7, 8]
    values = data.target.reshape(2, 60)
    by_hand = [np.abs(values[0, at : at + 4] - values[0, at - 1]).mean() for at in range(2, 30, 4)]
    np.testing.assert_allclose(before.mean[0], np.mean(by_hand), rtol=1e-5)
    source.target[30:60] += 100
    source.target[60 + 45 :] += 100
    after = recent_errors(model._answer, source, numbers, origins)
    np.testing.assert_array_equal(before.mean, after.mean)


def test_calm_and_wild_series_are_covered_alike() -> None:
    sizes = np.repeat([1.0, 1.0], 40)
    data = _walks(80, 120, sizes)
    # The same levels, and steps that are ten times as large in the last third of half of the series.
    steps = np.diff(data.target.reshape(80, 120), prepend=0, axis=1)
    steps[40:, 60:] *= 10
    values = np.cumsum(steps, axis=1)
    past = values[:, :108]
    fitted = SeriesSet(**{**vars(data), "target": past.ravel(), "offsets": np.arange(81) * 108,
                          "observed": np.ones(past.size, bool), "past": np.zeros((past.size, 0), np.float32),
                          "known": np.zeros((past.size, 0), np.float32)})  # fmt: skip
    model = SeasonalNaive(12).fit(fitted)
    assert model.ratio_ is not None
    found = model.predict()
    inside = (found["lo-90"].to_numpy() <= values[:, 108:].ravel()) & (
        values[:, 108:].ravel() <= found["hi-90"].to_numpy()
    )
    for half in np.split(inside, 2):
        assert 0.78 < half.mean() < 0.98


@pytest.mark.parametrize(("series", "calibration"), [(60, "series"), (3, "drift")])
def test_intervals_of_series_too_short_to_hold_rows_out(series: int, calibration: str) -> None:
    horizon, rows = 12, 24
    covered = []
    for seed in range(8):
        whole = _walks(series, rows + horizon, np.ones(series), seed)
        values = whole.target.reshape(series, -1)
        past = values[:, :rows]
        fitted = SeriesSet(**{**vars(whole), "target": past.ravel(), "offsets": np.arange(series + 1) * rows,
                              "observed": np.ones(past.size, bool), "past": np.zeros((past.size, 0), np.float32),
                              "known": np.zeros((past.size, 0), np.float32)})  # fmt: skip
        model = (LinearForecaster if series > 3 else SeasonalNaive)(horizon).fit(fitted)
        assert model.calibration_ == calibration
        assert model.skipped_ == ()
        found = model.predict()
        actual = values[:, rows:].ravel()
        covered.append(((found["lo-90"] <= actual) & (actual <= found["hi-90"])).mean())
    assert 0.82 < np.mean(covered) <= 1.0, covered


def test_nothing_held_out_on_request_is_said() -> None:
    model = SeasonalNaive(4, config=ForecasterConfig(validation_fraction=0)).fit(_walks(2, 60, np.ones(2)))
    assert model.calibration_ == "nothing"
    assert any("not calibrated" in line for line in model._card())
