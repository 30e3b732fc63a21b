"""Files and tables to labelled sequences."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gatewise.data.readers.formats.form import form_of, path_of
from gatewise.data.readers.formats.recordings import read_recordings
from gatewise.data.readers.formats.snips import read_utterances, read_whole_labels
from gatewise.data.readers.formats.step_tables import arrange, constant, recognise, values_of
from gatewise.data.readers.formats.text import read_text_folders
from gatewise.data.readers.formats.text_tables import from_texts, recognise_texts
from gatewise.data.readers.formats.ts import read_header, read_ts
from gatewise.data.readers.sequences import check_impute, from_cases, shipped
from gatewise.data.readers.table.columns import labels
from gatewise.data.readers.table.frames import Source, Table, load
from gatewise.data.readers.table.roles import Names, as_names, check_names, listing
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ConfigurationError, ReadError

__all__ = ["read_labelled"]


def read_labelled(
    source: Source,
    *,
    id: str | None = None,
    time: str | None = None,
    target: str | None = None,
    channels: Names = (),
    group: str | None = None,
    impute: Literal["previous"] | None = None,
    pattern: str | None = None,
) -> SequenceSet:
    """Read sequences to be classified from a file, folder or frame.

    Parameters
    ----------
    source : path, pandas / polars / pyarrow frame, or ``"sample:NAME"``
        - A ``.ts`` file (UEA archive, sktime, aeon).
        - A long table with one row for each sequence and time.
        - A table, or JSON lines, with one text and its label in each row.
        - A folder with ``seq.in`` and ``label``, line by line (SNIPS, ATIS).
        - A folder with a sub-folder of text files for each label.
        - A folder of recordings; see :func:`~gatewise.data.readers.formats.recordings.read_recordings`.
    id : str, optional
        Column that tells sequences apart; ``unique_id``, ``item_id``, ``sequence_id``, … are recognised.
    time : str, optional
        Column that orders the rows of a sequence; without one they are in order already.
    target : str, optional
        Column of the label, constant within a sequence; ``label``, ``class``, … or the only text column left.
    channels : str or sequence of str, optional
        Columns of the values; all other number columns by default. Or the one column of the texts; ``text``,
        ``sentence``, ``review``, … are recognised, or that with the longest values.
    group : str, optional
        Column that says to whom a sequence belongs, constant within it.
    impute : "previous", optional
        Fill NaN and infinity with the value before; otherwise they are refused by place.
    pattern : str, optional
        What the names of recordings mean, such as ``"{label}_{group}_{take}.wav"``.

    Returns
    -------
    SequenceSet
        Labels are text, or ``int64`` where the column holds whole numbers.

    Raises
    ------
    ReadError
        One line that names the file, the line and column, what was expected, what came and what to do.
    ConfigurationError
        An option has a value that is not listed here.
    """
    check_impute(impute)
    form = form_of(source)
    if pattern and form != "recordings":
        raise ConfigurationError("--pattern is about the names of recordings; leave it out")
    if form == "sample":
        found = shipped(str(source))
        if found.task != "classification":
            raise ReadError(f"{source}: holds numbers to be estimated; use it with --task regression")
        return found
    if form == "table":
        given = SequenceColumns(id or "", time, target or "", as_names(channels), group)
        return _from_table(load(source, (id, group)), given, impute)
    path = path_of(source)
    if form == "ts":
        return _from_ts(path, impute)
    if form == "recordings":
        return read_recordings(path, target=target, group=group, pattern=pattern)
    if form == "snips":
        return _from_snips(path)
    if form == "text" and path.is_dir():
        return read_text_folders(path)
    if form == "text":
        raise ReadError(
            f"{path}: holds text without labels; expected a table with a text and its label in each row "
            "(.csv, .tsv, .parquet, .jsonl)"
        )
    raise ReadError(f"{path}: holds a label for each token; use it with --task tagging")


def _from_ts(path: Path, impute: str | None) -> SequenceSet:
    header = read_header(path)
    if header.regression:
        raise ReadError(f"{path}: labels are numbers (@targetLabel true); use it with --task regression")
    if not header.labelled:
        raise ReadError(
            f"{path}: has no labels (@classLabel true …); a classifier needs one for each sequence"
        )
    cases = read_ts(path, header)
    return _with_labels(from_cases(path, cases, impute), np.array([case.label for case in cases]))


def _from_snips(folder: Path) -> SequenceSet:
    tokens = read_utterances(folder)
    intents = read_whole_labels(folder, tokens)
    if intents is None:
        raise ReadError(
            f"{folder}: has no file label with a line for each of seq.in; use it with --task tagging"
        )
    return SequenceSet([" ".join(row) for row in tokens], intents, task="classification", source=str(folder))


def _from_table(table: Table, given: SequenceColumns, impute: str | None) -> SequenceSet:
    texts = recognise_texts(table, given)
    if texts is not None:
        return _from_texts(table, texts)
    parts = recognise(table, given, labelled=True)
    data = arrange(table, parts)
    sequences, notes = values_of(data, impute)
    found = constant(data, parts.target)
    groups = constant(data, parts.group) if parts.group else None
    return SequenceSet(
        sequences,
        found,
        task="classification",
        groups=groups,
        channels=parts.channels,
        ids=data.ids.values,
        source=table.name,
        notes=notes,
        columns=parts,
    )


def _from_texts(table: Table, parts: SequenceColumns) -> SequenceSet:
    for role, name in (("target", parts.target), ("group", parts.group)):
        check_names(table, role, [name] if name else [])
    if not parts.target:
        raise table.error(f"cannot tell the column of the label; name it with --target; {listing(table)}")
    found = from_texts(table, parts)
    groups = labels(table, parts.group) if parts.group else None
    return _with_labels(found, labels(table, parts.target), groups)


def _with_labels(
    found: SequenceSet, known: NDArray[np.generic], groups: NDArray[np.generic] | None = None
) -> SequenceSet:
    return SequenceSet(
        found.sequences,
        known,
        task="classification",
        groups=groups,
        channels=found.channels,
        ids=found.ids,
        source=found.source,
        notes=found.notes,
        columns=found.columns,
    )
