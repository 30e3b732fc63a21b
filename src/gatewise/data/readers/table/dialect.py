"""The character between columns of a text file, and whether its first row names them, told by its first lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from gatewise.data.readers.table.missing import NO_VALUE

__all__ = ["DELIMITERS", "delimiter_of", "holds_values", "is_row", "kind_of_cell", "split"]

DELIMITERS = {",": ",", "\t": "tabs", ";": ";", "|": "|"}
NUMBER = re.compile(r"[+-]?(\d[\d.,' ]*|[.,]\d+)([eE][+-]?\d+)?")
TIME = re.compile(r"\d{1,4}([-/.]\d{1,2}[-/.]\d{1,4}|-\d{1,2})([T ].*)?|\d{1,2}:\d\d(:\d\d.*)?")
# Columns may be called after years.
YEARS = range(1800, 2201)
# Cells by which a column is judged.
HEAD = 100
MOST_OTHERS = 0.1
# Names of columns seldom have more, and hardly ever so many.
WORDS_OF_NAMES, WORDS_OF_PROSE = 3, 5


def delimiter_of(lines: Sequence[str], usual: str) -> str:
    """Return what stands between columns; ``usual`` is what the ending of the file promises.

    A delimiter is one that splits the first line, and all others into as many columns; of several the one that gives
    most columns.
    """
    tables = {name: split(lines, name) for name in DELIMITERS}
    widths = {name: len(rows[0]) for name, rows in tables.items() if rows and len(rows[0]) > 1}
    even = [name for name in widths if all(len(row) == widths[name] for row in tables[name])]
    # Lines that are broken are named later, in the dialect of the first one.
    choices = even or ([usual] if usual in widths else list(widths)) or [usual]
    return max(choices, key=lambda name: (widths.get(name, 1), name == usual))


def split(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Return the cells of each row that is not blank; an empty row where a quote is never closed."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if row:
                rows.append(row)
    except csv.Error:
        rows.append([])
    return rows


def kind_of_cell(cell: str) -> str:
    """Tell a number, a time, text, or nothing by how it is written."""
    cell = cell.strip()
    if cell in NO_VALUE:
        return ""
    if NUMBER.fullmatch(cell):
        return "number"
    return "time" if TIME.fullmatch(cell) else "text"


def is_row(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether what ought to name the columns is a row like those below it.

    It then has a number or a time wherever most of them have, and at least one; or, without any, words that are no
    names. Numbers that count up, or are years, are names.
    """
    kinds = [kind_of_cell(name) for name in names]
    if not rows:
        return False
    if not {"number", "time"} & {*kinds}:
        return _is_row_of_texts(names, rows)
    for place, kind in enumerate(kinds):
        below = Counter(kind_of_cell(row[place]) for row in rows[:HEAD] if place < len(row))
        del below[""]
        if kind and below and below.most_common(1)[0][0] != kind:
            return False
    written = [name.strip() for name, kind in zip(names, kinds, strict=True) if kind == "number"]
    if "time" in kinds or not all(name.isdecimal() for name in written):
        return True
    values = [int(name) for name in written]
    counts_up = len(values) > 1 and {after - before for before, after in pairwise(values)} == {1}
    return not counts_up and not all(value in YEARS for value in values)


def _is_row_of_texts(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether what ought to name the columns is a label and a text, say, as those below it.

    It then has a cell that comes again below it, in a column in which others do, too, or one of more words than a name
    has, above others of many words. A line of names may come again as a whole.
    """
    if any(list(row) == list(names) for row in rows):
        return False
    prose = any(len(name.split()) > WORDS_OF_NAMES for name in names)
    for name, column in zip(
        names, zip(*(row for row in rows if len(row) == len(names)), strict=True), strict=False
    ):
        cells = [cell for cell in column if cell.strip()]
        if name.strip() and name in cells and (prose or len({*cells}) < len(cells)):
            return True
        words = sum(len(cell.split()) for cell in cells)
        if len(name.split()) >= WORDS_OF_PROSE and words >= WORDS_OF_PROSE * len(cells):
            return True
    return False


def holds_values(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether some column of rows of one width has numbers or times nearly throughout."""
    widths = {len(row) for row in rows}
    if len(rows) < 2 or len(widths) != 1 or widths == {1}:
        return False
    for column in zip(*rows, strict=True):
        kinds = [kind for kind in map(kind_of_cell, column) if kind]
        others = sum(kind == "text" for kind in kinds)
        if kinds and others <= MOST_OTHERS * len(kinds):
            return True
    return False
