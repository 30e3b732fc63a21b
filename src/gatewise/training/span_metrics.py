"""Spans that labels mark, and how many of them are found, as ``conlleval`` counts them."""

from __future__ import annotations

from collections.abc import Sequence

from gatewise.data.span_schemes import OPENS

__all__ = ["span_metrics", "spans"]

CLOSES = frozenset("ESLU")

Span = tuple[int, int, str]


def spans(labels: Sequence[str]) -> set[Span]:
    """Return the spans ``(first, after the last, type)`` in the labels of one sequence, written as ``B-PER``.

    A span also begins where its type changes, or after ``O`` without a ``B``, and ends where it is not
    continued: what a model gets wrong still counts as something.
    """
    found: set[Span] = set()
    first, before, kind_before = 0, "O", ""
    for step, label in enumerate([*labels, "O"]):
        mark, kind = _split(label)
        breaks = mark == "O" or mark in OPENS or kind != kind_before or before in CLOSES
        if before != "O" and breaks:
            found.add((first, step, kind_before))
        if mark != "O" and (breaks or before == "O"):
            first = step
        before, kind_before = mark, kind
    return found


def span_metrics(actual: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> dict[str, float]:
    """Measure precision, recall and F1 of exact spans, counted over all sequences together.

    References
    ----------
    Tjong Kim Sang & Buchholz 2000, "Introduction to the CoNLL-2000 shared task".
    """
    there = guessed = right = 0
    for true, guess in zip(actual, predicted, strict=True):
        of_true, of_guess = spans(true), spans(guess)
        there, guessed, right = there + len(of_true), guessed + len(of_guess), right + len(of_true & of_guess)
    return {
        "span precision": right / guessed if guessed else 0.0,
        "span recall": right / there if there else 0.0,
        "span F1": 2 * right / (there + guessed) if there + guessed else 1.0,
    }


def _split(label: str) -> tuple[str, str]:
    """Split ``"B-city"`` into ``("B", "city")``, ``"O"`` into ``("O", "")``."""
    mark, _, kind = label.partition("-")
    return mark, kind
