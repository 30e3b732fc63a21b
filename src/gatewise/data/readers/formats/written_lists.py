"""Lists that were written as text: ``"['EU', 'rejects']"`` as pandas saves them, or words and tags between blanks."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace

import pyarrow as pa

from gatewise.data.readers.formats.token_lists import TAG_LISTS, TOKEN_LISTS
from gatewise.data.readers.table.columns import is_text
from gatewise.data.readers.table.frames import Table
from gatewise.data.span_schemes import Scheme

__all__ = ["with_written_lists", "with_written_words"]

# Of numpy, without commas between words or numbers.
BARE = re.compile(r"(?<=[\d.])\s+(?=[\d.+-])")
QUOTED = re.compile(r"(?<=['\"])\s+(?=['\"])")
HEAD = 100


def with_written_lists(table: Table) -> Table:
    """Return a table with lists in the columns that hold nothing but lists written as text."""
    found = {}
    for name in table.names:
        column = table.arrow[name]
        if not is_text(column.type):
            continue
        head = [cell for cell in column.slice(0, HEAD).cast(pa.string()).to_pylist() if cell is not None]
        if not head or not all(cell.startswith("[") and cell.endswith("]") for cell in head):
            continue
        lists = [_list(cell) for cell in column.cast(pa.string()).to_pylist()]
        if all(one is not None for one in lists):
            try:
                found[name] = pa.array(lists)
            except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
                continue
    return _with(table, found, "lists that were written as text are read as lists")


def with_written_words(table: Table) -> Table:
    """Return a table with lists where two columns hold words and as many tags, between blanks, in every row."""
    texts = [name for name in table.names if is_text(table.arrow[name].type)]
    token = next((name for name in TOKEN_LISTS if name in texts), "")
    tag = next((name for name in TAG_LISTS if name in texts and name != token), "")
    if not token or not tag:
        return table
    words, tags = (
        [(cell or "").split() for cell in table.arrow[name].cast(pa.string()).to_pylist()]
        for name in (token, tag)
    )
    even = all(len(row) == len(other) > 0 for row, other in zip(words, tags, strict=True))
    if not even or Scheme.of(one for row in tags for one in row) is None:
        return table
    return _with(table, {token: pa.array(words), tag: pa.array(tags)}, "words and tags stand between blanks")


def _with(table: Table, columns: dict[str, pa.Array], note: str) -> Table:
    arrow = table.arrow
    for name, column in columns.items():
        arrow = arrow.set_column(arrow.column_names.index(name), name, column)
    which = ", ".join(map(repr, columns))
    return replace(table, arrow=arrow, notes=(*table.notes, f"{which}: {note}")) if columns else table


def _list(cell: str | None) -> list[str] | list[float] | None:
    """The words or numbers of a list; ``None`` of anything else."""
    for read in (json.loads, _of_python):
        try:
            found = read(cell or "")
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        if isinstance(found, list) and found:
            words = all(isinstance(one, str) for one in found)
            values = all(isinstance(one, int | float) and not isinstance(one, bool) for one in found)
            return found if words or values else None
        return None
    return None


def _of_python(cell: str) -> object:
    # Python puts words that stand beside each other together.
    bare = BARE if "'" not in cell and '"' not in cell else QUOTED
    return ast.literal_eval(bare.sub(", ", cell))
