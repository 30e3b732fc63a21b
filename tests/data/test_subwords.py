"""Sub-words: every text comes back, nothing is unknown, and the same text gives the same."""

from __future__ import annotations

import math
import pickle
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewise.data.subwords import Subwords
from gatewise.data.vocabulary import OUTSIDE
from gatewise.errors import ConfigurationError, DataError, MissingDependencyError

TEXT = "the cat sat on the mat, the dog sat on the log. " * 12
LEARNED = Subwords.of([TEXT])


@given(text=st.text())
def test_every_text_comes_back(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    items = LEARNED.encode(text)
    assert LEARNED.decode(items) == text
    assert LEARNED.unknown(items) == LEARNED.spelling(items) == 0
    assert items.dtype == np.int64
    assert ((items > OUTSIDE) & (items < LEARNED.size)).all()


@pytest.mark.parametrize(
    "text", ["\x00\x1b\r\n\t  ", "👩‍👩‍👧 naïve 日本語", "<|endoftext|> [UNK]", "\ufeff\ufffd", " a", ""]
)
def test_texts_that_are_easily_lost(text: str) -> None:
    assert LEARNED.decode(LEARNED.encode(text)) == text


def test_what_is_frequent_is_one_symbol() -> None:
    pieces = [LEARNED.decode(np.array([item])) for item in LEARNED.encode("the cat on a dog")]
    assert pieces == ["the", " cat", " on", " ", "a", " dog"]
    assert len(LEARNED.encode("日")) == 3
    assert LEARNED.decode(LEARNED.encode("日")[:2]) == "�"
    assert LEARNED.decode(np.array([OUTSIDE])) == ""


def test_how_many() -> None:
    assert Subwords.of(["ab ab"], most=256).size == 257
    assert Subwords.of(["ab ab"]).size == 257 + len(["ab"])  # " ab" was seen but once
    words = " ".join(np.base_repr(number, 36) for number in range(40_000))
    assert Subwords.of([words[:50_000]] * 2).size == 1 + 512
    assert Subwords.of([words] * 2).size == 1 + math.isqrt(2 * len(words))
    assert Subwords.of([words] * 2, most=700).size == 1 + 700


def test_a_text_without_spaces_is_cut() -> None:
    learned = Subwords.of(["a" * 10_000])
    assert [len(learned.decode(np.array([item]))) for item in learned.encode("a" * 130)] == [64, 64, 2]


def test_the_same_text_gives_the_same() -> None:
    again = Subwords.of([TEXT])
    assert again == LEARNED == Subwords(**LEARNED.to_json()) == pickle.loads(pickle.dumps(LEARNED))
    assert Subwords.of([TEXT + "zebra zebra"]) != LEARNED


def test_training_shows_every_sub_word_as_it_is() -> None:
    items = LEARNED.encode(TEXT)
    assert LEARNED.vary(items, np.random.default_rng(0)) is items
    assert np.exp(LEARNED.prior([items])).sum() == pytest.approx(1)
    assert LEARNED.beginning().tolist() == [OUTSIDE]


def test_a_lone_surrogate_is_refused() -> None:
    wrong = (
        "character 1: expected text that UTF-8 can hold, got '\\ud800'; "
        'replace it, such as with text.encode("utf-8", "replace").decode()'
    )
    with pytest.raises(DataError) as error:
        LEARNED.encode("a\ud800")
    assert str(error.value) == wrong
    with pytest.raises(DataError) as error:
        Subwords.of(["ab", "a\ud800"])
    assert str(error.value) == f"X: document 1: {wrong}"


def test_fewer_than_the_bytes_are_refused() -> None:
    with pytest.raises(ConfigurationError) as error:
        Subwords.of([TEXT], most=255)
    assert str(error.value) == "vocabulary_size: expected at least 256 sub-words, one for each byte, got 255"


def test_a_damaged_tokenizer_is_refused() -> None:
    with pytest.raises(DataError, match="tokenizer: expected JSON of the library tokenizers"):
        Subwords(LEARNED.tokenizer[:-9])


def test_the_command_that_installs_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(MissingDependencyError) as error:
        Subwords.of([TEXT])
    assert str(error.value) == 'sub-words need tokenizers: pip install "gatewise[text]"'
