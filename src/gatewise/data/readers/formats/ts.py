"""The ``.ts`` files of the UEA and UCR archives, as sktime and aeon write them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gatewise.data.readers.table.files import check_file
from gatewise.errors import ReadError

__all__ = ["Case", "Header", "read_header", "read_ts"]


@dataclass(frozen=True)
class Header:
    """What the lines that begin with ``@`` say; the last of them is ``data_line``.

    ``classes`` are the labels that may occur; ``regression`` is true where labels are numbers, ``labelled`` where
    lines end in labels at all.
    """

    classes: tuple[str, ...] = ()
    regression: bool = False
    dimensions: int | None = None
    data_line: int = 0
    labelled: bool = True


@dataclass(frozen=True)
class Case:
    """One sequence, shape (time, channels), with its label, if any, and its line; a missing value is NaN."""

    values: NDArray[np.float32]
    label: str
    line: int


def read_header(path: Path) -> Header:
    """The part of a ``.ts`` file above its data.

    Raises
    ------
    ReadError
        The file is not one, or says that it has time stamps.
    """
    check_file(path)
    tags: dict[str, str] = {}
    for line, text in _lines(path):
        if not text.startswith("@"):
            raise ReadError(f"{path}: line {line}: expected a line that begins with @, found {text[:40]!r}")
        tag, _, rest = text[1:].partition(" ")
        if tag.lower() == "data":
            return _header(path, tags, line)
        tags[tag.lower()] = rest.strip()
    raise ReadError(f"{path}: has no line @data; expected a .ts file as of the UEA archive")


def read_ts(path: Path, header: Header) -> list[Case]:
    """All sequences below the header.

    Raises
    ------
    ReadError
        A line has a label that the header does not list, another number of dimensions than the rest,
        dimensions of different lengths, or a value that is not a number.
    """
    dimensions = header.dimensions
    cases = []
    for line, text in _lines(path):
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
        cases.append(Case(_values(path, line, parts), label, line))
    if not cases:
        raise ReadError(f"{path}: has no line after @data; expected one sequence on each")
    return cases


def _header(path: Path, tags: dict[str, str], line: int) -> Header:
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
    return Header(tuple(classes), regression, dimensions, line, labelled)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that are neither blank nor a remark, numbered from 1."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for line, text in enumerate(file, 1):
            text = text.strip()
            if text and not text.startswith("#"):
                yield line, text


def _values(path: Path, line: int, parts: list[str]) -> NDArray[np.float32]:
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
