"""Columns of a table as numpy arrays; every value that does not fit is named by its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gatewise.data.arrays import Array, Floats, Texts
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.missing import without_spellings_of_nothing
from gatewise.data.readers.table.notation import DECIMALS, Evidence, castable, evidence
from gatewise.errors import ReadError
from gatewise.spelling import spelled, spelled_task

__all__ = [
    "Codes",
    "Stamps",
    "encode",
    "is_list",
    "is_number",
    "is_text",
    "is_time",
    "labels",
    "numbers",
    "stamps",
]

ZONE = r":.*(Z|[+-]\d\d(:?\d\d)?)$"
YEAR_MONTH = r"^\d{4}-\d{2}$"
DATE = r"^\s*(\d{4}[-/]\d{1,2}([-/]\d{1,2})?|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}/\d{1,2}/\d{4})([T ]|\s*$)"
DOTTED = r"^(?P<first>\d{1,2})\.(?P<second>\d{1,2})\.(?P<year>\d{4})"
SLASHED = DOTTED.replace(r"\.", "/")


@dataclass(frozen=True)
class Codes:
    """A text column as numbers: ``values[number[row]]``, in order of first appearance."""

    number: NDArray[np.int32]
    values: Texts


@dataclass(frozen=True)
class Stamps:
    """Time stamps: ``datetime64[ns]`` (UTC when ``zone`` is set) or ``int64``."""

    values: Array
    zone: str | None = None


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


def is_time(column: pa.ChunkedArray) -> bool:
    """Return whether a column holds dates or times of day with dates, as such or as text."""
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return True
    if not is_text(column.type) or column.null_count == len(column):
        return False
    head = column.slice(0, 1000).drop_null().cast(pa.string())
    return len(head) > 0 and bool(pc.match_substring_regex(head.slice(0, 1), DATE)[0].as_py())


def encode(table: Table, name: str) -> Codes:
    """A column as text and numbers in order of first appearance; an empty cell is refused."""
    column = table.arrow[name]
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
        column = _convert(
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


def stamps(table: Table, name: str) -> Stamps:
    """A time column: dates, time stamps, text or whole numbers; stamps with a zone become UTC.

    Text is ISO 8601, ``31.01.2024``, or ``01/31/2024`` and ``31/01/2024`` where some row tells which of the two.
    """
    column = table.arrow[name]
    if is_text(column.type):
        column = _parse_times(table, name, without_spellings_of_nothing(column))
    if column.null_count:
        row = int(np.argmax(column.is_null().to_numpy()))
        raise table.error(f"column {name!r} is empty; expected a time stamp in every row", row)
    if pa.types.is_integer(column.type):
        return Stamps(np.asarray(column.cast(pa.int64()).to_numpy(), np.int64))
    if pa.types.is_floating(column.type):
        values = column.to_numpy()
        if not (values == np.floor(values)).all():
            row = int(np.argmax(values != np.floor(values)))
            raise table.error(f"column {name!r}: expected a date or a whole number, found {values[row]}", row)
        return Stamps(values.astype(np.int64))
    if not (pa.types.is_timestamp(column.type) or pa.types.is_date(column.type)):
        raise table.error(
            f"column {name!r} holds {column.type}; expected dates, time stamps or whole numbers"
        )
    zone = getattr(column.type, "tz", None)
    column = _convert(
        column,
        lambda part: part.cast(pa.timestamp("ns", zone)),
        lambda row, value: table.error(
            f"column {name!r}: {value} is outside the years 1678 to 2261 that time stamps can hold", row
        ),
    )
    return Stamps(np.asarray(column.cast(pa.int64()).to_numpy(), np.int64).view("datetime64[ns]"), zone)


def _parse_times(table: Table, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    written, column = column, pc.replace_substring(_year_first(column), "/", "-")
    if pc.all(pc.match_substring_regex(column, YEAR_MONTH)).as_py():
        column = pc.binary_join_element_wise(column, "01", "-")
    zoned = pc.match_substring_regex(column, ZONE).to_numpy()
    if zoned.any() and not zoned.all():
        row = int(np.argmax(zoned != zoned[0]))
        here, before = ("no time zone", "one") if zoned[0] else ("a time zone", "none")
        raise table.error(
            f"column {name!r}: {column[row].as_py()!r} has {here}, the rows before it have {before}; "
            "write all time stamps with a zone, or none",
            row,
        )
    return _convert(
        column,
        lambda part: part.cast(pa.timestamp("ns", "UTC" if zoned.any() else None)),
        lambda row, _: table.error(
            f"column {name!r}: expected a date such as 2024-01-31 or 2024-01-31 18:00, "
            f"found {written[row].as_py()!r}",
            row,
        ),
    )


def _year_first(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates that end in their year as ISO 8601; with slashes only if a number above 12 must be the day."""
    column = _reordered(column, DOTTED, r"\3-\2-\1")
    parts = pc.extract_regex(column, SLASHED)
    most = [
        pc.max(pc.struct_field(parts, part).cast(pa.int32())).as_py() or 0 for part in ("first", "second")
    ]
    if (most[0] > 12) == (most[1] > 12):
        return column
    return _reordered(column, SLASHED, r"\3-\2-\1" if most[0] > 12 else r"\3-\1-\2")


def _reordered(column: pa.ChunkedArray, pattern: str, order: str) -> pa.ChunkedArray:
    written = pc.replace_substring_regex(column, pattern, r"0\1-0\2-\3")
    two_digits = pc.replace_substring_regex(written, r"^0?(\d\d)-0?(\d\d)-(\d{4})", order)
    return pc.if_else(pc.match_substring_regex(column, pattern), two_digits, column)


def _convert(
    column: pa.ChunkedArray,
    convert: Callable[[pa.ChunkedArray], pa.ChunkedArray],
    refuse: Callable[[int, object], Exception],
) -> pa.ChunkedArray:
    """Convert a column, or raise ``refuse(row, value)`` for the first value that cannot be converted."""
    try:
        return convert(column)
    except pa.ArrowInvalid:
        good, bad = 0, len(column)
        while bad - good > 1:
            middle = (good + bad) // 2
            try:
                convert(column.slice(good, middle - good))
                good = middle
            except pa.ArrowInvalid:
                bad = middle
        raise refuse(good, column[good].as_py()) from None
