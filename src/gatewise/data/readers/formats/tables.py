"""Tables: a sequence, or one of its steps, in each row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gatewise.data.readers.formats.base import Format
from gatewise.data.readers.formats.named_recordings import read_named_recordings, recognise_recordings
from gatewise.data.readers.formats.prepared import prepared, with_tags
from gatewise.data.readers.formats.row_sequences import RowSequences, from_rows, recognise_rows
from gatewise.data.readers.formats.step_tables import (
    Arrangement,
    arrange,
    constant,
    constant_number,
    holds_tokens,
    recognise,
    tags_of,
    tokens_of,
    values_of,
)
from gatewise.data.readers.formats.table_task import guess
from gatewise.data.readers.formats.targets import row_targets
from gatewise.data.readers.formats.text_names import LABEL_NAMES_OF_TEXTS
from gatewise.data.readers.formats.text_tables import from_texts, recognise_texts
from gatewise.data.readers.formats.token_lists import has_token_lists, token_lists
from gatewise.data.readers.formats.valued_texts import from_valued_texts, recognise_valued_texts
from gatewise.data.readers.formats.words import words_of
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.columns import labels, numbers
from gatewise.data.readers.table.fill import refuse_missing
from gatewise.data.readers.table.frames import Source, Table
from gatewise.data.readers.table.roles import check_names, listing, usual_names
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ConfigurationError, ReadError
from gatewise.spelling import spelled

__all__ = ["TABLE"]


def _labelled(source: Source, options: ReadOptions) -> SequenceSet:
    table = prepared(source, options)
    recordings = recognise_recordings(table, options.columns)
    if recordings is not None:
        return read_named_recordings(table, recordings)
    rows = recognise_rows(table, options.columns)
    if rows is not None:
        found = _rows(table, rows, options)
        return replace(found, target=labels(table, rows.parts.target), task="classification")
    texts = recognise_texts(table, options.columns)
    if texts is not None:
        return _labelled_texts(table, texts)
    options.refuse_for_steps()
    data = arrange(table, recognise(table, options.columns, labelled=True), options.duplicates)
    found = _steps(data, options)
    return replace(found, target=constant(data, data.parts.target), task="classification")


def _rows(table: Table, rows: RowSequences, options: ReadOptions) -> SequenceSet:
    """The sequences of a table with one in each row, and whom they belong to; there has to be a target."""
    parts = rows.parts
    check_names(table, "target", parts.target, *parts.targets)
    check_names(table, "group", parts.group)
    if not parts.target and not parts.targets:
        raise _no_target(table)
    return replace(
        from_rows(table, rows, options.impute), groups=labels(table, parts.group) if parts.group else None
    )


def _no_target(table: Table) -> ReadError:
    if len(table.names) == 1:
        return table.error(
            f"holds {table.names[0]!r} alone; expected a column with the label of each row, too"
        )
    return table.error(
        f"cannot tell the column of the label; name it with {spelled('target')}; {listing(table)}"
    )


def _labelled_texts(table: Table, parts: SequenceColumns) -> SequenceSet:
    check_names(table, "target", parts.target)
    check_names(table, "group", parts.group)
    if not parts.target:
        raise _no_target(table)
    return replace(
        from_texts(table, parts),
        target=labels(table, parts.target),
        task="classification",
        groups=labels(table, parts.group) if parts.group else None,
    )


def _valued(source: Source, options: ReadOptions) -> SequenceSet:
    table = prepared(source, options)
    by_row = recognise_rows(table, options.columns)
    if by_row is not None:
        found = _rows(table, by_row, options)
        return replace(found, target=row_targets(table, by_row.parts), task="regression")
    texts = recognise_valued_texts(table, options.columns)
    if texts is not None:
        return from_valued_texts(table, texts)
    options.refuse_for_steps()
    data = arrange(table, recognise(table, options.columns, labelled=True), options.duplicates)
    rows, name = data.rows, data.parts.target
    if data.parts.targets:
        several = [constant_number(data, one) for one in data.parts.targets]
        return replace(_steps(data, options), target=np.stack(several, axis=1), task="regression")
    column = numbers(table, name)
    refuse_missing(table, rows, name, column, can_be_imputed=False)
    found = _steps(data, options)
    ordered, offsets = rows.mean(column), rows.offsets
    first = ordered[offsets[:-1]]
    if (ordered == np.repeat(first, np.diff(offsets))).all():
        return replace(found, target=first, task="regression")
    # Steps that were cut off for lack of values are at the beginning.
    ends = zip(found.lengths, offsets[1:], strict=True)
    return replace(found, target=[ordered[end - length : end] for length, end in ends], task="regression")


def _tagged(source: Source, options: ReadOptions) -> SequenceSet:
    table = with_tags(prepared(source, options))
    if has_token_lists(table, options.columns):
        return _tagged_lists(table, options.columns)
    options.refuse_for_steps()
    parts = recognise(table, options.columns, labelled=True, tokens=True)
    if options.duplicates == "mean" and holds_tokens(table, parts):
        raise ConfigurationError("words have no mean; expected first or last", option="duplicates")
    data = arrange(table, parts, options.duplicates)
    found = _steps(data, options, tokens=True)
    return replace(found, target=tags_of(data, found.sequences), task="tagging")


def _tagged_lists(table: Table, given: SequenceColumns) -> SequenceSet:
    found, tags = token_lists(table, given, labelled=True)
    parts = found.columns or SequenceColumns()
    used = (parts.id, parts.target, parts.group, *parts.channels)
    left = [name for name in table.names if name not in used]
    whole = next(iter(usual_names(left, LABEL_NAMES_OF_TEXTS)), None)
    return replace(
        found,
        target=tags,
        task="tagging",
        groups=labels(table, parts.group) if parts.group else None,
        sentence_labels=labels(table, whole) if whole else None,
    )


def _unlabelled(source: Source, options: ReadOptions) -> SequenceSet:
    table, given = prepared(source, options), options.columns
    if has_token_lists(table, given):
        return token_lists(table, given, labelled=False)[0]
    recordings = recognise_recordings(table, given)
    if recordings is not None:
        return read_named_recordings(table, replace(recordings, target=""))
    rows = recognise_rows(table, given)
    if rows is not None:
        return from_rows(table, rows, options.impute)
    texts = recognise_texts(table, given)
    if texts is not None:
        found = from_texts(table, texts)
        split = [words_of(str(text)) for text in found.sequences]
        return replace(found, sequences=split) if options.tokens else found
    options.refuse_for_steps()
    parts = recognise(table, given, labelled=False, tokens=options.tokens)
    # Groups are not asked for, nor need they be constant.
    data = arrange(table, replace(parts, group=None), options.duplicates)
    return replace(_steps(data, options, tokens=options.tokens), columns=parts)


def _steps(data: Arrangement, options: ReadOptions, *, tokens: bool = False) -> SequenceSet:
    """Return the sequences of a table with one row for each step; ``tokens`` if their steps may be words."""
    parts = data.parts
    groups = constant(data, parts.group) if parts.group else None
    sequences, notes = (
        tokens_of(data) if tokens and holds_tokens(data.table, parts) else values_of(data, options.impute)
    )
    return SequenceSet(
        sequences,
        groups=groups,
        channels=parts.channels,
        ids=data.ids.values,
        source=data.table.name,
        notes=notes,
        columns=parts,
    )


TABLE = Format(
    holds="a table",
    readers={"classification": _labelled, "regression": _valued, "tagging": _tagged, None: _unlabelled},
    guess=guess,
    takes_frames=True,
)
