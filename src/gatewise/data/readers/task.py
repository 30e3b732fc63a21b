"""From any source to what its task needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from gatewise.data.corpus import Corpus
from gatewise.data.readers.formats.form import form_of, path_of
from gatewise.data.readers.formats.step_tables import TAG_NAMES
from gatewise.data.readers.formats.text import read_text
from gatewise.data.readers.formats.text_tables import TEXT_NAMES, recognise_texts
from gatewise.data.readers.formats.token_lists import has_token_lists
from gatewise.data.readers.formats.ts import read_header
from gatewise.data.readers.labelled import read_labelled
from gatewise.data.readers.series import read_series
from gatewise.data.readers.table.columns import encode, is_number, is_text, is_time, numbers
from gatewise.data.readers.table.files import NO_VALUE
from gatewise.data.readers.table.frames import Source, Table, load
from gatewise.data.readers.table.roles import (
    LABEL_NAMES,
    Names,
    as_names,
    check_names,
    sequence_id,
    usual_names,
)
from gatewise.data.readers.tagged import read_tagged
from gatewise.data.readers.valued import read_valued
from gatewise.data.samples.registry import sample
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.data.series import SeriesSet
from gatewise.errors import ConfigurationError

__all__ = ["Found", "Task", "TaskGuess", "infer_task", "read"]

Task = Literal["forecast", "classification", "regression", "tagging", "language"]
Found: TypeAlias = SeriesSet | SequenceSet | Corpus

TABLES = ("id", "time", "target", "channels", "group", "impute")
OPTIONS: dict[Task, tuple[str, ...]] = {
    "forecast": ("id", "time", "target", "past", "known", "static", "every", "impute", "duplicates"),
    "classification": (*TABLES, "pattern"),
    "regression": TABLES,
    "tagging": TABLES,
    "language": (),
}


class TaskGuess(NamedTuple):
    """A task, and why it was taken."""

    task: Task
    reason: str


def infer_task(
    source: Source, *, id: str | None = None, target: Names | None = None, channels: Names = ()
) -> TaskGuess:
    """What a source asks for; the first line that holds decides.

    =====================================================================  ==================================
    source                                                                 task
    =====================================================================  ==================================
    ``sample:NAME``                                                        the one it is made for
    ``.ts`` file                                                           regression or classification, as
                                                                           its header says
    ``.conllu``, ``.conll``, ``.bio``, ``.iob``; folder with ``seq.in``;   tagging
    ``.tsv`` with blank lines between blocks of rows
    folder with recordings in it, or with ``metadata.csv``; a recording    classification
    ``.txt``, ``.md``; folder of such files                                language
    table with a list of tokens in each row                                tagging
    table with a text and a label in each row                              classification
    long table, target is text, constant within every id                   classification
    long table, target is text that changes within an id                   tagging
    long table, target is a number that never changes within an id         regression if one has decimals, else
                                                                           classification
    any other table                                                        forecast
    =====================================================================  ==================================

    A number for each step of a sequence to be estimated looks like a series to be forecast: it is, unless the task is
    given.

    Raises
    ------
    ReadError
        The source cannot be read.
    """
    form = form_of(source)
    if form == "sample":
        return TaskGuess(sample(str(source)).task, f"{source} is made for it")
    if form == "ts":
        if read_header(path_of(source)).regression:
            return TaskGuess("regression", "the labels of the .ts file are numbers (@targetLabel true)")
        return TaskGuess("classification", "a .ts file holds labelled sequences")
    if form in ("conll", "conllu"):
        return TaskGuess("tagging", f"a {path_of(source).suffix} file holds a label for each token")
    if form == "snips":
        return TaskGuess("tagging", "seq.in and seq.out hold a label for each token")
    if form == "recordings":
        return TaskGuess("classification", "it holds recordings")
    if form == "text":
        return TaskGuess("language", "it is text")
    return _infer_from_table(load(source, (id,)), id, as_names(target or ()), as_names(channels))


def read(source: Source, task: Task | None = None, **options: str | Sequence[str] | None) -> Found:
    """Read a source for its task, or for the one that :func:`infer_task` finds.

    ``options`` are those of the reader of the task, in :mod:`gatewise.data.readers`; empty ones are left out. Where
    the task is found to be another than forecasting, the first of the ``notes`` says why.

    Raises
    ------
    ConfigurationError
        An option has no meaning for the task.
    ReadError
        As these functions.
    """
    given = {name: value for name, value in options.items() if value}
    if task != "language" and form_of(source) == "table":
        # Loaded once for both, as a table may be large.
        source = load(source, tuple(str(given[name]) for name in ("id", "group") if name in given))
    if task is not None:
        return _read(source, task, given)
    guess = infer_task(
        source,
        id=options.get("id"),  # type: ignore[arg-type]  # checked by column name
        target=options.get("target"),
        channels=options.get("channels") or (),
    )
    found = _read(source, guess.task, given)
    if guess.task == "forecast":
        return found
    return replace(found, notes=(f"task {guess.task}: {guess.reason}", *found.notes))


def _read(source: Source, task: Task, given: dict[str, str | Sequence[str]]) -> Found:
    if task not in OPTIONS:
        *names, last = OPTIONS
        raise ConfigurationError(f"task {task!r} is not known; expected {', '.join(names)} or {last}")
    foreign = [name for name in given if name not in OPTIONS[task]]
    if foreign:
        raise ConfigurationError(f"--{foreign[0]} has no meaning for the task {task}; leave it out")
    labels = as_names(given.get("target", ()))
    if task != "forecast" and len(labels) > 1:
        raise ConfigurationError(f"--target: expected one column of labels, got {', '.join(labels)}")
    if task == "forecast":
        return read_series(source, **given)  # type: ignore[arg-type]  # values are checked where they are used
    if task == "regression":
        return read_valued(source, **given)  # type: ignore[arg-type]  # as above
    if task == "tagging":
        return read_tagged(source, **given)  # type: ignore[arg-type]  # as above
    if task == "language":
        return read_text(source)
    return read_labelled(source, **given)  # type: ignore[arg-type]  # as above


def _infer_from_table(
    table: Table, id: str | None, names: tuple[str, ...], channels: tuple[str, ...]
) -> TaskGuess:
    given = SequenceColumns(id or "", None, names[0] if len(names) == 1 else "", channels)
    if has_token_lists(table, given):
        return TaskGuess("tagging", "each row holds a list of tokens")
    check_names(table, "target", [name for name in names if name != "all"])
    texts = recognise_texts(table, given) if len(names) < 2 else None
    if texts is not None and texts.target and _is_plain(table, texts):
        return TaskGuess("classification", f"each row holds a text ({texts.channels[0]!r}) and its label")
    tags = [name for name in usual_names(table.names, TAG_NAMES) if _is_label(table, name)]
    usual = [*(name for name in LABEL_NAMES if name in table.names), *tags]
    name = names[0] if names else next(iter(usual), None)
    if len(names) > 1 or name is None or name not in table.names:
        return TaskGuess("forecast", "no column is a label")
    id = id or sequence_id([other for other in table.names if other != name])
    if _is_label(table, name):
        if id in table.names and _changes(table, id, name):
            return TaskGuess("tagging", f"target {name!r} is text that changes within some {id!r}")
        return TaskGuess("classification", f"target {name!r} is text")
    if id and _never_changes(table, id, name):
        values = numbers(table, name)
        if (values != np.floor(values)).any():
            return TaskGuess("regression", f"target {name!r} is one number with decimals for each {id!r}")
        return TaskGuess("classification", f"target {name!r} never changes within any {id!r}")
    return TaskGuess("forecast", f"target {name!r} is a number that changes over time")


def _is_plain(table: Table, texts: SequenceColumns) -> bool:
    """Whether a table is one of texts without doubt: a number beside times may be a series to be forecast."""
    has_times = any(is_time(table.arrow[name]) for name in table.names)
    named = texts.channels[0] in TEXT_NAMES and texts.target not in ("y", "target")
    return not has_times or named or _is_label(table, texts.target)


def _changes(table: Table, id: str, name: str) -> bool:
    """Whether a text is not the same in all rows of some sequence."""
    ids, labels = encode(table, id).number, encode(table, name).number
    pairs = np.unique(np.stack([ids, labels]), axis=1)
    return bool(pairs.shape[1] > len(np.unique(ids)))


def _is_label(table: Table, name: str) -> bool:
    """Whether a column is text throughout; text among numbers is a mistake, not a label."""
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
    """Whether a number is the same in all rows of each of several series, and not the same in all of them."""
    if not is_number(table.arrow[name].type):
        return False
    ids = encode(table, id)
    values = numbers(table, name)
    first = np.zeros(len(ids.values))
    first[ids.number[::-1]] = values[::-1]
    repeats = len(ids.number) > len(ids.values) > 1
    return bool(repeats and (first != first[0]).any() and (values == first[ids.number]).all())
