"""Boosted trees as plain arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from synthetic import series_set, waves

import gatewise
from gatewise.estimators.forecast.boosting import BoostingForecaster
from gatewise.estimators.saving import trees
from gatewise.estimators.saving.trees import Trees


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error"])
def test_they_answer_the_bits_of_scikit_learn(loss: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    columns = random.normal(size=(300, 5)).astype(np.float32)
    values = columns[:, 0] * columns[:, 1] + random.normal(0, 0.1, 300)
    model = HistGradientBoostingRegressor(loss=loss, max_iter=20, random_state=0).fit(columns, values)
    new = random.normal(0, 3, size=(200, 5)).astype(np.float32)
    monkeypatch.setattr(trees, "BLOCK", 64)
    np.testing.assert_array_equal(Trees.of(model).predict(new), model.predict(new))


def test_a_model_that_is_one_leaf() -> None:
    model = HistGradientBoostingRegressor(max_iter=3).fit(np.zeros((30, 2)), np.arange(30.0))
    new = np.ones((4, 2), np.float32)
    np.testing.assert_array_equal(Trees.of(model).predict(new), model.predict(new))


@pytest.mark.slow
def test_a_loaded_model_is_saved_again(tmp_path: Path) -> None:
    series = series_set([waves(80)])
    model = BoostingForecaster(6, random_state=0).fit(series)
    again = gatewise.load(model.save(tmp_path / "first"))
    third = gatewise.load(again.save(tmp_path / "second"))
    expected = model.predict().to_pydict()
    assert again.predict().to_pydict() == third.predict().to_pydict() == expected
