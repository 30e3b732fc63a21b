"""Sequences of any length, each with a label."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = ["LabelledSequences"]


@dataclass(frozen=True)
class LabelledSequences:
    """Ragged multivariate sequences with one label each.

    Attributes
    ----------
    sequences : list of float32 arrays, each of shape (time, channels)
    labels : array of str or int, shape (sequences,)
    groups : array or None, shape (sequences,)
        Whom each sequence belongs to; one group is never on both sides of a split.
    channels : tuple of str
    ids : array of str or None
        Names of the sequences, where the table had them.
    source, notes
        As in :class:`~gatewise.data.series.SeriesSet`.
    """

    sequences: list[NDArray[np.float32]]
    labels: NDArray[np.generic]
    groups: NDArray[np.generic] | None = None
    channels: tuple[str, ...] = ()
    ids: NDArray[np.str_] | None = None
    source: str = "array"
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Steps of each sequence."""
        return np.array([len(sequence) for sequence in self.sequences], np.int64)

    def take(self, rows: NDArray[np.int64]) -> LabelledSequences:
        """The sequences numbered ``rows``, in that order (no values are copied)."""
        return replace(
            self,
            sequences=[self.sequences[row] for row in rows],
            labels=self.labels[rows],
            groups=None if self.groups is None else self.groups[rows],
            ids=None if self.ids is None else self.ids[rows],
        )
