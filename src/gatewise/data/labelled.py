"""Sequences of any length, each with a label."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = ["LabelledSequences", "SequenceColumns", "UnlabelledSequences"]


@dataclass(frozen=True)
class SequenceColumns:
    """Which column of a table of sequences plays which part; an empty name is not known, or not there."""

    id: str = ""
    time: str | None = None
    target: str = ""
    channels: tuple[str, ...] = ()
    group: str | None = None

    def describe(self) -> str:
        """In one line: ``"id=id, time=(row number), target=label, channels=x,z"``."""
        parts = [f"id={self.id}", f"time={self.time or '(row number)'}"]
        parts += [f"{part}={name}" for part in ("target", "group") if (name := getattr(self, part))]
        return ", ".join([*parts, f"channels={','.join(self.channels)}"])


@dataclass(frozen=True)
class UnlabelledSequences:
    """Ragged multivariate sequences to be classified; attributes as in :class:`LabelledSequences`."""

    sequences: list[NDArray[np.float32]]
    channels: tuple[str, ...] = ()
    ids: NDArray[np.str_] | None = None
    source: str = "array"
    notes: tuple[str, ...] = ()
    columns: SequenceColumns | None = None

    def __len__(self) -> int:
        return len(self.sequences)


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
    columns : SequenceColumns or None
        Where they stood in a table.
    """

    sequences: list[NDArray[np.float32]]
    labels: NDArray[np.generic]
    groups: NDArray[np.generic] | None = None
    channels: tuple[str, ...] = ()
    ids: NDArray[np.str_] | None = None
    source: str = "array"
    notes: tuple[str, ...] = ()
    columns: SequenceColumns | None = None

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
