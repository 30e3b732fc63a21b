"""Written down, a model of sequences answers what it answers: whole, and as far as each sequence has come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sounds import RATE, tone

import gatewise
from gatewise import ClassifierConfig, RegressorConfig, TaggerConfig, TrainingConfig
from gatewise.errors import DataError, ExportError, StreamError
from gatewise.estimators.classification.ridge import RocketClassifier, StatisticsClassifier
from gatewise.estimators.regression.ridge import RocketRegressor
from gatewise.graphs.running import Runner
from gatewise.nn.cells.registry import CELLS

TRAINING = TrainingConfig(steps=10)
RANDOM = np.random.default_rng(0)
LENGTHS = [1, 5, 12, 17, 23, 31, 8, 16]
X = [RANDOM.normal(size=(length, 2)).astype(np.float32) + number % 2 for number, length in enumerate(LENGTHS)]
LABELS = ["even" if number % 2 == 0 else "odd" for number in range(len(X))]
TEXTS = ["good film", "a bad one", "good good", "it is bad", "well done", "no, never again"]
VERDICTS = [1, 0, 1, 0, 1, 0]


def classifier(cell: str = "GRU", *, values: Any = None, **config: Any) -> Any:
    bidirectional = config.pop("bidirectional", False)
    model = gatewise.SequenceClassifier(
        cell,
        hidden_size=5,
        bidirectional=bidirectional,
        random_state=0,
        config=ClassifierConfig(training=TRAINING, **config),
    )
    return model.fit(X if values is None else values, LABELS)


def whole(model: Any, sequences: list[Any] = X) -> list[Any]:
    """What the written form answers for a padded batch, cut to each sequence where it answers steps."""
    graph = model.whole_graph()
    lengths = np.array([len(one) for one in sequences])
    padded = np.zeros((len(sequences), lengths.max(), np.asarray(sequences[0]).shape[1]), np.float32)
    for row, one in enumerate(sequences):
        padded[row, : len(one)] = one
    (found,) = Runner(graph)({"sequence": padded, "lengths": lengths}).values()
    return [one[:length] if found.ndim == 3 else one for one, length in zip(found, lengths, strict=True)]


def streamed(model: Any, sequence: Any) -> list[Any]:
    stream, plain = model.open_stream(), Runner(model.step_graph())
    found = [stream.step(row) for row in sequence]
    # Compiled in one call, it gives what the operators give one after the other.
    assert stream.backend.name == "kernels"
    states = plain.initial(1)
    for row, answer in zip(sequence, found, strict=True):
        answers, states = plain.step(model.observation(row, None, model.step_graph().inputs), states)
        (expected,) = answers.values()
        np.testing.assert_allclose(answer, expected[0], rtol=1e-5, atol=1e-6)
    return found


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell(cell: str) -> None:
    model = classifier(cell, num_layers=2)
    np.testing.assert_allclose(whole(model), model.predict_proba(X), atol=1e-6)
    for length, answer in enumerate(streamed(model, X[2]), 1):
        np.testing.assert_allclose(answer, model.predict_proba([X[2][:length]])[0], atol=1e-6)


@pytest.mark.parametrize(
    "config",
    [
        {"readout": "last"},
        {"most_tokens": 7, "features": "patches"},
        {"most_tokens": 7, "features": "patches", "differences": False},
        {"differences": False},
    ],
    ids=str,
)
def test_patches_differences_and_readouts(config: dict[str, Any]) -> None:
    model = classifier(**config)
    np.testing.assert_allclose(whole(model), model.predict_proba(X), atol=1e-6)
    for number in (0, 3, 5):
        for length, answer in enumerate(streamed(model, X[number]), 1):
            expected = model.predict_proba([X[number][:length]])[0]
            np.testing.assert_allclose(answer, expected, atol=1e-6)


def test_convolutions_and_both_directions_are_written_whole() -> None:
    model = classifier(bidirectional=True, features="convolution", most_tokens=7)
    np.testing.assert_allclose(whole(model), model.predict_proba(X), atol=1e-6)
    with pytest.raises(
        StreamError, match=r"convolutions see rows that are yet to come; fit with readout=\"last\" and bidir"
    ):
        model.open_stream()


def test_both_directions_have_no_stream() -> None:
    with pytest.raises(
        StreamError, match=r"reads each sequence from both ends.*fit with bidirectional=False"
    ):
        classifier(bidirectional=True).open_stream()


def test_codes_take_their_places() -> None:
    coded = [np.column_stack([one, RANDOM.integers(4, size=len(one))]) for one in X]
    model = gatewise.SequenceClassifier(
        "GRU", hidden_size=5, bidirectional=False, random_state=0, config=ClassifierConfig(training=TRAINING)
    ).fit(coded, LABELS, categorical=[2])
    assert model.channel_codes_ is not None
    np.testing.assert_allclose(whole(model, coded), model.predict_proba(coded), atol=1e-6)
    np.testing.assert_allclose(streamed(model, coded[4])[-1], model.predict_proba(coded)[4], atol=1e-6)


def regressor(y: Any, **options: Any) -> Any:
    config = RegressorConfig(training=TRAINING, members=2)
    return gatewise.SequenceRegressor("LSTM", hidden_size=5, random_state=0, config=config, **options).fit(
        X, y
    )


def test_numbers_far_from_zero() -> None:
    model = regressor([1e6 + one.sum() for one in X], bidirectional=False)
    model.trust_ = 0.7  # of few sequences nothing may be learned
    np.testing.assert_allclose(np.ravel(whole(model)), model.predict(X), rtol=1e-12)
    np.testing.assert_allclose(streamed(model, X[3])[-1], model.predict(X)[3], rtol=1e-12)


def test_a_number_for_each_step() -> None:
    model = regressor([one.sum(axis=1).cumsum() for one in X])
    expected = model.predict(X)
    for found, own in zip(whole(model), expected, strict=True):
        np.testing.assert_allclose(found[:, 0], own, atol=1e-4)
    np.testing.assert_allclose(np.ravel(streamed(model, X[5])), expected[5], atol=1e-4)


def tagger(label: Callable[[float, float], str], *, bidirectional: bool) -> Any:
    tags = [
        [label(now, before) for now, before in zip(one[:, 0], [0, *one[:-1, 0]], strict=True)] for one in X
    ]
    config = TaggerConfig(training=TRAINING)
    model = gatewise.SequenceTagger(
        "GRU", hidden_size=5, bidirectional=bidirectional, random_state=0, config=config
    )
    return model.fit(X, tags)


def spans(now: float, before: float) -> str:
    return "O" if now <= 0 else "I-up" if before > 0 else "B-up"


def plain(now: float, _: float) -> str:
    return "up" if now > 0 else "down"


@pytest.mark.parametrize("label", [spans, plain])
def test_tags(label: Callable[[float, float], str]) -> None:
    model = tagger(label, bidirectional=True)
    for found, own in zip(whole(model), model.predict_proba(X), strict=True):
        np.testing.assert_allclose(found, own, atol=1e-5)
    causal = tagger(label, bidirectional=False)
    for length, answer in enumerate(streamed(causal, X[4]), 1):
        np.testing.assert_allclose(answer, causal.predict_proba([X[4][:length]])[0][-1], atol=1e-5)


def test_tags_begin_anew_where_long_sequences_are_cut() -> None:
    model = tagger(spans, bidirectional=False)
    long = RANDOM.normal(size=(600, 2)).astype(np.float32)
    # A part that follows tells something of the label before it, but nothing goes over the cut.
    np.testing.assert_allclose(streamed(model, long)[-1], model.predict_proba([long])[0][-1], atol=1e-5)


def texts(**options: Any) -> Any:
    config = ClassifierConfig(training=TRAINING)
    return gatewise.SequenceClassifier("GRU", hidden_size=5, random_state=0, config=config, **options).fit(
        TEXTS, VERDICTS
    )


def test_words() -> None:
    model = texts()
    encoded = [model.inputs_.encode(text) for text in TEXTS]
    batch = model.inputs_.collate(encoded)
    feeds = {"words": batch.values.numpy(), "lengths": batch.lengths.numpy()}
    (found,) = Runner(model.whole_graph())(feeds).values()
    np.testing.assert_allclose(found, model.predict_proba(TEXTS), atol=1e-6)
    causal = texts(bidirectional=False)
    words = ["it", "is", "extraordinarily-long-winded-and-bad", ""]
    np.testing.assert_allclose(streamed(causal, words)[-1], causal.predict_proba([words])[0], atol=1e-6)


def test_recordings() -> None:
    sounds = [
        tone(300 + 400 * (number % 2), seconds, seed=number)
        for number, seconds in enumerate((0.01, 0.2, 0.31, 0.4))
    ]
    recordings = [(sound, RATE) for sound in sounds]
    config = ClassifierConfig(training=TRAINING)
    model = gatewise.SequenceClassifier("GRU", hidden_size=5, random_state=0, config=config)
    model.fit(recordings, [0, 1, 0, 1])
    lengths = np.array([len(one) for one in sounds])
    padded = np.full((len(sounds), lengths.max()), 7, np.float32)
    for row, one in enumerate(sounds):
        padded[row, : len(one)] = one
    (found,) = Runner(model.whole_graph())({"samples": padded, "lengths": lengths}).values()
    np.testing.assert_allclose(found, model.predict_proba(recordings), atol=1e-5)
    with pytest.raises(StreamError, match="recordings are normalised as a whole"):
        model.open_stream()


@pytest.mark.parametrize("several", [False, True])
def test_ridge_on_convolutions(several: bool) -> None:
    labelled = RocketClassifier(features=252).fit(X, LABELS)
    np.testing.assert_allclose(whole(labelled), labelled.predict_proba(X), atol=1e-6)
    y = np.array([[one.sum(), 1e5 + one[0, 0]] for one in X])
    valued = RocketRegressor(features=252).fit(X, y if several else y[:, 1])
    np.testing.assert_allclose(whole(valued), np.reshape(valued.predict(X), (len(X), -1)), rtol=1e-6)


def test_baselines_say_what_they_need() -> None:
    baseline = StatisticsClassifier().fit(X, LABELS)
    with pytest.raises(StreamError, match="answers whole sequences"):
        baseline.open_stream()
    with pytest.raises(ExportError, match="no written form"):
        baseline.whole_graph()


def test_a_word_for_each_stream() -> None:
    stream = texts(bidirectional=False).open_stream(batch=2)
    for words in (["one"], "on", ["one", "two", "three"]):
        with pytest.raises(DataError, match="expected 2 of them, one for each stream, got"):
            stream.step(words)
    assert stream.step(["good", "bad"]).shape == (2, 2)
