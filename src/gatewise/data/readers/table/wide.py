"""Tables with one series in each row, laid out as long ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa

from gatewise.data.arrays import Array
from gatewise.data.readers.table.columns import is_number, is_text
from gatewise.data.readers.table.dialect import kind_of_cell
from gatewise.data.readers.table.frames import ID_NAMES, Table
from gatewise.data.readers.table.times import is_time
from gatewise.data.series import Columns

__all__ = ["as_long"]

# Fewer columns of values than this are the columns of a long table.
FEWEST_VALUES = 6
NUMBERED = re.compile(r"(.*?)(\d+)")
NAMES = ("time", "value")


def as_long(table: Table) -> Table:
    """Return a table with one series in each row as one with a row for each series and time; others as they are.

    Such a table names its series in the first columns, all different, and the values of each follow in columns that
    count up (``V2, V3, …``, ``1990, 1991, …``) or are dates. Empty cells before the first and after the last value are
    no rows.
    """
    first = _first_value(table)
    if first is None:
        return table
    ids, names = table.names[:first], table.names[first:]
    named = ids[0].lower() in (*ID_NAMES, "id")
    if not (named or is_text(table.arrow[ids[0]].type)) or any(
        is_time(table.arrow[name], name) for name in ids
    ):
        return table
    names_of_rows = set(zip(*(table.arrow[name].to_pylist() for name in ids), strict=True))
    if len(names_of_rows) < table.arrow.num_rows:
        return table
    values = np.stack(
        [np.asarray(table.arrow[name].cast(pa.float64()).to_numpy(), np.float64) for name in names], axis=1
    )
    there = ~np.isnan(values)
    begun = np.maximum.accumulate(there, axis=1)
    ahead = np.maximum.accumulate(there[:, ::-1], axis=1)[:, ::-1]
    row, place = np.nonzero(begun & ahead)
    if not len(row):
        return table
    time, value = (_free(name, ids) for name in NAMES)
    found = {name: table.arrow[name].take(pa.array(row)) for name in ids}
    found[time] = pa.array(_times(names)[place])
    found[value] = pa.array(values[row, place])
    key = next((name for name in ids if len(table.arrow[name].unique()) == table.arrow.num_rows), None)
    given = (key,) if key else tuple(ids)
    static = tuple(name for name in ids if name not in given)
    series = f"{table.arrow.num_rows:,} series, one in each row"
    note = f"{series}: named by {', '.join(given)}, values in {names[0]} to {names[-1]}"
    return replace(
        table,
        arrow=pa.table(found),
        columns=Columns(given, time, (value,), static=static),
        notes=(*table.notes, note),
        place_of=lambda number: table.place(int(row[number])),
        index=None,
        cells_of=None,
    )


def _first_value(table: Table) -> int | None:
    """Return where the columns of values begin; ``None`` where a table is no wide one."""
    names, first = table.names, len(table.names)
    while first > 0 and _may_hold_values(table, names[first - 1]):
        first -= 1
    for begin in range(max(first, 1), max(first, 1) + 2):
        if len(names) - begin >= FEWEST_VALUES and _follow(names[begin:]):
            return begin
    return None


def _may_hold_values(table: Table, name: str) -> bool:
    kind = table.arrow[name].type
    return name not in table.unsure and (is_number(kind) or pa.types.is_null(kind))


def _follow(names: Sequence[str]) -> bool:
    """Return whether names count up, or are dates."""
    if all(kind_of_cell(name) == "time" for name in names):
        return True
    parts = [NUMBERED.fullmatch(name) for name in names]
    if None in parts or len({part[1] for part in parts if part}) != 1:
        return False
    numbers = [int(part[2]) for part in parts if part]
    return {after - before for before, after in pairwise(numbers)} == {1}


def _times(names: Sequence[str]) -> Array:
    """The times of columns: dates as text, years and other numbers that stand alone, else a count."""
    if kind_of_cell(names[0]) == "time":
        return np.array(names, dtype=object)
    return np.array([int(name) if name.isdecimal() else place for place, name in enumerate(names)])


def _free(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name = f"{name}_"
    return name
