"""Tables: a sequence, or one of its steps, in each row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gatewise.data.readers.formats.base import Format
from gatewise.data.readers.formats.step_tables import (
    Arrangement,
    arrange,
    constant,
    holds_tokens,
    recognise,
    tags_of,
    tokens_of,
    values_of,
)
from gatewise.data.readers.formats.table_task import guess
from gatewise.data.readers.formats.text_tables import LABEL_NAMES_OF_TEXTS, from_texts, recognise_texts
from gatewise.data.readers.formats.token_lists import has_token_lists, token_lists
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.columns import labels, numbers
from gatewise.data.readers.table.fill import refuse_missing
from gatewise.data.readers.table.frames import Source, Table, load
from gatewise.data.readers.table.roles import check_names, listing, usual_names
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.spelling import spelled

__all__ = ["TABLE"]


def _labelled(source: Source, options: ReadOptions) -> SequenceSet:
    table = _load(source, options)
    texts = recognise_texts(table, options.columns)
    if texts is not None:
        return _labelled_texts(table, texts)
    data = arrange(table, recognise(table, options.columns, labelled=True))
    found = _steps(data, options)
    return replace(found, target=constant(data, data.parts.target), task="classification")


def _labelled_texts(table: Table, parts: SequenceColumns) -> SequenceSet:
    check_names(table, "target", parts.target)
    check_names(table, "group", parts.group)
    if not parts.target:
        raise table.error(
            f"cannot tell the column of the label; name it with {spelled('target')}; {listing(table)}"
        )
    return replace(
        from_texts(table, parts),
        target=labels(table, parts.target),
        task="classification",
        groups=labels(table, parts.group) if parts.group else None,
    )


def _valued(source: Source, options: ReadOptions) -> SequenceSet:
    table = _load(source, options)
    data = arrange(table, recognise(table, options.columns, labelled=True))
    rows, name = data.rows, data.parts.target
    column = numbers(table, name)
    refuse_missing(table, rows, name, column, can_be_imputed=False)
    found = _steps(data, options)
    ordered, offsets = rows.pick(column), rows.offsets
    first = ordered[offsets[:-1]]
    if (ordered == np.repeat(first, np.diff(offsets))).all():
        return replace(found, target=first, task="regression")
    # Steps that were cut off for lack of values are at the beginning.
    ends = zip(found.lengths, offsets[1:], strict=True)
    return replace(found, target=[ordered[end - length : end] for length, end in ends], task="regression")


def _tagged(source: Source, options: ReadOptions) -> SequenceSet:
    table = _load(source, options)
    if has_token_lists(table, options.columns):
        return _tagged_lists(table, options.columns)
    data = arrange(table, recognise(table, options.columns, labelled=True, tokens=True))
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
    table, given = _load(source, options), options.columns
    if has_token_lists(table, given):
        return token_lists(table, given, labelled=False)[0]
    texts = recognise_texts(table, given)
    if texts is not None:
        found = from_texts(table, texts)
        split = [str(text).split() for text in found.sequences]
        return replace(found, sequences=split) if options.tokens else found
    parts = recognise(table, given, labelled=False, tokens=options.tokens)
    # Groups are not asked for, nor need they be constant.
    data = arrange(table, replace(parts, group=None))
    return replace(_steps(data, options, tokens=options.tokens), columns=parts)


def _load(source: Source, options: ReadOptions) -> Table:
    return load(source, (options.id, options.group), options.writing)


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
