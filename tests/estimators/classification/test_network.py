"""The classifiers: scikit-learn's contract, ragged input, weights, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks
from synthetic import name_of

import gatewise
from gatewise.data.sequences import SequenceColumns
from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.classification.linear import LinearClassifier, MajorityClassifier, resample
from gatewise.estimators.classification.network import SequenceClassifier
from gatewise.estimators.config import ClassifierConfig
from gatewise.training.config import TrainingConfig


def small(cell: str = "GRU", steps: int = 20, **options: Any) -> SequenceClassifier:
    config = ClassifierConfig(training=TrainingConfig(steps=steps, learning_rate=0.03))
    return SequenceClassifier(cell, **{"hidden_size": 8, "random_state": 0, "config": config} | options)


def every() -> list[Any]:
    return [*(small(cell) for cell in ("RNN", "LSTM", "GRU")), LinearClassifier(), MajorityClassifier()]


every_classifier = pytest.mark.parametrize("model", every(), ids=name_of)


def data(count: int = 24) -> tuple[list[np.ndarray], np.ndarray]:
    """Ragged sequences of two channels whose level tells the class."""
    random = np.random.default_rng(0)
    labels = np.array(["low", "high"])[np.arange(count) % 2]
    lengths = random.integers(4, 12, count)
    return [
        random.normal(size=(n, 2)) + 3.0 * (label == "high") for n, label in zip(lengths, labels, strict=True)
    ], labels


def not_expected(model: Any) -> dict[str, str]:
    """Checks that no network passes, and why."""
    if not isinstance(model, SequenceClassifier):
        return {}
    return {
        "check_sample_weight_equivalence_on_dense_data": "sequences are drawn at random, and twice as often if repeated"
    }


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
# The checks fit on two columns of garbage on purpose; the linear model need not converge on them.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks([small(random_state=None), LinearClassifier()], expected_failed_checks=not_expected)
def test_the_contract_of_scikit_learn(estimator: Any, check: Callable[[Any], None]) -> None:
    assert estimator.__sklearn_tags__().input_tags.two_d_array
    check(estimator)


@every_classifier
def test_ragged_sequences(model: Any) -> None:
    X, y = data()
    model.fit(X, y)
    assert model.classes_.tolist() == ["high", "low"]
    assert model.n_features_in_ == 2
    probabilities = model.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(1), 1)
    if not isinstance(model, MajorityClassifier):
        assert model.score(X, y) == 1


@every_classifier
def test_the_same_sequences_in_other_clothes(model: Any) -> None:
    cube = np.random.default_rng(0).normal(size=(12, 5, 3))
    y = np.arange(12) % 3
    expected = clone(model).fit(cube, y).predict_proba(cube)
    for dressed in (
        list(cube),
        tuple(cube),
        cube.tolist(),
        [pd.DataFrame(one) for one in cube],
        cube.astype(np.float32),
    ):
        assert np.allclose(clone(model).fit(dressed, y).predict_proba(dressed), expected, atol=1e-6)


@every_classifier
def test_a_flat_table_is_one_channel_over_time(model: Any) -> None:
    X, y = np.random.default_rng(0).normal(size=(12, 5)), np.arange(12) % 2
    flat, cube = clone(model).fit(X, y), clone(model).fit(X[:, :, None], y)
    assert (flat.n_features_in_, cube.n_features_in_) == (5, 1)
    assert np.allclose(flat.predict_proba(X), cube.predict_proba(X[:, :, None]))
    # Sequences without a channel axis are sequences too, one at a time as well.
    assert np.allclose(cube.predict_proba(list(X)), flat.predict_proba(X))
    assert np.allclose(cube.predict_proba([X[3]]), flat.predict_proba(X[3:4]), atol=1e-6)
    assert np.allclose(flat.predict_proba(X[:, :, None]), flat.predict_proba(X))


def test_the_order_of_sequences_does_not_matter() -> None:
    X, y = data()
    model = small().fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X[::-1])[::-1], model.predict_proba(X), atol=1e-6)


@every_classifier
def test_the_same_seed_gives_the_same_bits(model: Any) -> None:
    X, y = data()
    first, second = (clone(model).fit(X, y).predict_proba(X) for _ in range(2))
    assert np.array_equal(first, second)


def test_test_sequences_change_nothing_that_was_learned() -> None:
    X, y = data()
    model = small().fit(X, y)
    alone = model.predict_proba(X[:1])
    np.testing.assert_allclose(model.predict_proba([X[0], np.full((50, 2), 1e4)])[:1], alone, atol=1e-6)


def weighted(class_weight: Any) -> float:
    """Share of the rare class among predictions where labels are noise."""
    random = np.random.default_rng(0)
    X, y = random.normal(size=(100, 3)), np.where(np.arange(100) < 12, "rare", "usual")
    predicted = small(steps=30, class_weight=class_weight).fit(X, y).predict(random.normal(size=(200, 3)))
    return float((predicted == "rare").mean())


def test_class_weights() -> None:
    none, balanced, heavy = weighted(None), weighted("balanced"), weighted({"rare": 1000.0})
    assert none < 0.1 < balanced < 0.9 < heavy


def test_cross_validation_of_scikit_learn() -> None:
    X, y = np.random.default_rng(0).normal(size=(40, 4)), np.arange(40) % 2
    scores = cross_val_score(small(), X + 3 * y[:, None], y, cv=2)
    assert scores.min() > 0.9


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_evaluation_of_a_frame() -> None:
    X, y = data()
    frame = pd.concat(
        pd.DataFrame(values, columns=["u", "v"]).assign(unique_id=str(k), label=label)
        for k, (values, label) in enumerate(zip(X, y, strict=True))
    )
    model = LinearClassifier().fit(frame)
    assert model.evaluate(frame) == model.evaluate(X, y)
    assert model.evaluate(frame)["accuracy"] == 1


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_the_columns_of_a_frame_are_remembered() -> None:
    X, y = data()
    frame = pd.concat(
        pd.DataFrame(values, columns=["u", "v"]).assign(who=str(k), kind=label, w=0)
        for k, (values, label) in enumerate(zip(X, y, strict=True))
    )
    model = LinearClassifier().fit(frame, id="who", target="kind", channels=("v", "u"))
    assert model.columns_ == SequenceColumns("who", None, "kind", ("v", "u"))
    expected = model.predict_proba([sequence[:, ::-1] for sequence in X])
    assert np.array_equal(model.predict_proba(frame), expected)
    assert np.array_equal(model.predict_proba(frame.drop(columns="kind")), expected)
    assert model.evaluate(frame)["accuracy"] == 1
    assert model.fit(X, y).columns_ is None


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_longer_labels_are_not_cut_to_match() -> None:
    X, _ = data()
    model = MajorityClassifier().fit(X, ["a"] * 20 + ["b"] * 4)
    assert model.evaluate(X, np.array(["ab"] * 24, dtype=object))["accuracy"] == 0
    numbers = MajorityClassifier().fit(X, [1] * 20 + [2] * 4)
    assert numbers.evaluate(X, ["1"] * 24)["accuracy"] == 1


def with_nan() -> list[np.ndarray]:
    X, _ = data()
    X[3][2, 1] = np.nan
    return X


@every_classifier
@pytest.mark.parametrize(
    ("X", "message"),
    [
        (
            with_nan(),
            "X: sequence 3, step 2, channel 1 is NaN; fill it with the value before it with "
            'impute="previous", or leave the sequence out',
        ),
        (
            np.array([[1.0, 2.0], [3.0, -np.inf]]),
            "X: sequence 1, step 1, channel 0 is inf; fill it with the value before it with "
            'impute="previous", or leave the sequence out',
        ),
        ([np.ones((3, 2)), np.ones((2, 3))], "X: sequence 1 has 3 channels, expected 2"),
        ([np.ones((3, 2)), np.ones((0, 2))], "X: sequence 1 is empty; leave it out"),
        ([], "X: expected at least one sequence, got none"),
        ([np.ones((3, 2)), np.ones((1, 3, 2))], "X: sequence 1 has 3 axes, expected 2: (time, channels)"),
        ([[{}, {}], [{}]], "X: sequence 0 holds something that is not a number"),
        ([[[1, 2], [3]], [[1, 2]]], "X: sequence 0 holds something that is not a number"),
        (np.ones((2, 3)), "y: expected one label for each of 2 sequences, got 24"),
    ],
)
def test_sequences_that_are_refused(model: Any, X: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        clone(model).fit(X, data()[1])
    assert str(error.value) == message


@every_classifier
@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([None, *"abc" * 7, "d", "e"], "y: label 0 is None; leave its sequence out"),
        (pd.array([1, pd.NA] * 12, "Int64"), "y: label 1 is nan; leave its sequence out"),
        (["same"] * 24, "y: expected at least two classes, got one class: 'same' everywhere"),
        ([0.0, 1.0, np.nan] * 8, "y: label 2 is nan; leave its sequence out"),
        (None, "requires y to be passed, but the target y is None"),
    ],
)
def test_labels_that_are_refused(model: Any, y: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        clone(model).fit(data()[0], y)
    assert str(error.value) == message


def test_another_number_of_channels() -> None:
    model = small().fit(*data())
    with pytest.raises(DataError) as error:
        model.predict([np.ones((4, 3))])
    assert str(error.value) == "X: sequence 0 has 3 channels, expected 2"


def test_an_option_that_has_no_meaning() -> None:
    with pytest.raises(ConfigurationError) as error:
        small().fit(*data(), colour="red")
    assert str(error.value) == (
        "colour: fit takes no such argument; expected some of X, y, groups, sample_weight, warm_start, id, time, "
        "target, channels, group, impute, decimal, encoding, categorical, axes, duplicates, pattern, rare"
    )


def test_an_unknown_class_weight() -> None:
    with pytest.raises(ConfigurationError) as error:
        small(class_weight="heavy").fit(*data())
    assert str(error.value) == "class_weight: expected 'balanced', weights by class or None, got 'heavy'"


def test_sequences_are_stretched_linearly() -> None:
    stretched = resample([np.array([[0.0], [2.0]], np.float32), np.array([[7.0]], np.float32)], 3)
    assert stretched[:, :, 0].tolist() == [[0, 1, 2], [7, 7, 7]]


def test_the_majority_answers_shares() -> None:
    X, _ = data()
    model = MajorityClassifier().fit(X, [0] * 18 + [1] * 6)
    assert model.predict_proba(X[:1]).tolist() == [[0.75, 0.25]]


@pytest.mark.parametrize("features", ["auto", "patches", "convolution"])
def test_a_shape_anywhere_in_a_long_sequence(features: str, tmp_path: Path) -> None:
    X, y = bursts(24)
    config = ClassifierConfig(features=features, training=TrainingConfig(steps=3))  # type: ignore[arg-type]
    model = SequenceClassifier("GRU", hidden_size=4, random_state=0, config=config).fit(X, y)
    assert (model.inputs_.kind == "values") == (features == "patches")
    expected = model.predict_proba(X)
    np.testing.assert_array_equal(gatewise.load(model.save(tmp_path / "model")).predict_proba(X), expected)
    alone = np.concatenate([model.predict_proba([one]) for one in X])
    np.testing.assert_allclose(alone, expected, atol=1e-6)


def test_convolutions_are_not_for_streams() -> None:
    config = ClassifierConfig(features="convolution", readout="last")
    with pytest.raises(ConfigurationError) as caught:
        SequenceClassifier(config=config).fit(*bursts(4))
    assert str(caught.value) == (
        "features: expected auto or patches where a stream could ask for the answer (readout='last', or a value at "
        "every step), since convolutions look ahead, got 'convolution'"
    )


def bursts(count: int) -> tuple[list[np.ndarray], np.ndarray]:
    """A slow or a quick wave at a random place of noise."""
    random = np.random.default_rng(0)
    X = [random.normal(size=(int(random.integers(200, 260)), 1)) for _ in range(count)]
    for number, values in enumerate(X):
        place = int(random.integers(len(values) - 30))
        values[place : place + 30, 0] += 3 * np.sin(np.arange(30) * (0.4 + number % 2))
    return X, np.arange(count) % 2
