"""JSON lines to arrow tables: one object on each line, a key is a column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from gatewise.data.readers.table.textfile import numbered_lines
from gatewise.errors import ReadError

__all__ = ["JSON_LINES", "json_line_of", "read_json_lines"]

JSON_LINES = (".jsonl", ".ndjson")

Value: TypeAlias = "str | float | bool | list[Value] | dict[str, Value] | None"


def read_json_lines(path: Path) -> pa.Table:
    """The table of a file of JSON objects, one a line; blank lines are skipped, a missing key is an empty cell.

    Raises
    ------
    ReadError
        A line is not a JSON object.
    """
    columns: dict[str, list[Value]] = {}
    count = 0
    for row, (number, line) in enumerate(_rows(path)):
        for name, value in _object(path, number, line).items():
            column = columns.setdefault(name, [])
            column.extend([None] * (row - len(column)))
            column.append(value)
        count = row + 1
    names = list(columns)
    arrays = []
    for name in names:
        # Popped, so that no more than one column is in memory twice.
        column = columns.pop(name)
        column.extend([None] * (count - len(column)))
        arrays.append(_array(path, name, column))
    return pa.table(arrays, names=names)


def json_line_of(path: Path, row: int) -> int:
    """The line of data row ``row``, counted as an editor does."""
    return next(number for place, (number, _) in enumerate(_rows(path)) if place == row)


def _rows(path: Path) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in numbered_lines(path) if line.strip())


def _object(path: Path, number: int, line: str) -> dict[str, Value]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise ReadError(
            f"{path}: line {number}, column {error.colno}: is not JSON ({error.msg}); expected one object a "
            'line, such as {"text": …, "label": …}'
        ) from None
    except RecursionError:
        raise ReadError(f"{path}: line {number}: lists within lists are too deep") from None
    if not isinstance(value, dict):
        raise ReadError(
            f'{path}: line {number}: expected one object a line, such as {{"text": …, "label": …}}, found '
            f"{line.strip()[:40]!r}"
        )
    return value


def _array(path: Path, name: str, column: list[Value]) -> pa.Array:
    try:
        return pa.array(column)
    except UnicodeEncodeError:
        raise ReadError(
            f"{path}: key {name!r} holds half of a surrogate pair (\\ud800 … \\udfff), which is no character; "
            "write the file again"
        ) from None
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        # Mixed values become text, so that the one which does not belong is named like one from a table.
        return pa.array(
            [value if value is None or isinstance(value, str) else json.dumps(value) for value in column]
        )
