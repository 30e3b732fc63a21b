"""Values for missing rows and cells: always the last one before, never one after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Array, Floats, Integers, Mask, Values
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.grid import Grid
from gatewise.data.readers.table.rows import SortedRows
from gatewise.data.readers.wording import such_rows
from gatewise.data.reading import Aggregate
from gatewise.spelling import spelled

__all__ = ["Filled", "carry_forward", "fill", "refuse_missing"]


F = TypeVar("F", bound=np.floating)


@dataclass(frozen=True)
class Filled:
    """One target of all series, complete; as in :class:`~gatewise.data.series.SeriesSet`.

    ``series`` are the numbers of those left, ``cut`` counts the rows before the first values.
    """

    series: Integers
    offsets: Integers
    target: Floats
    observed: Mask
    start: Array
    covariates: Values
    cut: int


def refuse_missing(
    table: Table, rows: SortedRows, name: str, column: Floats, *, can_be_imputed: bool = True
) -> None:
    """Refuse NaN and infinity in the rows that are used, by place and count."""
    bad = ~np.isfinite(column)
    if not bad.any():
        return
    if rows.order is not None:
        used = np.zeros(len(bad), bool)
        used[rows.order] = True
        bad &= used
    if bad.any():
        row = int(np.argmax(bad))
        found = "an empty cell or NaN" if np.isnan(column[row]) else str(column[row])
        raise table.error(
            f"column {name!r}: expected a number, found {found} ({such_rows(bad)}); "
            + (
                f"correct it, or fill it with the value before it with {spelled('impute', 'previous')}"
                if can_be_imputed
                else "correct it, or remove the row"
            ),
            row,
        ).suggesting(**({"impute": "previous"} if can_be_imputed else {}))


def fill(
    rows: SortedRows, grid: Grid, target: Floats, covariates: list[Floats], aggregate: Aggregate = "mean"
) -> Filled:
    """Spread table columns over the grid and carry values forward; rows before the first values are cut.

    Where several table rows stand in a step, covariates are averaged, and the target is what ``aggregate`` says.
    """
    values = grid.spread(rows.aggregate(target, aggregate))
    observed = np.isfinite(values)
    values, lead = carry_forward(values, grid.offsets)
    extra = np.empty((len(values), len(covariates)), np.float32)
    for column, covariate in enumerate(covariates):
        extra[:, column], later = carry_forward(grid.spread(rows.mean(covariate)), grid.offsets)
        lead = np.maximum(lead, later)
    lengths = np.diff(grid.offsets) - lead
    series = np.flatnonzero(lengths)
    if not lead.any():
        # Arrow hands out read-only memory, which torch does not take.
        values = np.require(values, requirements=["W"])
        return Filled(series, grid.offsets, values, observed, grid.start, extra, 0)
    mask = np.arange(len(values)) >= np.repeat(grid.offsets[:-1] + lead, np.diff(grid.offsets))
    start = np.array(grid.start)
    for number in np.flatnonzero(lead):
        start[number] = grid.step.stamps(grid.start[number], int(lead[number]), 1)[0]
    offsets = np.concatenate([[0], np.cumsum(lengths[series])])
    return Filled(series, offsets, values[mask], observed[mask], start[series], extra[mask], int(lead.sum()))


def carry_forward(column: NDArray[F], offsets: Integers) -> tuple[NDArray[F], Integers]:
    """Replace NaN and infinity by the last value before, and count those before the first of each series."""
    finite = np.isfinite(column)
    if finite.all():
        return column, np.zeros(len(offsets) - 1, np.int64)
    place = np.arange(len(column))
    first = np.minimum.reduceat(np.where(finite, place, len(column)), offsets[:-1])
    lead = np.minimum(first, offsets[1:]) - offsets[:-1]
    last = np.maximum.accumulate(np.where(finite, place, 0))
    return column[last], lead
