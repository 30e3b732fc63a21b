"""The causality probe: what a forecast may know, and what fitting may learn from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from synthetic import forecasters, name_of, series_set, waves

from gatewise.data.series import Columns, SeriesSet
from gatewise.data.splits import rolling_cuts

HORIZON = 6
every_forecaster = pytest.mark.parametrize("model", forecasters(HORIZON), ids=name_of)


def data() -> SeriesSet:
    """Two ragged series with a past and a known covariate, some rows filled."""
    values = [waves(150), waves(110, seed=1)]
    random = np.random.default_rng(2)
    observed = random.random(260) > 0.05
    return series_set(
        values,
        observed=observed,
        past=random.normal(size=(260, 1)).astype(np.float32),
        known=random.normal(size=(260, 1)).astype(np.float32),
        columns=Columns(("unique_id",), "ds", ("y",), ("p",), ("k",)),
    )


def learned(model: Any) -> dict[str, Any]:
    """Everything that fitting learned, bit for bit."""
    state: dict[str, Any] = {
        "preparation": model.preparation_.model_dump(),
        "offsets": model.offsets_.tobytes(),
        "tail": model.series_.target.tobytes(),
    }
    for name in ("weights_", "effects_", "lag_", "unit_", "in_levels_"):
        if hasattr(model, name):
            state[name] = np.asarray(getattr(model, name)).tobytes()
    for network in getattr(model, "networks_", ()):
        state |= {name: tensor.numpy().tobytes() for name, tensor in network.state_dict().items()}
    if hasattr(model, "model_"):
        state["trees"] = model.model_.model_to_string()
    return state


def spoilt(series: SeriesSet, rows: NDArray[np.bool_]) -> SeriesSet:
    """The series with all that is not known beforehand changed at ``rows``."""
    return replace(
        series,
        target=np.where(rows, -1e5, series.target),
        past=np.where(rows[:, None], np.float32(1e5), series.past),
        observed=series.observed ^ rows,
    )


@every_forecaster
def test_the_future_moves_no_forecast(model: Any) -> None:
    series = data()
    model.fit(series)
    numbers, origins = np.array([0, 0, 1]), np.array([100, 120, 90])
    before = model.forecast(series, numbers, origins)
    for number, origin in ((0, 120), (1, 90)):
        later = np.arange(series.rows) >= series.offsets[number] + origin
        later &= np.arange(series.rows) < series.offsets[number + 1]
        after = model.forecast(spoilt(series, later), numbers, origins)
        assert np.array_equal(before, after)


@every_forecaster
def test_the_last_observation_moves_the_forecast(model: Any) -> None:
    series = data()
    model.fit(series)
    numbers, origins = np.array([0, 1]), np.array([100, 90])
    before = model.forecast(series, numbers, origins)
    changed = series.target.copy()
    changed[99] += 3
    after = model.forecast(replace(series, target=changed), numbers, origins)
    assert not np.isclose(before[0], after[0]).all()
    assert np.array_equal(before[1], after[1])


@pytest.mark.slow
@every_forecaster
def test_rows_to_be_tested_on_are_never_learned_from(model: Any) -> None:
    series = data()
    for train_end, _ in rolling_cuts(series.lengths, HORIZON, 2):
        later = np.concatenate(
            [np.arange(n) >= end for n, end in zip(series.lengths, train_end, strict=True)]
        )
        # Known covariates of the future may be seen by a forecast, but not by fitting.
        other = replace(spoilt(series, later), known=np.where(later[:, None], np.float32(9), series.known))
        assert learned(model.fit(series.head(train_end))) == learned(model.fit(other.head(train_end)))


@every_forecaster
def test_held_out_rows_scale_nothing(model: Any) -> None:
    series = data()
    held_out = np.concatenate([np.arange(n) >= n - HORIZON for n in series.lengths])
    preparation = model.fit(series).preparation_
    assert model.fit(spoilt(series, held_out)).preparation_ == preparation


def test_a_forecast_from_the_end_is_the_prediction() -> None:
    # The second series has not moved for longer than a window: its unit comes from what it did before.
    series = series_set([waves(150), np.append(waves(110, seed=1), [10.0] * 40)])
    for model in forecasters(HORIZON):
        model.fit(series)
        table = model.predict()
        forecast = model.forecast(series, np.arange(2), series.lengths)
        np.testing.assert_allclose(table["y_hat"].to_numpy(), forecast[:, :, 0].ravel(), rtol=1e-6)
        widths = forecast[:, :, 2] - forecast[:, :, 1]
        np.testing.assert_allclose(
            (table["hi-90"].to_numpy() - table["lo-90"].to_numpy()), widths.ravel(), rtol=1e-4
        )


def test_torch_keeps_its_own_random_numbers() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    for model in forecasters(HORIZON):
        model.fit(series_set([waves(150)]))
    assert torch.equal(torch.rand(3), expected)
