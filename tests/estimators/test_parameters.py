"""What scikit-learn's users do to estimators: search over fields of a configuration, weigh, seed, train on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import gatewise
from gatewise import SequenceClassifier, SequenceRegressor, SequenceTagger
from gatewise.errors import ConfigurationError, DataError, SeenDataWarning
from gatewise.estimators.classification.linear import LinearClassifier
from gatewise.estimators.config import ClassifierConfig, RegressorConfig, TaggerConfig
from gatewise.training.config import TrainingConfig

RANDOM = np.random.default_rng(0)
X = [RANDOM.normal(size=(int(length), 2)).astype(np.float32) for length in RANDOM.integers(4, 9, 24)]
LABELS = np.array(["low", "high"])[np.arange(24) % 2]
for number in range(1, 24, 2):
    X[number] += 3
VALUES = np.array([one.mean() for one in X])
TAGS = [["up" if value > 0 else "down" for value in one[:, 0]] for one in X]
STILL = TrainingConfig(steps=1, learning_rate=1e-9)


def network(kind: Any, training: TrainingConfig | None = None, **options: Any) -> Any:
    config = {
        SequenceClassifier: ClassifierConfig,
        SequenceRegressor: RegressorConfig,
        SequenceTagger: TaggerConfig,
    }[kind]
    training = training or TrainingConfig(steps=20, learning_rate=0.03)
    return kind(
        **{"hidden_size": 6, "random_state": 0, "config": config(members=1, training=training)} | options
    )


EVERY = [(SequenceClassifier, LABELS), (SequenceRegressor, VALUES), (SequenceTagger, TAGS)]
every = pytest.mark.parametrize(("kind", "y"), EVERY, ids=lambda one: getattr(one, "__name__", ""))


def answers(model: Any) -> Any:
    ask = getattr(model, "predict_proba", model.predict)
    return np.concatenate([np.atleast_1d(one) for one in ask(X)])


class TestFieldsOfTheConfiguration:
    def test_can_be_set_where_there_is_none(self) -> None:
        model = SequenceClassifier().set_params(
            config__num_layers=2, config__training__steps=5, hidden_size=3
        )
        assert model.config == ClassifierConfig(num_layers=2, training=TrainingConfig(steps=5))
        # A comparison may still choose what nobody has chosen.
        assert model.config.model_fields_set == {"num_layers", "training"}
        assert model.get_params()["config__training__steps"] == 5
        assert SequenceClassifier().get_params()["config__num_layers"] == 1
        assert "config__num_layers" not in model.get_params(deep=False)
        model.set_params(config__training__learning_rate=0.1)
        assert model.config.training == TrainingConfig(steps=5, learning_rate=0.1)
        assert clone(model).config == model.config

    def test_are_searched_over(self) -> None:
        grid = {"sequenceclassifier__config__num_layers": [1, 2]}
        model = SequenceClassifier(
            hidden_size=3, random_state=0, config=ClassifierConfig(training=TrainingConfig(steps=2))
        )
        search = GridSearchCV(make_pipeline(model), grid, cv=2).fit(X, LABELS)
        assert len(search.cv_results_["params"]) == 2
        layers = search.best_params_["sequenceclassifier__config__num_layers"]
        assert search.best_estimator_[-1].networks_[0].shape.num_layers == layers

    @pytest.mark.parametrize(
        ("parameters", "message"),
        [
            ({"config__num_layer": 2}, "num_layer: no such option; did you mean num_layers?"),
            ({"config__num_layers": 0}, "num_layers: expected a number greater than or equal to 1, got 0"),
        ],
    )
    def test_are_checked(self, parameters: Any, message: str) -> None:
        with pytest.raises(ConfigurationError) as error:
            SequenceClassifier().set_params(**parameters)
        assert str(error.value) == message

    def test_are_none_of_baselines(self) -> None:
        with pytest.raises(ConfigurationError) as error:
            LinearClassifier().set_params(config__num_layers=2)
        assert str(error.value) == "num_layers: LinearClassifier has no configuration"


class TestRandomState:
    def test_may_be_a_generator(self, tmp_path: Path) -> None:
        for make in (np.random.RandomState, np.random.default_rng):
            first, second = (
                network(SequenceClassifier, random_state=make(7)).fit(X, LABELS) for _ in range(2)
            )
            np.testing.assert_array_equal(answers(first), answers(second))
            # It goes on, as scikit-learn's do.
            assert not np.array_equal(answers(first), answers(first.fit(X, LABELS)))
            again = gatewise.load(first.save(tmp_path / make.__name__))
            assert again.random_state is None
            np.testing.assert_array_equal(answers(again), answers(first))

    @pytest.mark.parametrize("given", ["7", -1, 1.5])
    def test_others_are_refused(self, given: Any) -> None:
        with pytest.raises(ConfigurationError) as error:
            network(SequenceClassifier, random_state=given).fit(X, LABELS)
        assert str(error.value) == (
            f"random_state: expected a whole number from 0 on, a generator of numpy or None, got {given!r}"
        )


class TestWeights:
    def test_of_classes_that_noise_cannot_tell_apart(self) -> None:
        noise = np.random.default_rng(1).normal(size=(60, 5))
        labels = np.arange(60) % 2
        heavy = network(SequenceClassifier).fit(noise, labels, sample_weight=np.where(labels, 9.0, 1.0))
        assert heavy.predict_proba(noise)[:, 1].mean() == pytest.approx(0.9, abs=0.08)

    def test_of_nothing_are_as_if_it_were_not_there(self) -> None:
        wrong = np.where(np.arange(24) < 20, VALUES, 1e3)
        weights = np.where(np.arange(24) < 20, 1.0, 0.0)
        model = network(SequenceRegressor).fit(X, wrong, sample_weight=weights)
        assert model.mean_ == pytest.approx(VALUES[:20].mean())
        assert np.abs(model.predict(X)).max() < 10

    def test_that_are_equal_change_nothing_but_rounding(self) -> None:
        for kind, y in EVERY[:2]:
            plain, weighted = network(kind).fit(X, y), network(kind).fit(X, y, sample_weight=np.full(24, 3.0))
            np.testing.assert_allclose(answers(plain), answers(weighted), rtol=1e-3, atol=1e-4)

    def test_of_values_at_every_step(self) -> None:
        y = [one[:, 0] for one in X]
        model = network(SequenceRegressor).fit(X, y, sample_weight=np.arange(24))
        assert len(model.predict(X)[0]) == len(X[0])

    @pytest.mark.parametrize(
        ("weights", "message"),
        [
            ([1.0], "sample_weight: expected one for each of 24 sequences, got shape (1,)"),
            ([1.0] * 23 + [-1], "sample_weight: weight 23 is -1; expected a finite number, 0 or more"),
            ([np.nan] + [1.0] * 23, "sample_weight: weight 0 is nan; expected a finite number, 0 or more"),
            ([0.0] * 24, "sample_weight: all weights are zero; expected some above it"),
            (["a"] * 24, "sample_weight: expected numbers"),
        ],
    )
    def test_that_are_refused(self, weights: Any, message: str) -> None:
        with pytest.raises(DataError) as error:
            network(SequenceClassifier).fit(X, LABELS, sample_weight=weights)
        assert str(error.value) == message


class TestTrainingOn:
    @every
    def test_goes_on_from_the_weights(self, kind: Any, y: Any, tmp_path: Path) -> None:
        model = network(kind).fit(X, y)
        before, inputs = answers(model), model.inputs_.to_saved()[0]
        loaded = gatewise.load(model.save(tmp_path / "model"), kind)
        training = loaded.config.model_copy(update={"training": STILL})
        loaded.set_params(config=training).fit(X[:9], y[:9], warm_start=True)
        np.testing.assert_allclose(answers(loaded), before, atol=1e-4)
        assert loaded.inputs_.to_saved()[0] == inputs
        with pytest.warns(SeenDataWarning, match="24 of 24 sequences were seen"):
            loaded.evaluate(X, y)
        losses = [model.fit(X, y, warm_start=True).histories_[0].loss[-1] for _ in range(2)]
        assert losses[1] < losses[0]

    @every
    def test_begins_anew_without_it(self, kind: Any, y: Any) -> None:
        once = answers(network(kind).fit(X, y))
        np.testing.assert_array_equal(once, answers(network(kind).fit(X[:9], y[:9]).fit(X, y)))
        np.testing.assert_array_equal(once, answers(network(kind).fit(X, y, warm_start=True)))

    @every
    def test_is_refused_for_another_network(self, kind: Any, y: Any) -> None:
        model = network(kind).fit(X, y).set_params(hidden_size=7)
        with pytest.raises(ConfigurationError) as error:
            model.fit(X, y, warm_start=True)
        assert str(error.value) == (
            "hidden_size: the fitted networks have 6, and training goes on from them: expected the same, got 7; leave "
            "warm_start= out to begin anew"
        )

    def test_other_labels_are_refused(self) -> None:
        model = network(SequenceClassifier).fit(X, LABELS)
        with pytest.raises(DataError) as error:
            model.fit(X[:2], ["low", "middle"], warm_start=True)
        assert str(error.value) == (
            "y: class 'middle' is none of those that the network tells apart: high, low; fit anew, or name all classes "
            "from the start with partial_fit(X, y, classes=…)"
        )
        assert model.fit(X[:2], ["low", "low"], warm_start=True).classes_.tolist() == ["high", "low"]
        tagger = network(SequenceTagger).fit(X, TAGS)
        with pytest.raises(DataError) as error:
            tagger.fit(X[:1], [["left"] * len(X[0])], warm_start=True)
        assert str(error.value) == (
            "y: label 'left' is none of those that the network tells apart: down, up; fit anew"
        )

    def test_other_sequences_are_refused(self) -> None:
        model = network(SequenceRegressor).fit(X, VALUES)
        with pytest.raises(DataError, match="sequence 0 has 1 channels, expected 2"):
            model.fit([one[:, :1] for one in X], VALUES, warm_start=True)
        with pytest.raises(DataError, match="y: expected a value for each sequence, as in fit"):
            model.fit(X, [one[:, 0] for one in X], warm_start=True)

    def test_part_by_part(self) -> None:
        model = network(SequenceClassifier, training=TrainingConfig(learning_rate=0.03))
        model.partial_fit(X[:8], ["low"] * 8, classes=["low", "high"])
        # Eight sequences are one batch, each seen once.
        assert (model.classes_.tolist(), model.histories_[0].steps) == (["high", "low"], 1)
        for _ in range(20):
            for first in (0, 8, 16):
                model.partial_fit(X[first : first + 8], LABELS[first : first + 8])
        assert model.score(X, LABELS) > 0.9
        values = network(SequenceRegressor, training=TrainingConfig(learning_rate=0.01))
        for _ in range(40):
            values.partial_fit(X, VALUES, sample_weight=np.ones(24))
        assert values.score(X, VALUES) > 0.5
