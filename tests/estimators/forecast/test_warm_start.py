"""Networks that are trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from synthetic import TINY, series_set, waves

import gatewise
from gatewise.errors import ConfigurationError, SeenDataWarning
from gatewise.estimators.config import ForecasterConfig
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.training.config import TrainingConfig

HORIZON = 6
# One update that changes nothing that could be seen.
STILL = TINY.model_copy(update={"training": TrainingConfig(steps=1, batch_size=32, learning_rate=1e-9)})
EARLIER, LATER = ([waves(rows, seed=k) for k in range(2)] for rows in (120, 200))


def network(**options: Any) -> SequenceForecaster:
    return SequenceForecaster(
        "GRU", HORIZON, **{"hidden_size": 8, "config": TINY, "random_state": 0} | options
    )


def forecasts(model: Any, rows: int = 120) -> Any:
    return np.asarray(model.predict(series_set([waves(rows)]))["y_hat"])


def test_training_goes_on_from_the_weights(tmp_path: Path) -> None:
    model = network().fit(series_set(EARLIER))
    before, preparation = forecasts(model), model.preparation_
    model.save(tmp_path / "model")
    loaded = gatewise.load(tmp_path / "model", SequenceForecaster).set_params(config=STILL)
    loaded.fit(series_set(LATER), warm_start=True)
    np.testing.assert_allclose(forecasts(loaded), before, rtol=1e-4)
    assert loaded.preparation_ == preparation
    assert len(loaded.networks_) == len(model.networks_)
    assert (
        loaded.predict()["ds"].to_pylist()
        == network(config=STILL).fit(series_set(LATER)).predict()["ds"].to_pylist()
    )
    # And with updates that count it learns more.
    losses = [model.histories_[0].loss[-1]]
    for _ in range(2):
        losses.append(model.fit(series_set(LATER), warm_start=True).histories_[0].loss[-1])
    assert losses[0] > losses[1] > losses[2]


def test_without_it_every_fit_begins_anew() -> None:
    once, twice = network().fit(series_set(LATER)), network().fit(series_set(EARLIER)).fit(series_set(LATER))
    np.testing.assert_array_equal(forecasts(once), forecasts(twice))
    first = network().fit(series_set(LATER), warm_start=True)
    np.testing.assert_array_equal(forecasts(once), forecasts(first))


def test_what_was_learned_before_is_still_known_to_be_seen() -> None:
    days = pd.date_range("2024-01-01", periods=260)
    table = pd.DataFrame({"unique_id": "a", "ds": days, "y": waves(260)})
    model = network(config=STILL).fit(table[:120]).fit(table[120:240], warm_start=True)
    for rows in (table[:120], table[120:240]):
        with pytest.warns(SeenDataWarning, match="^6 of 6 rows"):
            model.evaluate(rows)
    model.evaluate(table)


def test_a_bound_falls_where_newer_values_are_below() -> None:
    config = STILL.model_copy(update={"transform": "none"})
    model = network(config=config).fit(series_set(EARLIER))
    assert model.preparation_.above_zero
    model.fit(series_set([waves(120) - 20]), warm_start=True)
    assert not model.preparation_.above_zero


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden_size": 4}, "hidden_size: the fitted networks have 8"),
        ({"horizon": 3}, "horizon: the fitted networks have 6"),
        ({"levels": (50, 90)}, "levels: the fitted networks have 3 numbers per row"),
        ({"cell": "LSTM"}, "cell: the fitted networks have GRU"),
        ({"config": TINY.model_copy(update={"point": "mean"})}, "point: the fitted networks have median"),
        ({"config": ForecasterConfig(num_layers=2)}, "num_layers: the fitted networks have 1"),
    ],
)
def test_another_network_is_none_to_go_on_from(changes: dict[str, Any], message: str) -> None:
    model = network().fit(series_set(EARLIER)).set_params(**changes)
    with pytest.raises(ConfigurationError) as error:
        model.fit(series_set(LATER), warm_start=True)
    assert str(error.value).startswith(message)
    assert str(error.value).endswith("leave warm_start= out to begin anew")
    model.fit(series_set(LATER))


def test_baselines_begin_anew() -> None:
    anew = LinearForecaster(HORIZON, config=TINY).fit(series_set(LATER))
    model = LinearForecaster(HORIZON, config=TINY).fit(series_set(EARLIER))
    model.fit(series_set(LATER), warm_start=True)
    np.testing.assert_array_equal(forecasts(model), forecasts(anew))
