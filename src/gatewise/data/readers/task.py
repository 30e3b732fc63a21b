"""From any source to what its task needs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, get_args, get_type_hints

from gatewise.data.corpus import Corpus
from gatewise.data.readers.advice import all_at_once
from gatewise.data.readers.axes import Axes
from gatewise.data.readers.formats.base import TaskGuess
from gatewise.data.readers.formats.registry import format_of
from gatewise.data.readers.formats.table_task import NO_LABEL, check_any
from gatewise.data.readers.formats.tables import TABLE
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.plausible import check_prose
from gatewise.data.readers.sequences import read_labelled, read_tagged, read_valued
from gatewise.data.readers.series import read_series
from gatewise.data.readers.table.files import Writing
from gatewise.data.readers.table.frames import Source, load
from gatewise.data.readers.table.roles import Names, as_names
from gatewise.data.readers.text import read_text
from gatewise.data.sequences import SequenceSet
from gatewise.data.series import SeriesSet
from gatewise.data.tasks import Task
from gatewise.errors import ConfigurationError, GatewiseError

__all__ = ["Found", "Task", "TaskGuess", "infer_task", "options_of", "read"]

Found: TypeAlias = SeriesSet | SequenceSet | Corpus

READERS: dict[Task, Callable[..., Found]] = {
    "forecast": read_series,
    "classification": read_labelled,
    "regression": read_valued,
    "tagging": read_tagged,
    "language": read_text,
}

# Who gives one of these asks for a forecast, whatever the columns look like.
OF_FORECASTS = ("known", "every", "aggregate", "timezone")


class OtherOptions(TypedDict, total=False):
    """Options that say how a source is written, or whom its sequences belong to."""

    group: str | None
    decimal: Literal[".", ","] | None
    encoding: str | None
    axes: Axes | None


def options_of(task: Task) -> tuple[str, ...]:
    """Return the names of the options of a task: those of the signature of its reader."""
    return tuple(_keywords(READERS[task]))


def _keywords(reader: Callable[..., Found]) -> Iterator[str]:
    for name, parameter in inspect.signature(reader).parameters.items():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            yield name
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            (options,) = get_args(get_type_hints(reader)[name])
            yield from options.__annotations__


def _refusal(name: str, task: Task, known: tuple[str, ...]) -> str:
    if any(name in options_of(other) for other in READERS):
        return f"has no meaning for the task {task}; leave it out"
    near = get_close_matches(name, known, 1)
    return f"no such option of the task {task}; " + (f"did you mean {near[0]}?" if near else "leave it out")


def infer_task(
    source: Source,
    *,
    id: str | None = None,
    time: Names | None = None,
    target: Names | None = None,
    channels: Names = (),
    **others: Unpack[OtherOptions],
) -> TaskGuess:
    """Return the task that a source asks for, and why: its format says it.

    Of tables the columns do; see :func:`~gatewise.data.readers.formats.table_task.guess`. The options are those of
    the readers.

    Raises
    ------
    ReadError
        The source cannot be read.
    """
    when = next(iter(as_names(time or ())), None)
    options = ReadOptions(id=id, time=when, target=target, channels=channels, **others)
    form = format_of(source)
    return form.guess(form.place(source), options)


def read(source: Source, task: Task | None = None, **options: str | bool | Sequence[str] | None) -> Found:
    """Read a source for its task, or for the one that :func:`infer_task` finds.

    ``options`` are those of the reader of the task, in :mod:`gatewise.data.readers`; empty ones are left out. Of
    tables ``known``, ``every``, ``aggregate`` and ``timezone`` ask for a forecast. Where the task is found to be
    another than forecasting, the first of the ``notes`` says why.

    Raises
    ------
    ConfigurationError
        An option is not known, or has no meaning for the task.
    ReadError
        As these functions. Its ``others`` say what else is in the way, its ``remedy`` has the options with which the
        source was read, where some were found, and its ``found`` what was read.
    """
    given = {name: value for name, value in options.items() if _is_given(value)}
    loaded: dict[tuple[object, ...], Source] = {}

    def attempt(more: dict[str, object]) -> Found:
        asked = given | more
        # Loaded once for all that is tried with one way of writing, as a table may be large.
        written = tuple(asked.get(name) for name in ("decimal", "encoding"))
        if written not in loaded:
            loaded[written] = _loaded(source, task, asked)
        return _found(loaded[written], task, asked)

    try:
        return attempt({})
    except GatewiseError as error:
        all_at_once(error, attempt)
        raise


def _is_given(value: object) -> bool:
    """Return whether an option has a value; a frame has one, whatever is in it."""
    return value is not None and not (isinstance(value, str | Sequence) and not len(value))


def _loaded(source: Source, task: Task | None, given: dict[str, Any]) -> Source:
    if task == "language" or format_of(source) is not TABLE:
        return source
    text = (*as_names(given.get("id", ())), *as_names(given.get("group", ())))
    return load(source, text, Writing(given.get("decimal", ""), given.get("encoding", "")))


def _found(source: Source, task: Task | None, given: dict[str, Any]) -> Found:
    if task is not None:
        return _read(source, task, given)
    if any(name in given for name in OF_FORECASTS) and format_of(source) is TABLE:
        return _read(source, "forecast", given)
    guess = infer_task(
        source,
        id=next(iter(as_names(given.get("id", ()))), None),
        time=given.get("time"),
        target=given.get("target"),
        channels=given.get("channels", ()),
        **{name: given[name] for name in OtherOptions.__annotations__ if name in given},
    )
    if guess == TaskGuess("forecast", NO_LABEL):
        names = ("id", "target", "channels", *OtherOptions.__annotations__)
        time = next(iter(as_names(given.get("time", ()))), None)
        check_any(source, ReadOptions(time=time, **{name: given[name] for name in names if name in given}))
    found = _read(source, guess.task, given)
    if guess.task == "forecast":
        return found
    if isinstance(found, Corpus):
        check_prose(found)
    return replace(found, notes=(f"task {guess.task}: {guess.reason}", *found.notes))


def _read(source: Source, task: Task, given: dict[str, Any]) -> Found:
    if task not in READERS:
        *names, last = READERS
        raise ConfigurationError(f"task {task!r} is not known; expected {', '.join(names)} or {last}")
    known = options_of(task)
    for name in given:
        if name not in known:
            raise ConfigurationError(_refusal(name, task, known), option=name)
    return READERS[task](source, **given)
