"""The column of times: dates, text and whole numbers, with or without a zone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gatewise.data.arrays import Array
from gatewise.data.clock import check_zone, localised
from gatewise.data.readers.table.cells import convert
from gatewise.data.readers.table.columns import is_text
from gatewise.data.readers.table.date_numbers import (
    NUMBER,
    SINCE_1970,
    are_dates,
    format_of_numbers,
    from_numbers,
)
from gatewise.data.readers.table.date_parts import Dates
from gatewise.data.readers.table.dates import looks_like_dates, matches, parse_dates
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.missing import without_spellings_of_nothing
from gatewise.data.reading import Reading
from gatewise.errors import ConfigurationError
from gatewise.spelling import spelled

__all__ = ["Stamps", "is_time", "stamps"]

ZONE = r":.*(Z|[+-]\d\d(:?\d\d)?)$"
DIGITS = r"^\d+$"
HEAD, FEW = 1000, 10
NEW = Reading()


@dataclass(frozen=True)
class Stamps:
    """Time stamps: ``datetime64[ns]`` (UTC when ``zone`` is set) or ``int64``.

    ``date_format`` and ``day_first`` are how text or whole numbers were read, where that was a question; ``notes``
    tell it.
    """

    values: Array
    zone: str | None = None
    date_format: str | None = None
    day_first: bool | None = None
    notes: tuple[str, ...] = ()


def is_time(column: pa.ChunkedArray, name: str = "") -> bool:
    """Return whether a column holds dates or times of day with dates, as such, as text or as whole numbers."""
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return True
    head = column.slice(0, HEAD).drop_null()
    if pa.types.is_integer(kind):
        return are_dates(name, np.asarray(head.cast(pa.int64()).to_numpy(), np.int64))
    if not is_text(kind) or not len(head):
        return False
    return looks_like_dates(without_spellings_of_nothing(head.slice(0, FEW)).drop_null())


def stamps(
    table: Table,
    name: str,
    given: Reading = NEW,
    kept: Reading = NEW,
    number: NDArray[np.int32] | None = None,
) -> Stamps:
    """A time column: dates, time stamps, text or whole numbers; stamps with a zone become UTC.

    Parameters
    ----------
    table : Table
    name : str
    given : Reading
        What the user says of it.
    kept : Reading
        What was found in the table that a model was fitted on; it decides where this one does not tell.
    number : int32 array, shape (rows,), optional
        The series of each row, by which the two hours that a clock shows twice are told apart.
    """
    column = table.arrow[name]
    if is_text(column.type):
        column = without_spellings_of_nothing(column)
    if column.null_count:
        row = int(np.argmax(column.is_null().to_numpy()))
        raise table.error(f"column {name!r} is empty; expected a time stamp in every row", row)
    if is_text(column.type) and pc.all(pc.match_substring_regex(column, DIGITS)).as_py():
        column = convert(
            column,
            lambda part: part.cast(pa.int64()),
            lambda row, value: table.error(f"column {name!r}: expected a date, found {value!r}", row),
        )
    if is_text(column.type):
        found = _from_text(table, name, column, given, kept)
    elif pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        found = _from_numbers(table, name, column, given, kept)
    else:
        found = _from_stamps(table, name, column)
    return _in_zone(found, given, kept, number)


def _from_text(table: Table, name: str, column: pa.ChunkedArray, given: Reading, kept: Reading) -> Stamps:
    date_format = given.date_format
    if (
        date_format is None
        and kept.date_format
        and "%" in kept.date_format
        and matches(column, kept.date_format)
    ):
        date_format = kept.date_format
    if date_format is None:
        try:
            return _from_iso(table, name, column)
        except pa.ArrowInvalid:
            pass
    elif "%" not in date_format:
        raise table.error(
            f"column {name!r}: {spelled('date_format', date_format)} is for whole numbers, found {column[0].as_py()!r}",
            0,
        )
    day_first = kept.day_first if given.day_first is None else given.day_first
    dates = parse_dates(table, name, column, date_format, day_first)
    return _stamps(table, name, column, dates, date_format)


def _from_iso(table: Table, name: str, column: pa.ChunkedArray) -> Stamps:
    """Read ISO 8601; of any other text arrow says so."""
    zoned = pc.match_substring_regex(column, ZONE).to_numpy()
    _check_all_or_none(table, name, column, zoned)
    zone = "UTC" if zoned.any() else None
    ticks = column.cast(pa.timestamp("ns", zone)).cast(pa.int64()).to_numpy()
    return Stamps(np.asarray(ticks, np.int64).view("datetime64[ns]"), zone)


def _stamps(
    table: Table, name: str, column: pa.ChunkedArray, dates: Dates, date_format: str | None
) -> Stamps:
    ticks, zone = dates.ticks, None
    if dates.offsets is not None:
        _check_all_or_none(table, name, column, dates.offsets != -1440)
        ticks, zone = ticks - dates.offsets * 60 * 10**9, "UTC"
    return Stamps(ticks.view("datetime64[ns]"), zone, date_format or dates.date_format, dates.day_first)


def _check_all_or_none(table: Table, name: str, column: pa.ChunkedArray, zoned: NDArray[np.bool_]) -> None:
    if zoned.any() and not zoned.all():
        row = int(np.argmax(zoned != zoned[0]))
        here, before = ("no time zone", "one") if zoned[0] else ("a time zone", "none")
        raise table.error(
            f"column {name!r}: {column[row].as_py()!r} has {here}, the rows before it have {before}; "
            "write all time stamps with a zone, or none",
            row,
        )


def _from_numbers(table: Table, name: str, column: pa.ChunkedArray, given: Reading, kept: Reading) -> Stamps:
    values = np.asarray(column.to_numpy())
    if values.dtype.kind == "f":
        broken = ~(values == np.floor(values))
        if broken.any():
            row = int(np.argmax(broken))
            raise table.error(f"column {name!r}: expected a date or a whole number, found {values[row]}", row)
    whole = values.astype(np.int64)
    date_format = given.date_format or kept.date_format or format_of_numbers(name, whole)
    if date_format == NUMBER:
        return Stamps(whole, date_format=NUMBER)
    dates = from_numbers(table, name, whole, date_format)
    stamps = Stamps(
        dates.ticks.view("datetime64[ns]"), "UTC" if date_format in SINCE_1970 else None, date_format
    )
    if date_format in (given.date_format, kept.date_format):
        return stamps
    first = str(stamps.values[0].astype("datetime64[s]")).replace("T", " ").removesuffix(" 00:00:00")
    number = spelled("date_format", NUMBER)
    note = f"whole numbers of {name!r} read as dates: {whole[0]} is {first} ({number} if they count)"
    return replace(stamps, notes=(note,))


def _from_stamps(table: Table, name: str, column: pa.ChunkedArray) -> Stamps:
    if not (pa.types.is_timestamp(column.type) or pa.types.is_date(column.type)):
        raise table.error(
            f"column {name!r} holds {column.type}; expected dates, time stamps or whole numbers"
        )
    zone = getattr(column.type, "tz", None)
    column = convert(
        column,
        lambda part: part.cast(pa.timestamp("ns", zone)),
        lambda row, value: table.error(
            f"column {name!r}: {value} is outside the years 1678 to 2261 that time stamps can hold", row
        ),
    )
    return Stamps(np.asarray(column.cast(pa.int64()).to_numpy(), np.int64).view("datetime64[ns]"), zone)


def _in_zone(found: Stamps, given: Reading, kept: Reading, number: NDArray[np.int32] | None) -> Stamps:
    """The same moments, in the zone that was said; clocks without a zone are those of it."""
    zone = given.timezone or kept.timezone
    if zone is None:
        return found
    check_zone(zone)
    if found.values.dtype.kind != "M":
        if given.timezone is None:
            return found
        raise ConfigurationError(
            f"{spelled('timezone', zone)} needs dates, but times are whole numbers; leave it out"
        )
    if found.zone is not None:
        return replace(found, zone=zone)
    ticks = localised(found.values.view(np.int64), zone, number)
    return replace(found, values=ticks.view("datetime64[ns]"), zone=zone)
