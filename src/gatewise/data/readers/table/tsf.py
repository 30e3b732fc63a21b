"""``.tsf`` files of the Monash forecasting archive: one series on each line, laid out as a long table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from gatewise.data.arrays import Array
from gatewise.data.readers.table.textfile import numbered_lines
from gatewise.data.readers.wording import counted
from gatewise.data.series import Columns
from gatewise.data.step import Step
from gatewise.errors import ReadError

__all__ = ["TSF", "LongTable", "read_tsf"]

TSF = (".tsf",)
NOTHING = "?"
FREQUENCIES = {
    "yearly": "1Y", "quarterly": "1Q", "monthly": "1M", "weekly": "1W", "daily": "1D", "hourly": "1h",
    "half_hourly": "30min", "minutely": "1min", "secondly": "1s",
}  # fmt: skip
UNITS = {
    "seconds": "s",
    "minutes": "min",
    "hours": "h",
    "days": "D",
    "weeks": "W",
    "months": "M",
    "years": "Y",
}
STAMP = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2})[-:](\d{2})[-:](\d{2}))?")


class LongTable(NamedTuple):
    """A row for each series and time, the parts of its columns, and the line of each row."""

    arrow: pa.Table
    columns: Columns
    lines: Array


class _Header(NamedTuple):
    names: list[str]
    kinds: list[str]
    step: Step | None


class _Row(NamedTuple):
    line: int
    attributes: list[str]
    values: Array


def read_tsf(path: Path) -> LongTable:
    """Read the series of a file, with their attributes as static columns; ``?`` is no value.

    Raises
    ------
    ReadError
        A line is not what the head of the file promises.
    """
    lines = ((number, line.strip()) for number, line in numbered_lines(path))
    header = _header(path, lines)
    rows = [_row(path, header, number, line) for number, line in lines if line]
    if not rows:
        raise ReadError(f"{path}: has no series; expected one on each line below @data")
    lengths = [len(row.values) for row in rows]
    of_row = np.repeat(np.arange(len(rows)), lengths)
    date = next((place for place, kind in enumerate(header.kinds) if kind == "date"), None)
    texts = [place for place, kind in enumerate(header.kinds) if kind == "string"]
    columns: dict[str, pa.Array] = {}
    for place, name in enumerate(header.names):
        if place != date:
            of_series = [row.attributes[place] for row in rows]
            array = pa.array(of_series) if place in texts else pa.array([float(one) for one in of_series])
            columns[name] = array.take(pa.array(of_row))
    id = next((header.names[place] for place in texts), _free("series", header.names))
    if not texts:
        columns[id] = pa.array([str(number) for number in range(1, len(rows) + 1)]).take(pa.array(of_row))
    time, value = (_free(name, header.names) for name in ("timestamp", "value"))
    if date is not None and header.step is not None:
        starts = [_start(path, row, date) for row in rows]
        pairs = zip(starts, lengths, strict=True)
        columns[time] = pa.array(
            np.concatenate([header.step.stamps(start, 0, count) for start, count in pairs])
        )
    else:
        columns[time] = pa.array(np.concatenate([np.arange(count) for count in lengths]))
    values = np.concatenate([row.values for row in rows])
    columns[value] = pa.array(values, mask=np.isnan(values))
    static = tuple(name for place, name in enumerate(header.names) if place != date and name != id)
    lines_of_rows = np.array([row.line for row in rows])[of_row]
    return LongTable(pa.table(columns), Columns((id,), time, (value,), static=static), lines_of_rows)


def _header(path: Path, lines: Iterator[tuple[int, str]]) -> _Header:
    names, kinds, step = list[str](), list[str](), None
    for number, line in lines:
        word, _, rest = line.partition(" ")
        word, rest = word.lower(), rest.strip()
        if word == "@data":
            return _Header(names, kinds, step)
        if word == "@attribute":
            name, _, kind = rest.rpartition(" ")
            if not name or kind.lower() not in ("string", "numeric", "date"):
                raise ReadError(
                    f"{path}: line {number}: expected @attribute, a name and string, numeric or date, found {line!r}"
                )
            names.append(name.strip())
            kinds.append(kind.lower())
        elif word == "@frequency":
            step = _step(path, number, rest)
    raise ReadError(f"{path}: has no line @data; expected it above the series")


def _step(path: Path, number: int, frequency: str) -> Step:
    count, _, unit = frequency.lower().partition("_")
    words = FREQUENCIES.get(frequency.lower())
    if words is None and count.isdecimal() and unit in UNITS:
        words = f"{count}{UNITS[unit]}"
    if words is None:
        raise ReadError(
            f"{path}: line {number}: the frequency {frequency!r} is not known; expected "
            f"{', '.join(FREQUENCIES)}, or such as 10_minutes"
        )
    return Step.parse(words)


def _row(path: Path, header: _Header, number: int, line: str) -> _Row:
    # Times have dashes, so that colons stand between attributes alone.
    *attributes, values = line.split(":")
    if len(attributes) != len(header.names):
        raise ReadError(
            f"{path}: line {number} has {counted(len(attributes), 'attribute')} before its values; expected "
            f"{len(header.names)} ({', '.join(header.names) or 'none'})"
        )
    cells = [cell.strip() for cell in values.split(",")]
    try:
        found = np.array([np.nan if cell == NOTHING else float(cell) for cell in cells])
        _ = [float(one) for one, kind in zip(attributes, header.kinds, strict=True) if kind == "numeric"]
    except ValueError as error:
        wrong = str(error).partition(": ")[2]
        raise ReadError(f"{path}: line {number}: expected numbers, or ? for none, found {wrong}") from None
    return _Row(number, attributes, found)


def _start(path: Path, row: _Row, date: int) -> np.datetime64:
    written = STAMP.fullmatch(row.attributes[date].strip())
    try:
        if written is None:
            raise ValueError
        day, *clock = written.groups("00")
        return np.datetime64(f"{day}T{':'.join(clock)}", "ns")
    except ValueError:
        raise ReadError(
            f"{path}: line {row.line}: expected a time such as 1990-01-31 18-00-00, found {row.attributes[date]!r}"
        ) from None


def _free(name: str, taken: list[str]) -> str:
    while name in taken:
        name = f"{name}_"
    return name
