"""The task that the columns of a table fit."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from gatewise.data.readers.formats.base import TaskGuess
from gatewise.data.readers.formats.step_tables import TAG_NAMES
from gatewise.data.readers.formats.text_tables import TEXT_NAMES, recognise_texts
from gatewise.data.readers.formats.token_lists import has_token_lists
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.columns import encode, is_number, is_text, numbers
from gatewise.data.readers.table.frames import Source, Table, load
from gatewise.data.readers.table.missing import NO_VALUE
from gatewise.data.readers.table.roles import LABEL_NAMES, check_names, sequence_id, usual_names
from gatewise.data.readers.table.times import is_time
from gatewise.data.sequences import SequenceColumns

__all__ = ["guess"]


def guess(source: Source, options: ReadOptions) -> TaskGuess:
    """Return the task of a table; the first line that holds decides.

    ==================================================  =====================================================
    table                                               task
    ==================================================  =====================================================
    with a list of tokens in each row                   tagging
    with a text and a label in each row                 classification
    long, target is text, constant within every id      classification
    long, target is text that changes within an id      tagging
    long, target is a number that never changes within  regression if one has decimals, else classification
    an id
    any other                                           forecast
    ==================================================  =====================================================

    A number for each step of a sequence to be estimated looks like a series to be forecast: it is, unless the task is
    given.
    """
    table, given, names = load(source, (options.id,), options.writing), options.columns, options.targets
    if has_token_lists(table, given):
        return TaskGuess("tagging", "each row holds a list of tokens")
    check_names(table, "target", *(name for name in names if name != "all"))
    texts = recognise_texts(table, given) if len(names) < 2 else None
    if texts is not None and texts.target and _is_plain(table, texts):
        return TaskGuess("classification", f"each row holds a text ({texts.channels[0]!r}) and its label")
    tags = [name for name in usual_names(table.names, TAG_NAMES) if _is_label(table, name)]
    usual = [*(name for name in LABEL_NAMES if name in table.names), *tags]
    name = names[0] if names else next(iter(usual), None)
    if len(names) > 1 or name is None or name not in table.names:
        return TaskGuess("forecast", "no column is a label")
    id = given.id or sequence_id([other for other in table.names if other != name])
    if _is_label(table, name):
        if id in table.names and _changes(table, id, name):
            return TaskGuess("tagging", f"target {name!r} is text that changes within some {id!r}")
        return TaskGuess("classification", f"target {name!r} is text")
    if id in table.names and _never_changes(table, id, name):
        values = numbers(table, name)
        if (values != np.floor(values)).any():
            return TaskGuess("regression", f"target {name!r} is one number with decimals for each {id!r}")
        return TaskGuess("classification", f"target {name!r} never changes within any {id!r}")
    return TaskGuess("forecast", f"target {name!r} is a number that changes over time")


def _is_plain(table: Table, texts: SequenceColumns) -> bool:
    """Return whether a table is one of texts without doubt: a number beside times may be a series to be forecast."""
    has_times = any(is_time(table.arrow[name], name) for name in table.names)
    named = texts.channels[0] in TEXT_NAMES and texts.target not in ("y", "target")
    return not has_times or named or _is_label(table, texts.target)


def _changes(table: Table, id: str, name: str) -> bool:
    """Return whether a text is not the same in all rows of some sequence."""
    ids, labels = encode(table, id).number, encode(table, name).number
    pairs = np.unique(np.stack([ids, labels]), axis=1)
    return bool(pairs.shape[1] > len(np.unique(ids)))


def _is_label(table: Table, name: str) -> bool:
    """Return whether a column is text throughout; text among numbers is a mistake, not a label."""
    column = table.arrow[name]
    if not is_text(column.type):
        return False
    values = set(column.unique().cast(pa.string()).to_pylist()) - {None, *NO_VALUE}
    return bool(values) and not any(_is_number(value) for value in values)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _never_changes(table: Table, id: str, name: str) -> bool:
    """Return whether a number is the same in all rows of each of several series, and not the same in all of them."""
    if not is_number(table.arrow[name].type):
        return False
    ids = encode(table, id)
    values = numbers(table, name)
    first = np.zeros(len(ids.values))
    first[ids.number[::-1]] = values[::-1]
    repeats = len(ids.number) > len(ids.values) > 1
    return bool(repeats and (first != first[0]).any() and (values == first[ids.number]).all())
