"""Spans and their F1, as conlleval counts them."""

from __future__ import annotations

import pytest

from gatewise.training.span_metrics import span_metrics, spans


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("", set()),
        ("O O", set()),
        ("B-a I-a O B-b", {(0, 2, "a"), (3, 4, "b")}),
        ("B-a B-a", {(0, 1, "a"), (1, 2, "a")}),
        ("O I-a I-a", {(1, 3, "a")}),
        ("B-a I-b I-b", {(0, 1, "a"), (1, 3, "b")}),
        ("S-a B-a I-a E-a E-a", {(0, 1, "a"), (1, 4, "a"), (4, 5, "a")}),
        ("U-a B-a L-a I-a", {(0, 1, "a"), (1, 3, "a"), (3, 4, "a")}),
        ("B-x-y I-x-y", {(0, 2, "x-y")}),
    ],
)
def test_spans(labels: str, expected: set[tuple[int, int, str]]) -> None:
    assert spans(labels.split()) == expected


def test_exact_spans_are_counted_over_all_sequences() -> None:
    actual = [["B-a", "I-a", "O"], ["B-b", "B-a"]]
    predicted = [["B-a", "O", "O"], ["B-b", "I-a"]]
    # Three are there, three are guessed; of them b and the last a are right.
    assert span_metrics(actual, predicted) == {
        "span precision": pytest.approx(2 / 3),
        "span recall": pytest.approx(2 / 3),
        "span F1": pytest.approx(2 / 3),
    }


def test_nothing_to_find() -> None:
    assert span_metrics([["O"]], [["O"]])["span F1"] == 1
    assert span_metrics([["O"]], [["B-a"]])["span F1"] == 0
