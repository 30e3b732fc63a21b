"""Errors of forecasts: all together, and by series, step and cutoff, 80 columns wide or as JSON."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
from rich.table import Table
from rich.text import Text

from gatewise.cli.console import err, out
from gatewise.errors import SeenDataWarning
from gatewise.estimators.forecast.backtest import Backtest, By

__all__ = ["as_records", "seen_told", "show_errors", "show_total"]

MOST_ROWS = 12
# The widest that a name can be beside the errors.
LABEL = 24
LEVELS = 2


@contextmanager
def seen_told() -> Iterator[None]:
    """Say of data that the model has seen in a line, not as Python warns."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", SeenDataWarning)
        yield
    for one in told:
        err.print(f"warning: {one.message}", markup=False, soft_wrap=True)


def show_total(metrics: dict[str, float]) -> None:
    """Print one error a line."""
    for name, value in metrics.items():
        out.print(f"{name:20} {value:.4g}")


def as_records(found: Backtest, *groups: By) -> dict[str, Any]:
    """Return the errors of all, and one record for each row of the tables."""
    return {"total": found.total} | {by: found.errors(by).to_pylist() for by in groups}


def show_errors(found: Backtest, *groups: By) -> None:
    """Print the errors of all, then a table for each group."""
    show_total(found.total)
    for by in groups:
        table = found.errors(by)
        shown, what = _some(table, by)
        out.print()
        out.print(_grid(table.take(shown), f"by {by}", found.levels))
        if what:
            out.print(Text(what, style="dim"))


def _some(table: pa.Table, by: By) -> tuple[Any, str]:
    """Return which rows are shown, and what is said where these are not all."""
    count = table.num_rows
    if count <= MOST_ROWS:
        return np.arange(count), ""
    if by == "series":
        errors = np.nan_to_num(table["MASE"].to_numpy(), nan=-1.0)
        return np.argsort(-errors, kind="stable")[:MOST_ROWS], (
            f"{MOST_ROWS} of {count:,} series, those with the largest MASE; --json has all"
        )
    return np.unique(np.linspace(0, count - 1, MOST_ROWS).astype(int)), (
        f"{MOST_ROWS} of {count:,} {by}s, evenly spaced; --json has all"
    )


def _grid(table: pa.Table, title: str, levels: tuple[int, ...]) -> Table:
    grid = Table(box=None, pad_edge=False, padding=(0, 1), show_edge=False, expand=False)
    grid.add_column(Text(title, style="bold"), max_width=LABEL, overflow="ellipsis", no_wrap=True)
    names = ["rows", "MAE", "RMSE", "sMAPE", "MASE", *(f"coverage-{level}" for level in levels[:LEVELS])]
    for name in names:
        grid.add_column(Text(name, style="bold"), justify="right")
    # Several columns may tell series apart.
    labels = zip(
        *(table[name].to_pylist() for name in table.column_names[: table.column_names.index(names[0])]),
        strict=True,
    )
    for label, *values in zip(labels, *(table[name].to_pylist() for name in names), strict=True):
        grid.add_row("/".join(map(_written, label)), *("" if one is None else f"{one:.4g}" for one in values))
    return grid


def _written(label: Any) -> str:
    """Return a label; of times those parts that are there."""
    return str(label).removesuffix(" 00:00:00")
