"""Tables of the report: each row one quantity across candidates, the best of them marked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gatewise.report.text import MISSING, number
from gatewise.verdict.evidence import Candidate

__all__ = ["Group", "Quantity", "ReportTable", "Row", "TableCell", "filled", "row"]


@dataclass(frozen=True)
class TableCell:
    """One value in a table; ``best`` where none in its row is better."""

    text: str
    note: str = ""
    best: bool = False


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
    return Row(quantity.label, quantity.unit, tuple(TableCell(text, best=text == best) for text in texts))


def filled(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return those rows in which at least one candidate has a value."""
    return tuple(row for row in rows if any(cell.text != MISSING for cell in row.cells))
