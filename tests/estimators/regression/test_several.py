"""Several numbers for each sequence: shapes, units, measures, names, saving, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import cross_val_score
from synthetic import name_of

import gatewise
from gatewise.errors import DataError
from gatewise.estimators.config import RegressorConfig
from gatewise.estimators.regression.constant import MeanRegressor, MedianRegressor
from gatewise.estimators.regression.learning import mean_and_deviation
from gatewise.estimators.regression.ridge import RocketRegressor, StatisticsRegressor
from gatewise.estimators.regression.tabular import BoostingRegressor, RidgeRegressor
from gatewise.estimators.regression.targets import as_targets
from gatewise.estimators.regression.texts import TfidfRegressor
from gatewise.training.config import TrainingConfig


def small(steps: int = 60, members: int = 1, **options: Any) -> gatewise.SequenceRegressor:
    config = RegressorConfig(
        members=members, dropout=0, training=TrainingConfig(steps=steps, learning_rate=0.03)
    )
    return gatewise.SequenceRegressor(**{"hidden_size": 8, "random_state": 0, "config": config} | options)


def data(count: int = 60, seed: int = 0) -> tuple[list[np.ndarray], np.ndarray]:
    """Ragged sequences; the values are the levels of their channels, one of them in a unit a million times as large."""
    random = np.random.default_rng(seed)
    levels = random.normal(size=(count, 2))
    X = [
        0.1 * random.normal(size=(length, 2)) + level
        for length, level in zip(random.integers(4, 12, count), levels, strict=True)
    ]
    return X, levels * [1e-3, 1e3] + [0, 5e3]


others = [
    RidgeRegressor(),
    StatisticsRegressor(),
    RocketRegressor(),
    BoostingRegressor(random_state=0),
    MedianRegressor(),
    MeanRegressor(),
]
every_regressor = pytest.mark.parametrize("model", [small(), small(members=3), *others], ids=name_of)


@every_regressor
def test_saved_and_loaded(model: Any, tmp_path: Path) -> None:
    X, y = data()
    if isinstance(model, RocketRegressor):
        X = [np.concatenate([one] * 4)[:16] for one in X]
    model = clone(model).fit(X, y)
    predicted = model.predict(X)
    assert predicted.shape == y.shape
    assert model.target_names_ == ("target 1", "target 2")
    again = gatewise.load(model.save(tmp_path / "model"))
    assert np.array_equal(again.predict(X), predicted)
    assert (again.target_names_, again.target_deviations_) == (model.target_names_, model.target_deviations_)
    assert again._card() == model._card()


@pytest.mark.parametrize("model", [small(), *others[:2], others[3]], ids=name_of)
def test_every_target_is_learned_whatever_its_unit(model: Any) -> None:
    model = clone(model).fit(*data(150))
    X, y = data(50, seed=1)
    predicted = model.predict(X)
    for place in range(2):
        assert r2_score(y[:, place], predicted[:, place]) > 0.8


def test_each_target_of_ridge_is_that_of_ridge_alone() -> None:
    X, y = data()
    together = RidgeRegressor().fit(X, y).predict(X)
    alone = [RidgeRegressor().fit(X, column).predict(X) for column in y.T]
    np.testing.assert_allclose(together, np.stack(alone, axis=1), rtol=1e-9)
    together = BoostingRegressor(random_state=0).fit(X, y).predict(X)
    alone = [BoostingRegressor(random_state=0).fit(X, column).predict(X) for column in y.T]
    np.testing.assert_array_equal(together, np.stack(alone, axis=1))


def test_units_of_targets_do_not_matter() -> None:
    X, y = data()
    units = np.array([1e-4, 1e5])
    for model in (small(), StatisticsRegressor()):
        plain = clone(model).fit(X, y).predict(X)
        np.testing.assert_allclose(clone(model).fit(X, y * units).predict(X), plain * units, rtol=2e-3)


def test_medians_and_means() -> None:
    X = [np.zeros((3, 1))] * 5
    y = np.array([[0, 5], [1, 5], [2, 5], [3, 5], [10, 5.0]])
    assert MedianRegressor().fit(X, y).predict(X[:1]).tolist() == [[2, 5]]
    assert MeanRegressor().fit(X, y).predict(X[:1]).tolist() == [[3.2, 5]]
    assert MedianRegressor().fit(X, y)._card() == ["- Answers 2, 5, the median of its training part."]


def test_measures_are_in_deviations_of_the_training_part() -> None:
    X, y = data()
    model = RidgeRegressor().fit(X, pd.DataFrame(y, columns=["near", "far"]))
    X, y = data(40, seed=1)
    predicted, deviations = model.predict(X), data()[1].std(axis=0)
    found = model.evaluate(X, y)
    assert list(found) == [
        "scaled MAE", "scaled RMSE", "R2", "MAE near", "MAE far", "RMSE near", "RMSE far", "R2 near", "R2 far",
    ]  # fmt: skip
    errors = mean_absolute_error(y, predicted, multioutput="raw_values")
    assert found["MAE far"] == pytest.approx(errors[1])
    assert found["scaled MAE"] == pytest.approx((errors / deviations).mean())
    squares = np.sqrt(mean_squared_error(y, predicted, multioutput="raw_values"))
    assert found["scaled RMSE"] == pytest.approx((squares / deviations).mean())
    assert found["R2"] == pytest.approx(r2_score(y, predicted)) == model.score(X, y)
    assert model.score(X, y, sample_weight=np.ones(40)) == pytest.approx(r2_score(y, predicted))


def test_means_and_deviations_with_weights() -> None:
    y = np.array([[0.0, 7], [2, 7], [100, 7]])
    mean, deviation = mean_and_deviation(y, np.array([1.0, 1.0, 0.0]))
    assert np.asarray(mean).tolist() == [1, 7]
    assert np.asarray(deviation).tolist() == [1, 1]


@pytest.mark.parametrize(
    "dressed",
    [
        lambda y: y.tolist(),
        lambda y: torch.from_numpy(y),
        lambda y: pd.DataFrame(y),
        lambda y: tuple(map(tuple, y)),
    ],
)
def test_values_in_other_clothes(dressed: Any) -> None:
    X, y = data()
    model = RidgeRegressor().fit(X, dressed(y))
    assert np.array_equal(model.predict(X), RidgeRegressor().fit(X, y).predict(X))


def test_names_come_from_a_frame() -> None:
    X, y = data()
    model = small(2).fit(X, pd.DataFrame(y, columns=["near", "far"]))
    assert model.target_names_ == ("near", "far")
    (trace, *_) = model.trace(X[:1])
    assert trace.answer.names == ("near", "far")
    np.testing.assert_allclose(trace.answer.values, model.predict(X[:1])[0])
    assert "2 numbers for each sequence of 2 channels; near " in model._card()[0]


def test_as_wide_as_sequences_are_long() -> None:
    """A table of as many columns as steps has a value for each step, a frame never."""
    X, y = np.zeros((6, 2, 1)), np.arange(12.0).reshape(6, 2)
    assert MedianRegressor().fit(X, y).per_step_
    model = MedianRegressor().fit(X, pd.DataFrame(y))
    assert not model.per_step_
    # Afterwards it is known; medians are 5 and 6.
    assert model.evaluate(X + 1, y)["MAE target 0"] == 3
    assert isinstance(as_targets(np.array([[1, np.nan, np.nan], [1, 2, np.nan]]), [1, 2]), list)
    assert isinstance(as_targets([np.zeros(2)] * 3, [2, 2, 2]), list)
    wider = as_targets(np.zeros((3, 4)), [2, 2, 2])
    assert isinstance(wider, np.ndarray)
    assert wider.shape == (3, 4)


def test_training_goes_on() -> None:
    X, y = data()
    model = small(10).fit(X, y)
    before = model.predict(X)
    model.fit(X, y, warm_start=True)
    assert np.mean(np.abs(model.predict(X) - y) / y.std(axis=0)) < np.mean(np.abs(before - y) / y.std(axis=0))
    model.partial_fit(X, y)
    assert model.predict(X).shape == y.shape


def test_with_scikit_learn() -> None:
    X, y = data()
    padded = np.stack([np.resize(one, (12, 2)) for one in X])
    assert cross_val_score(RidgeRegressor(), padded, y, cv=3).mean() > 0.9


def test_texts() -> None:
    texts = ["good", "bad", "good film", "bad film", "film", "story"] * 10
    y = np.array([["good" in one, "film" in one] for one in texts]) * [10.0, -0.01]
    for model in (TfidfRegressor(), small()):
        predicted = model.fit(texts, y).predict(texts)
        assert predicted.shape == y.shape
        assert r2_score(y, predicted) > 0.9


X4 = [np.zeros((5, 1)) + k for k in range(4)]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.zeros((3, 2)), "y: expected a value, or an array of values, for each of 4 sequences, got 3"),
        ([[0, 1], [0, np.nan], [0, 1], [0, 1]], "y: row 1, column 1 is NaN; leave its sequence out"),
        ([["a", "b"]] * 4, "y holds something that is not a number"),
        ([[0, 1], [0], [0, 1], [0, 1]],
         "y: sequence 0 has 5 steps, got values of shape (2,); give one for each step"),
    ],
)  # fmt: skip
def test_what_is_refused(y: Any, message: str) -> None:
    with pytest.raises(DataError) as caught:
        small().fit(X4, y)
    assert str(caught.value) == message


def test_other_targets_than_fitted() -> None:
    model = MedianRegressor().fit(X4, np.zeros((4, 2)))
    with pytest.raises(DataError) as caught:
        model.evaluate(X4, np.zeros((4, 3)))
    assert str(caught.value) == "y: expected target 1, target 2 for each sequence, as in fit, got 3 values"
    with pytest.raises(
        DataError, match=r"^y: expected one value for each sequence, as in fit, got 2 values$"
    ):
        MedianRegressor().fit(X4, np.zeros(4)).evaluate(X4, np.zeros((4, 2)))
