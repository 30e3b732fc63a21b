"""Which row is which, and which rows are whose: a table of integers, of a size that shapes alone decide.

It starts with the number of parts, the rows and the sequences of the largest part. Where each part's rows stand
is filled in by the part itself (:func:`gatewise.kernels.rows.lay_out`).
"""

from __future__ import annotations

import threading
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatewise.kernels.job import TABLES
from gatewise.kernels.sizes import HEADER, Sizes

__all__ = ["Layout", "deal", "offsets", "take"]

Integers = NDArray[np.int64]

# Two threads may go back through one graph.
_TAKING = threading.Lock()


class Layout(NamedTuple):
    """Parts, rows of all of them, and sequences of the largest."""

    parts: int
    rows: int
    largest: int


def deal(table: Integers, sizes: Sizes, lengths: Integers | None, parts: int) -> Layout:
    """Deal the sequences to parts, the longest first, with about as many steps in each."""
    batch = sizes.batch
    bounds, order, ends = (table[start:] for start in _starts(sizes)[:3])
    if lengths is None:
        order[:batch] = np.arange(batch)
        ends[:batch] = sizes.time
        limits = [batch * part // parts for part in range(parts + 1)]
        rows = sizes.rows
    else:
        order[:batch] = np.argsort(-lengths, kind="stable")
        ends[:batch] = lengths[order[:batch]]
        done = np.cumsum(ends[:batch])
        rows, limits = int(done[-1]), [0]
        for part in range(1, parts):
            share = int(np.searchsorted(done, rows * part / parts)) + 1
            # Nobody goes without a sequence.
            limits.append(min(max(share, limits[-1] + 1), batch - (parts - part)))
        limits.append(batch)
    bounds[: parts + 1] = limits
    layout = Layout(parts, rows, max(last - first for first, last in pairwise(limits)))
    table[:HEADER] = layout
    return layout


def take(table: Integers) -> Layout | None:
    """Read what :func:`deal` returned, and mark what belongs to it as used up; None if it was already."""
    with _TAKING:
        parts, rows, largest = table[:HEADER].tolist()
        table[0] = 0
    return Layout(parts, rows, largest) if parts else None


def offsets(sizes: Sizes) -> dict[str, int]:
    """Say at which byte of a layout every table starts."""
    return {name: 8 * start for name, start in zip(TABLES, _starts(sizes), strict=True)}


def _starts(sizes: Sizes) -> list[int]:
    batch, rows = sizes.batch, sizes.rows
    counts = (HEADER, batch + 1, batch, batch, batch * (sizes.time + 1), rows, rows)
    return list(accumulate(counts))
