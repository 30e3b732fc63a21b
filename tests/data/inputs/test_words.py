"""Words as rows of numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gatewise.data.inputs.fitting import fit_inputs, inputs_from, pack_inputs
from gatewise.data.inputs.words import FEATURES, PADDING, UNKNOWN, WordInputs

TRAINING = [["Fly", "to", "Oslo"], ["fly", "from", "Oslo", "at", "12"], ["fly", "home"]]


def test_the_columns() -> None:
    inputs = WordInputs.of(TRAINING)
    rows = inputs.encode(["Fly", "12", "99", "Oslo"])
    assert rows.shape == (4, len(FEATURES) + 4)
    assert rows.dtype == np.int64
    words = inputs.vocabularies["words"]
    # By frequency, then by name; in lower case, digits alike.
    assert words == ["fly", "oslo", "00", "at", "from", "home", "to"]
    assert rows[:, 0].tolist() == [2, 4, 4, 3]
    assert inputs.vocabularies["shapes"] == ["x", "Xx", "0"]
    assert inputs.vocabularies["suffixes"][rows[3, 3] - 2] == "slo"
    # Characters are those of the training texts, as they are.
    assert [inputs.characters[number - 2] for number in rows[0, 5:8]] == ["F", "l", "y"]
    assert rows[0, 8] == PADDING
    assert rows[2, 5:].tolist() == [UNKNOWN, UNKNOWN, PADDING, PADDING]


def test_unknown_words_keep_what_is_known_of_them() -> None:
    inputs = WordInputs.of(TRAINING)
    row = inputs.encode(["Floslo"])[0]
    assert row[:4].tolist() == [
        UNKNOWN,
        UNKNOWN,
        inputs.encode(["Oslo"])[0, 2],
        inputs.encode(["Oslo"])[0, 3],
    ]
    assert UNKNOWN not in row[4:]


def test_the_order_of_texts_does_not_matter() -> None:
    assert WordInputs.of(TRAINING).vocabularies == WordInputs.of(TRAINING[::-1]).vocabularies


def test_raw_text_is_cut_into_words() -> None:
    inputs = WordInputs.of(["Fly to Oslo, now!"])
    assert np.array_equal(inputs.encode("fly, now"), inputs.encode(["fly", ",", "now"]))


def test_an_empty_text_is_one_unknown_word() -> None:
    inputs = WordInputs.of(TRAINING)
    for empty in ("", "  ", []):
        assert inputs.encode(empty).tolist() == [[UNKNOWN] * len(FEATURES) + [PADDING]]


@pytest.mark.slow
def test_a_long_text_is_its_first_and_last_words() -> None:
    inputs = WordInputs.of(["a b c d e"], longest=4)
    whole = inputs.encode("a b c d e")
    assert np.array_equal(whole, inputs.encode("a b d e"))
    assert len(WordInputs.of(["ab"]).encode("a" * 1_000_000)[0]) == len(FEATURES) + 24
    assert len(WordInputs.of(["ab"]).encode("a " * 500_000)) == 512


def test_batches_are_padded_to_the_longest_text_and_word() -> None:
    inputs = WordInputs.of(TRAINING)
    batch = inputs.collate([inputs.encode(["to"]), inputs.encode(["fly", "Oslo"])], np.array([1, 0]))
    assert batch.values.shape == (2, 2, len(FEATURES) + 4)
    assert batch.lengths.tolist() == [1, 2]
    assert batch.target is not None
    assert batch.target.tolist() == [1, 0]
    assert (batch.values[0, 1] == PADDING).all()


def test_training_hides_rare_words_more_often() -> None:
    inputs = WordInputs.of([["rare"], *[["often"]] * 9])
    encoded = [inputs.encode(["often", "rare"])] * 4000
    hidden = (
        (inputs.collate(encoded, random=np.random.default_rng(0)).values[:, :, 0] == UNKNOWN).float().mean(0)
    )
    np.testing.assert_allclose(hidden, [0.25 / 9.25, 0.25 / 1.25], atol=0.02)
    shown = inputs.collate(encoded).values
    assert (shown[:, :, 0] != UNKNOWN).all()


def test_saved_and_loaded() -> None:
    inputs = fit_inputs("text", TRAINING)
    config, arrays = pack_inputs(inputs)
    again = inputs_from(json.loads(json.dumps(config)), arrays)
    assert np.array_equal(again.encode(["Fly", "ÿ"]), inputs.encode(["Fly", "ÿ"]))
    assert again.shape == inputs.shape
    assert again.shape.sizes["words"] == 9
    assert again.shape.sizes["characters"] == len(set("FlytoOsfrmah12e")) + 2
