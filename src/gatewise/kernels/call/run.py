"""Runs of a cell over batches of one shape, by addresses: the one way to the kernels.

Sizes, plans and a table of rows are worked out once for a shape. To find them out again at every call would take
longer than a small layer. :mod:`gatewise.nn.operators.runs` makes addresses of tensors, and checks them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gatewise.kernels.call import teams
from gatewise.kernels.call.plans import plan_backward, plan_forward, plan_shared, plan_shared_back
from gatewise.kernels.cells.registry import KERNELS, entry
from gatewise.kernels.record import memory
from gatewise.kernels.record.checks import check_lengths, check_shapes
from gatewise.kernels.record.job import CHUNK, Plan, fill
from gatewise.kernels.record.layout import Integers, Layout, deal, take
from gatewise.kernels.record.sizes import Sizes

__all__ = ["Batch", "Run"]


@dataclass(frozen=True)
class Batch:
    """How the sequences of a batch are dealt to threads, for one run forward and at most one back.

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


class Run:
    """Runs of a cell, forward and back, over batches of one shape.

    Nothing is checked here but lengths: the caller answers for it that every address is of an array without gaps,
    of the type and the shape that it ought to have, and that the array lives on until the call returns.

    Parameters
    ----------
    name : str
        Of the cell, a key of ``KERNELS``.
    sizes : Sizes
    strides : tuple of int
        Of steps and of sequences of the input, in numbers; its features stand side by side.
    reverse : bool
        Whether every sequence is read from its end.
    threads : int
        At most so many; fewer where the work is small.
    """

    def __init__(
        self, name: str, sizes: Sizes, strides: tuple[int, int], reverse: bool, threads: int
    ) -> None:
        self.sizes = sizes
        self._name, self._strides, self._reverse = name, strides, reverse
        self._cell, self._dtype = KERNELS[name], np.dtype(f"f{sizes.itemsize}")
        self._work = teams.work_of(self._cell.blocks, sizes)
        self._threads = teams.threads_for(self._work, threads)
        # Every run over whole sequences fills the same integers into this table, so all of them may share it.
        self._whole = self._deal(None)

    def batch(self, lengths: Integers | None, *, own_table: bool = False) -> Batch:
        """Deal a batch to threads.

        Parameters
        ----------
        lengths : ndarray, optional
            (batch,), int64, 1 to time.
        own_table : bool
            Whether :meth:`saved_batch` will see the table, which so belongs to this batch alone.

        Raises
        ------
        LayerInputError
            If there are lengths, but not one within bounds for every sequence.
        """
        if lengths is None and not own_table:
            return self._whole
        if lengths is not None:
            check_lengths(lengths, self.sizes)
        return self._deal(lengths)

    def saved_batch(self, table: Integers) -> Batch | None:
        """Take up the batch of an earlier run, for its way back, from the table; None if that was done before."""
        check_shapes(np.dtype(np.int64), [("saved layout", table)], [(self.sizes.layout,)])
        layout = take(table)
        return None if layout is None else self._batch(table, layout)

    def forward(self, batch: Batch, addresses: Sequence[int], *, save: bool) -> None:
        """Run over time.

        Parameters
        ----------
        batch : Batch
        addresses : sequence of int
            Of x (time, batch, input), h_0, c_0 (batch, hidden), w (blocks × hidden, input),
            u (blocks × hidden, hidden), b_w, b_u (blocks × hidden), y (time, batch, hidden), h_n, c_n
            (batch, hidden), gates, cells; 0 for the states that a cell does not have. ``y`` is zero before, unless
            the batch is whole.
        save : bool
            Whether there will be a way back.
        """
        way, plan_of, threads = "forward", plan_forward, batch.layout.parts
        if batch.shared:
            way, plan_of, threads = "shared", plan_shared, batch.layout.threads
        plan = plan_of(self._name, self.sizes, batch.layout, self._strides, self._reverse, save)
        self._start(way, plan, batch.table, addresses, threads)

    def backward(self, batch: Batch, addresses: Sequence[int]) -> None:
        """Take gradients back.

        Parameters
        ----------
        batch : Batch
        addresses : sequence of int
            Those of :meth:`forward`, where what it gave beside y may be 0, then of dy, dh_n, dc_n, dx, dh_0, dc_0,
            dw, du, db_w, db_u; 0 for a dx that is not wanted.
        """
        way, plan_of = ("shared_back", plan_shared_back) if batch.shared else ("backward", plan_backward)
        plan = plan_of(self._name, self.sizes, batch.layout, self._strides, self._reverse)
        self._start(way, plan, batch.table, addresses, batch.layout.threads)

    def _deal(self, lengths: Integers | None) -> Batch:
        table = memory.empty(self.sizes.layout, np.int64)
        # Threads that share units have no sequences of their own: all of them are one part.
        parts = 1 if teams.shares_units(self._work, self.sizes, self._threads) else None
        return self._batch(table, deal(table, self.sizes, lengths, self._threads, parts))

    def _batch(self, table: Integers, layout: Layout) -> Batch:
        sizes, rows = self.sizes, layout.rows
        shared = teams.shares_units(self._work, sizes, layout.threads)
        # The rows at work at once, which is all that a run needs if it saves nothing. Threads that share units
        # have gates of their own in the workspace.
        at_work = 0 if shared else layout.parts * (CHUNK + layout.largest)
        return Batch(
            table,
            layout,
            gates=rows * sizes.gate_stride,
            cells=rows * sizes.units if self._cell.states > 1 else 0,
            scratch=at_work * sizes.gate_stride,
            shared=shared,
            whole=rows == sizes.rows,
        )

    def _start(self, way: str, plan: Plan, table: Integers, addresses: Sequence[int], threads: int) -> None:
        record, workspace = fill(plan, addresses, memory.address(table))
        teams.run(entry(self._name, way, self._dtype), record, threads, self._work)
        del workspace  # which the kernel writes to until here
