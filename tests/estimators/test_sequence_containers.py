"""What estimators accept does not depend on the batch, nor on what holds the sequences."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from sounds import tone

import gatewise
from gatewise import SequenceClassifier, SequenceRegressor, SequenceTagger
from gatewise.errors import AxesWarning, ConfigurationError, DataError
from gatewise.estimators.classification.linear import LinearClassifier, MajorityClassifier
from gatewise.estimators.config import ClassifierConfig, RegressorConfig, TaggerConfig
from gatewise.estimators.sequence_arguments import as_sequences
from gatewise.estimators.tagging.baselines import BASELINES as TAGGERS
from gatewise.training.config import TrainingConfig

QUICK = TrainingConfig(steps=2)
CUBE = np.random.default_rng(0).normal(size=(6, 10, 3)).astype(np.float32)
Y = np.arange(6) % 2
TEXTS = ["a good film", "a bad film"] * 3


def multi_index(levels: int) -> pd.DataFrame:
    parts = [range(6), range(10)] if levels == 2 else [["site"], range(6), range(10)]
    return pd.DataFrame(CUBE.reshape(60, 3), index=pd.MultiIndex.from_product(parts))


def nested(cell: Callable[[Any], Any]) -> pd.DataFrame:
    return pd.DataFrame({name: [cell(one[:, place]) for one in CUBE] for place, name in enumerate("abc")})


@pytest.mark.parametrize(
    "dressed",
    [
        torch.from_numpy(CUBE),
        [torch.from_numpy(one) for one in CUBE],
        multi_index(2),
        multi_index(3),
        nested(pd.Series),
        nested(np.asarray),
        nested(list).to_numpy(),
        pl.DataFrame({name: CUBE[:, :, place].tolist() for place, name in enumerate("abc")}),
        (one for one in CUBE),
        map(pd.DataFrame, CUBE),
        pd.Series(list(CUBE)),
        np.array([one.tolist() for one in CUBE], object),
    ],
    ids=lambda dressed: type(dressed).__name__,
)
def test_the_same_sequences_in_other_containers(dressed: Any) -> None:
    model = MajorityClassifier()
    found = as_sequences(model, dressed, reset=True)
    assert np.array_equal(np.stack(found), CUBE)
    assert (model.kind_, model.n_features_in_, model.is_flat_) == ("values", 3, False)


def test_equal_lengths_by_accident() -> None:
    rows = [one[:, 0] for one in CUBE]
    model = LinearClassifier().fit(rows, Y)
    assert (model.n_features_in_, model.is_flat_) == (1, False)
    expected = model.predict_proba([rows[0][:7], rows[1]])
    assert np.allclose(model.predict_proba([rows[0][:7]]), expected[:1])
    # Of lists of numbers, which scikit-learn takes for tables, too, lists of other lengths are accepted all the same.
    listed = LinearClassifier().fit(CUBE[:, :, 0].tolist(), Y)
    assert np.allclose(listed.predict_proba([rows[0][:7].tolist()]), expected[:1])
    assert np.allclose(listed.predict_proba(CUBE[:1, :7, 0].tolist()), expected[:1])
    # A table with another number of columns is refused by a model of tables, as scikit-learn asks.
    flat = LinearClassifier().fit(CUBE[:, :, 0], Y)
    with pytest.raises(
        ValueError, match="X has 7 features, but LinearClassifier is expecting 10 features as input"
    ):
        flat.predict(CUBE[:, :7, 0])
    assert np.allclose(flat.predict_proba([rows[0][:7]]), expected[:1])


@pytest.mark.parametrize(
    "dressed",
    [
        np.array(TEXTS)[:, None],
        np.array(TEXTS, object)[:, None],
        pd.DataFrame({"review": TEXTS}),
        pl.DataFrame({"review": TEXTS}),
        pl.Series(TEXTS),
        (text for text in TEXTS),
    ],
    ids=lambda dressed: type(dressed).__name__,
)
def test_texts_in_other_containers(dressed: Any) -> None:
    assert as_sequences(MajorityClassifier(), dressed, reset=True) == TEXTS


def test_a_text_may_be_empty_wherever_it_stands() -> None:
    for texts in (["", *TEXTS[1:]], [[], *TEXTS[1:]], [*TEXTS[1:], ""]):
        model = MajorityClassifier().fit(texts, Y)
        assert model.kind_ == "text"
        assert len(model.predict([[], []])) == len(model.predict([])) + 2 == 2


@pytest.mark.parametrize(
    "kind", [SequenceTagger, *(one.estimator for one in TAGGERS if "text" in (one.kinds or "text"))]
)
def test_a_sentence_without_words_has_no_labels(kind: Any) -> None:
    options = {"hidden_size": 4, "config": TaggerConfig(training=QUICK)} if kind is SequenceTagger else {}
    model = kind(**options).fit([[], *[["to", "Rome"]] * 4], [[], *[["O", "city"]] * 4])
    answers = model.predict([["to"], [], ["Rome", "to"]])
    assert [len(one) for one in answers] == [1, 0, 2]
    assert model.predict([[]]) == [[]]


@pytest.mark.parametrize(
    "sound",
    [
        lambda samples: (samples, 8000),
        lambda samples: {"array": samples, "sampling_rate": 8000},
        lambda samples: ((samples * 32767).astype(np.int16), 8000),
        lambda samples: ((samples * 127 + 128).astype(np.uint8), 8000),
    ],
)
def test_samples_and_their_rate_are_a_recording(sound: Any) -> None:
    model = MajorityClassifier()
    (waveform,) = as_sequences(model, [sound(0.5 * tone(440.0))], reset=True)
    assert (model.kind_, waveform.rate) == ("audio", 8000)
    np.testing.assert_allclose(waveform.samples, 0.5 * tone(440.0), atol=0.01)


def test_a_classifier_of_samples(tmp_path: Path) -> None:
    X = [(tone(frequency), 8000) for frequency in (300.0, 1200.0)] * 4
    config = ClassifierConfig(training=TrainingConfig(steps=20))
    model = SequenceClassifier(hidden_size=4, random_state=0, config=config).fit(X, ["low", "high"] * 4)
    assert model.predict(X[:2]).tolist() == ["low", "high"]
    again = gatewise.load(model.save(tmp_path / "model"))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([None, *CUBE[1:]], "X: sequence 0 is None; leave it out"),
        ([*CUBE[1:], float("nan")], "X: sequence 5 is nan; leave it out"),
        ([None, *TEXTS[1:]], "X: text 0 is None; expected text, or a list of words"),
        ([pd.NA, *TEXTS[1:]], "X: text 0 is <NA>; expected text, or a list of words"),
        (
            {"a": CUBE},
            "X: expected a list, an array or a frame of sequences, got a dict; give its values as a list",
        ),
        (3, "X: expected a list, an array or a frame of sequences, got a int; give its values as a list"),
        (
            pd.DataFrame({"title": TEXTS, "body": TEXTS}),
            "X: expected one column of texts, got 2 columns; choose one, such as frame['text']",
        ),
        (
            pd.DataFrame({"a": [[1, 2]] * 6, "b": [[1, 2]] * 5 + [[1]]}),
            "X: sequence 5 has channels of 1 and of 2 steps; expected as many in each",
        ),
        (np.zeros((6, 2, 3, 4)), "X: sequence 0 has 3 axes, expected 2: (time, channels)"),
        (
            [(8000, np.zeros(10))] * 6,
            "X: recording 0: expected (samples, rate), got (rate, samples); turn them round",
        ),
        (
            [(np.zeros(10), 8000)] * 5 + [7],
            "X: recording 5 is 7; expected the path of a file, or (samples, rate)",
        ),
        ("sales", "X: 'sales' is one path, which brings along what is learned; leave y out"),
        (np.full((6, 2, 1), np.nan), "X: sequence 0 holds NaN alone; leave it out"),
    ],
)
def test_what_is_refused(X: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        MajorityClassifier().fit(X, Y)
    assert str(error.value) == message


def test_one_text_is_no_path() -> None:
    model = MajorityClassifier().fit(TEXTS, Y)
    for ask in (model.predict, model.read_all):
        with pytest.raises(DataError) as error:
            ask("I love it")
        assert str(error.value) == (
            "X: 'I love it' is no file here; if it is one text, put it into a list: ['I love it']"
        )
    assert model.predict(["I love it"]).tolist() == [0]


class TestAxes:
    TURNED = CUBE.transpose(0, 2, 1)

    def small(self, **options: Any) -> SequenceClassifier:
        return SequenceClassifier(
            hidden_size=4, random_state=0, config=ClassifierConfig(training=QUICK), **options
        )

    def test_are_named_once_and_kept(self, tmp_path: Path) -> None:
        expected = self.small().fit(CUBE, Y).predict_proba(CUBE)
        turned = self.small(axes="n c t").fit(self.TURNED, Y)
        assert turned.n_features_in_ == 3
        again = gatewise.load(turned.save(tmp_path / "model"))
        for model in (turned, again):
            np.testing.assert_array_equal(model.predict_proba(self.TURNED), expected)
            # Sequences of one channel have one axis, and frames have names for theirs.
            with pytest.raises(DataError, match="sequence 0 has 10 channels, expected 3"):
                model.predict(CUBE)

    def test_of_ragged_lists(self) -> None:
        ragged = [one[:, : 6 + number] for number, one in enumerate(self.TURNED)]
        model = self.small(axes="n c t").fit(ragged, Y)
        assert model.n_features_in_ == 3
        with pytest.raises(DataError) as error:
            self.small().fit(ragged, Y)
        assert str(error.value) == (
            "X: sequence 1 has 7 channels, expected 6; if each is (channels, time), use "
            'SequenceClassifier(axes="n c t")'
        )

    def test_are_doubted_where_channels_are_many(self) -> None:
        long = np.zeros((6, 2, 9), np.float32)
        with pytest.warns(AxesWarning) as caught:
            self.small().fit(long, Y)
        assert str(caught[0].message) == (
            "X: read as 2 steps of 9 channels; if it is (sequences, channels, time), as sktime and aeon have it, use "
            'SequenceClassifier(axes="n c t"); this is not said where axes are named'
        )
        assert caught[0].filename == __file__
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for axes in ("n t c", "n c t"):
                self.small(axes=axes).fit(long, Y)
            self.small().fit(long[:, :, :8], Y)

    def test_others_are_refused(self) -> None:
        with pytest.raises(ConfigurationError) as error:
            self.small(axes="t n c").fit(CUBE, Y)
        assert str(error.value) == "axes: expected 'n t c' or 'n c t', got 't n c'"


class TestGaps:
    def padded(self) -> np.ndarray:
        X = CUBE.copy()
        X[1, 7:], X[4, 3:] = np.nan, np.nan
        return X

    def test_padding_is_cut_off(self) -> None:
        ragged = list(CUBE)
        ragged[1], ragged[4] = CUBE[1, :7], CUBE[4, :3]
        found = as_sequences(LinearClassifier(), self.padded(), reset=True)
        assert [len(one) for one in found] == [10, 7, 10, 10, 3, 10]
        expected = LinearClassifier().fit(ragged, Y).predict_proba(ragged)
        assert np.array_equal(LinearClassifier().fit(self.padded(), Y).predict_proba(self.padded()), expected)
        flat = LinearClassifier().fit(self.padded()[:, :, 0], Y)
        assert flat.n_features_in_ == 10

    def test_padding_of_values_at_every_step(self) -> None:
        y = np.where(np.isnan(self.padded()[:, :, 0]), np.nan, 1.0)
        config = RegressorConfig(members=1, training=QUICK)
        model = SequenceRegressor(hidden_size=4, random_state=0, config=config).fit(self.padded(), y)
        assert [len(one) for one in model.predict(self.padded())] == [10, 7, 10, 10, 3, 10]

    def test_gaps_are_filled_where_asked(self, tmp_path: Path) -> None:
        X, filled = CUBE.copy(), CUBE.copy()
        X[2, 4:6, 1], filled[2, 4:6, 1] = np.nan, CUBE[2, 3, 1]
        model = LinearClassifier().fit(X, Y, impute="previous")
        expected = LinearClassifier().fit(filled, Y).predict_proba(filled)
        assert np.array_equal(model.predict_proba(X), expected)
        assert np.array_equal(gatewise.load(model.save(tmp_path / "model")).predict_proba(X), expected)
        with pytest.raises(DataError) as error:
            LinearClassifier().fit(CUBE, Y).predict(X)
        assert (
            str(error.value) == "X: sequence 2, step 4, channel 1 is NaN; fill it or leave the sequence out"
        )
        # A channel without a value so far: the steps before its first one are cut off, as in files.
        X[3, :2, 0] = np.nan
        assert len(as_sequences(model, X, reset=False)[3]) == 8

    @pytest.mark.parametrize(
        ("X", "impute", "message"),
        [
            (TEXTS, "previous", "impute: has no meaning for texts; leave it out"),
            (CUBE, "next", "impute: expected previous, or nothing, got 'next'"),
        ],
    )
    def test_what_cannot_be_filled(self, X: Any, impute: Any, message: str) -> None:
        with pytest.raises(ConfigurationError) as error:
            MajorityClassifier().fit(X, Y, impute=impute)
        assert str(error.value) == message
