"""New series are forecast at their own level, whatever the levels that were fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gatewise.estimators.forecast.drift import DriftForecaster
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.logarithms import logarithms, restored

DAYS = pd.date_range("2023-01-01", periods=200)


def _series(name: str, level: float, rows: int = 200, seed: int = 0) -> pd.DataFrame:
    week = 1 + 0.2 * np.sin(2 * np.pi * np.arange(rows) / 7)
    noise = np.exp(np.random.default_rng(seed).normal(0, 0.02, rows))
    return pd.DataFrame({"unique_id": name, "ds": DAYS[:rows], "y": level * week * noise})


@pytest.fixture(scope="module")
def fitted() -> LinearForecaster:
    levels = enumerate((100, 200, 400, 800))
    return LinearForecaster(7).fit(
        pd.concat([_series(f"s{number}", level, seed=number) for number, level in levels])
    )


@pytest.mark.parametrize("level", [1e-9, 0.5, 5, 20, 1e9])
def test_a_forecast_is_as_large_as_its_series(fitted: LinearForecaster, level: float) -> None:
    usual, other = (fitted.predict(_series("new", one, 60)) for one in (100, level))
    for name in ("y_hat", "lo-90", "hi-90"):
        np.testing.assert_allclose(other[name], usual[name] * level / 100, rtol=1e-5)


def test_a_series_below_zero_stays_there(fitted: LinearForecaster) -> None:
    new = _series("new", 100, 60).assign(y=lambda frame: -frame["y"])
    assert (fitted.predict(new)["y_hat"] < -50).all()


def test_drift_goes_on_at_any_level() -> None:
    model = DriftForecaster(5).fit(_series("s", 100))
    line = pd.DataFrame({"unique_id": "new", "ds": DAYS[:30], "y": 0.001 * np.arange(1, 31)})
    np.testing.assert_allclose(model.predict(line)["y_hat"], 0.001 * np.arange(31, 36), rtol=1e-6)


def test_logarithms_by_hand() -> None:
    target, offsets = np.array([1.0, np.e, 0.0, 2.0, 0.0, 3.0]), np.array([0, 3, 6])
    found, logs = logarithms(target, offsets, np.array([2, 2]))
    assert logs.tolist() == [True, False]
    np.testing.assert_allclose(found, [0, 1, np.log(0.1), 2, 0, 3])
    np.testing.assert_allclose(restored(found, np.repeat(logs, 3)), [1, np.e, 0.1, 2, 0, 3])
