"""Covariates as numbers: those that are numbers as they are, names as one column for each that is frequent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.arrays import Floats
from gatewise.data.readers.table.columns import is_number, is_text, numbers
from gatewise.data.readers.table.dialect import kind_of_cell
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.missing import without_spellings_of_nothing
from gatewise.data.readers.table.notation import castable
from gatewise.data.readers.wording import counted
from gatewise.data.series import channel_names

__all__ = ["channels", "find_levels"]

MOST_LEVELS = 32
# What a cell without a name holds.
NOTHING = "none"

Levels = Mapping[str, tuple[str, ...]]


def find_levels(
    table: Table, names: Sequence[str], fitted: Levels | None = None
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Find the columns that hold names, and the most frequent of these, in alphabetical order; with notes.

    ``fitted`` are those of a model, which knows no others. A column of text in which most values are numbers is one of
    numbers with mistakes in it.
    """
    if fitted is not None:
        return {name: fitted[name] for name in names if name in fitted}, []
    found, notes = {}, []
    for name in names:
        column = table.arrow[name]
        if is_number(column.type) or not _holds_names(table, name):
            continue
        counts = pc.value_counts(_names(column))
        ordered = sorted(
            zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True),
            key=lambda pair: (-pair[1], pair[0]),
        )
        levels = tuple(sorted(level for level, _ in ordered[:MOST_LEVELS]))
        found[name] = levels
        others = len(ordered) - len(levels)
        rest = f", the most frequent of {len(ordered):,}" if others else ""
        notes.append(
            f"{name!r} holds text: {counted(len(levels), 'column')} of 0 and 1, one for each value{rest}"
        )
    return found, notes


def channels(table: Table, names: Sequence[str], levels: Levels) -> dict[str, Floats]:
    """Return covariates as the columns that a model sees, by name: ``price``, ``holiday=Christmas``.

    A value of which nothing is known is 0 in all columns of its name.
    """
    found: dict[str, Floats] = {}
    for name in names:
        if name not in levels:
            found[name] = numbers(table, name)
            continue
        values = _names(table.arrow[name])
        for channel, level in zip(channel_names((name,), levels), levels[name], strict=True):
            found[channel] = np.asarray(pc.equal(values, level).cast(pa.float64()).to_numpy())
    return found


def _holds_names(table: Table, name: str) -> bool:
    """Return whether a column is text of which no more than half of the different values are numbers."""
    column = table.arrow[name]
    if name in table.unsure or not is_text(column.type):
        return False
    if pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type):
        return True
    values = pc.unique(without_spellings_of_nothing(column)).drop_null()
    if len(values) and kind_of_cell(values[0].as_py()) == "time":
        return False
    number = pc.match_substring_regex(
        castable(pa.chunked_array([values]), table.decimal or "."), r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
    )
    return 2 * (pc.sum(number).as_py() or 0) <= len(values)


def _names(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = column.cast(pa.string())
    return pc.fill_null(without_spellings_of_nothing(text), NOTHING)
