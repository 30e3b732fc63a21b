"""Paths to arrow tables; says what is wrong with a file in one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet

from gatewise.data.readers.table.arff import ARFF, read_arff
from gatewise.data.readers.table.class_labels import with_class_names
from gatewise.data.readers.table.delimited import Layout, read_delimited
from gatewise.data.readers.table.excel import EXCEL, read_excel
from gatewise.data.readers.table.jsonlines import JSON, read_json
from gatewise.data.readers.table.marked import Numbers, read_marked
from gatewise.data.readers.table.notation import DECIMALS, Evidence
from gatewise.data.readers.table.spaced import holds_spaced, read_spaced
from gatewise.data.readers.table.textfile import check_text, ending_of
from gatewise.data.readers.table.tsf import TSF, read_tsf
from gatewise.data.series import Columns
from gatewise.errors import ConfigurationError, ReadError
from gatewise.spelling import spelled_task

__all__ = ["AS_USUAL", "Content", "Writing", "check_file", "read_file"]

# What usually stands between the columns of a text file.
USUAL = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".txt": "\t", ".dat": "\t"}
SPACED = (".txt", ".dat")
PARQUET = (".parquet", ".pq")
SUPPORTED = ".csv, .tsv, .csv.gz, .tsv.gz, .txt, .parquet, .jsonl, .json, .xlsx, .arff, .tsf, .ts"


@dataclass(frozen=True)
class Writing:
    """How the user says that a table is written.

    Attributes
    ----------
    decimal : {"", ".", ","}
        What stands before decimals in numbers that are text.
    encoding : str
        That of a text file; empty for what its first bytes say, or UTF-8.
    usual : {"", ".", ","}
        What stood before decimals in the data that a model was fitted on: taken where the data do not say.
    """

    decimal: str = ""
    encoding: str = ""
    usual: str = ""

    def __post_init__(self) -> None:
        if self.decimal not in ("", *DECIMALS):
            raise ConfigurationError(
                f"expected a point or a comma (. or ,), got {self.decimal!r}", option="decimal"
            )
        try:
            "".encode(self.encoding or "utf-8")
        except LookupError:
            raise ConfigurationError(
                f"expected the name of an encoding, such as cp1252 or utf-16, got {self.encoding!r}",
                option="encoding",
            ) from None


AS_USUAL = Writing()


class Content(NamedTuple):
    """What a file holds.

    Attributes
    ----------
    numbers : Numbers
        Its table.
    place : callable or None
        From a row to its place in the file; ``None`` where rows have none but their number.
    columns : Columns
        The parts of columns that the format itself knows.
    cells : callable or None
        From the name of a column to its cells as they are written; ``None`` of a file that is no text.
    """

    numbers: Numbers
    place: Callable[[int], str] | None
    columns: Columns = Columns()
    cells: Callable[[str], list[str]] | None = None


def read_file(path: Path, text_columns: tuple[str, ...], writing: Writing = AS_USUAL) -> Content:
    """The table in a file, where its rows stand, and notes.

    ``text_columns`` stay text, so ``001`` stays ``001``.

    Raises
    ------
    ReadError
        The file is missing, empty, damaged, of another kind than its ending says, or has no rows.
    """
    check_file(path, writing.encoding)
    ending = ending_of(path)
    if ending == ".ts":
        raise ReadError(
            f"{path}: holds labelled sequences, not a table; use it with {spelled_task('classification')}"
        )
    if ending in TSF:
        long = read_tsf(path)
        numbers = Numbers(long.arrow, "", {})
        content = Content(numbers, lambda row: f"line {long.lines[row]}", long.columns)
    elif ending in EXCEL:
        sheet = read_excel(path)
        numbers = _marked(sheet.arrow, text_columns, writing, sheet.mixed).after(*sheet.notes)
        content = Content(numbers, lambda row: f"row {sheet.rows[row]}")
    elif ending in PARQUET:
        content = Content(_marked(_read_parquet(path), text_columns, writing), None)
    elif ending in JSON:
        found = read_json(path)
        content = Content(_marked(found.arrow, text_columns, writing), found.place)
    elif ending in ARFF:
        attributes = read_arff(path, writing.encoding)
        numbers = Numbers(attributes.arrow, "", {})
        content = Content(numbers, lambda row: f"line {attributes.lines[row]}")
    elif ending in SPACED and not writing.encoding and holds_spaced(path):
        spaced = read_spaced(path)
        content = Content(
            Numbers(spaced.arrow, "", {}).after(spaced.note), lambda row: f"line {spaced.lines[row]}"
        )
    else:
        content = _read_text(path, text_columns, writing)
    if not content.numbers.arrow.num_rows:
        if ending in JSON:
            raise ReadError(f"{path}: is empty; expected one JSON object on each line")
        raise ReadError(f"{path}: has column names but no rows; expected at least two rows of data")
    return content


def check_file(path: Path, encoding: str = "") -> None:
    """Refuse a path that is missing, a directory, empty, of an unknown ending or not readable."""
    if path.is_dir():
        raise ReadError(f"{path}: is a directory; expected one file ({SUPPORTED})")
    ending = ending_of(path)
    if path.exists() and ending not in (*USUAL, *PARQUET, *JSON, *EXCEL, *TSF, *ARFF, ".ts"):
        raise ReadError(f"{path}: the ending {path.suffix!r} is not supported; expected one of {SUPPORTED}")
    rows = "one JSON object on each line" if ending in JSON else "a line of column names and rows of data"
    check_text(path, rows, binary=ending in (*PARQUET, *EXCEL) or bool(encoding))


def _read_text(path: Path, text_columns: tuple[str, ...], writing: Writing) -> Content:
    usual = USUAL[ending_of(path)]
    layout = Layout.of(path, usual, writing.encoding or None)
    head = Evidence.of_all(layout.head)
    known = writing.decimal or head.decimal
    named = zip(layout.names, layout.head, strict=False)
    # Numbers that can be read in two ways are looked at when all of them are there.
    delayed = [] if known or not head.is_open else [name for name, one in named if one.is_open]
    table = read_delimited(layout, text_columns, known or ".", delayed)
    numbers = read_marked(
        table,
        decimal=writing.decimal,
        usual=writing.usual,
        head=head,
        semicolons=layout.delimiter == ";",
        as_text=text_columns,
        delayed=delayed,
    )
    comma = ("decimals read with a comma",) if numbers.decimal == "," and not numbers.notes else ()
    return Content(
        numbers.after(*layout.notes, *comma), lambda row: f"line {layout.line(row)}", cells=layout.cells
    )


def _marked(
    table: pa.Table, text_columns: tuple[str, ...], writing: Writing, delayed: Sequence[str] = ()
) -> Numbers:
    return read_marked(
        table, decimal=writing.decimal, usual=writing.usual, as_text=text_columns, delayed=delayed
    )


def _read_parquet(path: Path) -> pa.Table:
    try:
        return with_class_names(pa.parquet.read_table(path))
    except (pa.ArrowInvalid, OSError):
        with path.open("rb") as file:
            head = file.read(16)
        raise ReadError(f"{path}: is not a Parquet file, or a damaged one; it begins with {head!r}") from None
