"""The taggers: words and values, spans, saving, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from synthetic import name_of

import gatewise
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.config import TaggerConfig
from gatewise.estimators.tagging.crf import CRFTagger
from gatewise.estimators.tagging.network import SequenceTagger
from gatewise.estimators.tagging.perceptron import FrequentTagger, PerceptronTagger
from gatewise.training.config import TrainingConfig


def small(cell: str = "GRU", steps: int = 60, **options: Any) -> SequenceTagger:
    config = TaggerConfig(training=TrainingConfig(steps=steps, learning_rate=0.02), **options)
    return SequenceTagger(cell, hidden_size=8, random_state=0, config=config)


def every() -> list[Any]:
    return [
        *(small(cell) for cell in ("RNN", "LSTM", "GRU")),
        FrequentTagger(),
        PerceptronTagger(),
        CRFTagger(),
    ]


every_tagger = pytest.mark.parametrize("model", every(), ids=name_of)

CITIES = ("Oslo", "Rome", "Kyiv", "New York")


def sentences(count: int = 40) -> tuple[list[list[str]], list[list[str]]]:
    """Flights: the city after "to" is another kind of span than the one after "from"."""
    random = np.random.default_rng(0)
    X, y = [], []
    for _ in range(count):
        there, back = (random.choice(CITIES).split() for _ in range(2))
        X.append(["fly", "to", *there, "from", *back])
        y.append(
            ["O", "O", "B-to", *["I-to"] * (len(there) - 1), "O", "B-from", *["I-from"] * (len(back) - 1)]
        )
    return X, y


def signals(count: int = 20) -> tuple[list[np.ndarray], list[list[int]]]:
    """Each step's label is whether the first channel is above zero."""
    random = np.random.default_rng(0)
    X = [random.normal(size=(length, 2)) for length in random.integers(3, 9, count)]
    return X, [(one[:, 0] > 0).astype(int).tolist() for one in X]


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
@pytest.mark.slow
@every_tagger
def test_words(model: Any) -> None:
    X, y = sentences()
    model.fit(X, y)
    assert model.classes_.tolist() == ["B-from", "B-to", "I-from", "I-to", "O"]
    predicted = model.predict(X)
    assert [len(labels) for labels in predicted] == [len(words) for words in X]
    # The label of a city depends on what stands before it.
    least = 0.5 if isinstance(model, FrequentTagger) else 0.99
    assert model.score(X, y) > least
    metrics = model.evaluate(X, y)
    assert list(metrics) == [
        "accuracy", "sentence accuracy", "F1", "span precision", "span recall", "span F1",
    ]  # fmt: skip
    assert metrics["accuracy"] == model.score(X, y)
    # A word that nobody has seen still gets a label.
    assert {*model.predict([["fly", "to", "Ålesund"]])[0]} <= {*model.classes_}


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_values() -> None:
    X, y = signals()
    model = small(steps=150).fit(X, y)
    assert model.kind_ == "values"
    assert model.score(X, y) > 0.95
    assert isinstance(model.predict(X)[0][0], int)
    assert list(model.evaluate(X, y)) == ["accuracy", "sentence accuracy", "F1"]
    probabilities = model.predict_proba(X)
    assert probabilities[0].shape == (len(X[0]), 2)
    np.testing.assert_allclose(np.concatenate(probabilities).sum(1), 1)


def test_values_without_channels() -> None:
    X, y = signals()
    flat = small(steps=30).fit([one[:, 0] for one in X], y)
    assert flat.n_features_in_ == 1
    table = np.stack([one[:3, 0] for one in X])
    assert [len(labels) for labels in flat.predict(list(table))] == [3] * len(X)


def test_spans_are_well_formed_whatever_the_network_thinks() -> None:
    X, y = sentences()
    untrained = small(steps=1).fit(X, y)
    assert untrained.grammar_ is not None
    for labels in untrained.predict(X):
        for before, label in zip(["O", *labels], labels, strict=False):
            assert not label.startswith("I-") or before[1:] == label[1:], labels
    assert small(steps=1, decoding="greedy").fit(X, y).grammar_ is None


def test_a_sequence_is_answered_the_same_in_any_company() -> None:
    X, y = sentences()
    model = small().fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X[:1])[0], model.predict_proba(X)[0], atol=1e-6)
    assert model.predict(X[::-1])[::-1] == model.predict(X)


def test_a_long_sequence_loses_no_step() -> None:
    X, y = sentences(10)
    model = small(steps=5).fit([["fly"] * 1100, *X], [["O"] * 1100, *y])
    assert [len(labels) for labels in model.predict([["fly"] * 1300, ["to"]])] == [1300, 1]
    assert model.predict_proba([["fly"] * 1300])[0].shape == (1300, 5)


@pytest.mark.slow
@every_tagger
def test_the_same_seed_gives_the_same_answer(model: Any) -> None:
    X, y = sentences()
    first, second = (clone(model).fit(X, y).predict([["to", "Lima"]]) for _ in range(2))
    assert first == second


@every_tagger
def test_saved_and_loaded(model: Any, tmp_path: Path) -> None:
    X, y = sentences()
    model = clone(model).fit(X, y)
    again = gatewise.load(model.save(tmp_path / "model"))
    unseen = [*X, ["fly", "from", "Lima"]]
    assert again.predict(unseen) == model.predict(unseen)
    assert again.get_params(deep=False).keys() == model.get_params(deep=False).keys()


def test_saved_and_loaded_with_numbers(tmp_path: Path) -> None:
    X, y = signals()
    model = small(steps=5, members=2).fit(X, y)
    again = gatewise.load(model.save(tmp_path / "model"))
    assert again.predict(X) == model.predict(X)
    assert np.array_equal(again.predict_proba(X)[3], model.predict_proba(X)[3])


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_a_set_brings_its_labels() -> None:
    X, y = sentences()
    data = SequenceSet(X, y, task="tagging")
    model = FrequentTagger().fit(data)
    assert model.evaluate(data) == model.evaluate(X, y)
    assert model.score(data) == model.score(X, y)
    assert model.predict(data) == model.predict(X)


def test_a_file_brings_its_labels(tmp_path: Path) -> None:
    X, y = sentences()
    path = tmp_path / "flights.conll"
    lines = ["\n".join(map("\t".join, zip(*pair, strict=True))) for pair in zip(X, y, strict=True)]
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    model = FrequentTagger().fit(path)
    assert model.score(path) == FrequentTagger().fit(X, y).score(X, y)
    assert model.predict(path) == model.predict(X)


def test_a_frame_brings_its_labels() -> None:
    X, y = sentences(6)
    frame = pd.concat(
        pd.DataFrame({"sentence": str(k), "token": words, "tag": labels})
        for k, (words, labels) in enumerate(zip(X, y, strict=True))
    )
    model = FrequentTagger().fit(frame, id="sentence", target="tag", channels="token")
    assert model.score(frame) == FrequentTagger().fit(X, y).score(X, y)
    assert model.predict(frame.drop(columns="tag")) == model.predict(X)


def test_labels_that_training_has_not_seen_are_wrong_answers() -> None:
    X, y = sentences()
    model = FrequentTagger().fit(X, y)
    assert model.evaluate([["fly"]], [["VERB-at-all"]])["accuracy"] == 0
    assert model.evaluate([["fly", "fly"]], [["O", "B-new"]])["unseen labels"] == 0.5
    assert model.evaluate([["fly", "fly"]], [["O", "B-new"]])["span recall"] == 0


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        ([["a"]], None, "requires y to be passed, but the target y is None"),
        ([["a"], ["b"]], [["X"]], "y: expected labels for each of 2 sequences, got 1"),
        ([["a", "b"]], [["X"]], "y: sequence 0 has 1 labels, expected one for each of 2 steps"),
        ([["a"], ["b"]], [["X"], ["X"]], "y: expected at least two labels, got one: 'X' everywhere"),
        ([["a"], ["b"]], ["X", "Y"], "y: sequence 0 has 'X'; expected a list with one label for each step"),
        ([["a"], ["b"]], "XY", "y: expected a list of labels for each sequence, got str"),
        ([["a"], ["b"]], [["X"], [None]], "y: sequence 1, step 0 is None; expected text or a whole number"),
        ([["a"], ["b"]], [["X"], [2]], "y: sequence 1, step 0 is 2; expected text, as before it"),
        ([["a"], ["b"]], [[1], ["X"]], "y: sequence 1, step 0 is 'X'; expected a whole number, as before it"),
        ([["a"], []], [["X"], ["X"]], "y: sequence 1 has 1 labels, expected one for each of 0 steps"),
        (["a text", "b"], [["X"], ["Y"]],
         "X: sequence 0 is a text; expected a list of words, each of which gets a label"),
        ([["a"], ["b", 3]], [["X"], ["Y", "Z"]],
         "X: text 1 is ['b', 3]; expected text, or a list of words"),
    ],
)  # fmt: skip
def test_what_is_refused(X: Any, y: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        small().fit(X, y)
    assert str(error.value) == message


def test_other_sequences_than_in_fit() -> None:
    words, values = small(steps=1).fit(*sentences(6)), small(steps=1).fit(*signals())
    with pytest.raises(DataError) as error:
        words.predict(signals()[0])
    assert str(error.value) == "X: expected texts, as in fit, got sequences of numbers"
    with pytest.raises(DataError) as error:
        values.predict([["fly"]])
    assert str(error.value) == "X: expected sequences of numbers, as in fit, got texts"
    with pytest.raises(DataError) as error:
        FrequentTagger().fit(*signals())
    assert str(error.value) == "X: FrequentTagger reads texts, got sequences of numbers"


def test_options_without_a_meaning() -> None:
    with pytest.raises(ConfigurationError) as error:
        small().fit(*sentences(), sample_weight=[1.0])
    assert str(error.value) == (
        "sample_weight: fit takes no such argument; expected some of X, y, groups, warm_start, id, time, target, "
        "channels, group, impute, decimal, encoding, categorical, axes, duplicates"
    )
    with pytest.raises(DataError) as caught:
        small().fit(*sentences(), groups=[1, 2])
    assert str(caught.value) == "groups: expected one for each of 40 sequences, got shape (2,)"
