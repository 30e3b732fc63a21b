"""A number from a text: networks, ridge on TF-IDF, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from synthetic import name_of

import gatewise
from gatewise.data.inputs.words import WordInputs
from gatewise.errors import DataError, SeenDataWarning
from gatewise.estimators.config import KIND_DEFAULTS, RegressorConfig
from gatewise.estimators.regression.constant import MedianRegressor
from gatewise.estimators.regression.tabular import RidgeRegressor
from gatewise.estimators.regression.texts import TfidfRegressor
from gatewise.training.config import TrainingConfig

WORTH = {"great": 2.0, "fine": 1.0, "dull": -1.0, "awful": -2.0}
PLAIN = ("the", "film", "was", "a", "story", "in", "town")


def reviews(count: int = 60, seed: int = 0) -> tuple[list[str], np.ndarray]:
    """Texts whose number is 100, and ten times what their words are worth together."""
    random = np.random.default_rng(seed)
    texts, values = [], []
    for _ in range(count):
        told = random.choice(list(WORTH), random.integers(0, 4))
        words = random.permutation([*told, *random.choice(PLAIN, 4)])
        texts.append(" ".join(map(str, words)))
        values.append(100 + 10 * sum(WORTH[str(one)] for one in told))
    return texts, np.array(values)


def small(steps: int = 80, **options: Any) -> gatewise.SequenceRegressor:
    config = RegressorConfig(members=1, dropout=0, training=TrainingConfig(steps=steps, learning_rate=0.02))
    return gatewise.SequenceRegressor(**{"hidden_size": 8, "random_state": 0, "config": config} | options)


every_regressor = pytest.mark.parametrize(
    "model", [small(), TfidfRegressor(), MedianRegressor()], ids=name_of
)


@every_regressor
def test_saved_and_loaded(model: Any, tmp_path: Path) -> None:
    texts, values = reviews()
    model = clone(model).fit(texts, values)
    assert model.kind_ == "text"
    again = gatewise.load(model.save(tmp_path / "model"))
    unseen = ["a great film", "zzz", ""]
    assert np.array_equal(again.predict(unseen), model.predict(unseen))
    assert again.predict(unseen).shape == (3,)
    with pytest.raises(DataError, match=r"^X: expected texts, as in fit, got sequences of numbers$"):
        again.predict(np.ones((3, 4)))


@pytest.mark.parametrize(("model", "least"), [(small(), 0.8), (TfidfRegressor(), 0.9)], ids=name_of)
def test_words_are_worth_what_they_are_worth(model: Any, least: float) -> None:
    model = clone(model).fit(*reviews(150))
    texts, values = reviews(50, seed=1)
    measured = model.evaluate(texts, values)
    assert measured["R2"] > least
    assert measured["MAE"] == pytest.approx(np.abs(model.predict(texts) - values).mean())
    great, awful = model.predict(["the film was great", "the film was awful"])
    assert great > 105
    assert awful < 95


def test_few_texts_keep_to_the_usual_penalty() -> None:
    model = TfidfRegressor().fit(["good", "bad", "good film"], [1.0, 0.0, 1.0])
    good, bad = model.predict(["good", "bad"])
    assert 1 > good > bad > 0


def test_a_network_of_texts_has_the_defaults_of_texts() -> None:
    config = RegressorConfig(members=1, training=TrainingConfig(steps=1))
    model = gatewise.SequenceRegressor(random_state=0, config=config).fit(*reviews(10))
    shape, of_texts = model.networks_[0].shape, KIND_DEFAULTS["text"]
    assert isinstance(model.inputs_, WordInputs)
    assert (shape.hidden_size, shape.input_dropout, shape.dropout) == (
        of_texts.hidden_size,
        of_texts.input_dropout,
        of_texts.dropout,
    )
    assert "a number for each text" in model._card()[0]


def test_the_last_state_remembers_words_not_characters() -> None:
    model = small(1, config=RegressorConfig(readout="last", training=TrainingConfig(steps=1), members=1))
    assert model.fit(["one two three", "four"], [0.0, 1.0]).memory_ == 3


def test_a_frame_brings_its_numbers(tmp_path: Path) -> None:
    texts, values = reviews()
    frame = pd.DataFrame({"review": texts, "rating": values + 0.5})
    model = TfidfRegressor().fit(frame)
    assert np.array_equal(model.predict(frame.drop(columns="rating")), model.predict(texts))
    again = gatewise.load(model.save(tmp_path / "model"))
    with pytest.warns(SeenDataWarning):
        measured = again.evaluate(frame)
    assert measured["MAE"] < 5


def test_refused() -> None:
    texts, values = reviews(4)
    with pytest.raises(DataError, match=r"^y: expected one number for each text, got arrays of them$"):
        small().fit(texts, [np.zeros(len(text)) for text in texts])
    with pytest.raises(DataError, match=r"^X: RidgeRegressor reads sequences of numbers, got texts$"):
        RidgeRegressor().fit(texts, values)
