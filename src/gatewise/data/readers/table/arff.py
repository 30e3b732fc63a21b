"""``.arff`` files of Weka and the UCR and UEA archives to arrow tables: an attribute is a column.

An attribute of values by time in several dimensions (``relational``) is a column of lists: a list for each step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pyarrow as pa

from gatewise.data.readers.table.textfile import numbered_lines
from gatewise.data.readers.wording import counted
from gatewise.errors import ReadError

__all__ = ["ARFF", "ArffTable", "read_arff"]

ARFF = (".arff",)
NOTHING = "?"
NUMERIC = ("numeric", "real", "integer")
TEXTS = ("string", "date")
ATTRIBUTE = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s{]+)\s*(.*)""")
CELL = re.compile(r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,'"]*?))\s*(,|$)""")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}

Value: TypeAlias = "str | float | list[list[float | None]] | None"


class ArffTable(NamedTuple):
    """A table, and the line of each row."""

    arrow: pa.Table
    lines: list[int]


class _Attribute(NamedTuple):
    name: str
    kind: str
    classes: tuple[str, ...] = ()


def read_arff(path: Path, encoding: str) -> ArffTable:
    """Read the table of a file; ``?`` is no value.

    Raises
    ------
    ReadError
        A line is not what the head of the file promises.
    """
    lines = (
        (number, line.strip())
        for number, line in numbered_lines(path, encoding)
        if line.strip() and not line.lstrip().startswith("%")
    )
    attributes = _head(path, lines)
    rows: list[list[Value]] = []
    places: list[int] = []
    for number, line in lines:
        if line.startswith("{"):
            raise ReadError(
                f"{path}: line {number}: rows that name their columns ({{0 1, …}}) are not read; write all values"
            )
        cells = _cells(line)
        if cells is None or len(cells) != len(attributes):
            found = "a quote that is not closed" if cells is None else counted(len(cells), "value")
            raise ReadError(
                f"{path}: line {number} has {found}; expected {len(attributes)}, one for each @attribute"
            )
        rows.append([_value(path, number, *pair) for pair in zip(attributes, cells, strict=True)])
        places.append(number)
    columns = zip(*rows, strict=True) if rows else ([] for _ in attributes)
    arrays = [
        pa.array([*column], _type(attribute)) for attribute, column in zip(attributes, columns, strict=True)
    ]
    return ArffTable(pa.table(arrays, names=[attribute.name for attribute in attributes]), places)


def _head(path: Path, lines: Iterator[tuple[int, str]]) -> list[_Attribute]:
    found: list[_Attribute] = []
    within = ""
    for number, line in lines:
        word, *rest = line.split(maxsplit=1)
        word = word.lower()
        if word == "@data" and found:
            return found
        if word == "@end":
            within = ""
        elif word == "@attribute" and not within:
            one = _attribute("".join(rest))
            if one is None:
                raise ReadError(
                    f"{path}: line {number}: expected @attribute, a name and numeric, string, date, relational or "
                    f"{{classes}}, found {line[:40]!r}"
                )
            if one.name in (other.name for other in found):
                raise ReadError(
                    f"{path}: line {number} names attribute {one.name!r} again; give each its own name"
                )
            found.append(one)
            within = one.name if one.kind == "relational" else ""
        elif not word.startswith("@"):
            raise ReadError(f"{path}: line {number}: expected a line that begins with @, found {line[:40]!r}")
    raise ReadError(f"{path}: has no line @data below attributes; expected it above the rows")


def _attribute(text: str) -> _Attribute | None:
    match = ATTRIBUTE.fullmatch(text)
    if match is None:
        return None
    name, kind = _plain(match[1]), match[2].strip()
    if kind.startswith("{") and kind.endswith("}"):
        classes = _cells(kind[1:-1])
        return None if classes is None else _Attribute(name, "class", tuple(map(str, classes)))
    kind = kind.lower().split(" ")[0]
    return _Attribute(name, kind) if kind in (*NUMERIC, *TEXTS, "relational") else None


def _cells(line: str) -> list[str | None] | None:
    """The values of a line; ``None`` for one that is missing, and for all where a quote is not closed."""
    found: list[str | None] = []
    place, more = 0, True
    while more:
        match = CELL.match(line, place)
        if match is None:
            return None
        quoted = next((part for part in match.groups()[:2] if part is not None), None)
        found.append(_unescaped(quoted) if quoted is not None else None if match[3] == NOTHING else match[3])
        place, more = match.end(), match[4] == ","
    return found


def _value(path: Path, line: int, attribute: _Attribute, cell: str | None) -> Value:
    if cell is None:
        return None
    if attribute.kind == "class" and cell not in attribute.classes:
        expected = ", ".join(attribute.classes)
        raise ReadError(
            f"{path}: line {line}: expected a class of {attribute.name!r} ({expected[:80]}), found {cell[:40]!r}"
        )
    if attribute.kind in (*TEXTS, "class"):
        return cell
    try:
        if attribute.kind == "relational":
            rows = [[_number(part) for part in row.split(",")] for row in cell.split("\n") if row.strip()]
            return [list(step) for step in zip(*rows, strict=True)]
        return _number(cell)
    except ValueError:
        raise ReadError(
            f"{path}: line {line}: expected a number for {attribute.name!r}, found {cell[:40]!r}"
        ) from None


def _number(text: str) -> float | None:
    return None if text.strip() == NOTHING else float(text)


def _type(attribute: _Attribute) -> pa.DataType:
    if attribute.kind == "relational":
        return pa.list_(pa.list_(pa.float64()))
    return pa.float64() if attribute.kind in NUMERIC else pa.string()


def _plain(name: str) -> str:
    return _unescaped(name[1:-1]) if name[:1] in "'\"" and len(name) > 1 else name


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text)
