"""What never changes within a series: columns of its rows, or a table of its own with one row for each series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.arrays import Array, Mask
from gatewise.data.readers.table.columns import Codes, encode, is_number, is_text, numbers
from gatewise.data.readers.table.files import Writing
from gatewise.data.readers.table.frames import Source, Table, load
from gatewise.data.readers.table.identity import identify
from gatewise.data.readers.table.roles import check_names
from gatewise.data.readers.table.rows import SortedRows
from gatewise.data.readers.wording import counted, such_rows
from gatewise.data.series import Columns
from gatewise.errors import ConfigurationError, ReadError
from gatewise.spelling import spelled

__all__ = ["Statics", "check_statics", "statics_beside", "statics_within"]

NAMED = 3


class Statics(NamedTuple):
    """Columns with one value for each series, those that nobody named among them, and notes."""

    values: dict[str, Array]
    found: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def check_statics(table: Table, names: Sequence[str]) -> None:
    """Refuse a table that lacks a static column of the model."""
    for name in names:
        if name not in table.names:
            raise table.error(
                f"has no column {name!r}, which the model was fitted with as static; add it, or give a table with one "
                f"row for each series with {spelled('static_data')}"
            )


def statics_within(
    table: Table, rows: SortedRows, columns: Columns, ids: Codes | None, likely: Sequence[str] | None
) -> Statics:
    """Columns of the rows themselves: those named, and those that happen to be so.

    ``likely`` are those that happened to be so when a model was fitted: no others are looked for.
    """
    named: dict[str, Array] = {}
    for name in columns.static:
        named[name], empty, changes = _first_values(table, rows, name)
        if empty.any():
            raise table.error(
                f"column {name!r} is given as {spelled('static')} but empty here ({such_rows(empty)}); give each "
                "series a value in all its rows, or leave the column out",
                rows.table_row(int(np.argmax(empty))),
            )
        if changes.any():
            raise table.error(
                f"column {name!r} is given as {spelled('static')} but changes here within its series; "
                f"name it with {spelled('past')} or {spelled('known')} instead",
                rows.table_row(int(np.argmax(changes))),
            )
    used = {*columns.id, columns.time, *columns.target, *columns.past, *columns.known, *columns.static}
    spare = [name for name in table.names if name not in used]
    several = ids is not None and rows.series > 1
    looked = (spare if several else []) if likely is None else [name for name in spare if name in likely]
    recognised = {}
    for name in looked:
        try:
            first, empty, changes = _first_values(table, rows, name)
        except ReadError:
            continue
        if not empty.any() and not changes.any() and (likely is not None or (first != first[0]).any()):
            recognised[name] = first
    notes = []
    if recognised:
        notes.append(f"taken as static, as they never change within a series: {', '.join(recognised)}")
    ignored = [name for name in spare if name not in recognised]
    if ignored:
        use = f"{spelled('past')} or {spelled('known')}"
        notes.append(f"columns not used: {', '.join(ignored)} (name them with {use} to use them)")
    return Statics(named | recognised, tuple(recognised), tuple(notes))


def statics_beside(
    source: Source, columns: Columns, ids: Codes | None, wanted: Sequence[str], writing: Writing
) -> Statics:
    """Columns of a table with one row for each series; all but the ids, or those that are ``wanted``.

    Raises
    ------
    ReadError
        A series has no row there, or two; or a cell is empty.
    """
    if ids is None:
        raise ConfigurationError(
            f"has one row for each series, but there is one series alone; name the column that tells series apart "
            f"with {spelled('id')}",
            option="static_data",
        )
    table = load(source, columns.id, writing)
    check_names(table, "id", *columns.id)
    check_names(table, "static", *wanted)
    # Ids of a frame may be numbers where those of the series are text.
    whose, _ = identify(table, columns.id)
    place = {str(name): number for number, name in enumerate(whose.values)}
    twice = np.bincount(whose.number) > 1
    if twice.any():
        doubled = np.flatnonzero(whose.number == int(np.argmax(twice)))
        raise table.error(
            f"series {str(whose.values[np.argmax(twice)])!r} is there already on {table.place(int(doubled[0]))}; "
            "keep one row for each series",
            int(doubled[1]),
        )
    lacking = [str(name) for name in ids.values if str(name) not in place]
    if lacking:
        raise table.error(
            f"has no row for series {_some(lacking)}; give each series one, or leave the series out"
        )
    known = {str(name) for name in ids.values}
    strangers = [name for name in place if name not in known]
    rows = np.array([place[str(name)] for name in ids.values])
    table_rows = np.argsort(whose.number)[rows]
    names = [name for name in (wanted or table.names) if name not in columns.id]
    values = {name: _of_series(table, name, table_rows) for name in names}
    note = (
        [f"{table.name}: {counted(len(strangers), 'row')} of no series here left out: {_some(strangers)}"]
        if strangers
        else []
    )
    return Statics(values, (), (*note, *(f"{table.name}: {one}" for one in table.notes)))


def _of_series(table: Table, name: str, rows: Array) -> Array:
    kept = replace(table, arrow=table.arrow.select([name]))
    column = table.arrow[name]
    empty = _is_empty(column)[rows]
    if empty.any():
        raise table.error(
            f"column {name!r} is empty; expected a value for each series", int(rows[np.argmax(empty)])
        )
    if is_text(column.type):
        codes = encode(kept, name)
        texts: Array = codes.values[codes.number[rows]]
        return texts
    if is_number(column.type):
        values: Array = numbers(table, name)[rows]
        return values
    raise table.error(f"column {name!r} holds {column.type}; expected numbers or text")


def _first_values(table: Table, rows: SortedRows, name: str) -> tuple[Array, Mask, Mask]:
    """The value of each series' first row, the rows that are empty, and those that differ from the one above."""
    kind = table.arrow[name].type
    empty = rows.pick(_is_empty(table.arrow[name]))
    if is_text(kind):
        ranks = table.arrow[name].cast(pa.string()).combine_chunks().dictionary_encode()
        column: Array = rows.pick(np.asarray(ranks.indices.fill_null(-1)))
        texts = np.array([str(text) for text in ranks.dictionary.to_pylist()] + [""], np.str_)
        first: Array = texts[column[rows.offsets[:-1]]]
    elif is_number(kind):
        column = rows.pick(numbers(table, name))
        first = column[rows.offsets[:-1]]
    else:
        raise table.error(f"column {name!r} holds {kind}; expected numbers or text")
    changes = np.zeros(len(rows), bool)
    changes[1:] = (column[1:] != column[:-1]) & (np.diff(rows.number) == 0)
    return first, empty, changes


def _is_empty(column: pa.ChunkedArray) -> Mask:
    if pa.types.is_floating(column.type):
        return ~np.isfinite(np.asarray(column.cast(pa.float64()).to_numpy(), np.float64))
    if is_text(column.type):
        blank = pc.equal(pc.utf8_trim_whitespace(column.cast(pa.string())), "")
        return np.asarray(pc.fill_null(blank, True).to_numpy())
    return np.asarray(column.is_null().to_numpy())


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(map(repr, names[:NAMED]))
    return f"{shown} and {len(names) - NAMED:,} more" if len(names) > NAMED else shown
