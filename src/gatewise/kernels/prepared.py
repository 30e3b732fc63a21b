"""A run of one size over whole sequences, worked out once: all that is left to say are addresses.

What :mod:`gatewise.kernels.run` finds out about its arrays at every call costs more than a small layer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gatewise.kernels import crew
from gatewise.kernels import layout as layouts
from gatewise.kernels.cells import KERNELS, entry
from gatewise.kernels.job import Plan, fill
from gatewise.kernels.memory import address, empty
from gatewise.kernels.plans import plan_backward, plan_forward
from gatewise.kernels.run import parts_for, scratch_rows
from gatewise.kernels.sizes import Sizes

__all__ = ["Prepared"]


class Prepared:
    """Runs of a cell, forward and back, over batches of one shape in which no sequence is short.

    Nothing is checked here: whoever calls answers for it that every address is of an array without gaps, of the
    type and the shape that :mod:`gatewise.kernels.run` names, and that it lives on until the call returns.

    Parameters
    ----------
    name : str
        Of the cell, a key of ``KERNELS``.
    sizes : Sizes
    strides : tuple of int
        Of steps and of sequences of the input, in numbers.
    reverse : bool
    threads : int

    Attributes
    ----------
    gates, cells : int
        Numbers that a run saves; the gates serve one way back, which writes over them.
    scratch : int
        Numbers that a run which saves nothing needs in the place of gates.
    """

    def __init__(
        self, name: str, sizes: Sizes, strides: tuple[int, int], reverse: bool, threads: int
    ) -> None:
        kernel = KERNELS[name]
        # All runs write the same into it.
        self._table = empty(sizes.layout, np.int64)
        layout = layouts.deal(self._table, sizes, None, parts_for(kernel, sizes, threads))
        self._parts = layout.parts
        self._plans = {
            save: plan_forward(name, sizes, layout, strides, reverse, save) for save in (False, True)
        }
        self._plan_back = plan_backward(name, sizes, layout, strides, reverse)
        self._kernel, self._dtype = kernel, np.dtype(np.float32 if sizes.itemsize == 4 else np.float64)
        self.gates = sizes.rows * sizes.gate_stride
        self.cells = sizes.rows * sizes.units if kernel.states > 1 else 0
        self.scratch = scratch_rows(layout) * sizes.gate_stride

    def forward(self, addresses: Sequence[int], *, save: bool) -> None:
        """Run over time.

        Parameters
        ----------
        addresses : sequence of int
            Of x, h_0, c_0, w, u, b_w, b_u, y, h_n, c_n, gates, cells; 0 for the states that a cell does not have.
        save : bool
            Whether there will be a way back.
        """
        self._run(self._kernel.forward, self._plans[save], addresses)

    def backward(self, addresses: Sequence[int]) -> None:
        """Take gradients back.

        Parameters
        ----------
        addresses : sequence of int
            Those of :meth:`forward`, then of dy, dh_n, dc_n, dx, dh_0, dc_0, dw, du, db_w, db_u; 0 for a dx that
            nobody wants.
        """
        self._run(self._kernel.backward, self._plan_back, addresses)

    def _run(self, kernel: Callable[..., None], plan: Plan, addresses: Sequence[int]) -> None:
        record, work = fill(plan, addresses, address(self._table))
        crew.run(entry(kernel, self._dtype), address(record), self._parts)
        del work
