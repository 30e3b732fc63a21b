"""The regressors: scikit-learn's contract, ragged input, values per step, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.metrics import r2_score
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks
from synthetic import name_of

import gatewise
from gatewise.comparison.compare import prepare
from gatewise.data.samples.adding import adding
from gatewise.data.sequences import SequenceSet
from gatewise.errors import DataError
from gatewise.estimators.config import RegressorConfig
from gatewise.estimators.regression.constant import MedianRegressor
from gatewise.estimators.regression.learning import squared_error
from gatewise.estimators.regression.network import SequenceRegressor
from gatewise.estimators.regression.ridge import StatisticsRegressor
from gatewise.estimators.regression.tabular import BoostingRegressor, RidgeRegressor
from gatewise.training.config import TrainingConfig


def small(cell: str = "GRU", steps: int = 30, members: int = 1, **options: Any) -> SequenceRegressor:
    config = RegressorConfig(
        members=members, dropout=0, training=TrainingConfig(steps=steps, learning_rate=0.03)
    )
    return SequenceRegressor(cell, **{"hidden_size": 8, "random_state": 0, "config": config} | options)


def every() -> list[Any]:
    networks = [small(cell) for cell in ("RNN", "LSTM", "GRU")]
    others = [RidgeRegressor(), StatisticsRegressor(), BoostingRegressor(random_state=0), MedianRegressor()]
    return [*networks, small(members=3), *others]


every_regressor = pytest.mark.parametrize("model", every(), ids=name_of)


def data(count: int = 60) -> tuple[list[np.ndarray], np.ndarray]:
    """Ragged sequences of two channels; the value is the level of the first, in its own unit."""
    random = np.random.default_rng(0)
    levels = random.normal(size=count)
    lengths = random.integers(4, 12, count)
    X = [
        0.1 * random.normal(size=(n, 2)) + level * np.array([1, 0])
        for n, level in zip(lengths, levels, strict=True)
    ]
    return X, 1000 + 50 * levels


def per_step() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The value at a step is twice the first channel, one step earlier."""
    X, _ = data()
    return X, [2 * np.concatenate([values[:1, 0], values[:-1, 0]]) for values in X]


def not_expected(estimator: Any) -> dict[str, str]:
    if isinstance(estimator, RidgeRegressor):
        return {}
    return {
        "check_regressors_train": "twenty updates are too few for the score that it asks for",
        "check_methods_subset_invariance": "single precision agrees to 1e-6, it asks for 1e-7",
        "check_sample_weight_equivalence_on_dense_data": "batches are drawn, and a repeated sequence twice as often",
    }


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(
    [small(steps=20, random_state=None), RidgeRegressor()], expected_failed_checks=not_expected
)
def test_the_contract_of_scikit_learn(estimator: Any, check: Callable[[Any], None]) -> None:
    assert estimator.__sklearn_tags__().input_tags.two_d_array
    check(estimator)


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
@every_regressor
def test_one_value_per_sequence(model: Any) -> None:
    X, y = data()
    model.fit(X, y)
    predicted = model.predict(X)
    assert predicted.shape == y.shape
    assert predicted.dtype == np.float64
    assert model.score(X, y) == pytest.approx(r2_score(y, predicted))
    metrics = model.evaluate(X, y)
    assert metrics["RMSE"] == pytest.approx(np.sqrt(np.mean((predicted - y) ** 2)))
    assert metrics["MAE"] == pytest.approx(np.abs(predicted - y).mean())
    if isinstance(model, MedianRegressor):
        np.testing.assert_allclose(predicted, np.median(y))
    else:
        assert metrics["R2"] > 0.9


@every_regressor
def test_one_value_per_step(model: Any) -> None:
    X, y = per_step()
    model.fit(X, y)
    assert model.per_step_
    predicted = model.predict(X)
    assert [one.shape for one in predicted] == [one.shape for one in y]
    assert model.score(X, y) == pytest.approx(r2_score(np.concatenate(y), np.concatenate(predicted)))
    if not isinstance(model, MedianRegressor):
        assert model.score(X, y) > 0.8


@every_regressor
def test_the_value_at_a_step_uses_no_later_one(model: Any) -> None:
    X, y = per_step()
    model.fit(X, y)
    longest = max(X, key=len)
    whole, beginning = model.predict([longest, longest[:3]])
    np.testing.assert_allclose(whole[:3], beginning, rtol=1e-5, atol=1e-5)


@every_regressor
def test_a_model_comes_back_from_its_folder(model: Any, tmp_path: Path) -> None:
    X, y = per_step()
    model.fit(X, y)
    again = gatewise.load(model.save(tmp_path / "model"))
    assert again.get_params(deep=False) == model.get_params(deep=False)
    for first, second in zip(model.predict(X), again.predict(X), strict=True):
        np.testing.assert_array_equal(first, second)


def test_values_per_step_in_other_clothes() -> None:
    cube = np.random.default_rng(0).normal(size=(12, 5, 3))
    y = cube[:, :, 0]
    expected = np.array(small().fit(cube, y).predict(cube))
    for dressed in (list(y), y.tolist(), list(y[:, :, None])):
        np.testing.assert_array_equal(np.array(small().fit(list(cube), dressed).predict(cube)), expected)


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_a_set_brings_values_and_groups_along() -> None:
    X, y = data()
    groups = np.arange(len(X)) // 2
    valued = SequenceSet([x.astype(np.float32) for x in X], y, task="regression", groups=groups)
    model = small(members=3).fit(valued)
    np.testing.assert_array_equal(model.predict(valued), small(members=3).fit(X, y, groups=groups).predict(X))
    assert not np.array_equal(model.predict(valued), small(members=3).fit(X, y).predict(X))
    assert model.evaluate(valued) == model.evaluate(X, y)


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
@pytest.mark.parametrize("stepwise", [False, True])
def test_a_frame_brings_them_along_too(stepwise: bool) -> None:
    X, y = per_step() if stepwise else data()
    frame = pd.concat(
        pd.DataFrame(values, columns=["u", "v"]).assign(unique_id=str(k), level=value)
        for k, (values, value) in enumerate(zip(X, y, strict=True))
    )
    model = RidgeRegressor().fit(frame, target="level")
    assert model.per_step_ == stepwise
    assert model.evaluate(frame)["R2"] > 0.9
    names = model.read(frame).ids
    expected = model.predict([X[int(name)] for name in names])
    for first, second in zip(model.predict(frame.drop(columns="level")), expected, strict=True):
        np.testing.assert_allclose(first, second)


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_a_file_of_the_archive(data_folder: Path) -> None:
    folder = data_folder / "uea" / "Covid3Month"
    model = BoostingRegressor(random_state=0).fit(folder / "Covid3Month_TRAIN.ts")
    median = MedianRegressor().fit(folder / "Covid3Month_TRAIN.ts")
    test = folder / "Covid3Month_TEST.ts"
    assert model.evaluate(test)["RMSE"] < median.evaluate(test)["RMSE"]
    assert model.predict(test).shape == (61,)


def test_padding_changes_no_answer() -> None:
    X, y = per_step()
    model = small().fit(X, y)
    together = model.predict(X)
    alone = [model.predict([values])[0] for values in X]
    for first, second in zip(together, alone, strict=True):
        np.testing.assert_allclose(first, second, atol=1e-6)


def test_padding_counts_for_nothing_in_the_loss() -> None:
    X, y = per_step()
    model = small().fit(X, y)
    network = model.networks_[0]
    chosen = [0, int(np.argmax([len(one) for one in X]))]
    encoded = [model.inputs_.encode(X[row].astype(np.float32)) for row in chosen]
    target = np.full((2, max(map(len, encoded))), 1e6, np.float32)
    for row, one in enumerate(encoded):
        target[row, : len(one)] = 0
    with torch.no_grad():
        loss = float(squared_error(network, model.inputs_.collate(encoded, target)))
        alone = np.concatenate([network(model.inputs_.collate([one]))[0, :, 0].numpy() for one in encoded])
    assert loss == pytest.approx(float(np.square(alone).mean()), rel=1e-5)


def test_noise_is_not_trusted() -> None:
    random = np.random.default_rng(0)
    X, noise = random.normal(size=(40, 6, 1)), random.normal(size=40)
    model = small(members=4).fit(X, noise)
    assert model.trust_ < 0.5
    assert small(members=4).fit(X, X[:, :, 0].mean(1)).trust_ > 0.9
    assert small().fit(X, noise).trust_ == 1


@every_regressor
def test_the_same_seed_gives_the_same_bits(model: Any) -> None:
    X, y = data()
    first, second = (clone(model).fit(X, y).predict(X) for _ in range(2))
    assert np.array_equal(first, second)


def test_cross_validation_of_scikit_learn() -> None:
    X = np.random.default_rng(0).normal(size=(60, 4))
    assert cross_val_score(small(steps=60), X, X.sum(1), cv=2).min() > 0.8


def test_a_constant_is_answered_with_itself() -> None:
    X, _ = data()
    model = small().fit(X, np.full(len(X), 7.0))
    np.testing.assert_allclose(model.predict(X), 7, atol=0.5)
    assert MedianRegressor().fit(X, np.full(len(X), 7.0)).score(X, np.full(len(X), 7.0)) == 1


def test_adding_over_a_few_steps_is_learned() -> None:
    training, test = adding(10, sequences=2000), adding(10, sequences=200, seed=1)
    config = RegressorConfig(
        readout="last", members=1, dropout=0, training=TrainingConfig(steps=300, learning_rate=0.01)
    )
    model = SequenceRegressor("GRU", hidden_size=24, bidirectional=False, random_state=0, config=config)
    assert model.fit(training).evaluate(test)["R2"] > 0.9
    assert model.memory_ == 10


def test_time_is_kept() -> None:
    X, y = data()
    model = small(steps=10**7, max_seconds=0.3, members=2).fit(X, y)
    assert [history.stopped for history in model.histories_] == ["time", "time"]
    assert sum(history.seconds[-1] for history in model.histories_) < 1


X3 = [np.zeros((3, 1)) + k for k in range(4)]


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (X3, None, "requires y to be passed, but the target y is None"),
        (
            X3,
            [1.0, 2.0],
            "y: expected a value, or an array of values, for each of 4 sequences, got 2",
        ),
        (X3, [1.0, np.nan, 2.0, 3.0], "y: value 1 is NaN; leave its sequence out"),
        (X3, [1.0, 2.0, np.inf, 3.0], "y: value 2 is inf; leave its sequence out"),
        (X3, ["a", "b", "c", "d"], "y holds something that is not a number"),
        (
            X3,
            [np.zeros(3), np.zeros(3), np.zeros(2), np.zeros(3)],
            "y: sequence 2 has 3 steps, got values of shape (2,); give one for each step",
        ),
        (
            X3,
            [np.zeros(3), np.array([0, np.nan, 0]), np.zeros(3), np.zeros(3)],
            "y: sequence 1, step 1 is NaN; fill it or leave the sequence out",
        ),
        (
            [np.zeros((3, 1)), np.array([[0.0], [np.nan], [0.0]])],
            [1.0, 2.0],
            'X: sequence 1, step 1, channel 0 is NaN; fill it with the value before it with impute="previous", '
            "or leave the sequence out",
        ),
        (
            ["a.wav", "b.wav"],
            [1.0, 2.0],
            "X: SequenceRegressor reads sequences of numbers or texts, got recordings",
        ),
    ],
)
def test_what_is_refused(X: Any, y: Any, message: str) -> None:
    with pytest.raises(DataError) as caught:
        small().fit(X, y)
    assert str(caught.value) == message


def test_values_per_step_are_not_compared_with_values_per_sequence() -> None:
    X, y = data()
    model = RidgeRegressor().fit(X, y)
    with pytest.raises(DataError) as caught:
        model.evaluate(X, [np.zeros(len(values)) for values in X])
    assert "y: sequence 0 has" in str(caught.value) or "for each sequence" in str(caught.value)


def test_gates_start_out_as_slow_as_the_values() -> None:
    random = np.random.default_rng(0)
    X = [random.normal(size=(300, 2)) for _ in range(4)]
    faded = []
    for values in X:
        level, steps = 0.0, []
        for value in values[:, 0]:
            level = 0.9 * level + value
            steps.append(level)
        faded.append(np.array(steps))

    def started(y: Any) -> int:
        return int(small(steps=1).fit(X, y).networks_[0].shape.memory)

    assert started([np.arange(300.0)] * 4) == 100
    assert 6 <= started(faded) <= 12  # of 9.5
    assert started([values[:, 0] for values in X]) == 0
    assert started([np.ones(300)] * 4) == 0
    assert started(np.arange(4.0)) == 0


def test_the_rate_of_a_cell_without_gates() -> None:
    data = SequenceSet([np.ones((3, 1), np.float32)] * 20, np.arange(20.0), "regression")
    rates = [prepare(one).task.rates_for("RNN", 8)[0] for one in (data, data.with_steps())]
    assert rates == [1e-3, 3e-3]
