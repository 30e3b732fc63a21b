"""Tables in text files: where their rows begin, and what is wrong with a row, by its line."""

from __future__ import annotations

import codecs
import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.csv

from gatewise.data.readers.table.dialect import DELIMITERS, delimiter_of, holds_values, is_row, split
from gatewise.data.readers.table.missing import NO_VALUE
from gatewise.data.readers.table.notation import DECIMALS, Evidence, evidence
from gatewise.data.readers.table.textfile import DAMAGED, check_encoding, damaged, encoding_of, text_of
from gatewise.data.readers.wording import counted
from gatewise.errors import ReadError

__all__ = ["UNNAMED", "Layout", "holds_table", "read_delimited"]

# Texts may be longer than Python's usual limit of 131,072 characters in a cell.
csv.field_size_limit(sys.maxsize)

# Bytes that are read at once; no row can be longer.
BLOCK = 1 << 24
# Lines by which a layout is told.
HEAD = 1000
# A text of fewer lines is no table.
FEWEST_LINES = 3
# What the first column is called where no line names them.
UNNAMED = "column1"
# By which Excel is told the delimiter.
SEPARATOR = re.compile(r'"?sep=([^\w"\r\n]|\\t)"?\s*', re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """Where the rows of a table begin in a text file, and how they are written.

    Attributes
    ----------
    path : Path
    encoding, delimiter : str
    names : tuple of str
        Those of the columns.
    begin : int
        Lines above the first row.
    head : tuple of Evidence
        What the first rows of each column say of decimals.
    notes : tuple of str
    left_out : tuple of str
        Columns that have no name in the file, as a line of names that ends in delimiters gives them.
    """

    path: Path
    encoding: str
    delimiter: str
    names: tuple[str, ...]
    begin: int
    head: tuple[Evidence, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: Path, usual: str, encoding: str | None = None) -> Layout:
        """Tell the layout of a file by its first lines; ``usual`` is the delimiter that its ending promises."""
        encoding = encoding or encoding_of(path)
        if codecs.lookup(encoding).name == "utf-8":
            # The same, without a mark that may stand before the first name.
            encoding = "utf-8-sig"
        lines = _head(path, encoding)
        above, remark, delimiter = _above(lines)
        below = lines[above:]
        delimiter = delimiter or delimiter_of(below, usual)
        notes = [f"read with {DELIMITERS.get(delimiter, delimiter)} between columns"]
        notes = [] if delimiter == usual else notes
        if encoding != "utf-8-sig":
            notes.append(f"read as {encoding}")
        rows = split(below, delimiter)
        first, rows = (rows[0], rows[1:]) if rows else ([], [])
        begin = above + _lines_of_first(below, delimiter)
        named = _split_remark(remark, delimiter, len(first)) if is_row(first, rows) else []
        if named:
            first, rows, begin = named, [first, *rows], above
        elif is_row(first, rows):
            names = [UNNAMED, *(f"column{number}" for number in range(2, len(first) + 1))]
            notes.append(
                f"line {above + 1} looks like the rows below it and was read as one; the columns are called "
                f"{', '.join(names[:3])}{', …' if len(names) > 3 else ''}: write their names above it"
            )
            first, rows, begin = names, [first, *rows], above
        # The first column without a name has row numbers that were saved.
        nameless = [place for place, name in enumerate(first) if place and not name.strip()]
        first = [
            f"{UNNAMED[:-1]}{place + 1}" if place in nameless else name for place, name in enumerate(first)
        ]
        if nameless:
            notes.append(f"ignored {counted(len(nameless), 'column')} without a name")
        columns = zip_longest(*(row[: len(first)] for row in rows), fillvalue="")
        found = [_evidence(column, semicolons=delimiter == ";") for column in columns]
        left_out = tuple(first[place] for place in nameless)
        return cls(path, encoding, delimiter, tuple(first), begin, tuple(found), tuple(notes), left_out)

    def check_names(self) -> None:
        """Refuse names that are one name in quotes, or stand there twice."""
        line = max(self.begin, 1)
        if len(self.names) == 1 and any(name in self.names[0] for name in DELIMITERS):
            raise ReadError(
                f"{self.path}: line {line} is one column name in quotes, {self.names[0][:40]!r}; expected a name "
                "for each column; save the table again without quotes around whole lines"
            )
        twice = [name for name, count in Counter(self.names).items() if count > 1]
        if twice:
            raise ReadError(
                f"{self.path}: line {line} names column {twice[0]!r} more than once; give each column its own name"
            )

    def line(self, row: int) -> int:
        """Return the line on which a row ends, counted as an editor does."""
        number = self.begin
        with text_of(self.path, encoding=self.encoding) as file:
            for line, _ in self._rows(file):
                number = line
                if row <= 0:
                    return number
                row -= 1
        return number

    def cells(self, name: str) -> list[str]:
        """Return the cells of a column as they are written."""
        place = self.names.index(name)
        with text_of(self.path, encoding=self.encoding) as file:
            return [row[place] for _, row in self._rows(file)]

    def check_widths(self) -> None:
        """Name the first row that has more or fewer columns than there are names."""
        width = len(self.names)
        with text_of(self.path, encoding=self.encoding) as file:
            for line, row in self._rows(file):
                if len(row) != width:
                    raise ReadError(
                        f"{self.path}: line {line} has {len(row)} column{'s' * (len(row) != 1)}; "
                        f"expected {width} as in line {max(self.begin, 1)}; correct that line"
                    )

    def _rows(self, file: TextIO) -> Iterator[tuple[int, list[str]]]:
        """Rows that are not blank, each with the number of its last line."""
        for _ in islice(file, self.begin):
            pass
        reader = csv.reader(file, delimiter=self.delimiter)
        for row in reader:
            if row:
                yield self.begin + reader.line_num, row


def read_delimited(
    layout: Layout, as_text: Sequence[str], decimal: str, delayed: Sequence[str] = ()
) -> pa.Table:
    """Read the table of a text file.

    Parameters
    ----------
    layout : Layout
    as_text : sequence of str
        Columns that stay text, so ``001`` stays ``001``.
    decimal : {".", ","}
        What stands before decimals in columns that are numbers as they are.
    delayed : sequence of str
        Columns that are left as text for now.
    """
    path = layout.path
    layout.check_names()
    convert = pa.csv.ConvertOptions(
        null_values=NO_VALUE,
        column_types={name: pa.string() for name in delayed}
        | {name: pa.dictionary(pa.int32(), pa.string()) for name in as_text if name in layout.names},
        decimal_point=decimal,
        include_columns=[name for name in layout.names if name not in layout.left_out],
    )
    encoding = "utf8" if layout.encoding == "utf-8-sig" else layout.encoding
    try:
        table = pa.csv.read_csv(
            path,
            read_options=pa.csv.ReadOptions(
                block_size=BLOCK, column_names=layout.names, skip_rows=layout.begin, encoding=encoding
            ),
            parse_options=pa.csv.ParseOptions(delimiter=layout.delimiter, newlines_in_values=True),
            convert_options=convert,
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            return pa.table({name: pa.array([], pa.string()) for name in convert.include_columns})
        check_encoding(path, layout.encoding, table=True)
        layout.check_widths()
        raise ReadError(f"{path}: cannot be read as a table ({' '.join(str(error).split())})") from None
    except UnicodeError:
        check_encoding(path, layout.encoding, table=True)
        raise
    except OSError:
        raise ReadError(f"{path}: is a damaged gzip file; make it again") from None
    if any(pa.types.is_binary(column.type) for column in table.columns):
        check_encoding(path, layout.encoding, table=True)
    return table


def holds_table(path: Path) -> bool:
    """Return whether a file of text is a table: every line has as many cells, and some column numbers or times."""
    try:
        lines = _head(path, encoding_of(path))
    except (OSError, UnicodeError, ReadError, *DAMAGED):
        return False
    above, _, delimiter = _above(lines)
    below = [line for line in lines[above:] if line.strip()]
    if len(below) < FEWEST_LINES or any(not line.strip() for line in lines[above : above + len(below)]):
        return False
    rows = split(below, delimiter or delimiter_of(below, "\t"))
    return len({len(row) for row in rows}) == 1 and holds_values(rows[1:])


def _evidence(column: Sequence[str], *, semicolons: bool) -> Evidence:
    """What cells say of decimals; nothing at once where none has a mark, as a file may have thousands of columns."""
    if not any(mark in cell for cell in column for mark in DECIMALS):
        return Evidence()
    return evidence(pa.chunked_array([pa.array(column)]), semicolons=semicolons)


def _head(path: Path, encoding: str) -> list[str]:
    with damaged(path, encoding, table=True), text_of(path, encoding=encoding) as file:
        lines = list(islice(file, HEAD))
    # A cell in quotes may go on beyond the last line.
    return lines if len(lines) < HEAD else lines[:-1]


def _above(lines: Sequence[str]) -> tuple[int, str, str]:
    """Return how many lines stand above the table, the last that begins with ``#``, and a delimiter that is said."""
    remark = delimiter = ""
    for number, line in enumerate(lines):
        said = SEPARATOR.fullmatch(line) if number == 0 else None
        if said:
            delimiter = said[1].replace("\\t", "\t")
        elif line.startswith("#") and not _is_name(line):
            remark = line
        elif line.strip():
            return number, remark, delimiter
    return 0, "", delimiter


def _is_name(line: str) -> bool:
    """Return whether a line begins with a column that is called ``#``."""
    return line[1:2] in DELIMITERS or line.startswith('#"')


def _split_remark(remark: str, delimiter: str, width: int) -> list[str]:
    """Return the names of columns that stand in a remark above the rows; none where it is something else."""
    cells = next(iter(split([remark.lstrip("# ")], delimiter)), []) if remark else []
    names = [cell.strip() for cell in cells]
    return names if len(names) == width and all(names) else []


def _lines_of_first(lines: Sequence[str], delimiter: str) -> int:
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for row in reader:
            if row:
                return reader.line_num
    except csv.Error:
        pass
    return 1
