"""The characters between columns and in front of decimals, found in the first lines of a text file."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["DELIMITERS", "Dialect"]

DELIMITERS = {",": ",", "\t": "tabs", ";": ";", "|": "|"}
WITH_COMMA = re.compile(r"\s*[+-]?\d*,\d+([eE][+-]?\d+)?\s*")
WITH_POINT = re.compile(r"\s*[+-]?\d*\.\d+([eE][+-]?\d+)?\s*")


@dataclass(frozen=True)
class Dialect:
    """The characters between columns and in front of decimals."""

    delimiter: str = ","
    decimal: str = "."

    @classmethod
    def of(cls, lines: Sequence[str], usual: str) -> Dialect:
        """The dialect of a file from its first lines; ``usual`` is the delimiter that its ending promises.

        A delimiter is one that splits the first line, and all others into as many columns; of several the one
        that gives most columns. Decimal commas are numbers such as ``12,5`` where none is written ``12.5``.
        """
        tables = {name: _split(lines, name) for name in DELIMITERS}
        widths = {name: len(rows[0]) for name, rows in tables.items() if rows and len(rows[0]) > 1}
        even = [name for name in widths if all(len(row) == widths[name] for row in tables[name])]
        # Lines that are broken are named later, in the dialect of the first one.
        choices = even or ([usual] if usual in widths else list(widths)) or [usual]
        delimiter = max(choices, key=lambda name: (widths.get(name, 1), name == usual))
        cells = [cell for row in tables[delimiter][1:] for cell in row] if delimiter != "," else []
        comma = any(map(WITH_COMMA.fullmatch, cells)) and not any(map(WITH_POINT.fullmatch, cells))
        return cls(delimiter, "," if comma else ".")

    def note(self, usual: str) -> str:
        """Return a note for the user; empty for a decimal point and the usual delimiter."""
        parts = [f"{DELIMITERS[self.delimiter]} between columns"] if self.delimiter != usual else []
        parts += ["a decimal comma"] if self.decimal == "," else []
        return f"read with {' and '.join(parts)}" if parts else ""


def _split(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if row:
                rows.append(row)
    except csv.Error:
        # A quote that is never closed: no table in this dialect.
        rows.append([])
    return rows
