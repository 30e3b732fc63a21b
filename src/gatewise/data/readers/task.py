"""From any source to what its task needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa

from gatewise.data.labelled import LabelledSequences
from gatewise.data.readers.columns import encode, is_number, is_text, numbers
from gatewise.data.readers.files import NO_VALUE
from gatewise.data.readers.frames import Source, Table, load
from gatewise.data.readers.labelled import NO_REGRESSION, read_labelled
from gatewise.data.readers.layouts import LABEL_NAMES, Names, as_names, check_names
from gatewise.data.readers.sequences import sequence_id
from gatewise.data.readers.series import read_series
from gatewise.data.readers.ts import read_header
from gatewise.data.samples.registry import PREFIX, sample
from gatewise.data.series import SeriesSet
from gatewise.errors import ConfigurationError, ReadError

__all__ = ["TaskGuess", "infer_task", "read"]

Task = Literal["forecast", "classification"]
ONLY = {
    "forecast": ("past", "known", "static", "every", "duplicates"),
    "classification": ("channels", "group"),
}


class TaskGuess(NamedTuple):
    """A task, and why it was taken."""

    task: Task
    reason: str


def infer_task(source: Source, *, id: str | None = None, target: Names | None = None) -> TaskGuess:
    """Whether a source asks for forecasts or for classes.

    A ``.ts`` file, and a target that is text or never changes within any of several sequences, is classified;
    everything else is forecast.

    Raises
    ------
    ReadError
        The source cannot be read, or holds a regression.
    """
    if isinstance(source, str) and source.startswith(PREFIX):
        return TaskGuess(sample(source).task, f"{source} is made for it")
    if isinstance(source, str | Path) and Path(source).suffix.lower() == ".ts":
        if read_header(Path(source)).regression:
            raise ReadError(f"{source}: labels are numbers (@targetLabel true); {NO_REGRESSION}")
        return TaskGuess("classification", "a .ts file holds labelled sequences")
    table = load(source, (id,))
    names = as_names(target or ())
    check_names(table, "target", [name for name in names if name != "all"])
    name = names[0] if names else next((name for name in LABEL_NAMES if name in table.names), None)
    if len(names) > 1 or name is None or name not in table.names:
        return TaskGuess("forecast", "no column is a label")
    if _is_label(table, name):
        return TaskGuess("classification", f"target {name!r} is text")
    id = id or sequence_id(table.names)
    if id and id != name and _never_changes(table, id, name):
        return TaskGuess("classification", f"target {name!r} never changes within any {id!r}")
    return TaskGuess("forecast", f"target {name!r} is a number that changes over time")


def read(
    source: Source, task: Task | None = None, **options: str | Sequence[str] | None
) -> SeriesSet | LabelledSequences:
    """Read a source for its task, or for the one that :func:`infer_task` finds.

    ``options`` are those of :func:`~gatewise.data.readers.series.read_series` or of
    :func:`~gatewise.data.readers.labelled.read_labelled`; empty ones are left out.

    Raises
    ------
    ConfigurationError
        An option belongs to the other task.
    ReadError
        As the two functions.
    """
    given = {name: value for name, value in options.items() if value}
    is_file_of_labels = isinstance(source, str | Path) and str(source).endswith(".ts")
    is_sample = isinstance(source, str) and source.startswith(PREFIX)
    if not is_file_of_labels and not is_sample:
        # Loaded once for both, as a table may be large.
        source = load(source, tuple(str(given[name]) for name in ("id", "group") if name in given))
    if task is None:
        task = infer_task(source, id=options.get("id"), target=options.get("target")).task  # type: ignore[arg-type]  # checked by column name
    if task not in ONLY:
        raise ConfigurationError(f"task {task!r} is not known; expected forecast or classification")
    foreign = [name for other, names in ONLY.items() if other != task for name in names if name in given]
    if foreign:
        raise ConfigurationError(f"--{foreign[0]} has no meaning for the task {task}; leave it out")
    labels = as_names(given.get("target", ()))
    if task == "classification" and len(labels) > 1:
        raise ConfigurationError(f"--target: expected one column of labels, got {', '.join(labels)}")
    if task == "forecast":
        return read_series(source, **given)  # type: ignore[arg-type]  # values are checked where they are used
    return read_labelled(source, **given)  # type: ignore[arg-type]  # values are checked where they are used


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
