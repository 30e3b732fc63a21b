"""Where errors on sequences are said to be, on answers whose errors are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sounds import record, tone

from gatewise.comparison.details.labels import class_counts, probabilities
from gatewise.comparison.details.sequences import HeldOut, class_details, tag_details, value_details
from gatewise.comparison.details.shapes import shape_of


def test_counts_of_classes() -> None:
    found = class_counts(["a", "b", "c"], np.array([0, 0, 1, 1]), {"X": np.array([0, 1, 1, 2])})
    assert found.support == (2, 2, 0)
    assert found.predicted["X"] == (1, 2, 1)
    assert found.right["X"] == (1, 1, 0)


def test_probabilities_that_are_right_and_sure() -> None:
    actual = np.array([0, 1, 2, 1])
    found = probabilities(actual, np.eye(4)[actual])
    assert found.area == (1.0, 1.0, 1.0, None)  # nothing is of the fourth class
    assert found.calibration_error == 0.0
    assert (found.confidence, found.accuracy, found.counts) == ((1.0,), (1.0,), (4,))


def test_probabilities_that_are_too_sure() -> None:
    actual = np.array([0, 0, 1, 1])
    shares = np.array([[0.95, 0.05], [0.05, 0.95], [0.05, 0.95], [0.95, 0.05]])
    found = probabilities(actual, shares)
    assert found.calibration_error == pytest.approx(0.45)
    assert found.area == (0.5, 0.5)
    assert found.roc[0] == (0.0, 0.0)
    assert found.roc[-1] == (1.0, 1.0)


def test_the_surest_wrong_answers_and_the_worst_groups() -> None:
    sequences = [np.full((5, 2), k, np.float32) for k in range(4)]
    groups = np.array(["x", "x", "y", "y"])
    tested = HeldOut(sequences, ["s1", "s2", "s3", "s4"], np.array([0, 1, 1, 1]), groups, ("u", "v"), 1)
    shares = np.array([[0.6, 0.4], [0.9, 0.1], [0.2, 0.8], [0.7, 0.3]], np.float32)
    answers = {"GRU": [{"probabilities": shares}]}
    details = class_details(tested, ["no", "yes"], np.array([0, 1, 1, 1]), answers, ("GRU",))
    worst = details.worst["GRU"]
    assert [(one.title, one.actual, one.predicted) for one in worst] == [
        ("s2, group x", "yes", "no (probability 0.90)"),
        ("s4, group y", "yes", "no (probability 0.70)"),
    ]
    assert worst[0].shape is not None
    assert worst[0].shape.lines == {"u": (1.0,) * 5, "v": (1.0,) * 5}
    (by,) = details.by
    assert (by.what, by.names, by.errors["GRU"]) == ("group", ("x", "y"), (0.5, 0.5))


def test_tags_of_words_that_were_not_learned() -> None:
    tested = HeldOut([["a", "b"], ["c"]], ["one", "two"], [["X", "Y"], ["Y"]], None, (), 1)
    answers = {"GRU": [{"labels": np.array([0, 1, 0])}]}
    details = tag_details(tested, ["X", "Y"], {"a", "b"}, answers, ("GRU",))
    (by,) = details.by
    assert by.names == ("words that training had", "words that it had not")
    assert by.errors["GRU"] == (0.0, 1.0)
    (worst,) = details.worst["GRU"]
    assert (worst.title, worst.predicted) == ("two", "1 of 1 steps wrong")
    assert worst.shape is not None
    assert (worst.shape.tokens, worst.shape.actual, worst.shape.predicted) == (("c",), ("Y",), ("X",))


def test_values_by_their_size() -> None:
    targets = np.arange(10.0)
    sequences = [np.zeros((3, 1), np.float32)] * 10
    tested = HeldOut(sequences, [str(k) for k in range(10)], targets, None, (), 1)
    details = value_details(tested, {"GRU": [{"values": targets + np.where(targets > 7, 2, 0)}]}, ("GRU",))
    (by,) = details.by
    assert by.names[-1] == "7.2 to 9"
    assert by.errors["GRU"] == (0.0, 0.0, 0.0, 0.0, 2.0)
    assert details.residuals["GRU"].bias == 0.4
    assert {one.title for one in details.worst["GRU"][:2]} == {"8", "9"}


def test_a_sequence_is_made_small() -> None:
    values = np.random.default_rng(0).normal(size=(1000, 7)) * np.arange(1, 8)
    shape = shape_of(values)
    assert list(shape.lines) == ["channel 4", "channel 5", "channel 6", "channel 7"]
    assert {len(line) for line in shape.lines.values()} == {80}
    assert shape.steps == 1000
    assert shape_of("word " * 70).tokens[-1] == "…"


def test_a_recording_is_made_small(tmp_path: Path) -> None:
    shape = shape_of(record(tmp_path / "a.wav", tone(440)))
    assert (len(shape.wave), max(shape.wave), shape.seconds) == (160, 1.0, 0.3)
    assert len(shape.mel) % shape.mel_bands == 0
    bands = np.array([int(one, 16) for one in shape.mel]).reshape(shape.mel_bands, -1).mean(axis=1)
    assert bands.argmax() < shape.mel_bands // 2  # 440 Hz is low
