"""JSON to arrow tables: one object on each line, or a list of them; a key is a column."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pyarrow as pa

from gatewise.data.readers.table.textfile import damaged, ending_of, numbered_lines, text_of
from gatewise.errors import ReadError

__all__ = ["JSON", "JSON_LINES", "JsonTable", "read_json"]

JSON_LINES = (".jsonl", ".ndjson")
JSON = (".json", *JSON_LINES)
# Objects within objects are columns as a.b, to this depth.
DEEPEST = 4
EXPECTED = 'expected one object a line, such as {"text": …, "label": …}'

Value: TypeAlias = "str | float | bool | list[Value] | dict[str, Value] | None"
Object: TypeAlias = "dict[str, Value]"


class JsonTable(NamedTuple):
    """A table, and from a row to its place: its line, or its number in a list."""

    arrow: pa.Table
    place: Callable[[int], str]


def read_json(path: Path) -> JsonTable:
    """The table of a file of JSON objects: one a line, blank lines skipped; a list of them; or lists by their names.

    A missing key is an empty cell. A list may stand under a name of its own, as in ``{"data": [...]}``; of a list of
    pairs, as spaCy writes them, the first is ``text`` and the second the rest.

    Raises
    ------
    ReadError
        It is not JSON, or holds something else.
    """
    whole = None if _is_lines(path) else _whole(path)
    if whole is None:
        return JsonTable(
            _table(path, (_object(path, *row) for row in _rows(path))), lambda row: f"line {_line(path, row)}"
        )
    objects = _objects(path, whole)
    return JsonTable(_table(path, iter(objects)), lambda row: f"item {row + 1}")


def _is_lines(path: Path) -> bool:
    """Return whether a file is to be read line by line: not where one value goes over several lines, or is a list."""
    rows = _rows(path)
    first = next(rows, (0, "{}"))[1].strip()
    if first.startswith("["):
        return False
    try:
        json.loads(first)
    except (json.JSONDecodeError, RecursionError):
        return first != "{" and ending_of(path) in JSON_LINES
    return ending_of(path) in JSON_LINES or next(rows, None) is not None


def _whole(path: Path) -> Value:
    with damaged(path), text_of(path, newline=None) as file:
        text = file.read()
    try:
        found: Value = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReadError(
            f"{path}: line {error.lineno}, column {error.colno}: is not JSON ({error.msg}); {EXPECTED}, or a list of "
            "them"
        ) from None
    except RecursionError:
        raise ReadError(f"{path}: line 1: lists within lists are too deep") from None
    return found


def _objects(path: Path, whole: Value) -> list[Object]:
    """The objects of a file that is one value."""
    if isinstance(whole, dict):
        lists = {name: value for name, value in whole.items() if isinstance(value, list)}
        of_objects = [
            name for name, value in lists.items() if value and all(isinstance(one, dict) for one in value)
        ]
        if len(of_objects) == 1:
            return _objects(path, lists[of_objects[0]])
        if lists and len(lists) == len(whole) and len({len(value) for value in lists.values()}) == 1:
            return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]
        return [whole]
    rows = [_of_pair(one) for one in whole] if isinstance(whole, list) else [None]
    found = [row for row in rows if row is not None]
    if len(found) < len(rows):
        wrong = next(number for number, row in enumerate(rows) if row is None)
        shown = json.dumps(whole[wrong] if isinstance(whole, list) else whole, ensure_ascii=False)
        raise ReadError(
            f'{path}: item {wrong + 1}: expected an object, such as {{"text": …, "label": …}}, found {shown[:40]!r}'
        )
    return found


def _of_pair(value: Value) -> Object | None:
    if (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], dict)
    ):
        return {"text": value[0], **value[1]}
    return value if isinstance(value, dict) else None


def _table(path: Path, objects: Iterator[Object]) -> pa.Table:
    columns: dict[str, list[Value]] = {}
    count = 0
    for row, one in enumerate(objects):
        for name, value in one.items():
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
    return _flat(pa.table(arrays, names=names))


def _flat(table: pa.Table) -> pa.Table:
    """Return a table with the parts of objects as columns of their own, where their names are free."""
    for _ in range(DEEPEST):
        if not any(pa.types.is_struct(kind) and kind.num_fields for kind in table.schema.types):
            break
        flat = table.flatten()
        if len({*flat.column_names}) < len(flat.column_names):
            break
        table = flat
    return table


def _line(path: Path, row: int) -> int:
    """The line of data row ``row``, counted as an editor does."""
    return next(number for place, (number, _) in enumerate(_rows(path)) if place == row)


def _rows(path: Path) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in numbered_lines(path) if line.strip())


def _object(path: Path, number: int, line: str) -> Object:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise ReadError(
            f"{path}: line {number}, column {error.colno}: is not JSON ({error.msg}); {EXPECTED}"
        ) from None
    except RecursionError:
        raise ReadError(f"{path}: line {number}: lists within lists are too deep") from None
    if not isinstance(value, dict):
        raise ReadError(f"{path}: line {number}: {EXPECTED}, found {line.strip()[:40]!r}")
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
