"""Rows of a table in the order of series and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Array, Floats, Integers, Mask
from gatewise.data.clock import to_wall
from gatewise.data.readers.table.columns import Codes
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.wording import counted, such_rows
from gatewise.data.reading import Aggregate
from gatewise.spelling import spelled

__all__ = ["Duplicates", "SortedRows", "settle_duplicates", "sort", "written"]

Duplicates = Literal["error", "first", "last", "mean"]
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True)
class SortedRows:
    """Rows sorted by series, then by time; each stands for one table row, or for several to be averaged.

    Attributes
    ----------
    number : int32 array, shape (rows,)
        The series of each row, ascending.
    times : array of datetime64[ns] or int64, shape (rows,)
        Ascending within a series.
    series : int
        Number of series; some may have no row.
    order : int64 array or None
        Table rows in this order; ``None`` if they are in it already.
    heads : int64 array or None, shape (rows,)
        Where in ``order`` the table rows of each row begin; ``None`` if each has one.
    zone : str or None
        The zone in which times are written.
    parts : SortedRows or None
        The rows that were put together into steps.
    firsts : int64 array or None, shape (rows,)
        The first of them in each row.
    """

    number: NDArray[np.int32]
    times: Array
    series: int
    order: Integers | None = None
    heads: Integers | None = None
    zone: str | None = None
    parts: SortedRows | None = None
    firsts: Integers | None = None

    def __len__(self) -> int:
        return len(self.number)

    @property
    def offsets(self) -> Integers:
        """The first row of each series, and the number of rows, shape (series + 1,)."""
        return np.concatenate([[0], np.cumsum(np.bincount(self.number, minlength=self.series))])

    def distances(self) -> Integers:
        """Ticks between neighbours in the same series."""
        apart: Integers = np.diff(self.times.view(np.int64))[np.diff(self.number) == 0]
        return apart

    def table_row(self, row: int) -> int:
        """The first table row that ``row`` stands for."""
        place = row if self.heads is None else int(self.heads[row])
        return place if self.order is None else int(self.order[place])

    def pick(self, column: NDArray[T]) -> NDArray[T]:
        """The first value of a table column in each row; a view if nothing moves."""
        ordered = column if self.order is None else column[self.order]
        return ordered if self.heads is None else ordered[self.heads]

    def mean(self, column: Floats) -> Floats:
        """The mean of a table column's finite values in each row; unchanged where it has one table row."""
        if self.heads is None:
            return self.pick(column)
        ordered = column if self.order is None else column[self.order]
        finite = np.isfinite(ordered)
        count = np.add.reduceat(finite, self.heads, dtype=np.int64)
        total = np.add.reduceat(np.where(finite, ordered, 0.0), self.heads)
        mean = np.full(len(count), np.nan)
        np.divide(total, count, out=mean, where=count > 0)
        return mean

    def aggregate(self, column: Floats, how: Aggregate) -> Floats:
        """The mean, the sum or the last of a table column's finite values in each step; the mean of duplicates."""
        if how == "mean" or self.parts is None or self.firsts is None:
            return self.mean(column)
        values = self.parts.mean(column)
        finite = np.isfinite(values)
        if how == "sum":
            found = np.add.reduceat(np.where(finite, values, 0.0), self.firsts)
            return np.where(np.logical_or.reduceat(finite, self.firsts), found, np.nan)
        last = np.maximum.reduceat(np.where(finite, np.arange(len(values)), -1), self.firsts)
        return np.where(last >= 0, values[last], np.nan)

    def written(self, row: int) -> str:
        """The time of a row, as clocks of its zone show it."""
        return written(self.times[row], self.zone)

    def keep(self, mask: Mask) -> SortedRows:
        """Only the rows that ``mask`` marks; before any are averaged."""
        order = np.arange(len(mask)) if self.order is None else self.order
        return replace(self, number=self.number[mask], times=self.times[mask], order=order[mask])

    def merge(self, begins: Mask, times: Array) -> SortedRows:
        """Average each row with those after it, up to the next that ``begins`` marks."""
        heads = np.flatnonzero(begins)
        old = heads if self.heads is None else self.heads[heads]
        return replace(
            self, number=self.number[heads], times=times[heads], heads=old, parts=self, firsts=heads
        )


def sort(
    number: NDArray[np.int32], times: Array, series: int, zone: str | None = None
) -> tuple[SortedRows, list[str]]:
    """Table rows in order, and a note if the rows of any series were out of time order."""
    if not _falls(number, times):
        return SortedRows(number, times, series, zone=zone), []
    order, notes = np.argsort(number, kind="stable"), []
    if _falls(number[order], times[order]):
        order, notes = (
            np.lexsort((times.view(np.int64), number)),
            ["rows were not in the order of time; sorted"],
        )
    return SortedRows(number[order], times[order], series, order, zone=zone), notes


def settle_duplicates(
    table: Table,
    rows: SortedRows,
    ids: Codes | None,
    policy: Duplicates,
    tells_apart: Callable[[], list[str]],
) -> tuple[SortedRows, list[str]]:
    """Keep one of the rows with the same series and time, average them, or refuse them by place.

    ``tells_apart`` looks for the columns by which they are of several series.
    """
    same = (np.diff(rows.number) == 0) & (np.diff(rows.times.view(np.int64)) == 0)
    if not same.any():
        return rows, []
    repeated = int(same.sum())
    if policy == "error":
        # The place that an editor's user meets first is the smallest table row.
        doubled = np.flatnonzero(same) + 1
        second = doubled[0] if rows.order is None else doubled[np.argmin(rows.order[doubled])]
        first, row = rows.table_row(int(second) - 1), rows.table_row(int(second))
        apart = tells_apart()
        whose = "" if ids is None else f" of series {str(ids.values[rows.number[second]])!r}"
        series = (
            "" if ids is not None else f"name the column that tells series apart with {spelled('id')}, or "
        )
        if apart:
            which = " and ".join([", ".join(map(repr, apart[:-1])), repr(apart[-1])][len(apart) == 1 :])
            series = f"column {which} tells series apart: name it with {spelled('id', *apart)}, or "
            if len(apart) > 1:
                series = (
                    f"columns {which} together tell series apart: name them with {spelled('id', apart)}, or "
                )
        raise table.error(
            f"time {rows.written(int(second))}{whose} is there already on {table.place(first)} "
            f"({such_rows(same)}); {series}keep one with {spelled('duplicates', 'first', 'last')}, "
            f"or average them with {spelled('duplicates', 'mean')}",
            row,
        ).suggesting(**({"id": apart if len(apart) > 1 else apart[0]} if apart else {"duplicates": "mean"}))
    kept = "averaged" if policy == "mean" else f"the {policy} kept"
    note = f"{counted(repeated, 'row')} with the time of another row of the series: {kept}"
    if policy == "mean":
        return rows.merge(np.concatenate([[True], ~same]), rows.times), [note]
    mask = np.concatenate([[True], ~same] if policy == "first" else [~same, [True]])
    return rows.keep(mask), [note]


def written(time: np.generic, zone: str | None = None) -> str:
    """A time as a user writes it: ``2013-01-31 18:00:00``, by the clocks of a zone, or a number."""
    if time.dtype.kind != "M":
        return str(time)
    wall = to_wall(np.array([time]).view(np.int64), zone).view("datetime64[ns]")[0]
    return str(wall.astype("datetime64[s]")).replace("T", " ")


def _falls(number: NDArray[np.int32], times: Array) -> bool:
    """Return whether any row belongs before the one above it."""
    series = np.diff(number)
    return bool(((series < 0) | ((series == 0) & (np.diff(times.view(np.int64)) < 0))).any())
