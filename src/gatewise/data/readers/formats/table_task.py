"""The task that the columns of a table fit."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from gatewise.data.readers.formats.base import TaskGuess
from gatewise.data.readers.formats.named_recordings import recognise_recordings
from gatewise.data.readers.formats.prepared import prepared, with_tags
from gatewise.data.readers.formats.row_sequences import FEWEST_STEPS, recognise_rows, steps_in
from gatewise.data.readers.formats.step_tables import TAG_NAMES
from gatewise.data.readers.formats.text_names import texts_in
from gatewise.data.readers.formats.text_tables import is_prose, recognise_texts
from gatewise.data.readers.formats.token_lists import has_token_lists
from gatewise.data.readers.formats.valued_texts import are_valued, recognise_valued_texts
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.columns import encode, is_number, is_text, numbers
from gatewise.data.readers.table.frames import Source, Table
from gatewise.data.readers.table.missing import NO_VALUE
from gatewise.data.readers.table.roles import (
    LABEL_NAMES,
    TIME_NAMES,
    check_names,
    listing,
    sequence_id,
    usual_names,
)
from gatewise.data.readers.table.times import is_time
from gatewise.data.sequences import SequenceColumns
from gatewise.spelling import spelled

__all__ = ["NO_LABEL", "check_any", "guess"]

NO_LABEL = "no column is a label"


def guess(source: Source, options: ReadOptions) -> TaskGuess:
    """Return the task of a table; the first line that holds decides.

    ==================================================  =====================================================
    table                                               task
    ==================================================  =====================================================
    with a list of tokens in each row                   tagging
    with the name of a recording in each row            classification
    with a sequence of numbers in each row, as lists    regression if the target has decimals, else classification
    or as columns that count up
    with a text and a number with decimals in each row  regression
    with a text and a label in each row                 classification
    long, target is text, constant within every id      classification
    long, target is text that changes within an id      tagging
    long, target is a number that never changes within  regression if one has decimals, else classification
    an id
    long, several targets that never change within id   regression
    any other                                           forecast
    ==================================================  =====================================================

    A number for each step of a sequence to be estimated looks like a series to be forecast: it is, unless the task is
    given.
    """
    table, given, names = prepared(source, options), options.columns, options.targets
    if has_token_lists(with_tags(table), given):
        return TaskGuess("tagging", "each row holds a list of tokens")
    check_names(table, "target", *(name for name in names if name != "all"))
    of_one = given if len(names) < 2 else None
    if of_one is not None and recognise_recordings(table, of_one) is not None:
        return TaskGuess("classification", "each row names a recording")
    rows = recognise_rows(table, given) if "all" not in names else None
    if rows is not None and rows.parts.targets:
        return TaskGuess("regression", f"each row is a sequence with its {', '.join(rows.parts.targets)}")
    if rows is not None and rows.parts.target:
        return _of_rows(table, rows.parts.target)
    texts = recognise_texts(table, of_one) if of_one is not None else None
    valued = recognise_valued_texts(table, of_one) if of_one is not None else None
    if valued is not None and are_valued(table, valued, texts.target if texts is not None else ""):
        of_texts = " and ".join(map(repr, valued.channels))
        return TaskGuess(
            "regression", f"each row holds a text ({of_texts}) and a number with decimals ({valued.target!r})"
        )
    if texts is not None and _is_plain(table, texts):
        of_texts = " and ".join(map(repr, texts.channels))
        return TaskGuess("classification", f"each row holds a text ({of_texts}) and its label")
    tags = [name for name in usual_names(table.names, TAG_NAMES) if _is_label(table, name)]
    usual = [*(name for name in LABEL_NAMES if name in table.names), *tags]
    name = names[0] if names else next(iter(usual), None)
    id = given.id or sequence_id([other for other in table.names if other not in (name, *names)])
    if len(names) > 1 and id in table.names and all(_never_changes(table, id, one) for one in names):
        return TaskGuess("regression", f"each {id!r} has one number of each of {', '.join(names)}")
    if len(names) > 1 or name is None or name not in table.names:
        return TaskGuess("forecast", NO_LABEL)
    if _is_label(table, name):
        if id in table.names and _changes(table, id, name):
            return TaskGuess("tagging", f"target {name!r} is text that changes within some {id!r}")
        return TaskGuess("classification", f"target {name!r} is text")
    if id in table.names and _never_changes(table, id, name):
        values = numbers(table, name)
        if (values != np.floor(values)).any():
            return TaskGuess("regression", f"target {name!r} is one number with decimals for each {id!r}")
        return TaskGuess("classification", f"target {name!r} never changes within any {id!r}")
    if given.group:
        return TaskGuess(
            "classification", f"groups are those of labelled sequences ({spelled('group', given.group)})"
        )
    return TaskGuess("forecast", f"target {name!r} is a number that changes over time")


def check_any(source: Source, options: ReadOptions) -> None:
    """Refuse a table without a label in which nothing can be a series either; say what was looked for.

    Raises
    ------
    ReadError
        No column holds times, and rows are not counted.
    """
    table, given = prepared(source, options), options.columns
    free = [name for name in table.names if name not in options.targets]
    times = [name for name in free if name.lower() in TIME_NAMES or is_time(table.arrow[name], name)]
    if given.time or table.columns.time or times or table.columns.target:
        return
    texts = recognise_texts(table, given)
    words = "no texts" if texts is None else f"no label beside {texts.channels[0]!r}"
    label = "no label" if given.id or sequence_id(free) else "no id and no label"
    steps = steps_in(table, options.targets)
    in_rows = (
        f"{steps} columns that count up, but no label beside them ({spelled('target')})"
        if steps
        else f"{label} ({spelled('id')}, {spelled('target')}), nor {FEWEST_STEPS} columns that count up "
        f"({spelled('axes', 'n t')})"
    )
    lacks = (
        f"a text and its label in each row: {words} ({spelled('channels')}, {spelled('target')})",
        f"sequences with labels: {in_rows}",
        f"series: no times ({spelled('time')}, or {spelled('every', 'row')} to count rows)",
    )
    of_numbers = all(is_number(table.arrow[name].type) for name in table.names)
    raise table.error(
        f"cannot tell what it holds; looked for {'; '.join(lacks)}; {listing(table)}"
    ).suggesting(**({"every": "row"} if of_numbers else {}))


def _of_rows(table: Table, name: str) -> TaskGuess:
    """The task of a table with a sequence in each row."""
    if is_number(table.arrow[name].type) and (numbers(table, name) % 1 != 0).any():
        return TaskGuess("regression", f"each row is a sequence, and target {name!r} has decimals")
    return TaskGuess("classification", f"each row is a sequence with its label ({name!r})")


def _is_plain(table: Table, texts: SequenceColumns) -> bool:
    """Return whether a table is one of texts without doubt: a number beside times may be a series to be forecast."""
    has_times = any(is_time(table.arrow[name], name) for name in table.names)
    if not texts.target:
        named = bool(texts_in(texts.channels))
        return not has_times and (named or all(is_prose(table, name) for name in texts.channels))
    if not has_times or _is_label(table, texts.target):
        return True
    # A label comes again and again, what is measured seldom.
    few = len(table.arrow[texts.target].unique()) <= table.arrow.num_rows / 2
    return few and bool(texts_in(texts.channels)) and texts.target not in ("y", "target")


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
