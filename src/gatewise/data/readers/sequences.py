"""Files, folders, frames and samples to sequences, for every task that learns of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

from gatewise.data.readers.formats.registry import format_of
from gatewise.data.readers.options import LabelledOptions, ReadOptions, TableOptions, UnlabelledOptions
from gatewise.data.readers.plausible import plausible
from gatewise.data.readers.table.frames import Source
from gatewise.data.sequences import SequenceSet
from gatewise.data.tasks import SequenceTask
from gatewise.errors import ConfigurationError, ReadError
from gatewise.spelling import spelled_task

__all__ = ["read_labelled", "read_sequences", "read_tagged", "read_valued"]


class _Options(LabelledOptions, UnlabelledOptions, total=False):
    pass


def read_labelled(source: Source, **options: Unpack[LabelledOptions]) -> SequenceSet:
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
    **options
        See :class:`~gatewise.data.readers.options.LabelledOptions`.

    Returns
    -------
    SequenceSet
        Labels are text, or ``int64`` where the column holds whole numbers.

    Raises
    ------
    ReadError
        One line that names the file, the line and column, what was expected, what came and what to do.
    ConfigurationError
        An option has a value that is not listed there, or no meaning for the source.
    """
    return _read(source, "classification", **options)


def read_valued(source: Source, **options: Unpack[TableOptions]) -> SequenceSet:
    """Read sequences with one number each, or one for each of their steps; errors as :func:`read_labelled`.

    Parameters
    ----------
    source : path, pandas / polars / pyarrow frame, or ``"sample:NAME"``
        A ``.ts`` file with ``@targetLabel true``; a table, or JSON lines, with one text and its number in each row; or
        a long table with one row for each sequence and time. Where the number is the same in all rows of every
        sequence there is one for each, otherwise one for each step. Several columns named as ``target`` are several
        numbers for each sequence.
    **options
        See :class:`~gatewise.data.readers.options.TableOptions`.
    """
    return _read(source, "regression", **options)


def read_tagged(source: Source, **options: Unpack[TableOptions]) -> SequenceSet:
    """Read sequences with one label for each step; errors as :func:`read_labelled`.

    Parameters
    ----------
    source : path, or pandas / polars / pyarrow frame
        - ``.conll``, ``.bio``, ``.iob``, ``.iob2`` or ``.txt``, or a ``.tsv`` that is no table: one token on each
          line, its tags in further columns, a blank line between sentences.
        - ``.conllu``: Universal Dependencies.
        - A folder with ``seq.in`` and ``seq.out``, line by line, and perhaps ``label`` (SNIPS, ATIS).
        - JSON lines, or any table, with a list of tokens and a list of tags in each row.
        - A long table with one row for each sequence and step; the steps are tokens, or values.
    **options
        See :class:`~gatewise.data.readers.options.TableOptions`.

    Returns
    -------
    SequenceSet
        ``sentence_labels`` are those of ``label``, or of a column beside the lists with the name of a label.
    """
    return _read(source, "tagging", **options)


def read_sequences(source: Source, **options: Unpack[UnlabelledOptions]) -> SequenceSet:
    """Read sequences whose labels are not known, or not to be looked at; errors as :func:`read_labelled`.

    Parameters
    ----------
    source : path, pandas / polars / pyarrow frame, or ``"sample:NAME"``
        Whatever the other readers of sequences read, without labels too: also one recording, a CoNLL file of one
        column, and a text file with one text on each line.
    **options
        See :class:`~gatewise.data.readers.options.UnlabelledOptions`.
    """
    found = _read(source, None, **options)
    return replace(found, target=None, task=None, groups=None, sentence_labels=None)


def _with_codes(found: SequenceSet, asked: ReadOptions) -> SequenceSet:
    """Note the channels that are said to be codes."""
    if asked.codes and found.kind != "values":
        raise ConfigurationError(
            "has a meaning only for sequences of numbers; leave it out", option="categorical"
        )
    for name in asked.codes or ():
        if name not in found.channels:
            raise ConfigurationError(
                f"expected some of {', '.join(found.channels)}, got {name!r}", option="categorical"
            )
    return replace(found, categorical=asked.codes)


def _read(source: Source, task: SequenceTask | None, **options: Unpack[_Options]) -> SequenceSet:
    """Have the format of a source read it for a task; ``None`` stands for no task, that is for no labels."""
    asked, form = ReadOptions(**options), format_of(source)
    if asked.pattern and not form.has_pattern:
        raise ConfigurationError("is about the names of recordings; leave it out", option="pattern")
    if task in ("classification", "tagging") and len(asked.targets) > 1:
        raise ConfigurationError(
            f"expected one column of labels, got {', '.join(asked.targets)}", option="target"
        )
    if len(set(asked.targets)) < len(asked.targets):
        raise ConfigurationError(
            f"expected each column once, got {', '.join(asked.targets)}", option="target"
        )
    place = form.place(source)
    if task in form.readers:
        found = _with_codes(form.readers[task](place, asked), asked)
        return found if task is None else plausible(found, asked)
    first = next(iter(form.readers))
    if task is None:
        return form.readers[first](place, asked)
    if task == "regression":
        raise ReadError(
            f"{source}: holds no numbers to be estimated; expected a long table, a table of texts with a number each, "
            "or a .ts file with @targetLabel true"
        )
    raise ReadError(f"{source}: holds {form.holds}; use it with {spelled_task(str(first))}")
