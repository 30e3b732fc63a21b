"""Files and tables to sequences, whether they have labels or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from gatewise.data.readers.formats.conll import read_conll, read_conllu
from gatewise.data.readers.formats.form import form_of, path_of
from gatewise.data.readers.formats.recordings import list_recordings
from gatewise.data.readers.formats.snips import read_utterances
from gatewise.data.readers.formats.step_tables import (
    arrange,
    holds_tokens,
    recognise,
    split,
    tokens_of,
    values_of,
)
from gatewise.data.readers.formats.text import read_lines
from gatewise.data.readers.formats.text_tables import from_texts, recognise_texts
from gatewise.data.readers.formats.token_lists import has_token_lists, token_lists
from gatewise.data.readers.formats.ts import Case, read_header, read_ts
from gatewise.data.readers.table.frames import Source, Table, load
from gatewise.data.readers.table.roles import Names, as_names
from gatewise.data.readers.wording import counted
from gatewise.data.samples.registry import sample
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ConfigurationError, ReadError

__all__ = ["check_impute", "from_cases", "read_sequences", "shipped"]


def read_sequences(
    source: Source,
    *,
    id: str | None = None,
    time: str | None = None,
    target: str | None = None,
    channels: Names = (),
    group: str | None = None,
    impute: Literal["previous"] | None = None,
    tokens: bool = False,
) -> SequenceSet:
    """Read sequences whose labels are not known, or not to be looked at.

    Parameters
    ----------
    source : path, pandas / polars / pyarrow frame, or ``"sample:NAME"``
        Whatever :func:`~gatewise.data.readers.labelled.read_labelled` and
        :func:`~gatewise.data.readers.tagged.read_tagged` read, without labels too: also one recording, a CoNLL
        file of one column, and a text file with one text on each line.
    id, time, channels, impute
        As in these two.
    target, group : str, optional
        Columns that are no channels; ``target`` need not be there.
    tokens : bool
        For a tagger: texts are split into tokens at white space. CoNLL files and columns of lists are tokens always.

    Raises
    ------
    ReadError
        One line that names the file, the line and column, what was expected, what came and what to do.
    ConfigurationError
        An option has a value that is not listed here.
    """
    check_impute(impute)
    given = SequenceColumns(id or "", time, target or "", as_names(channels), group)
    form = form_of(source)
    if form == "sample":
        found = shipped(str(source))
        return SequenceSet(
            found.sequences, channels=found.channels, ids=found.ids, source=found.source, notes=found.notes
        )
    if form == "table":
        return _from_table(load(source, (id, group)), given, impute, tokens=tokens)
    path = path_of(source)
    if form == "ts":
        # Labels need not be those of the header, such as "?".
        header = replace(read_header(path), classes=())
        return from_cases(path, read_ts(path, header), impute)
    if form == "recordings":
        return list_recordings(path)
    if form == "conllu":
        return SequenceSet(read_conllu(path, labelled=False).tokens, source=str(path))
    if form == "conll":
        token = given.channels[0] if given.channels else None
        return SequenceSet(read_conll(path, token=token, labelled=False).tokens, source=str(path))
    if form == "snips":
        words = read_utterances(path)
        return SequenceSet(words if tokens else [" ".join(row) for row in words], source=str(path))
    lines = read_lines(path)
    return _split_texts(lines) if tokens else lines


def check_impute(impute: str | None) -> None:
    """Refuse a way of filling that is not known."""
    if impute not in (None, "previous"):
        raise ConfigurationError(f"impute={impute!r} is not known; expected previous, or nothing")


def shipped(source: str) -> SequenceSet:
    """The sequences of ``"sample:NAME"``; a sample of series is refused."""
    content = sample(source).content
    if isinstance(content, Path):
        raise ReadError(f"{source}: holds series without labels; use it with --task forecast")
    return content()


def from_cases(path: Path, cases: list[Case], impute: str | None) -> SequenceSet:
    """The sequences of a ``.ts`` file, without the padding at their ends."""
    # The archive pads ragged sequences with NaN at the end.
    lengths = np.array(
        [1 + np.flatnonzero(~np.isnan(case.values).all(axis=1)).max(initial=-1) for case in cases]
    )
    padded = int((lengths < [len(case.values) for case in cases]).sum())
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    flat = np.concatenate([case.values[:length] for case, length in zip(cases, lengths, strict=True)])
    bad = ~np.isfinite(flat)
    if impute is None and bad.any():
        row, channel = np.argwhere(bad)[0]
        number = int(np.searchsorted(offsets, row, side="right")) - 1
        raise ReadError(
            f"{path}: line {cases[number].line}, dimension {channel + 1}, value {row - offsets[number] + 1}: "
            "expected a number, found a missing or infinite one; fill it with the value before it with "
            "--impute previous"
        )
    sequences, notes = split(flat, offsets)
    empty = next(
        (case.line for case, sequence in zip(cases, sequences, strict=True) if not len(sequence)), None
    )
    if empty is not None:
        raise ReadError(f"{path}: line {empty} has no value in some dimension; remove the line")
    if padded:
        notes.insert(0, f"{counted(padded, 'sequence')} padded with NaN at the end, cut there")
    channels = tuple(f"dimension {number + 1}" for number in range(flat.shape[1]))
    return SequenceSet(sequences, channels=channels, source=str(path), notes=tuple(notes))


def _from_table(table: Table, given: SequenceColumns, impute: str | None, *, tokens: bool) -> SequenceSet:
    if has_token_lists(table, given):
        return token_lists(table, given, labelled=False)[0]
    texts = recognise_texts(table, given)
    if texts is not None:
        found = from_texts(table, texts)
        return _split_texts(found) if tokens else found
    parts = recognise(table, given, labelled=False, tokens=tokens)
    data = arrange(table, parts)
    if tokens and holds_tokens(table, parts):
        words, notes = tokens_of(data)
        return SequenceSet(
            words, channels=parts.channels, ids=data.ids.values, source=table.name, notes=notes, columns=parts
        )
    sequences, notes = values_of(data, impute)
    return SequenceSet(
        sequences, channels=parts.channels, ids=data.ids.values, source=table.name, notes=notes, columns=parts
    )


def _split_texts(found: SequenceSet) -> SequenceSet:
    return replace(found, sequences=[str(text).split() for text in found.sequences])
