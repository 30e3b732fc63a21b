"""Dates that are text, in any of the forms that are known or in one that is given."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.arrays import Integers, Mask
from gatewise.data.readers.table.date_forms import FORMS, Form, form_of
from gatewise.data.readers.table.date_parts import MONTHS, Dates, read_parts
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.wording import such_rows
from gatewise.spelling import spelled

__all__ = ["looks_like_dates", "matches", "parse_dates"]

# Rows by which the form is told.
HEAD = 1000
EXAMPLES = "2024-01-31 or 2024-01-31 18:00"


def matches(column: pa.ChunkedArray, date_format: str) -> bool:
    """Return whether the first of some texts is a date of this format."""
    first = column.drop_null().slice(0, 1)
    return len(first) > 0 and bool(read_parts(first, form_of(date_format)).valid[0])


def looks_like_dates(column: pa.ChunkedArray) -> bool:
    """Return whether most of some texts are dates of one form."""
    form = _form_of_most(column)
    if form is None:
        return False
    orders = ("dmy", "mdy", "ymd") if "left" in form.parts else ("",)
    valid = np.any([read_parts(column, form, order).valid for order in orders], axis=0)
    return bool(2 * valid.sum() > len(column))


def parse_dates(
    table: Table, name: str, column: pa.ChunkedArray, date_format: str | None, day_first: bool | None
) -> Dates:
    """Read a column of text without empty cells; one that is no date is refused by place and value."""
    form = form_of(date_format) if date_format else _form_of_most(column)
    if form is None:
        dates = Dates(np.zeros(len(column), np.int64), np.zeros(len(column), bool))
    elif "left" in form.parts:
        dates = _numbered(table, name, column, form, day_first)
    else:
        dates = read_parts(column, form)
    if dates.valid.all():
        return dates
    row = int(np.argmin(dates.valid))
    good = column[int(np.argmax(dates.valid))].as_py() if dates.valid.any() else None
    expected = f"a date such as {EXAMPLES}"
    if date_format is not None:
        expected = f"a date as {spelled('date_format', date_format)} has it"
    elif good is not None and form is not FORMS[0]:
        expected = f"a date such as {good}, as in other rows"
    raise table.error(f"column {name!r}: expected {expected}, found {column[row].as_py()!r}", row)


def _form_of_most(column: pa.ChunkedArray) -> Form | None:
    head = column.slice(0, HEAD)
    share = [pc.sum(pc.match_substring_regex(head, form.pattern)).as_py() for form in FORMS]
    return FORMS[int(np.argmax(share))] if max(share) else None


def _numbered(table: Table, name: str, column: pa.ChunkedArray, form: Form, day_first: bool | None) -> Dates:
    """Read dates of three numbers: which is the day is seen where it is above 12, or has to be said."""
    parts = pc.extract_regex(column, form.pattern).combine_chunks()
    fits = ~np.asarray(parts.is_null())
    first, second = (
        np.asarray(pc.if_else(fits, parts.field(part), "0").cast(pa.int64())) for part in ("left", "middle")
    )
    third, marks = (parts.field(part).filter(pa.array(fits)) for part in ("right", "mark"))
    dotted = bool(pc.all(pc.equal(marks, ".")).as_py())
    if day_first is None and dotted:
        day_first = True
    if bool(pc.all(pc.equal(pc.utf8_length(third), 2)).as_py()) and day_first is None:
        early = read_parts(column, form, "ymd")
        if (early.valid == fits).all() and _is_year_first(column, form, early, first):
            mark = marks[0].as_py()
            return _with(early, date_format=f"%y{mark}%m{mark}%d")
    if day_first is None:
        day_first = _day_first(table, name, column, first, second, form)
    return _with(read_parts(column, form, "mdy" if day_first is False else "dmy"), day_first=day_first)


def _with(dates: Dates, *, day_first: bool | None = None, date_format: str | None = None) -> Dates:
    return Dates(dates.ticks, dates.valid, dates.offsets, day_first, date_format)


def _is_year_first(column: pa.ChunkedArray, form: Form, early: Dates, first: Integers) -> bool:
    """Return whether two digits for the year come first: no other order fits, or rows are in order only then."""
    late = [read_parts(column, form, order) for order in ("dmy", "mdy")]
    late = [one for one in late if one.valid.sum() == early.valid.sum()]
    return bool((first > 31).any()) or not late or _turns(early) < min(map(_turns, late))


def _turns(dates: Dates) -> int:
    """How often times go the other way than they mostly do."""
    steps = np.sign(np.diff(dates.ticks[dates.valid]))
    return int(min((steps < 0).sum(), (steps > 0).sum()))


def _day_first(
    table: Table, name: str, column: pa.ChunkedArray, first: Integers, second: Integers, form: Form
) -> bool | None:
    days: tuple[Mask, Mask] = (first > 12) & (second <= 12), (second > 12) & (first <= 12)
    if days[0].any() and days[1].any():
        usual = int(days[1].sum() > days[0].sum())
        row, other = int(np.argmax(days[1 - usual])), int(np.argmax(days[usual]))
        raise table.error(
            f"column {name!r}: in {column[row].as_py()!r} the day is the {'second' if usual == 0 else 'first'} number, "
            f"in {column[other].as_py()!r} the {'first' if usual == 0 else 'second'} "
            f"({such_rows(days[1 - usual])}); correct it",
            row,
        )
    if not days[0].any() and not days[1].any():
        _ask(table, name, column, form)
        return None
    return bool(days[0].any())


def _ask(table: Table, name: str, column: pa.ChunkedArray, form: Form) -> None:
    """Refuse dates that are others with the day first than with the month first."""
    ways = {first: read_parts(column, form, "dmy" if first else "mdy") for first in (True, False)}
    differ = ways[True].ticks != ways[False].ticks
    if not differ.any():
        return
    row = int(np.argmax(differ))
    day, month = (_in_words(ways[first].ticks[row]) for first in (True, False))
    likely = min(ways, key=lambda first: _unevenness(ways[first].ticks))
    raise table.error(
        f"column {name!r}: {column[row].as_py()!r} may be {day} or {month}, as no row has a day above 12; say "
        f"{spelled('day_first', True)} or {spelled('day_first', False)}",
        row,
    ).suggesting(day_first=likely)


def _in_words(ticks: np.int64) -> str:
    date = np.datetime64(int(ticks), "ns").astype("datetime64[D]").item()
    return f"{date.day} {MONTHS[date.month - 1].title()}"


def _unevenness(ticks: Integers) -> float:
    """Mean distance of neighbours over the median one: large where months would be jumped over."""
    distances = np.abs(np.diff(ticks))
    distances = distances[distances > 0]
    return float(distances.mean() / np.median(distances)) if len(distances) else 1.0
