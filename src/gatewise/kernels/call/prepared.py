"""Runs of one size, worked out once: all that is left to say are lengths and addresses.

What :mod:`gatewise.kernels.call.run` finds out about its arrays at every call costs more than a small layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatewise.kernels.call import teams
from gatewise.kernels.call.plans import plan_backward, plan_forward, plan_shared, plan_shared_back
from gatewise.kernels.call.run import scratch_rows, threads_for, work_of
from gatewise.kernels.cells.registry import KERNELS, entry
from gatewise.kernels.record.checks import check_lengths
from gatewise.kernels.record.job import Plan, fill
from gatewise.kernels.record.layout import Layout, deal
from gatewise.kernels.record.memory import address, empty
from gatewise.kernels.record.sizes import Sizes

__all__ = ["Batch", "Prepared"]

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """Which row is which, for one run forward and at most one back.

    Attributes
    ----------
    table, layout
        See :mod:`gatewise.kernels.record.layout`.
    gates, cells : int
        Numbers that a run saves; the gates serve one way back, which writes over them.
    scratch : int
        Numbers that a run which saves nothing needs in the place of gates.
    shared : bool
        Whether threads share the units of every step.
    whole : bool
        Whether every sequence has every step, so that every number of an output is written.
    """

    table: Integers
    layout: Layout
    gates: int
    cells: int
    scratch: int
    shared: bool
    whole: bool


class Prepared:
    """Runs of a cell, forward and back, over batches of one shape.

    Of arrays nothing is checked here: whoever calls answers for it that every address is of one without gaps, of
    the type and the shape that :mod:`gatewise.kernels.call.run` names, and that it lives on until the call returns.

    Parameters
    ----------
    name : str
        Of the cell, a key of ``KERNELS``.
    sizes : Sizes
    strides : tuple of int
        Of steps and of sequences of the input, in numbers.
    reverse : bool
    threads : int
    """

    def __init__(
        self, name: str, sizes: Sizes, strides: tuple[int, int], reverse: bool, threads: int
    ) -> None:
        self._name, self._sizes, self._strides, self._reverse = name, sizes, strides, reverse
        self._cell, self._dtype = KERNELS[name], np.dtype(f"f{sizes.itemsize}")
        self._work = work_of(self._cell, sizes)
        self._threads = threads_for(self._work, threads)
        # Kernels fill in a table while they run, always in the same way.
        self._whole = self._deal(None)

    def batch(self, lengths: Integers | None) -> Batch:
        """Deal a batch to threads.

        Raises
        ------
        ValueError
            If there are lengths, but not one within bounds for every sequence.
        """
        if lengths is None:
            return self._whole
        check_lengths(lengths, self._sizes)
        return self._deal(lengths)

    def forward(self, batch: Batch, addresses: Sequence[int], *, save: bool) -> None:
        """Run over time.

        Parameters
        ----------
        batch : Batch
        addresses : sequence of int
            Of x, h_0, c_0, w, u, b_w, b_u, y, h_n, c_n, gates, cells; 0 for the states that a cell does not have.
        save : bool
            Whether there will be a way back.
        """
        way, layout, team = "forward", batch.layout, batch.layout.parts
        plan_of = plan_forward
        if batch.shared:
            way, team, plan_of = "shared", layout.threads, plan_shared
        plan = plan_of(self._name, self._sizes, layout, self._strides, self._reverse, save)
        self._run(way, plan, batch.table, addresses, team)

    def backward(self, batch: Batch, addresses: Sequence[int]) -> None:
        """Take gradients back.

        Parameters
        ----------
        batch : Batch
        addresses : sequence of int
            Those of :meth:`forward`, then of dy, dh_n, dc_n, dx, dh_0, dc_0, dw, du, db_w, db_u; 0 for a dx that
            nobody wants.
        """
        way, plan_of = "backward", plan_backward
        if batch.shared:
            way, plan_of = "shared_back", plan_shared_back
        plan = plan_of(self._name, self._sizes, batch.layout, self._strides, self._reverse)
        self._run(way, plan, batch.table, addresses, batch.layout.threads)

    def _deal(self, lengths: Integers | None) -> Batch:
        sizes = self._sizes
        table = empty(sizes.layout, np.int64)
        shared = teams.shares_units(self._work, sizes, self._threads)
        layout = deal(table, sizes, lengths, self._threads, 1 if shared else None)
        return Batch(
            table,
            layout,
            gates=layout.rows * sizes.gate_stride,
            cells=layout.rows * sizes.units if self._cell.states > 1 else 0,
            scratch=0 if shared else scratch_rows(layout) * sizes.gate_stride,
            shared=shared,
            whole=layout.rows == sizes.rows,
        )

    def _run(
        self,
        way: str,
        plan: Plan,
        table: Integers,
        addresses: Sequence[int],
        threads: int,
    ) -> None:
        record, work = fill(plan, addresses, address(table))
        teams.run(entry(self._name, way, self._dtype), record, threads, self._work)
        del work
