"""What made an answer, where the data were made so that it is known."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gatewise
from gatewise.errors import ConfigurationError, DataError
from gatewise.inspection import influence
from gatewise.nn import Recurrent

RANDOM = np.random.default_rng(0)
STEPS = 12


@functools.cache
def weighed() -> tuple[list[Any], Any]:
    """A regressor of twice the last value of channel "a" plus the mean of it, and nothing else."""
    X = [RANDOM.normal(size=(STEPS, 2)).astype(np.float32) for _ in range(400)]
    y = [2.0 * values[-1, 0] + values[:, 0].mean() for values in X]
    config = gatewise.RegressorConfig(
        members=1, differences=False, training=gatewise.TrainingConfig(steps=500)
    )
    model = gatewise.SequenceRegressor(
        "GRU", hidden_size=16, bidirectional=False, random_state=0, config=config
    )
    return X, model.fit(X, y)


def test_leaving_out_agrees_with_the_true_effect() -> None:
    X, model = weighed()
    errors, sizes = [], []
    for number in range(20):
        found, a = influence(model, X, sequence=number + 1), X[number][:, 0]
        neighbours = np.concatenate([[a[1]], (a[:-2] + a[2:]) / 2, [a[-2]]])
        true = (neighbours - a) / STEPS
        true[-1] *= 1 + 2 * STEPS
        errors.append(found.left_out - true)
        sizes.append(true)
        assert int(found.gradient.argmax()) == STEPS - 1
    # The network is not the law itself: nine tenths of what the effects are.
    assert np.square(errors).sum() < 0.1 * np.square(sizes).sum()


def test_columns_are_told_apart_where_they_have_names() -> None:
    X, model = weighed()
    frame = pd.concat(
        [pd.DataFrame({"id": n, "a": one[:, 0], "b": one[:, 1], "y": 0.0}) for n, one in enumerate(X[:3])]
    )
    config = gatewise.RegressorConfig(members=1, training=gatewise.TrainingConfig(steps=5))
    named = gatewise.SequenceRegressor(
        "GRU", hidden_size=16, bidirectional=False, random_state=0, config=config
    )
    named.fit(frame, id="id", target="y", channels=("a", "b"))
    named.networks_, named.inputs_, named.trust_ = model.networks_, model.inputs_, model.trust_
    named.mean_, named.deviation_ = model.mean_, model.deviation_
    found = influence(named, frame, sequence=2)
    assert list(found.columns) == ["a", "b"]
    assert int(np.abs(found.columns["a"]).argmax()) == STEPS - 1
    assert np.abs(found.columns["b"]).max() < 0.3 * np.abs(found.columns["a"]).max()


def test_the_word_that_makes_a_label() -> None:
    words = ["the", "film", "was", "and", "so", "very"]
    X, y = [], []
    for number in range(200):
        text = list(RANDOM.choice(words, 6))
        text[RANDOM.integers(6)] = "good" if number % 2 else "bad"
        X.append(text)
        y.append("praise" if number % 2 else "blame")
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=80))
    model = gatewise.SequenceClassifier("LSTM", hidden_size=8, random_state=0, config=config).fit(X, y)
    found = influence(model, [["the", "film", "was", "bad", "and", "so"]])
    assert found.labels[int(found.left_out.argmin())] == "bad"
    assert found.answer == "the probability of 'blame'"
    other = influence(model, [["the", "film", "was", "bad", "and", "so"]], answer="praise")
    np.testing.assert_allclose(other.left_out, -found.left_out, atol=1e-6)


def test_the_rows_that_made_a_forecast() -> None:
    stamps = pd.date_range("2026-01-01", periods=200, freq="D")
    data = pd.DataFrame(
        {"ds": stamps, "y": RANDOM.normal(size=200).cumsum() + 50, "x": RANDOM.normal(size=200)}
    )
    config = gatewise.ForecasterConfig(members=1, training=gatewise.TrainingConfig(steps=30))
    model = gatewise.SequenceForecaster("GRU", 4, hidden_size=8, random_state=0, config=config)
    model.fit(data, past="x")
    found = influence(model, data)
    (trace,) = model.trace(data)
    assert found.labels == trace.axis.labels
    assert found.value == pytest.approx(trace.answer.values.mean())
    # A walk is forecast from its last value: without it the forecast is nearer to the one before.
    assert int(np.abs(found.left_out).argmax()) == len(trace) - 1
    assert set(found.columns) == {"y", "x"}
    one = influence(model, data, answer=trace.answer.names[2])
    assert one.value == pytest.approx(trace.answer.values[2])


def test_a_step_of_a_text_and_parts_of_a_long_one() -> None:
    config = gatewise.LanguageModelConfig(training=gatewise.TrainingConfig(steps=60))
    model = gatewise.LanguageModel("GRU", hidden_size=12, random_state=0, config=config).fit("abcd" * 100)
    found = influence(model, "abcdabcd", at=4)
    # Nothing after a step can move its answer.
    assert not found.left_out[5:].any()
    assert not found.gradient[5:].any()
    assert found.answer == "the probability of 'a'"
    assert len(influence(model, "abcd" * 20, parts=10).labels) == 10


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"at": 3}, "one answer for the whole sequence"),
        ({"parts": 1}, "parts: expected a number from 2, got 1"),
        ({"answer": "cat"}, "answer: expected one of 'value', got 'cat'"),
        ({"member": 1}, "member: expected a number from 0 to 0"),
    ],
)
def test_what_is_not_there_is_named(options: dict[str, Any], message: str) -> None:
    X, model = weighed()
    with pytest.raises(ConfigurationError, match=message):
        influence(model, X, **options)


def test_a_sequence_is_counted_from_one_and_one_step_cannot_be_left_out() -> None:
    X, model = weighed()
    with pytest.raises(DataError, match="expected a number from 1 to 400 or a name"):
        influence(model, X, sequence=401)
    with pytest.raises(DataError, match="expected a sequence of several steps, got one"):
        influence(model, [X[0][:1]])
    assert list(influence(model, X).columns) == ["channel 0", "channel 1"]


def test_looking_leaves_no_gradient_behind() -> None:
    X, model = weighed()
    influence(model, X)
    assert all(parameter.grad is None for parameter in model.networks_[0].parameters())
    assert isinstance(model.networks_[0].cell, Recurrent)
