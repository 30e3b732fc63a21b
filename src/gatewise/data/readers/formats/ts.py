"""The ``.ts`` files of the UEA and UCR archives, as sktime and aeon write them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gatewise.data.arrays import Values
from gatewise.data.readers.formats.base import Format, TaskGuess
from gatewise.data.readers.formats.step_tables import split
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.textfile import check_text, numbered_lines
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ReadError
from gatewise.spelling import spelled, spelled_task

__all__ = ["TS"]

# The second is that of Weka's files, from which the archive was made.
REMARKS = ("#", "%")


@dataclass(frozen=True)
class _Header:
    """The contents of the lines that begin with ``@``, the last of which is ``data_line``.

    ``classes`` are the labels that may occur; ``regression`` is true where labels are numbers, ``labelled`` where
    lines end in labels at all.
    """

    classes: tuple[str, ...] = ()
    regression: bool = False
    dimensions: int | None = None
    data_line: int = 0
    labelled: bool = True


@dataclass(frozen=True)
class _Case:
    """One sequence, shape (time, channels), with its label, if any, and its line; a missing value is NaN."""

    values: Values
    label: str
    line: int


def _read_header(path: Path, encoding: str) -> _Header:
    """The part of a ``.ts`` file above its data.

    Raises
    ------
    ReadError
        The file is not one, or says that it has time stamps.
    """
    check_text(path, "a .ts file as of the UEA archive", binary=bool(encoding))
    tags: dict[str, str] = {}
    for line, text in _lines(path, encoding):
        if not text.startswith("@"):
            raise ReadError(f"{path}: line {line}: expected a line that begins with @, found {text[:40]!r}")
        tag, *rest = text[1:].split(maxsplit=1)
        if tag.lower() == "data":
            return _header(path, tags, line)
        tags[tag.lower()] = "".join(rest)
    raise ReadError(f"{path}: has no line @data; expected a .ts file as of the UEA archive")


def _read_cases(path: Path, header: _Header, encoding: str) -> list[_Case]:
    """All sequences below the header.

    Raises
    ------
    ReadError
        A line has a label that the header does not list, another number of dimensions than the rest,
        dimensions of different lengths, or a value that is not a number.
    """
    dimensions = header.dimensions
    cases = []
    for line, text in _lines(path, encoding):
        if line <= header.data_line:
            continue
        *parts, label = text.split(":") if header.labelled else [*text.split(":"), ""]
        label = label.strip()
        if header.classes and label not in header.classes:
            raise ReadError(
                f"{path}: line {line}: expected a label of @classLabel ({', '.join(header.classes)}), "
                f"found {label[:40]!r}"
            )
        dimensions = dimensions or len(parts)
        if len(parts) != dimensions:
            raise ReadError(f"{path}: line {line} has {len(parts)} dimensions; expected {dimensions}")
        cases.append(_Case(_values(path, line, parts), label, line))
    if not cases:
        raise ReadError(f"{path}: has no line after @data; expected one sequence on each")
    return cases


def _header(path: Path, tags: dict[str, str], line: int) -> _Header:
    if tags.get("timestamps", "false").lower() == "true":
        raise ReadError(
            f"{path}: has time stamps (@timeStamps true); expected values alone; write the file without them"
        )
    has_classes, *classes = tags.get("classlabel", "false").split()
    regression = tags.get("targetlabel", "false").lower().startswith("true")
    labelled = regression or has_classes.lower() == "true"
    univariate = tags.get("univariate", "").lower() == "true"
    stated = tags.get("dimensions", "")
    dimensions = int(stated) if stated.isdigit() else 1 if univariate else None
    return _Header(tuple(classes), regression, dimensions, line, labelled)


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Lines that are neither blank nor a remark, numbered from 1."""
    for line, text in numbered_lines(path, encoding):
        text = text.strip()
        if text and not text.startswith(REMARKS):
            yield line, text


def _values(path: Path, line: int, parts: list[str]) -> Values:
    columns = []
    for dimension, part in enumerate(parts, 1):
        try:
            columns.append([float("nan") if cell.strip() == "?" else float(cell) for cell in part.split(",")])
        except ValueError as error:
            found = str(error).rpartition(": ")[2]
            raise ReadError(
                f"{path}: line {line}, dimension {dimension}: expected numbers and commas, found {found}"
            ) from None
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise ReadError(
            f"{path}: line {line} has dimensions of {min(lengths)} to {max(lengths)} values; "
            "expected equally many in each"
        )
    return np.array(columns, np.float32).T


def _as_set(path: Path, cases: list[_Case], impute: str | None) -> SequenceSet:
    """Return the sequences of a file, without the padding at their ends."""
    # The archive pads ragged sequences with NaN at the end.
    lengths = np.array(
        [1 + np.flatnonzero(~np.isnan(case.values).all(axis=1)).max(initial=-1) for case in cases]
    )
    padded = int((lengths < [len(case.values) for case in cases]).sum())
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    flat = np.concatenate([case.values[:length] for case, length in zip(cases, lengths, strict=True)])
    bad = ~np.isfinite(flat)
    if impute is None and bad.any():
        row, channel = np.argwhere(bad)[0]
        number = int(np.searchsorted(offsets, row, side="right")) - 1
        raise ReadError(
            f"{path}: line {cases[number].line}, dimension {channel + 1}, value {row - offsets[number] + 1}: "
            "expected a number, found a missing or infinite one; fill it with the value before it with "
            f"{spelled('impute', 'previous')}"
        ).suggesting(impute="previous")
    sequences, notes = split(flat, offsets)
    empty = next(
        (case.line for case, sequence in zip(cases, sequences, strict=True) if not len(sequence)), None
    )
    if empty is not None:
        raise ReadError(f"{path}: line {empty} has no value in some dimension; remove the line")
    if padded:
        notes.insert(0, f"{counted(padded, 'sequence')} padded with NaN at the end, cut there")
    channels = tuple(f"dimension {number + 1}" for number in range(flat.shape[1]))
    return SequenceSet(sequences, channels=channels, source=str(path), notes=tuple(notes))


def _labelled(path: Path, options: ReadOptions) -> SequenceSet:
    header = _read_header(path, options.writing.encoding)
    if header.regression:
        raise ReadError(
            f"{path}: labels are numbers (@targetLabel true); use it with {spelled_task('regression')}"
        )
    if not header.labelled:
        raise ReadError(
            f"{path}: has no labels (@classLabel true …); a classifier needs one for each sequence"
        )
    cases = _read_cases(path, header, options.writing.encoding)
    labels = np.array([case.label for case in cases])
    return replace(_as_set(path, cases, options.impute), target=labels, task="classification")


def _valued(path: Path, options: ReadOptions) -> SequenceSet:
    header = _read_header(path, options.writing.encoding)
    if not header.regression:
        raise ReadError(
            f"{path}: has no numbers to be estimated (@targetLabel true); with classes, use it with "
            f"{spelled_task('classification')}"
        )
    cases = _read_cases(path, header, options.writing.encoding)
    targets = np.array([_number(path, case.line, case.label) for case in cases])
    return replace(_as_set(path, cases, options.impute), target=targets, task="regression")


def _number(path: Path, line: int, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise ReadError(f"{path}: line {line}: expected a number as the target, found {text[:40]!r}")
    return value


def _unlabelled(path: Path, options: ReadOptions) -> SequenceSet:
    # Labels need not be those of the header, such as "?".
    encoding = options.writing.encoding
    header = replace(_read_header(path, encoding), classes=())
    return _as_set(path, _read_cases(path, header, encoding), options.impute)


def _guess(path: Path, options: ReadOptions) -> TaskGuess:
    if _read_header(path, options.writing.encoding).regression:
        return TaskGuess("regression", "the labels of the .ts file are numbers (@targetLabel true)")
    return TaskGuess("classification", "a .ts file holds labelled sequences")


TS = Format(
    holds="one label for each sequence",
    readers={"classification": _labelled, "regression": _valued, None: _unlabelled},
    guess=_guess,
    endings=(".ts",),
)
