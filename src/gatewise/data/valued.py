"""Sequences with numbers to be estimated."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gatewise.data.labelled import SequenceColumns

__all__ = ["ValuedSequences"]


@dataclass(frozen=True)
class ValuedSequences:
    """Sequences with one number each, or one for each of their steps.

    Attributes
    ----------
    sequences : list of float32 arrays, each of shape (time, channels)
    targets : float64 array, shape (sequences,), or list of float64 arrays of shape (time,)
        In the unit of the data.
    groups : array or None, shape (sequences,)
        Whom each sequence belongs to; one group is never on both sides of a split.
    channels, ids, source, notes, columns
        As in :class:`~gatewise.data.labelled.LabelledSequences`.
    """

    sequences: list[NDArray[np.float32]]
    targets: NDArray[np.float64] | list[NDArray[np.float64]]
    groups: NDArray[np.generic] | None = None
    channels: tuple[str, ...] = ()
    ids: NDArray[np.str_] | None = None
    source: str = "array"
    notes: tuple[str, ...] = ()
    columns: SequenceColumns | None = None

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def per_step(self) -> bool:
        """Whether there is a number for each step."""
        return isinstance(self.targets, list)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Steps of each sequence."""
        return np.array([len(sequence) for sequence in self.sequences], np.int64)

    def with_steps(self) -> ValuedSequences:
        """The same with the number of each sequence at every one of its steps, where there was one for each."""
        if isinstance(self.targets, list):
            return self
        pairs = zip(self.sequences, self.targets, strict=True)
        return replace(self, targets=[np.full(len(sequence), value) for sequence, value in pairs])

    def take(self, rows: NDArray[np.int64]) -> ValuedSequences:
        """The sequences numbered ``rows``, in that order (no values are copied)."""
        targets = self.targets
        return replace(
            self,
            sequences=[self.sequences[row] for row in rows],
            targets=[targets[row] for row in rows] if isinstance(targets, list) else targets[rows],
            groups=None if self.groups is None else self.groups[rows],
            ids=None if self.ids is None else self.ids[rows],
        )
