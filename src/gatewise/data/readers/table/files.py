"""Paths to arrow tables; says what is wrong with a file in one line."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from gatewise.data.readers.table.dialect import DELIMITERS, Dialect
from gatewise.data.readers.table.jsonlines import JSON_LINES, json_line_of, read_json_lines
from gatewise.data.readers.table.textfile import check_encoding, check_text, damaged, ending_of, text_of
from gatewise.errors import ReadError
from gatewise.spelling import spelled_task

__all__ = ["NO_VALUE", "cells_of", "check_file", "line_of", "read_file"]

# Texts may be longer than Python's usual limit of 131,072 characters in a cell.
csv.field_size_limit(sys.maxsize)

USUAL = {".csv": ",", ".tsv": "\t"}
# Bytes that are read at once; no row can be longer.
BLOCK = 1 << 24
# Lines by which a dialect is told.
HEAD = 1000
PARQUET = (".parquet", ".pq")
SUPPORTED = ".csv, .tsv, .csv.gz, .tsv.gz, .parquet, .jsonl, .ts"
# What stands for "no value" in a number or time column.
NO_VALUE = [
    "", "NA", "N/A", "#N/A", "n/a", "nan", "NaN", "NAN", "-nan", "-NaN", "null", "NULL", "None", "<NA>",
]  # fmt: skip


def read_file(path: Path, text_columns: tuple[str, ...]) -> tuple[pa.Table, str, tuple[str, ...]]:
    """The table in a CSV, TSV, Parquet or JSON lines file, its decimal point or comma, and notes.

    ``text_columns`` of a CSV stay text, so ``001`` stays ``001``.

    Raises
    ------
    ReadError
        The file is missing, empty, damaged, of another kind than its ending says, or has no rows.
    """
    check_file(path)
    ending = ending_of(path)
    if ending == ".ts":
        raise ReadError(
            f"{path}: holds labelled sequences, not a table; use it with {spelled_task('classification')}"
        )
    dialect, note = Dialect(), ""
    if ending in PARQUET:
        table = _read_parquet(path)
    elif ending in JSON_LINES:
        table = read_json_lines(path)
    else:
        dialect = _dialect(path)
        table, note = _read_text(path, dialect, text_columns), dialect.note(USUAL[ending])
    if not table.num_rows:
        if ending in JSON_LINES:
            raise ReadError(f"{path}: is empty; expected one JSON object on each line")
        raise ReadError(f"{path}: has column names but no rows; expected at least two rows of data")
    return table, dialect.decimal, (note,) if note else ()


def check_file(path: Path) -> None:
    """Refuse a path that is missing, a directory, empty, of an unknown ending or not readable."""
    if path.is_dir():
        raise ReadError(f"{path}: is a directory; expected one file ({SUPPORTED})")
    ending = ending_of(path)
    if path.exists() and ending not in (*USUAL, *PARQUET, *JSON_LINES, ".ts"):
        raise ReadError(f"{path}: the ending {path.suffix!r} is not supported; expected one of {SUPPORTED}")
    rows = (
        "one JSON object on each line" if ending in JSON_LINES else "a line of column names and rows of data"
    )
    check_text(path, rows, binary=ending in PARQUET)


def line_of(path: Path, row: int) -> int:
    """The line on which data row ``row`` of a text file ends, counted as an editor does (column names: 1)."""
    if ending_of(path) in JSON_LINES:
        return json_line_of(path, row)
    delimiter = _dialect(path).delimiter
    with text_of(path) as file:
        rows = _rows(file, delimiter)
        for line, _ in rows:
            if row < 0:
                return line
            row -= 1
    return line


def cells_of(path: Path, name: str) -> list[str]:
    """The cells of a column of a CSV file as they are written; none of another kind of file."""
    if ending_of(path) not in USUAL:
        return []
    delimiter = _dialect(path).delimiter
    with text_of(path) as file:
        rows = [row for _, row in _rows(file, delimiter)]
    return [row[rows[0].index(name)] for row in rows[1:]] if name in rows[0] else []


def _read_parquet(path: Path) -> pa.Table:
    try:
        return pa.parquet.read_table(path)
    except (pa.ArrowInvalid, OSError):
        with path.open("rb") as file:
            head = file.read(16)
        raise ReadError(f"{path}: is not a Parquet file, or a damaged one; it begins with {head!r}") from None


def _dialect(path: Path) -> Dialect:
    with damaged(path), text_of(path) as file:
        lines = list(islice(file, HEAD))
    # A cell in quotes may go on beyond the last line.
    return Dialect.of(lines if len(lines) < HEAD else lines[:-1], USUAL[ending_of(path)])


def _read_text(path: Path, dialect: Dialect, text_columns: tuple[str, ...]) -> pa.Table:
    header = _header(path, dialect.delimiter)
    as_text = pa.dictionary(pa.int32(), pa.string())
    convert = pa.csv.ConvertOptions(
        null_values=NO_VALUE,
        column_types={name: as_text for name in text_columns if name in header},
        decimal_point=dialect.decimal,
    )
    try:
        table = pa.csv.read_csv(
            path,
            read_options=pa.csv.ReadOptions(block_size=BLOCK),
            parse_options=pa.csv.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True),
            convert_options=convert,
        )
    except pa.ArrowInvalid as error:
        check_encoding(path)
        _check_widths(path, dialect.delimiter, len(header))
        raise ReadError(f"{path}: cannot be read as a table ({' '.join(str(error).split())})") from None
    except OSError:
        raise ReadError(f"{path}: is a damaged gzip file; make it again") from None
    if any(pa.types.is_binary(column.type) for column in table.columns):
        check_encoding(path)
    return table


def _header(path: Path, delimiter: str) -> list[str]:
    with text_of(path) as file:
        _, names = next(_rows(file, delimiter), (0, []))
    if len(names) == 1 and any(name in names[0] for name in DELIMITERS):
        raise ReadError(
            f"{path}: line 1 is one column name in quotes, {names[0][:40]!r}; expected a name for each column; "
            "save the table again without quotes around whole lines"
        )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ReadError(
            f"{path}: line 1 names column {twice[0]!r} more than once; give each column its own name"
        )
    return names


def _rows(file: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the number of its last line."""
    reader = csv.reader(file, delimiter=delimiter)
    for row in reader:
        if row:
            yield reader.line_num, row


def _check_widths(path: Path, delimiter: str, width: int) -> None:
    """Name the first row that has more or fewer columns than the first line."""
    with text_of(path) as file:
        for line, row in _rows(file, delimiter):
            if len(row) != width:
                raise ReadError(
                    f"{path}: line {line} has {len(row)} column{'s' * (len(row) != 1)}; "
                    f"expected {width} as in line 1; correct that line"
                )
