"""Columns of text that are numbers, written as people write them: read as such, with a note."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.readers.table.missing import without_spellings_of_nothing
from gatewise.data.readers.table.notation import Evidence, castable, evidence, numbers_in

__all__ = ["Numbers", "read_marked"]

# A column is a candidate by its first values.
HEAD = 100
LIKE_A_NUMBER = (
    r"^[(+\-−$€£¥₹₽₩₺\s]*[.,]?\d[\d.,'’\s\x{00a0}\x{202f}\x{2009}]*([eE][+-]?\d+)?[\s)%$€£¥₹₽₩₺]*$"
)
NAMES = 5
NOTHING_KNOWN = Evidence()


@dataclass(frozen=True)
class Numbers:
    """A table whose columns of numbers are numbers.

    Attributes
    ----------
    arrow : pyarrow.Table
    decimal : {".", ",", ""}
        What stands before decimals in all of it; empty where that is not known.
    unsure : dict of str to Evidence
        Columns of which both readings are possible; they are not to be used.
    notes : tuple of str
    """

    arrow: pa.Table
    decimal: str
    unsure: dict[str, Evidence]
    notes: tuple[str, ...] = ()

    def after(self, *notes: str) -> Numbers:
        """The same, with notes in front of its own."""
        return replace(self, notes=(*notes, *self.notes))


def read_marked(
    arrow: pa.Table,
    *,
    decimal: str = "",
    usual: str = "",
    head: Evidence = NOTHING_KNOWN,
    semicolons: bool = False,
    as_text: Collection[str] = (),
    delayed: Collection[str] = (),
) -> Numbers:
    """Read columns of text as numbers where all their values are, and some are not as programs write them.

    Parameters
    ----------
    arrow : pyarrow.Table
    decimal : {"", ".", ","}
        What the user says stands before decimals.
    usual : {"", ".", ","}
        What stood there in the data that a model was fitted on: taken where these do not say.
    head : Evidence
        What is known of columns that are numbers already.
    semicolons : bool
        Semicolons stand between the columns.
    as_text : sequence of str
        Columns that stay text.
    delayed : sequence of str
        Columns that were left as text only to be looked at here.
    """
    names = [name for name in arrow.column_names if name not in as_text and _may_be_numbers(arrow[name])]
    found = {name: evidence(pc.unique(arrow[name]), semicolons=semicolons) for name in names}
    together = Evidence.of_all([head, *found.values()])
    known = decimal or together.decimal
    about: dict[str, list[str]] = {}
    unsure = {}
    for name, own in found.items():
        here = known or own.decimal or usual
        if own.is_open and not here:
            unsure[name] = own
        column = numbers_in(arrow[name], here or ".")
        if column is not None:
            arrow = arrow.set_column(arrow.column_names.index(name), name, column.values)
            about.setdefault(column.about, []).append(name)
        elif name in delayed:
            arrow = arrow.set_column(arrow.column_names.index(name), name, _plain(arrow[name], here or "."))
    notes = tuple(
        f"read as numbers with {how}: {', '.join(which[:NAMES])}{', …' if len(which) > NAMES else ''}"
        for how, which in about.items()
        if not unsure.keys() & {*which}
    )
    return Numbers(arrow, known or usual, unsure, notes)


def _may_be_numbers(column: pa.ChunkedArray) -> bool:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return False
    values = without_spellings_of_nothing(column.slice(0, HEAD)).drop_null()
    return bool(pc.all(pc.match_substring_regex(values, LIKE_A_NUMBER), min_count=0).as_py())


def _plain(column: pa.ChunkedArray, decimal: str) -> pa.ChunkedArray:
    """Return numbers as programs write them; text where not all are."""
    try:
        return castable(without_spellings_of_nothing(column), decimal).cast(pa.float64())
    except pa.ArrowInvalid:
        return column
