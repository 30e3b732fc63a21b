"""Tables of the report: each row one quantity across candidates, the best of them marked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gatewise.report.text import MISSING, number
from gatewise.verdict.evidence import Candidate

__all__ = ["Group", "Listing", "Quantity", "ReportTable", "Row", "TableCell", "filled", "row"]


@dataclass(frozen=True)
class TableCell:
    """One value in a table; ``best`` where none in its row is better, ``value`` what it is sorted and copied by."""

    text: str
    note: str = ""
    best: bool = False
    value: float | None = None


@dataclass(frozen=True)
class Row:
    """One quantity across the columns."""

    label: str
    unit: str
    cells: tuple[TableCell, ...]


@dataclass(frozen=True)
class Group:
    """Rows of one dimension; ``anchor`` is its section."""

    title: str
    anchor: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ReportTable:
    """Groups of rows below common columns."""

    title: str
    columns: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Listing:
    """A table with a row for each thing, such as a class or a series; the first cell of a row names it.

    Attributes
    ----------
    columns : tuple of (name, unit)
        A name may be a candidate's, which then has its mark.
    rows : tuple of tuple of TableCell
    note, method : str
        What it shows; how it was measured.
    """

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[TableCell, ...], ...]
    note: str = ""
    method: str = ""


@dataclass(frozen=True)
class Quantity:
    """A number to show of each candidate.

    Attributes
    ----------
    place : str
        Where in a candidate it stands: ``training.step_seconds``.
    show : callable
        The number as text.
    better : callable or None
        ``min``, ``max``, or ``None`` where neither is a merit.
    """

    label: str
    unit: str
    place: str
    show: Callable[[float | None], str] = number
    better: Callable[[list[float]], float] | None = None

    def of(self, candidate: Candidate) -> float | None:
        """Return the value of a candidate, or ``None`` where the candidate has no such part."""
        value: object = candidate
        for name in self.place.split("."):
            value = getattr(value, name, None)
        return value if isinstance(value, int | float) else None


def row(quantity: Quantity, candidates: tuple[Candidate, ...], values: Iterable[float | None] = ()) -> Row:
    """Write the row of a quantity; the best value is marked with all that are shown the same, unless all are.

    Parameters
    ----------
    quantity : Quantity
    candidates : tuple of Candidate
        The columns.
    values : iterable of float or None
        In place of what stands at ``quantity.place``, where it stands at none.
    """
    found = list(values) or [quantity.of(candidate) for candidate in candidates]
    texts = [quantity.show(value) for value in found]
    finite = [value for value in found if value is not None and math.isfinite(value)]
    marked = quantity.better is not None and len(set(texts) - {MISSING}) > 1
    best = quantity.show(quantity.better(finite)) if marked and quantity.better else None
    cells = (
        TableCell(text, best=text == best, value=_finite(value))
        for text, value in zip(texts, found, strict=True)
    )
    return Row(quantity.label, quantity.unit, tuple(cells))


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def filled(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return those rows in which at least one candidate has a value."""
    return tuple(row for row in rows if any(cell.text != MISSING for cell in row.cells))
