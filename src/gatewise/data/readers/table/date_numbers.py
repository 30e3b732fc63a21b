"""Whole numbers that are dates: 202001, 20200131, 2020, or seconds since 1970; the rest count."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.arrays import Integers, Mask
from gatewise.data.readers.table.date_forms import form_of
from gatewise.data.readers.table.date_parts import Dates, read_parts
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.wording import such_rows
from gatewise.errors import ConfigurationError
from gatewise.spelling import spelled

__all__ = ["NUMBER", "SINCE_1970", "are_dates", "check_format", "format_of_numbers", "from_numbers"]

# The format of whole numbers that count.
NUMBER = "number"
SINCE_1970 = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
# By the number of digits; of several the first that nearly all numbers fit.
FORMATS = {
    4: ("%Y",), 5: ("%Y%q",), 6: ("%Y%m", "%G%V"), 7: ("%Y%j",), 8: ("%Y%m%d",), 10: ("%Y%m%d%H", "s"),
    12: ("%Y%m%d%H%M",), 13: ("ms",), 14: ("%Y%m%d%H%M%S",), 16: ("us",), 19: ("ns",),
}  # fmt: skip
DIGITS = {format: digits for digits, formats in FORMATS.items() for format in formats}
# Numbers that count pass through 13, 14, … where months end; a few mistakes among dates are named.
FEWEST_RIGHT = 0.9
YEARS = (1600, 2200)
# Years alone look like any other count.
YEARS_ALONE = (1700, 2100)
# Ten digits of seconds: from 2001 to 2100.
LAST_SECOND = 4_102_444_800
# Names of columns that number rows.
COUNTS = ("time_idx", "idx", "index", "step", "row", "t", "n", "no", "id")
# So many different dates of few digits are no coincidence, whatever the column is called.
SURELY = 6
YEAR_NAMES = ("year", "years", "yr", "jahr")


def format_of_numbers(name: str, values: Integers) -> str:
    """How whole numbers in a column of times are dates; :data:`NUMBER` if they count."""
    if not len(values):
        return NUMBER
    least, most = int(values.min()), int(values.max())
    digits = len(str(most))
    if least <= 0 or len(str(least)) != digits:
        return NUMBER
    for date_format in FORMATS.get(digits, ()):
        if _looks_so(name, values, date_format):
            return date_format
    return NUMBER


def _looks_so(name: str, values: Integers, date_format: str) -> bool:
    if date_format in SINCE_1970:
        seconds = values // (10**9 // SINCE_1970[date_format])
        return bool(((seconds >= 10**9) & (seconds < LAST_SECOND)).all())
    least, most = YEARS_ALONE if date_format == "%Y" else YEARS
    years = values // 10 ** (DIGITS[date_format] - 4)
    if not ((years >= least) & (years <= most)).all():
        return False
    if date_format == "%Y":
        return name.strip("<>").lower() not in COUNTS
    return bool(_read(values, date_format).valid.mean() >= FEWEST_RIGHT)


def are_dates(name: str, values: Integers) -> bool:
    """Return whether numbers are dates, in a column that nobody has named: years alone have to be called so."""
    date_format = format_of_numbers(name, values)
    if date_format == "%Y":
        return name.lower() in YEAR_NAMES
    return date_format != NUMBER and (DIGITS[date_format] >= 8 or len(np.unique(values)) >= SURELY)


def from_numbers(table: Table, name: str, values: Integers, date_format: str) -> Dates:
    """Read whole numbers as dates of a format; one that is none is refused by place."""
    if date_format in SINCE_1970:
        size = SINCE_1970[date_format]
        outside = np.abs(values) > np.iinfo(np.int64).max // size
        _refuse(table, name, values, ~outside, date_format)
        return Dates(values * size, ~outside, np.zeros(len(values), np.int64))
    dates = _read(values, date_format)
    _refuse(table, name, values, dates.valid, date_format)
    return dates


def _read(values: Integers, date_format: str) -> Dates:
    text = pa.array(values).cast(pa.string())
    # Zeros at the beginning are lost in numbers: 1022024 is 01022024.
    width = sum({"Y": 4, "G": 4, "j": 3, "q": 1, "u": 1}.get(one, 2) for one in date_format.split("%")[1:])
    return read_parts(pa.chunked_array([pc.utf8_lpad(text, width, "0")]), form_of(date_format))


def _refuse(table: Table, name: str, values: Integers, valid: Mask, date_format: str) -> None:
    if valid.all():
        return
    row = int(np.argmin(valid))
    raise table.error(
        f"column {name!r}: expected dates as {spelled('date_format', date_format)} has them, found {values[row]} "
        f"({such_rows(~valid)}); correct it, or count the rows with {spelled('every', 'row')}",
        row,
    ).suggesting(every="row")


def check_format(date_format: str) -> None:
    """Refuse a format that is not understood."""
    if date_format not in (NUMBER, *SINCE_1970):
        if "%" not in date_format:
            words = ", ".join((NUMBER, *SINCE_1970))
            raise ConfigurationError(
                f"expected a format such as %d/%m/%Y, or {words} for whole numbers, got {date_format!r}",
                option="date_format",
            )
        form_of(date_format)
