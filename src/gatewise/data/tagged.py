"""Sequences with one label for each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gatewise.data.labelled import Kind, SequenceColumns, kind_of

__all__ = ["Steps", "TaggedSequences"]

Steps: TypeAlias = Sequence[list[str]] | Sequence[NDArray[np.float32]]


@dataclass(frozen=True)
class TaggedSequences:
    """Sequences with a label for each of their steps.

    Attributes
    ----------
    sequences : list of lists of tokens, or of float32 arrays of shape (time, channels)
    labels : list of lists of str
        As long as the sequences are.
    groups : array or None, shape (sequences,)
        Whom each sequence belongs to; one group is never on both sides of a split.
    sentence_labels : array or None, shape (sequences,)
        One label for each whole sequence, where there is one besides, such as the intent in SNIPS.
    channels : tuple of str
        Names of the values, or of the column of tokens.
    ids, source, notes, columns
        As in :class:`~gatewise.data.labelled.LabelledSequences`.
    """

    sequences: Steps
    labels: list[list[str]]
    groups: NDArray[np.generic] | None = None
    sentence_labels: NDArray[np.generic] | None = None
    channels: tuple[str, ...] = ()
    ids: NDArray[np.str_] | None = None
    source: str = "array"
    notes: tuple[str, ...] = ()
    columns: SequenceColumns | None = None

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def kind(self) -> Kind:
        """``"tokens"`` or ``"values"``."""
        return kind_of(self.sequences)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Steps of each sequence."""
        return np.array([len(labels) for labels in self.labels], np.int64)

    def take(self, rows: NDArray[np.int64]) -> TaggedSequences:
        """The sequences numbered ``rows``, in that order (nothing is copied)."""
        return replace(
            self,
            sequences=[self.sequences[row] for row in rows],
            labels=[self.labels[row] for row in rows],
            groups=None if self.groups is None else self.groups[rows],
            sentence_labels=None if self.sentence_labels is None else self.sentence_labels[rows],
            ids=None if self.ids is None else self.ids[rows],
        )
