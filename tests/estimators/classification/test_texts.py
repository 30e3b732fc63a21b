"""Classification of texts, and telling texts, values and recordings apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from synthetic import name_of

import gatewise
from gatewise.errors import DataError
from gatewise.estimators.classification.linear import LinearClassifier, MajorityClassifier
from gatewise.estimators.classification.naive_bayes import NaiveBayesClassifier
from gatewise.estimators.classification.network import SequenceClassifier
from gatewise.estimators.classification.tfidf import TfidfClassifier
from gatewise.estimators.config import KIND_DEFAULTS, ClassifierConfig
from gatewise.estimators.sequence_arguments import as_sequences
from gatewise.training.config import TrainingConfig


def small(steps: int = 40, **options: Any) -> SequenceClassifier:
    config = ClassifierConfig(training=TrainingConfig(steps=steps, learning_rate=0.02))
    return SequenceClassifier(**{"hidden_size": 8, "random_state": 0, "config": config} | options)


every_classifier = pytest.mark.parametrize(
    "model", [small(), TfidfClassifier(), NaiveBayesClassifier(), MajorityClassifier()], ids=name_of
)

TEXTS = [
    "Play some jazz, please",
    "book a table for two",
    "play Ænima by Tool",
    "reserve a table at noon",
] * 6
LABELS = np.array(["music", "table"] * 12)


@every_classifier
def test_texts(model: Any) -> None:
    model.fit(TEXTS, LABELS, groups=np.arange(24))
    assert model.kind_ == "text"
    if not isinstance(model, MajorityClassifier):
        assert model.score(TEXTS, LABELS) == 1
        assert model.predict(["please play a song"]).tolist() == ["music"]
    np.testing.assert_allclose(model.predict_proba(["", "我爱你"]).sum(1), 1)


@pytest.mark.slow
@every_classifier
def test_texts_in_other_clothes(model: Any) -> None:
    expected = clone(model).fit(TEXTS, LABELS).predict_proba(TEXTS)
    words = [text.replace(",", " ,").split() for text in TEXTS]
    for dressed in (tuple(TEXTS), np.array(TEXTS), np.array(TEXTS, object), pd.Series(TEXTS), words):
        assert np.allclose(clone(model).fit(dressed, LABELS).predict_proba(dressed), expected)


@every_classifier
def test_saved_and_loaded(model: Any, tmp_path: Path) -> None:
    model = clone(model).fit(TEXTS, LABELS)
    again = gatewise.load(model.save(tmp_path / "model"))
    unseen = ["play a table", "zzz", ""]
    assert np.array_equal(again.predict_proba(unseen), model.predict_proba(unseen))
    with pytest.raises(DataError) as error:
        again.predict(np.ones((3, 4)))
    assert str(error.value) == "X: expected texts, as in fit, got sequences of numbers"


def test_defaults_are_those_of_the_kind() -> None:
    model = small(1, hidden_size=None).fit(TEXTS, LABELS)
    shape = model.networks_[0].shape
    usual = KIND_DEFAULTS["text"]
    assert (shape.hidden_size, shape.input_dropout, shape.dropout) == (
        128,
        usual.input_dropout,
        usual.dropout,
    )
    values = small(1, hidden_size=None).fit(np.ones((12, 4)), np.arange(12) % 2).networks_[0].shape
    assert (values.hidden_size, values.input_dropout, values.dropout) == (64, 0.1, 0.3)


def test_values_are_not_texts() -> None:
    model = small(1).fit(np.ones((12, 4)), np.arange(12) % 2)
    with pytest.raises(DataError) as error:
        model.predict(["a text"])
    assert str(error.value) == "X: expected sequences of numbers, as in fit, got texts"
    with pytest.raises(DataError) as error:
        LinearClassifier().fit(TEXTS, LABELS)
    assert str(error.value) == "X: LinearClassifier reads sequences of numbers, got texts"
    with pytest.raises(DataError) as error:
        TfidfClassifier().fit(np.ones((12, 4)), np.arange(12) % 2)
    assert str(error.value) == "X: TfidfClassifier reads texts, got sequences of numbers"


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (["a", np.nan, "b"], "X: text 1 is nan; expected text, or a list of words"),
        ([["a"], [1]], "X: text 1 is [1]; expected text, or a list of words"),
        (["a", "b.wav", 3], "X: text 2 is 3; expected text, or a list of words"),
    ],
)
def test_what_is_refused(X: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        MajorityClassifier().fit(X, ["a", "b", "a"][: len(X)])
    assert str(error.value) == message


def test_groups_are_counted() -> None:
    with pytest.raises(DataError) as error:
        MajorityClassifier().fit(TEXTS, LABELS, groups=[1, 2])
    assert str(error.value) == "groups: expected one for each of 24 sequences, got shape (2,)"


@pytest.mark.parametrize("names", [["a.wav", "b.FLAC"], [Path("a.x"), Path("b.x")]])
def test_names_of_recordings(names: list[Any]) -> None:
    model = MajorityClassifier()
    assert as_sequences(model, names, reset=True) == [Path(str(name)) for name in names]
    assert model.kind_ == "audio"


def test_naive_bayes_is_its_equation() -> None:
    X, y = ["red red one", "Red two", "blue one", "blue blue"], ["a", "a", "b", "b"]
    model = NaiveBayesClassifier().fit(X, y)
    # Of class a there are 5 words, 3 of them red, of b 4, none of them; with one more of each of the four words.
    a, b = 0.5 * (4 / 9) * (2 / 9), 0.5 * (1 / 8) * (2 / 8)
    np.testing.assert_allclose(model.predict_proba(["red one unseen"]), [[a / (a + b), b / (a + b)]])
    np.testing.assert_allclose(model.predict_proba(["unseen"]), [[0.5, 0.5]])


@pytest.mark.parametrize("kind", [TfidfClassifier, NaiveBayesClassifier])
def test_texts_without_a_word(kind: Any) -> None:
    model = kind().fit(["", "one", "", "one"], ["a", "b", "a", "b"])
    assert model.predict(["one"]).tolist() == ["b"]
    assert kind().fit(["", " ", "", " "], ["a", "b", "a", "b"]).predict_proba([""]).tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("classes", [2, 3])
def test_probabilities_are_those_that_held_out_texts_call_for(classes: int) -> None:
    random = np.random.default_rng(0)

    def drawn(count: int) -> tuple[list[str], list[str]]:
        # Seven of ten words are those of the class.
        labels = random.integers(classes, size=count)
        words = [
            np.where(random.random(3) < 0.7, label, random.integers(classes, size=3)) for label in labels
        ]
        return [" ".join("abc"[k] * 3 for k in one) for one in words], [f"class {k}" for k in labels]

    model = TfidfClassifier().fit(*drawn(600))
    X, y = drawn(2000)
    probabilities = model.predict_proba(X)
    right = np.array(y) == model.classes_[probabilities.argmax(1)]
    # As sure as it is right.
    assert probabilities.max(1).mean() == pytest.approx(right.mean(), abs=0.04)
    assert 0.8 < right.mean() < 0.97


def test_texts_too_few_to_be_held_out() -> None:
    model = TfidfClassifier().fit(["one red", "two blue", "three green"], ["a", "b", "c"])
    assert model.predict(["red", "a blue one"]).tolist() == ["a", "b"]
    # One class alone has texts enough.
    model = TfidfClassifier().fit(["one red", "one pink", "one rose", "two blue"], ["a", "a", "a", "b"])
    assert model.predict(["red", "blue"]).tolist() == ["a", "b"]
    # Two of three have.
    X, y = ["one red", "two blue"] * 3 + ["three green"], [*"ab"] * 3 + ["c"]
    assert TfidfClassifier().fit(X, y).predict(["red", "blue", "green"]).tolist() == ["a", "b", "c"]
