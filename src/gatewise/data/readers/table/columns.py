"""Columns of a table as numpy arrays; every value that does not fit is named by its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gatewise.data.arrays import Array, Floats, Texts
from gatewise.data.readers.table.cells import convert
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.missing import without_spellings_of_nothing
from gatewise.data.readers.table.notation import DECIMALS, Evidence, castable, evidence
from gatewise.errors import ReadError
from gatewise.spelling import spelled, spelled_task

__all__ = [
    "Codes",
    "encode",
    "is_list",
    "is_number",
    "is_text",
    "labels",
    "numbers",
]


@dataclass(frozen=True)
class Codes:
    """A text column as numbers: ``values[number[row]]``, in order of first appearance."""

    number: NDArray[np.int32]
    values: Texts


def is_number(kind: pa.DataType) -> bool:
    """Return whether values of this type can be used as numbers; truth values count as 0 and 1."""
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
    )


def is_text(kind: pa.DataType) -> bool:
    """Return whether values of this type are text."""
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_dictionary(kind)
    )


def is_list(kind: pa.DataType) -> bool:
    """Return whether values of this type are lists."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def encode(table: Table, name: str) -> Codes:
    """A column as text and numbers in order of first appearance; an empty cell is refused."""
    column = table.arrow[name]
    if pa.types.is_nested(column.type):
        raise table.error(f"column {name!r} holds {column.type}; expected one name in every row")
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column.cast(pa.string()))
    whole = pa.chunked_array(column.chunks).unify_dictionaries().combine_chunks()
    spelled = whole.dictionary.cast(pa.string())
    empty = pc.fill_null(
        pc.is_in(whole.indices, pc.indices_nonzero(pc.equal(spelled, "")).cast(pa.int32())), True
    )
    empty = pc.or_(empty, whole.is_null()).to_numpy(zero_copy_only=False)
    if empty.any():
        raise table.error(f"column {name!r} is empty; expected a name in every row", int(np.argmax(empty)))
    number = np.asarray(whole.indices.to_numpy(), np.int32)
    present = pc.unique(whole.indices).to_numpy()
    if not np.array_equal(present, np.arange(len(present))):
        rank = np.zeros(len(spelled), np.int32)
        rank[present] = np.arange(len(present), dtype=np.int32)
        number = rank[number]
    return Codes(number, np.array(spelled.take(pa.array(present)).to_pylist(), dtype=np.str_))


def numbers(table: Table, name: str) -> Floats:
    """A column as ``float64``, NaN where a cell is empty; text is refused by place and value."""
    column = table.arrow[name]
    if name in table.unsure:
        raise _unsure(table, name, table.unsure[name])
    if is_text(column.type):
        column = without_spellings_of_nothing(column)
        found = evidence(column)
        decimal = table.decimal or found.decimal
        if found.is_open and not decimal:
            raise _unsure(table, name, found)
        expected = "a number with a decimal comma" if decimal == "," else "a number"
        column = convert(
            column,
            lambda part: castable(part, decimal or ".").cast(pa.float64()),
            lambda row, value: table.error(f"column {name!r}: expected {expected}, found {value!r}", row),
        )
    elif not is_number(column.type) and not pa.types.is_null(column.type):
        raise table.error(f"column {name!r} holds {column.type}; expected numbers")
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    return np.asarray(column.cast(pa.float64()).to_numpy(), np.float64)


def _unsure(table: Table, name: str, found: Evidence) -> ReadError:
    """The refusal of numbers that can be read in two ways."""
    number = found.example
    readings = re.sub("[.,]", "", number), re.sub("[.,]", ".", number)
    return table.error(
        f"column {name!r}: {number} can be {readings[0]} or {readings[1]}, and no number in the table tells which; "
        f"say what stands before decimals with {spelled('decimal', *DECIMALS)}"
    ).suggesting(decimal=found.likely)


def labels(table: Table, name: str) -> Array:
    """A column as labels: ``int64`` where it holds whole numbers, text otherwise; an empty cell is refused."""
    column = table.arrow[name]
    if pa.types.is_floating(column.type):
        values = numbers(table, name)
        broken = ~(values == np.floor(values))
        if broken.any():
            row = int(np.argmax(broken))
            raise table.error(
                f"column {name!r}: expected text or whole numbers as labels, found {values[row]}; to estimate "
                f"numbers, use {spelled_task('regression')}",
                row,
            )
        return values.astype(np.int64)
    if pa.types.is_integer(column.type) and not column.null_count:
        return np.asarray(column.to_numpy(), np.int64)
    codes = encode(table, name)
    return codes.values[codes.number]
