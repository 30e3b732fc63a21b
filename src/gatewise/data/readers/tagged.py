"""Files and tables to sequences with a label for each step."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from gatewise.data.readers.formats.conll import Sentences, read_conll, read_conllu
from gatewise.data.readers.formats.form import Form, form_of, path_of
from gatewise.data.readers.formats.snips import read_slots, read_utterances, read_whole_labels
from gatewise.data.readers.formats.step_tables import (
    arrange,
    constant,
    holds_tokens,
    recognise,
    tags_of,
    tokens_of,
    values_of,
)
from gatewise.data.readers.formats.text_tables import LABEL_NAMES_OF_TEXTS
from gatewise.data.readers.formats.token_lists import has_token_lists, token_lists
from gatewise.data.readers.sequences import check_impute
from gatewise.data.readers.table.columns import labels
from gatewise.data.readers.table.frames import Source, Table, load
from gatewise.data.readers.table.roles import Names, as_names, usual_names
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ConfigurationError, ReadError

__all__ = ["read_tagged"]

# What the options that name columns mean in forms that have none, or only some.
MEANINGLESS: dict[Form, tuple[str, ...]] = {
    "conll": ("id", "time", "group", "impute"),
    "conllu": ("id", "time", "group", "impute", "channels"),
    "snips": ("id", "time", "group", "impute", "channels", "target"),
}
NAMES = {"conll": "a CoNLL file", "conllu": "a CoNLL-U file", "snips": "a folder of seq.in and seq.out"}


def read_tagged(
    source: Source,
    *,
    id: str | None = None,
    time: str | None = None,
    target: str | None = None,
    channels: Names = (),
    group: str | None = None,
    impute: Literal["previous"] | None = None,
) -> SequenceSet:
    """Read sequences with one label for each step.

    Parameters
    ----------
    source : path, or pandas / polars / pyarrow frame
        - ``.conll``, ``.bio``, ``.iob``, ``.iob2`` or ``.txt``, or a ``.tsv`` that is no table: one token on each
          line, its tags in further columns, a blank line between sentences.
        - ``.conllu``: Universal Dependencies.
        - A folder with ``seq.in`` and ``seq.out``, line by line, and perhaps ``label`` (SNIPS, ATIS).
        - JSON lines, or any table, with a list of tokens and a list of tags in each row.
        - A long table with one row for each sequence and step; the steps are tokens, or values.
    id, time, group, impute : str, optional
        As in :func:`~gatewise.data.readers.labelled.read_labelled`; tables only.
    target : str, optional
        Column of the tags. In CoNLL files by number, counted from 1, or by a name in the first line; the last one by
        default. In CoNLL-U ``upos`` by default, or ``xpos``, ``lemma``, ``deprel``, ….
    channels : str or sequence of str, optional
        Column of the tokens, or columns of the values.

    Returns
    -------
    SequenceSet
        ``sentence_labels`` are those of ``label``, or of a column beside the lists with the name of a label.

    Raises
    ------
    ReadError
        One line that names the file, the line and column, what was expected, what came and what to do.
    ConfigurationError
        An option has a value that is not listed here, or no meaning for the source.
    """
    check_impute(impute)
    form = form_of(source)
    options = {
        "id": id,
        "time": time,
        "target": target,
        "channels": channels,
        "group": group,
        "impute": impute,
    }
    if form == "text":
        form = "conll"
    for name in MEANINGLESS.get(form, ()):
        if options[name]:
            raise ConfigurationError(f"--{name} has no meaning for {NAMES[form]}; leave it out")
    names = as_names(channels)
    if form == "table":
        given = SequenceColumns(id or "", time, target or "", names, group)
        return _from_table(load(source, (id, group)), given, impute)
    if form in ("sample", "ts", "recordings"):
        raise ReadError(f"{source}: holds one label for each sequence; use it with --task classification")
    path = path_of(source)
    if form == "snips":
        return _from_snips(path)
    if path.is_dir():
        raise ReadError(f"{path}: is a folder of texts; expected one file with a token on each line")
    # Columns that nobody named are not to be looked for in files of another format.
    named = SequenceColumns(target=target or "", channels=names) if target or names else None
    if form == "conllu":
        return _from_sentences(path, read_conllu(path, target=target), named)
    return _from_sentences(path, read_conll(path, target=target, token=names[0] if names else None), named)


def _from_sentences(path: Path, found: Sentences, named: SequenceColumns | None) -> SequenceSet:
    token, tag = found.columns
    return SequenceSet(
        found.tokens,
        found.tags,
        task="tagging",
        channels=(token,),
        source=str(path),
        notes=(f"columns: token={token}, tag={tag}",),
        columns=named,
    )


def _from_snips(folder: Path) -> SequenceSet:
    tokens = read_utterances(folder)
    return SequenceSet(
        tokens,
        read_slots(folder, tokens),
        task="tagging",
        sentence_labels=read_whole_labels(folder, tokens),
        source=str(folder),
    )


def _from_table(table: Table, given: SequenceColumns, impute: str | None) -> SequenceSet:
    if has_token_lists(table, given):
        return _from_lists(table, given)
    parts = recognise(table, given, labelled=True, tokens=True)
    data = arrange(table, parts)
    groups = constant(data, parts.group) if parts.group else None
    if holds_tokens(table, parts):
        tokens, notes = tokens_of(data)
        tags = tags_of(data, tokens)
        return SequenceSet(
            tokens,
            tags,
            task="tagging",
            groups=groups,
            channels=parts.channels,
            ids=data.ids.values,
            source=table.name,
            notes=notes,
            columns=parts,
        )
    values, notes = values_of(data, impute)
    tags = tags_of(data, values)
    return SequenceSet(
        values,
        tags,
        task="tagging",
        groups=groups,
        channels=parts.channels,
        ids=data.ids.values,
        source=table.name,
        notes=notes,
        columns=parts,
    )


def _from_lists(table: Table, given: SequenceColumns) -> SequenceSet:
    found, tags = token_lists(table, given, labelled=True)
    parts = found.columns or SequenceColumns()
    used = (parts.id, parts.target, parts.group, *parts.channels)
    whole = next(
        iter(usual_names([name for name in table.names if name not in used], LABEL_NAMES_OF_TEXTS)), None
    )
    return SequenceSet(
        found.sequences,
        tags,
        task="tagging",
        groups=labels(table, parts.group) if parts.group else None,
        sentence_labels=labels(table, whole) if whole else None,
        channels=found.channels,
        ids=found.ids,
        source=found.source,
        notes=found.notes,
        columns=parts,
    )
