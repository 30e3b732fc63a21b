"""Sequences of any length, each with a label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Kind",
    "LabelledSequences",
    "SequenceColumns",
    "Sequences",
    "UnlabelledSequences",
    "kind_of",
    "taken",
]

Kind: TypeAlias = Literal["values", "text", "tokens", "audio"]
Sequences: TypeAlias = Sequence[NDArray[np.float32]] | Sequence[str] | Sequence[Path] | Sequence[list[str]]


def kind_of(sequences: Sequences) -> Kind:
    """What the sequences are: arrays of values, texts, lists of tokens, or paths of recordings."""
    first = sequences[0] if len(sequences) else None
    if isinstance(first, str):
        return "text"
    if isinstance(first, Path):
        return "audio"
    return "tokens" if isinstance(first, list) else "values"


def taken(sequences: Sequences, rows: NDArray[np.int64]) -> Sequences:
    """The sequences numbered ``rows``, in that order, not copied."""
    return [sequences[row] for row in rows]


@dataclass(frozen=True)
class SequenceColumns:
    """Which column of a table of sequences plays which part; an empty name is not known, or not there."""

    id: str = ""
    time: str | None = None
    target: str = ""
    channels: tuple[str, ...] = ()
    group: str | None = None

    def describe(self) -> str:
        """In one line: ``"id=id, time=(row number), target=label, channels=x,z"``.

        Without an id every row is a sequence, so that there is no time either.
        """
        parts = [f"id={self.id}", f"time={self.time or '(row number)'}"] if self.id else []
        parts += [f"{part}={name}" for part in ("target", "group") if (name := getattr(self, part))]
        return ", ".join([*parts, f"channels={','.join(self.channels)}"])


@dataclass(frozen=True)
class UnlabelledSequences:
    """Sequences to be predicted from; attributes as in :class:`LabelledSequences`, and lists of tokens too."""

    sequences: Sequences
    channels: tuple[str, ...] = ()
    ids: NDArray[np.str_] | None = None
    source: str = "array"
    notes: tuple[str, ...] = ()
    columns: SequenceColumns | None = None

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def kind(self) -> Kind:
        """What the sequences are; see :func:`kind_of`."""
        return kind_of(self.sequences)


@dataclass(frozen=True)
class LabelledSequences:
    """Sequences of any length with one label each.

    Attributes
    ----------
    sequences : list of float32 arrays of shape (time, channels), of str (texts), or of Path (recordings)
    labels : array of str or int, shape (sequences,)
    groups : array or None, shape (sequences,)
        Whom each sequence belongs to; one group is never on both sides of a split.
    channels : tuple of str
        Names of the values, or of the one column of texts.
    ids : array of str or None
        Names of the sequences, where the table had them.
    source, notes
        As in :class:`~gatewise.data.series.SeriesSet`.
    columns : SequenceColumns or None
        Where they stood in a table.
    """

    sequences: Sequences
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
    def kind(self) -> Kind:
        """What the sequences are; see :func:`kind_of`."""
        return kind_of(self.sequences)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Steps of each sequence, or characters of each text; 0 for recordings, which are not opened here."""
        return np.array([0 if isinstance(one, Path) else len(one) for one in self.sequences], np.int64)

    def take(self, rows: NDArray[np.int64]) -> LabelledSequences:
        """The sequences numbered ``rows``, in that order (no values are copied)."""
        return replace(
            self,
            sequences=taken(self.sequences, rows),
            labels=self.labels[rows],
            groups=None if self.groups is None else self.groups[rows],
            ids=None if self.ids is None else self.ids[rows],
        )
