"""The table of a run: which sequences each part has, and where the input, output and past of each row stand.

It has as many integers as follow from the shapes alone, so that a compiler of torch knows its size. It starts with
the number of parts, the rows, the sequences of the largest part and the number of threads. Each part fills in
where its rows stand (:func:`gatewise.kernels.time.rows.lay_out`).
"""

from __future__ import annotations

import threading
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatewise.kernels.record.job import TABLES
from gatewise.kernels.record.sizes import HEADER, Sizes

__all__ = ["Integers", "Layout", "deal", "offsets", "take"]

Integers = NDArray[np.int64]

# Two threads may go back through one graph.
_TAKING = threading.Lock()


class Layout(NamedTuple):
    """Parts, rows of all of them, sequences of the largest, and threads, of which there may be more than parts."""

    parts: int
    rows: int
    largest: int
    threads: int


def deal(
    table: Integers, sizes: Sizes, lengths: Integers | None, threads: int, parts: int | None = None
) -> Layout:
    """Deal the sequences to parts, one for each thread by default: the longest first, about as many steps in each."""
    batch = sizes.batch
    parts = min(threads, batch) if parts is None else parts
    bounds, order, ends = (table[start:] for start in _starts(sizes)[:3])
    if lengths is None:
        order[:batch] = np.arange(batch)
        ends[:batch] = sizes.time
        limits = [batch * part // parts for part in range(parts + 1)]
        rows = sizes.rows
    else:
        longest_first = (-lengths).argsort(kind="stable")
        order[:batch] = longest_first
        ends[:batch] = lengths[longest_first]
        done = ends[:batch].cumsum()
        rows, limits = int(done[-1]), [0]
        for part in range(1, parts):
            share = int(done.searchsorted(rows * part / parts)) + 1
            # Every part has a sequence.
            limits.append(min(max(share, limits[-1] + 1), batch - (parts - part)))
        limits.append(batch)
    bounds[: parts + 1] = limits
    layout = Layout(parts, rows, max(last - first for first, last in pairwise(limits)), threads)
    table[:HEADER] = layout
    return layout


def take(table: Integers) -> Layout | None:
    """Read what :func:`deal` returned, and mark what belongs to it as used up; None if it was already."""
    with _TAKING:
        layout = Layout(*table[:HEADER].tolist())
        table[0] = 0
    return layout if layout.parts else None


def offsets(sizes: Sizes) -> dict[str, int]:
    """Say at which byte of a layout every table starts."""
    return {name: 8 * start for name, start in zip(TABLES, _starts(sizes), strict=True)}


def _starts(sizes: Sizes) -> list[int]:
    batch, rows = sizes.batch, sizes.rows
    counts = (HEADER, batch + 1, batch, batch, batch * (sizes.time + 1), rows, rows)
    return list(accumulate(counts))
