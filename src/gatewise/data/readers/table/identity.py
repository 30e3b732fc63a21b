"""Which series each row belongs to, told by one column or several, and the columns that would tell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.arrays import Array, Integers
from gatewise.data.readers.table.columns import Codes, encode, is_number, is_text
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.rows import SortedRows

__all__ = ["identify", "tells_apart"]

# Whole numbers as text files have them; 001 is a name.
WHOLE = r"^(0|-?[1-9][0-9]{0,17})$"
# Of a series, in the mean over those that columns would tell apart.
FEWEST_ROWS = 3
# Columns that are tried, and how many together.
MOST_COLUMNS, MOST_TOGETHER = 8, 3


def identify(table: Table, names: Sequence[str]) -> tuple[Codes, dict[str, Array]]:
    """Number the series in the order in which they appear.

    Returns
    -------
    Codes
        The number of each row, and a name for each series: the values of several columns with a slash between them.
    dict of str to array, shape (series,)
        The columns themselves, in the type that they have in the table; whole numbers of a text file as numbers.
    """
    parts = [encode(table, name) for name in names]
    codes = parts[0] if len(parts) == 1 else _together(parts)
    _, first = np.unique(codes.number, return_index=True)
    return codes, {name: _values(table, name, part, first) for name, part in zip(names, parts, strict=True)}


def tells_apart(table: Table, rows: SortedRows, named: Sequence[str], taken: Sequence[str]) -> list[str]:
    """Find the fewest columns by which, with those that are ``named``, no series has a time twice.

    Text comes before whole numbers; of the columns ``taken`` for other parts none is tried. The series must have
    several rows each.
    """
    columns = {name: table.arrow[name] for name in table.names if name not in (*named, *taken)}
    kinds = (is_text, lambda kind: is_number(kind) and not pa.types.is_floating(kind))
    candidates = [name for holds in kinds for name, column in columns.items() if holds(column.type)]
    numbers = {name: _ranks(columns[name]) for name in candidates}
    size = len(rows)
    numbers = {name: part for name, part in numbers.items() if (part.max() + 1) * FEWEST_ROWS <= size}
    base = [_ranks(table.arrow[name]) for name in named]
    times = np.unique(rows.times.view(np.int64), return_inverse=True)[1]
    numbers = {name: rows.pick(part) for name, part in numbers.items()}
    base = [rows.pick(part) for part in base]
    tried = list(numbers)[:MOST_COLUMNS]
    for count in range(1, MOST_TOGETHER + 1):
        for names in combinations(tried, count):
            series = _numbered([*base, *(numbers[name] for name in names)])
            if (series.max() + 1) * FEWEST_ROWS > size:
                # They say something of each row.
                continue
            if len(np.unique(_numbered([series, times]))) == size:
                return [*named, *(name for name in table.names if name in names)]
    return []


def _together(parts: Sequence[Codes]) -> Codes:
    number = _numbered([part.number.astype(np.int64) for part in parts])
    _, first, inverse = np.unique(number, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    rows = first[order]
    names = [
        "/".join(map(_escaped, row))
        for row in zip(*(part.values[part.number[rows]] for part in parts), strict=True)
    ]
    return Codes(rank[inverse], np.array(names, np.str_))


def _escaped(name: str) -> str:
    """A name in which a slash cannot be taken for the one between two names."""
    return str(name).replace("\\", "\\\\").replace("/", "\\/")


def _numbered(parts: Sequence[Integers]) -> Integers:
    """Number the combinations of several numbers of each row, from 0."""

    def both(one: Integers, other: Integers) -> Integers:
        product = one * (int(other.max()) + 1) + other
        # Small again, so that no product is too large for its type.
        found: Integers = np.unique(product, return_inverse=True)[1]
        return found

    return reduce(both, parts)


def _ranks(column: pa.ChunkedArray) -> Integers:
    values = column.combine_chunks()
    codes = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    ranks: Integers = np.asarray(codes.indices.fill_null(-1), np.int64) + 1
    return ranks


def _values(table: Table, name: str, codes: Codes, first: Array) -> Array:
    column = table.arrow[name]
    if is_number(column.type) and not pa.types.is_decimal(column.type):
        numbers: Array = np.asarray(column.take(pa.array(first)).to_numpy())
        return numbers
    values: Array = codes.values[codes.number[first]]
    if table.place_of is not None and pc.all(pc.match_substring_regex(pa.array(codes.values), WHOLE)).as_py():
        values = values.astype(np.int64)
    return values
