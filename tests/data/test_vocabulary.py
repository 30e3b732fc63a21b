"""Symbols and numbers: nothing is lost, nothing comes from outside, and the unknown is paid for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewise.data.keys import Keys
from gatewise.data.vocabulary import OUTSIDE, Vocabulary
from gatewise.errors import DataError

LEVELS = ("character", "byte", "word")


@pytest.mark.parametrize("level", LEVELS)
@given(text=st.text(min_size=2))
def test_numbers_and_back(level: str, text: str) -> None:
    text = text.encode("utf-8", "replace").decode() + " ab"
    vocabulary = Vocabulary.of([text], level)
    items = vocabulary.encode(text)
    assert vocabulary.decode(items) == text
    assert items.min() > OUTSIDE
    assert items.max() < vocabulary.size


def test_the_most_frequent_come_first() -> None:
    vocabulary = Vocabulary.of(["abacab", "b"], "character")
    assert (vocabulary.symbols, vocabulary.counts) == (("a", "b", "c"), (3, 3, 1))
    assert (len(vocabulary), vocabulary.size, vocabulary.unit) == (3, 4, "character")
    assert Vocabulary.of(["abacab", "b"], "character", most=2).symbols == ("a", "b")


def test_words_keep_their_space_and_marks_are_words() -> None:
    text = "The cat's here,  it\nis — naïve."
    vocabulary = Vocabulary.of([text], "word")
    pieces = [vocabulary.decode(np.array([item])) for item in vocabulary.encode(text)]
    assert pieces == ["The", " cat's", " here", ",", " ", " it", "\n", "is", " —", " naïve", "."]


def test_bytes_are_never_unknown() -> None:
    vocabulary = Vocabulary.of(["ab"], "byte")
    assert vocabulary.size == 257
    items = vocabulary.encode("é𝄞\udc80")
    assert len(items) == 2 + 4 + 3
    assert vocabulary.unknown(items) == 0
    assert vocabulary.spelling(items) == 0
    # The last byte of a character is missing.
    assert vocabulary.decode(vocabulary.encode("aé")[:-1]) == "a�"


def test_unknown_characters_are_any_other_code_point() -> None:
    vocabulary = Vocabulary.of(["abc"], "character")
    items = vocabulary.encode("axby")
    assert items.tolist() == [1, OUTSIDE, 2, OUTSIDE]
    assert vocabulary.decode(items) == "a�b�"
    assert vocabulary.unknown(items) == 2
    assert vocabulary.spelling(items) == pytest.approx(2 * math.log(0x110000 - 3))
    words = Vocabulary.of(["a b"], "word")
    assert words.spelling(words.encode("x y")) == 0


def test_training_shows_some_rare_symbols_as_unknown() -> None:
    vocabulary = Vocabulary.of(["a" * 1000 + "b"], "character")
    items = np.array([1, 2] * 10_000)
    shown = vocabulary.vary(items, np.random.default_rng(0))
    hidden = [(shown[items == item] == OUTSIDE).mean() for item in (1, 2)]
    assert hidden == pytest.approx([0.25 / 1000.25, 0.25 / 1.25], abs=0.01)
    assert set(shown[shown != items]) == {OUTSIDE}
    raw = Vocabulary.of(["ab"], "byte")
    assert raw.vary(items, np.random.default_rng(0)) is items


def test_the_prior_has_the_shares_of_the_training_text() -> None:
    vocabulary = Vocabulary.of(["aaab"], "character")
    prior = np.exp(vocabulary.prior([vocabulary.encode("aaab")]))
    np.testing.assert_allclose(prior, np.array([0.25, 3.25, 1.25]) / 4.75, rtol=1e-5)


@pytest.mark.parametrize(
    ("texts", "level", "found"),
    [
        (["aaaa"], "character", "only 'a'"),
        (["the"], "word", "only 'the'"),
        (["zz", "z"], "byte", "only 'z'"),
        ([""], "byte", "no text"),
    ],
)
def test_one_symbol_is_not_enough(texts: list[str], level: str, found: str) -> None:
    with pytest.raises(DataError) as error:
        Vocabulary.of(texts, level)
    assert str(error.value) == f"X: expected a text of at least two different {level}s, got {found}"


def test_frames() -> None:
    keys = Keys(3)
    frames = [[0, 1, 0], [1, 1, 0]]
    encoded = keys.encode(frames)
    assert encoded.dtype == np.float32
    assert keys.decode(encoded).tolist() == frames
    assert keys.beginning().tolist() == [[0, 0, 0]]
    assert (keys.size, keys.unit) == (3, "frame")
    shares = 1 / (1 + np.exp(-keys.prior([encoded])))
    np.testing.assert_allclose(shares, [1.5 / 3, 2.5 / 3, 0.5 / 3], rtol=1e-5)


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([[0, 1]], "expected an array of shape (time, 3) of 0 and 1, got shape (1, 2) of int64"),
        ([["a", "b", "c"]], "expected an array of shape (time, 3) of 0 and 1, got shape (1, 3) of <U1"),
        ([[0, 1, 0], [0, 0, 2]], "step 1, key 2: expected 0 or 1, got 2"),
        ([[0, np.nan, 0]], "step 0, key 1: expected 0 or 1, got nan"),
    ],
)
def test_frames_that_are_refused(frames: object, message: str) -> None:
    with pytest.raises(DataError) as error:
        Keys(3).encode(frames)
    assert str(error.value) == message
