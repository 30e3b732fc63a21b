"""Sequences of any length, and what is to be learned of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from gatewise.data.arrays import Array, Integers, Texts, Values
from gatewise.data.tasks import SequenceTask

__all__ = ["SequenceColumns", "SequenceKind", "SequenceSet", "SequenceTask", "Sequences", "kind_of"]

SequenceKind: TypeAlias = Literal["values", "text", "tokens", "audio"]

Sequences: TypeAlias = Sequence[Values] | Sequence[str] | Sequence[Path] | Sequence[list[str]]


def kind_of(sequences: Sequences) -> SequenceKind:
    """Tell what the sequences are: arrays of values, texts, lists of tokens, or paths of recordings."""
    first = sequences[0] if len(sequences) else None
    if isinstance(first, str):
        return "text"
    if isinstance(first, Path):
        return "audio"
    return "tokens" if isinstance(first, list) else "values"


@dataclass(frozen=True)
class SequenceColumns:
    """The columns that play a part in a table of sequences; a name is empty where it is unknown or there is none.

    ``targets`` are the columns of several numbers for each sequence, and ``target`` is then empty. ``decimal`` is what
    stands before decimals in numbers that are text, and ``axes`` what the axes of arrays are, where the user said so.
    """

    id: str = ""
    time: str | None = None
    target: str = ""
    channels: tuple[str, ...] = ()
    group: str | None = None
    decimal: str = ""
    axes: str = ""
    targets: tuple[str, ...] = ()

    def describe(self) -> str:
        """In one line: ``"id=id, time=(row number), target=label, channels=x,z"``.

        Without an id every row is a sequence, so that there is no time either.
        """
        parts = [f"id={self.id}", f"time={self.time or '(row number)'}"] if self.id else []
        named = {"target": ",".join(self.targets) or self.target, "group": self.group}
        parts += [f"{part}={name}" for part, name in named.items() if name]
        return ", ".join([*parts, f"channels={','.join(self.channels)}"])


@dataclass(frozen=True)
class SequenceSet:
    """Sequences of any length, with or without what is to be learned.

    Attributes
    ----------
    sequences : list of float32 arrays of shape (time, channels), of str (texts), of lists of str (tokens), or of Path
        (recordings)
    target : array, shape (sequences,), or list with one entry for each sequence, or None
        Classification: an array of text or integers, one label each. Regression: an array of float64, (sequences,) or
        (sequences, targets), or a list of arrays with a value for each step. Tagging: a list of lists of text, a label
        for each step.
    task : {"classification", "regression", "tagging"} or None
        The task that the target is for; ``None`` without one.
    groups : array or None, shape (sequences,)
        Whom each sequence belongs to; one group is never on both sides of a split.
    sentence_labels : array or None, shape (sequences,)
        Tagging: one label for each whole sequence, where there is one besides, such as the intent in SNIPS.
    channels : tuple of str
        Names of the values, or of the one column of texts or tokens.
    ids : array of str or None
        Names of the sequences, where the table had them.
    categorical : tuple of str or int, or None
        Channels whose numbers are codes and no amounts, by name or number; ``None``: nobody has said.
    source, notes
        As in :class:`~gatewise.data.series.SeriesSet`.
    columns : SequenceColumns or None
        Where they stood in a table.
    """

    sequences: Sequences
    target: Any = None
    task: SequenceTask | None = None
    groups: Array | None = None
    sentence_labels: Array | None = None
    channels: tuple[str, ...] = ()
    ids: Texts | None = None
    categorical: tuple[str | int, ...] | None = None
    source: str = "array"
    notes: tuple[str, ...] = ()
    columns: SequenceColumns | None = None

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def kind(self) -> SequenceKind:
        """The kind of the sequences; see :func:`kind_of`."""
        return kind_of(self.sequences)

    @property
    def per_step(self) -> bool:
        """True if there is a target for each step."""
        return isinstance(self.target, list)

    @property
    def lengths(self) -> Integers:
        """Steps of each sequence, or characters of each text; 0 for recordings, which are not opened here."""
        return np.array([0 if isinstance(one, Path) else len(one) for one in self.sequences], np.int64)

    def with_steps(self) -> SequenceSet:
        """Repeat the value of each sequence at every one of its steps, where there was one for each."""
        if self.per_step:
            return self
        pairs = zip(self.sequences, self.target, strict=True)
        return replace(self, target=[np.full(len(sequence), value) for sequence, value in pairs])  # type: ignore[arg-type]  # these are arrays

    def take(self, rows: Integers) -> SequenceSet:
        """Pick the sequences numbered ``rows``, in that order; no values are copied."""
        return replace(
            self,
            sequences=_picked(self.sequences, rows),
            target=_picked(self.target, rows),
            groups=_picked(self.groups, rows),
            sentence_labels=_picked(self.sentence_labels, rows),
            ids=_picked(self.ids, rows),
        )


def _picked(values: Any, rows: Integers) -> Any:
    if values is None or isinstance(values, np.ndarray):
        return None if values is None else values[rows]
    return [values[row] for row in rows]
