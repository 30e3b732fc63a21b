"""Codes are not amounts: found where that predicts better, named by their users, kept by models and comparisons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gatewise
from gatewise import SequenceClassifier, SequenceRegressor, SequenceTagger
from gatewise.comparison.compare import prepare
from gatewise.data.samples.rare_symbol import rare_symbol
from gatewise.errors import ConfigurationError
from gatewise.estimators.classification.linear import MajorityClassifier
from gatewise.estimators.classification.ridge import StatisticsClassifier
from gatewise.estimators.config import ClassifierConfig, RegressorConfig, TaggerConfig
from gatewise.estimators.regression.ridge import StatisticsRegressor
from gatewise.estimators.saving.fingerprint import not_asked_for_seen_data
from gatewise.training.config import TrainingConfig

DATA = rare_symbol(60, sequences=120)
X, Y = DATA.sequences, DATA.target


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "categorical", "found"),
    [
        pytest.param("RNN", None, True, marks=pytest.mark.deep),
        ("LSTM", None, True),
        ("GRU", "none", False),
    ],
)
def test_a_rare_symbol_is_found_as_a_code_and_not_as_an_amount(
    cell: str, categorical: str | None, found: bool
) -> None:
    data = rare_symbol(200, sequences=400)
    learned, tested = data.take(np.arange(320)), data.take(np.arange(320, 400))
    config = ClassifierConfig(training=TrainingConfig(steps=200))
    model = SequenceClassifier(cell, hidden_size=32, random_state=0, config=config)
    model.fit(learned.sequences, learned.target, categorical=categorical)
    right = model.score(tested.sequences, tested.target)
    assert right > 0.95 if found else right < 0.7


def test_codes_are_found_and_kept(tmp_path: Path) -> None:
    model = StatisticsClassifier().fit(X[:80], Y[:80])
    assert model.channel_codes_.values == {0: tuple(map(float, range(8)))}
    assert model.score(X[80:], Y[80:]) == 1
    again = gatewise.load(model.save(tmp_path / "model"))
    assert again.channel_codes_ == model.channel_codes_
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    amounts = StatisticsClassifier().fit(X[:80], Y[:80], categorical="none")
    assert amounts.channel_codes_ is None
    assert amounts.score(X[80:], Y[80:]) < 0.7
    assert gatewise.load(amounts.save(tmp_path / "amounts")).channel_codes_ is None


def test_amounts_stay_amounts() -> None:
    random = np.random.default_rng(0)
    counts = [random.poisson(2, size=(20, 1)).astype(np.float32) for _ in range(200)]
    sums = np.array([one.sum() for one in counts])
    assert StatisticsRegressor().fit(counts, sums).channel_codes_ is None
    named = StatisticsRegressor().fit(counts, sums, categorical=[0])
    assert len(named.channel_codes_.values[0]) == len(np.unique(np.concatenate(counts)))


def test_networks_of_every_task_read_codes(tmp_path: Path) -> None:
    training = TrainingConfig(steps=2)
    two = [np.concatenate([one, np.ones_like(one) / 3], axis=1) for one in X]
    tags = [["rare" if value == 3 else "other" for value in one[:, 0]] for one in X]
    for model, y in (
        (SequenceClassifier(hidden_size=4, random_state=0, config=ClassifierConfig(training=training)), Y),
        (
            SequenceRegressor(
                hidden_size=4, random_state=0, config=RegressorConfig(members=1, training=training)
            ),
            Y == "rare",
        ),
        (SequenceTagger(hidden_size=4, random_state=0, config=TaggerConfig(training=training)), tags),
    ):
        model.fit(two, y, categorical=[0])
        assert list(model.channel_codes_.values) == [0]
        again = gatewise.load(model.save(tmp_path / type(model).__name__))
        assert np.array_equal(np.concatenate([again.predict(two)]), np.concatenate([model.predict(two)]))
        shown = next(iter(model.shown(two)))
        assert shown.given.shape == (60, 9)
        with not_asked_for_seen_data():
            assert model.evaluate(two, y) == again.evaluate(two, y)
        model.fit(two[:20], y[:20], warm_start=True)
        assert list(model.channel_codes_.values) == [0]


def test_they_are_named_by_columns_of_a_table() -> None:
    frame = pd.concat(
        pd.DataFrame({"state": one[:, 0], "x": 0.5}).assign(unique_id=str(number), label=label)
        for number, (one, label) in enumerate(zip(X, Y, strict=True))
    )
    model = StatisticsClassifier().fit(frame, categorical="state")
    assert list(model.channel_codes_.values) == [model.columns_.channels.index("state")]
    assert model.predict(frame.drop(columns="label")).tolist() == Y.tolist()
    for ask in (model.evaluate, model.read, model.read_all):
        with pytest.raises(ConfigurationError) as error:
            ask(frame, categorical="state")
        assert (
            str(error.value) == "categorical: the model keeps the codes that it was fitted with; leave it out"
        )
    assert StatisticsClassifier().fit(frame, categorical="none").channel_codes_ is None
    with pytest.raises(ConfigurationError) as error:
        MajorityClassifier().fit(frame, categorical="status")
    assert str(error.value) == "categorical: expected some of state, x, got 'status'"


@pytest.mark.parametrize(
    ("sequences", "categorical", "message"),
    [
        (X, [1], "categorical: expected channels from 0 to 0, got 1"),
        (X, ["state"], "categorical: expected numbers of channels, counted from 0, got 'state'"),
        (["a", "b"] * 60, [0], "categorical: has a meaning only for sequences of numbers; leave it out"),
        (
            [np.arange(300.0)[:, None]] * 120,
            [0],
            "categorical: channel 0 has 300 different values; expected at most 256",
        ),
    ],
)
def test_what_is_refused(sequences: Any, categorical: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        MajorityClassifier().fit(sequences, Y, categorical=categorical)
    assert str(error.value) == message


def test_a_comparison_settles_them_for_all_candidates() -> None:
    task: Any = prepare(DATA).task
    assert task.data.categorical == (0,)
    assert task.data.notes[-1] == (
        'channel symbol: 8 whole numbers, read as codes and not as amounts; otherwise categorical="none"'
    )
    network = task.network("GRU", 4)
    baseline = task.baselines()["statistics"][1]
    task.fit(baseline, 0)
    assert task.errors(baseline, 0).mean() == 0
    model = SequenceClassifier(
        hidden_size=4, random_state=0, config=ClassifierConfig(training=TrainingConfig(steps=1))
    )
    task.fit(model, 0)
    assert model.networks_[0].shape.input == network.shape.input
    assert task.sample(model, 3).values.shape[2] == network.shape.input.sizes["width"]
    task.fit_all(model)
    assert list(model.channel_codes_.values) == [0]
    for named in ((), ("symbol",)):
        task = prepare(replace(DATA, categorical=named)).task
        assert task.data.categorical == (0,) * len(named)
        assert task.data.notes == ()
