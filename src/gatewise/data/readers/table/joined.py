"""Times that stand in several columns, as a date and a time of day or as year, month and day, put together as text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.readers.table.columns import is_text
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.missing import without_spellings_of_nothing
from gatewise.data.readers.table.roles import TIME_NAMES, check_names
from gatewise.data.readers.table.times import is_time
from gatewise.spelling import spelled

__all__ = ["joined"]

# What numbers in columns of these names are.
CALENDAR = {
    "year": ("year", "yr", "yyyy", "jahr"),
    "quarter": ("quarter", "qtr", "quartal"),
    "month": ("month", "mon", "mo", "monat"),
    "day": ("day", "dd", "dom", "tag"),
    "hour": ("hour", "hr", "hh", "stunde"),
    "minute": ("minute", "mi", "min"),
    "second": ("second", "sec"),
}
CLOCK_NAMES = ("time", "hour", "zeit", "uhrzeit", "tod")
CLOCK = r"^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?(\s*[AaPp]\.?[Mm]\.?)?$"
WITH_CLOCK = r"\d:\d\d"
HEAD = 100


def joined(table: Table, names: tuple[str, ...]) -> tuple[Table, list[str]]:
    """Replace the columns in which the time is written by one, called ``Date+Time``, if they are several.

    ``names`` are those of the user; none if the columns are to be found, with a note.
    """
    if len(names) == 1:
        apart = tuple(names[0].split("+"))
        whole = names[0] in table.names or not set(apart) <= set(table.names)
        names = names if whole else apart
    check_names(table, "time", *(names if len(names) > 1 else ()))
    parts = names or _found(table)
    if len(parts) < 2:
        return table, []
    column, name = _text(table, parts), "+".join(parts)
    place = min(table.names.index(part) for part in parts)
    arrow = table.arrow.drop_columns(list(parts)).add_column(place, name, column)
    notes = [] if names else [f"time put together from {', '.join(parts)}"]
    return replace(table, arrow=arrow), notes


def _found(table: Table) -> tuple[str, ...]:
    """Columns that are plainly parts of a time: a date without a time of day and one time of day, or a calendar's."""
    if table.columns.time:
        return ()
    parts = _calendar(tuple(table.names))
    dates = [name for name in table.names if name not in parts.values() and is_time(table.arrow[name], name)]
    dates = [name for name in dates if not pa.types.is_integer(table.arrow[name].type)] or dates
    clocks = [name for name in table.names if _is_clock(table, name)]
    if len(dates) == 1 and len(clocks) == 1 and _belong_together(table, dates[0], clocks[0]):
        return (dates[0], clocks[0])
    numbers = all(
        pa.types.is_integer(table.arrow[name].type) for key, name in parts.items() if key != "month"
    )
    others = [name for name in table.names if name.lower() in TIME_NAMES and name not in parts.values()]
    if dates or others or not numbers or "year" not in parts or not {"month", "quarter"} & set(parts):
        return ()
    # An hour without a day is no part of a time.
    finest = next((k for k, key in enumerate(CALENDAR) if k > 1 and key not in parts), len(CALENDAR))
    used = list(CALENDAR)[:finest] if "month" in parts else ["year", "quarter"]
    return tuple(parts[key] for key in used if key in parts and not (key == "quarter" and "month" in parts))


def _belong_together(table: Table, date: str, clock: str) -> bool:
    """Return whether a date has its time of day in another column: not the sunset of each day."""
    if _has_clock(table, date):
        return False
    if clock.strip("<>").lower() in CLOCK_NAMES:
        return True
    head = table.arrow[date].slice(0, HEAD).combine_chunks()
    if len(head) < 2:
        return False
    same = pc.equal(head.slice(1), head.slice(0, len(head) - 1))
    return bool(2 * (pc.sum(same).as_py() or 0) >= len(head) - 1)


def _calendar(names: tuple[str, ...]) -> dict[str, str]:
    """Names of columns by what they are of a calendar."""
    plain = {name.strip("<>").lower(): name for name in reversed(names)}
    return {key: plain[one] for key, usual in CALENDAR.items() for one in usual if one in plain}


def _is_clock(table: Table, name: str) -> bool:
    column = table.arrow[name]
    if pa.types.is_time(column.type):
        return True
    head = column.slice(0, HEAD).drop_null()
    if not len(head):
        return False
    if is_text(column.type):
        return bool(pc.all(pc.match_substring_regex(without_spellings_of_nothing(head), CLOCK)).as_py())
    if not pa.types.is_integer(column.type) or name.strip("<>").lower() not in CLOCK_NAMES:
        return False
    values = np.asarray(head.to_numpy())
    return bool((values >= 0).all() and (values <= 240000).all() and (values % 100 < 60).all())


def _has_clock(table: Table, name: str) -> bool:
    head = table.arrow[name].slice(0, HEAD).drop_null()
    if pa.types.is_timestamp(head.type):
        return not pc.all(pc.equal(head, pc.floor_temporal(head, unit="day"))).as_py()
    return is_text(head.type) and bool(
        pc.any(pc.match_substring_regex(head.cast(pa.string()), WITH_CLOCK)).as_py()
    )


def _text(table: Table, parts: tuple[str, ...]) -> pa.ChunkedArray:
    calendar = {key: name for key, name in _calendar(parts).items() if name in parts}
    if set(calendar.values()) == set(parts) and "year" in calendar:
        date = _written(table, calendar["year"])
        if "quarter" in calendar and "month" not in calendar:
            return pc.binary_join_element_wise(date, _written(table, calendar["quarter"]), "Q")
        for key in ("month", "day"):
            if key in calendar:
                date = pc.binary_join_element_wise(date, _written(table, calendar[key]), "-")
        clocks = [calendar[key] for key in ("hour", "minute", "second") if key in calendar]
        return pc.binary_join_element_wise(date, _clock(table, clocks), " ") if clocks else date
    dates = [name for name in parts if is_time(table.arrow[name], name)]
    rest = [name for name in parts if name not in dates]
    if len(dates) != 1 or len(rest) != 1:
        raise table.error(
            f"cannot tell how {', '.join(parts)} make a time; expected a date and a time of day, or columns called "
            f"year, month, day and hour, for {spelled('time')}"
        )
    return pc.binary_join_element_wise(_written(table, dates[0]), _clock(table, rest), " ")


def _written(table: Table, name: str) -> pa.ChunkedArray:
    column = table.arrow[name]
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return pc.strftime(column, "%Y-%m-%d")
    if is_text(column.type):
        return without_spellings_of_nothing(column)
    whole = pa.types.is_floating(column.type) and pc.all(pc.equal(column, pc.floor(column))).as_py()
    return (column.cast(pa.int64()) if whole else column).cast(pa.string())


def _clock(table: Table, names: list[str]) -> pa.ChunkedArray:
    """A time of day as ``9:00`` or ``10:01:00``; whole numbers are hours, or such as 900 and 100100."""
    if len(names) > 1:
        minutes = [pc.utf8_lpad(_written(table, name), 2, "0") for name in names[1:]]
        return pc.binary_join_element_wise(_written(table, names[0]), *minutes, ":")
    text = _written(table, names[0])
    digits = pc.max(pc.utf8_length(text)).as_py() or 0
    if not pc.all(pc.match_substring_regex(text, r"^\d+$")).as_py():
        return text
    if digits <= 2:
        return pc.binary_join_element_wise(text, "00", ":")
    padded = pc.utf8_lpad(text, 6 if digits > 4 else 4, "0")
    long = pc.replace_substring_regex(padded, r"^(\d\d)(\d\d)(\d\d)$", r"\1:\2:\3")
    return pc.replace_substring_regex(long, r"^(\d\d)(\d\d)$", r"\1:\2")
