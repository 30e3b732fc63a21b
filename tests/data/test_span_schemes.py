"""Labels that mark spans, however they are written."""

from __future__ import annotations

import pytest

from gatewise.data.span_schemes import Scheme
from gatewise.training.span_metrics import span_metrics


@pytest.mark.parametrize(
    ("labels", "plain"),
    [
        ("O B-a I-a", "O B-a I-a"),
        ("S-a O", "S-a O"),
        ("U-a L-a B-a I-a O", "U-a L-a B-a I-a O"),
        ("B-a M-a E-a S-a O", "B-a I-a E-a S-a O"),
        ("B-a M-a E-a W-a O", "B-a I-a E-a S-a O"),
        ("O I-a", "O I-a"),
        ("B_PER I_PER O", "B-PER I-PER O"),
        ("PER-B PER-I O", "B-PER I-PER O"),
        ("PER_B PER_M PER_E PER_S O", "B-PER I-PER E-PER S-PER O"),
        ("b-per i-per o", "B-per I-per O"),
        ("B I O", "B- I- O"),
        ("B M E S", "B- I- E- S-"),
        ("B-x-y I-x-y O", "B-x-y I-x-y O"),
    ],
)
def test_labels_that_mark_spans(labels: str, plain: str) -> None:
    scheme = Scheme.of(labels.split())
    assert scheme is not None
    assert scheme.plain(labels.split()) == plain.split()


@pytest.mark.parametrize(
    "labels", ["O", "", "I-a", "NOUN VERB", "O B-a X-a", "B C", "B O", "S V O", "O b-a PER-B"]
)
def test_labels_that_mark_none(labels: str) -> None:
    assert Scheme.of(labels.split()) is None


def test_spans_of_characters_are_those_of_words() -> None:
    actual, predicted = [["B-a", "M-a", "E-a", "O", "S-b"]], [["B-a", "M-a", "E-a", "O", "O"]]
    scheme = Scheme.of(actual[0])
    assert scheme is not None
    # One of two spans is found; without M as inside there would be three.
    assert span_metrics([scheme.plain(actual[0])], [scheme.plain(predicted[0])]) == {
        "span precision": 1,
        "span recall": 0.5,
        "span F1": pytest.approx(2 / 3),
    }
