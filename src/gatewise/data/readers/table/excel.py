"""``.xlsx`` files of Excel: the first sheet that holds something, as a table."""

from __future__ import annotations

import warnings
from collections import Counter
from datetime import datetime, time
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from gatewise.errors import MissingDependencyError, ReadError

__all__ = ["EXCEL", "Sheet", "read_excel"]

EXCEL = (".xlsx", ".xlsm")


class Sheet(NamedTuple):
    """A table, the row of the sheet that each of its rows is, columns of several kinds of cells, and notes."""

    arrow: pa.Table
    rows: list[int]
    mixed: list[str]
    notes: tuple[str, ...]


def read_excel(path: Path) -> Sheet:
    """Read the first sheet that holds something; its first row that is not empty names the columns.

    Raises
    ------
    MissingDependencyError
        The library that reads such files is not installed.
    ReadError
        The file is damaged, or its sheets are empty.
    """
    book = _open(path)
    for sheet in book.worksheets:
        numbered = enumerate(sheet.iter_rows(values_only=True), 1)
        rows = [(number, row) for number, row in numbered if any(cell is not None for cell in row)]
        if rows:
            break
    else:
        raise ReadError(f"{path}: is empty; expected a row of column names and rows of data")
    (line, head), *rows = rows
    places = [
        place
        for place, _ in enumerate(head)
        if any(row[place] is not None for _, row in [(line, head), *rows])
    ]
    names = ["" if head[place] is None else str(head[place]).strip() for place in places]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ReadError(
            f"{path}: row {line} names column {twice[0]!r} more than once; give each column its own name"
        )
    arrays, mixed = [], []
    for place, name in zip(places, names, strict=True):
        cells = [_plain(row[place]) for _, row in rows]
        arrays.append(_array(cells))
        if pa.types.is_string(arrays[-1].type) and any(isinstance(cell, int | float) for cell in cells):
            mixed.append(name)
    others = [other.title for other in book.worksheets if other.title != sheet.title]
    notes = (f"sheet {sheet.title!r} read, others not: {', '.join(others)}",) if others else ()
    return Sheet(pa.table(arrays, names=names), [number for number, _ in rows], mixed, notes)


def _open(path: Path) -> Any:
    try:
        openpyxl: Any = import_module("openpyxl")
    except ModuleNotFoundError:
        raise MissingDependencyError(
            f'{path}: files of Excel need openpyxl: pip install "gatewise[excel]", or save the sheet as CSV'
        ) from None
    try:
        with warnings.catch_warnings():
            # Of parts that say how a sheet looks.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(path, data_only=True)
    except Exception:  # whatever is wrong with a zip file, its parts or their XML
        raise ReadError(
            f"{path}: is not a file of Excel, or a damaged or locked one; save it again, or as CSV"
        ) from None


def _plain(cell: Any) -> Any:
    """A cell as arrow takes it: times of day as text."""
    return cell.isoformat() if isinstance(cell, time) else cell.strip() if isinstance(cell, str) else cell


def _array(cells: list[Any]) -> pa.Array:
    try:
        return pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        # Mixed cells become text, so that the one which does not belong is named like one from a text file.
        return pa.array([None if cell is None else _written(cell) for cell in cells], pa.string())


def _written(cell: Any) -> str:
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)
