"""The best sequence of labels among those that could stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Integers
from gatewise.data.span_schemes import OPENS, Scheme

__all__ = ["LabelGrammar", "best_labels", "best_paths"]

# Training labels that break the rules of a scheme more often than this follow another one.
MOST_BROKEN = 0.01
BATCH = 64
# The logarithm of a probability of zero would forbid what only is unlikely.
LEAST = 1e-30


@dataclass(frozen=True)
class LabelGrammar:
    """Which label may follow which.

    Attributes
    ----------
    follows : bool array, shape (labels, labels)
        Whether the second may come after the first.
    begins, ends : bool array, shape (labels,)
        Whether a sequence may begin or end with it.
    """

    follows: NDArray[np.bool_]
    begins: NDArray[np.bool_]
    ends: NDArray[np.bool_]

    @classmethod
    def of(cls, classes: NDArray[np.generic], codes: list[Integers]) -> Self | None:
        """Return the grammar of spans (BIO, IO, or IOBES where ends or singles are marked); ``None`` of other labels.

        ``codes`` are the training labels; those that do not keep to the grammar have none either.
        """
        scheme = Scheme.of(classes)
        if scheme is None:
            return None
        parts = [scheme.parts[str(label)] for label in classes]
        closed = any(mark in "ESLU" for mark, _ in parts)
        # Where nothing marks beginnings (I-PER and O alone) any label may follow any.
        opened = any(mark in OPENS for mark, _ in parts)
        inside = np.array([opened and mark in ("I", "E", "L") for mark, _ in parts])
        open_ = np.array([mark in ("B", "I") for mark, _ in parts])
        kinds = np.array([kind for _, kind in parts])
        continued = open_[:, None] & inside & (kinds[:, None] == kinds)
        # With marked ends, a span that is open has to go on; without, it may simply stop.
        follows = continued | ~(
            inside | open_[:, None] if closed else np.broadcast_to(inside, continued.shape)
        )
        grammar = cls(follows, ~inside, ~open_ if closed else np.ones_like(inside))
        broken = np.concatenate([~grammar._allowed(one) for one in codes])
        return grammar if broken.mean() <= MOST_BROKEN else None

    def _allowed(self, codes: Integers) -> NDArray[np.bool_]:
        return np.array([self.begins[codes[0]], *self.follows[codes[:-1], codes[1:]], self.ends[codes[-1]]])


def best_labels(probabilities: list[NDArray[np.float64]], grammar: LabelGrammar | None) -> list[Integers]:
    """Return the most probable labels that keep to the grammar.

    Parameters
    ----------
    probabilities : list of float64 arrays, each of shape (steps, labels)
    grammar : LabelGrammar, optional
        Without one, the best label of each step.

    Returns
    -------
    list of int64 arrays, each as long as its row
    """
    if grammar is None:
        return [one.argmax(1) for one in probabilities]
    scores = [np.log(np.maximum(one, LEAST)) for one in probabilities]
    return best_paths(scores, np.zeros(grammar.follows.shape), grammar)


def best_paths(
    scores: list[NDArray[np.float64]], transitions: NDArray[np.float64], grammar: LabelGrammar | None = None
) -> list[Integers]:
    """Return the labels of the highest sum of scores and transitions (Viterbi 1967).

    Parameters
    ----------
    scores : list of float64 arrays, each of shape (steps, labels)
    transitions : float64 array, shape (labels, labels)
        What is added where the second comes after the first.
    grammar : LabelGrammar, optional
        To which the labels keep.

    Returns
    -------
    list of int64 arrays, each as long as its row
    """
    begins = ends = np.zeros(len(transitions))
    if grammar is not None:
        follows, begins, ends = (
            np.where(one, 0.0, -np.inf) for one in (grammar.follows, grammar.begins, grammar.ends)
        )
        transitions = transitions + follows
    # Rows of like length together, so that what stands after their ends is little.
    order = np.argsort([len(one) for one in scores], kind="stable")
    answer: list[Integers] = [np.empty(0, np.int64)] * len(scores)
    for first in range(0, len(order), BATCH):
        rows = order[first : first + BATCH]
        found = _of_batch([scores[row] for row in rows], transitions, begins, ends)
        for row, codes in zip(rows, found, strict=True):
            answer[row] = codes
    return answer


def _of_batch(
    found: list[NDArray[np.float64]],
    transitions: NDArray[np.float64],
    begins: NDArray[np.float64],
    ends: NDArray[np.float64],
) -> list[Integers]:
    lengths = np.array([len(one) for one in found])
    batch, time = len(lengths), int(lengths.max())
    scores = np.zeros((batch, time, len(begins)))
    for row, one in enumerate(found):
        scores[row, : len(one)] = one
    rows = np.arange(batch)
    total = scores[:, 0] + begins  # (batch, labels)
    came_from = np.zeros(scores.shape, np.int64)
    for step in range(1, time):
        paths = total[:, :, None] + transitions  # (batch, label before, label)
        came_from[:, step] = paths.argmax(1)
        # The total of a row that has ended stays what it was at its end.
        total = np.where((step < lengths)[:, None], paths.max(1) + scores[:, step], total)
    label = (total + ends).argmax(1)
    answer = np.zeros((batch, time), np.int64)
    for step in range(time - 1, -1, -1):
        answer[:, step] = label
        label = np.where(step < lengths, came_from[rows, step, label], label)
    return [row[:length] for row, length in zip(answer, lengths, strict=True)]
