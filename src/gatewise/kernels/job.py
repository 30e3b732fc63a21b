"""What a kernel is told: sizes, strides in elements, and addresses, as one record of integers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.kernels import memory

__all__ = ["BLOCK_ROWS", "BLOCK_VECTORS", "CHUNK", "JOB", "Job"]

# Rows (steps of sequences) whose x W is computed at once: enough to use each weight several times.
CHUNK = 32
# Rows summed in one pass over the weights' gradient, and vectors of gates in a block: they fit the L2 cache.
BLOCK_ROWS = 384
BLOCK_VECTORS = 4

_FIELDS = (
    # Sizes.
    *("time", "batch", "input", "hidden", "rows", "parts", "reverse", "keep", "option", "itemsize"),
    # Inputs, the strides of x between steps and between sequences, and outputs.
    *("x", "x_time", "x_batch", "h_0", "c_0", "w", "u", "b_w", "b_u", "y", "h_n", "c_n"),
    # Kept for the way back: which row is which, and gates and cells of every row.
    *("bounds", "order", "lengths", "starts", "x_at", "y_at", "past_at"),
    *("gates", "gate_stride", "gates_size", "cells"),
    # Gradients, in and out; ``dx`` is 0 where nobody wants it.
    *("dy", "dh_n", "dc_n", "dx", "dh_0", "dc_0", "dw", "du", "db_w", "db_u"),
    # Workspace; a ``_size`` is the bytes of one part's share.
    *("w_panels", "u_panels", "h", "h_stride", "h_size", "c", "extra", "reset"),
    *("staged", "staged_stride", "staged_size", "a_block", "a_size", "b_block", "b_size"),
    *("sums", "sums_stride", "bias_sums"),
    # Of a single step: biases for every stored gate, units of all parts, and what a part writes.
    *("biases", "width", "own_h", "own_extra"),
    # Where threads meet, and the address of the product.
    *("barrier", "product"),
)

JOB = np.dtype([(name, np.int64) for name in _FIELDS])


class Job:
    """One record in the making; it keeps alive all that it gives addresses of."""

    def __init__(self) -> None:
        self._values = dict.fromkeys(_FIELDS, 0)
        self._alive: list[object] = []

    def numbers(self, **values: int) -> None:
        """Set sizes, strides and addresses."""
        self._values.update(values)

    def arrays(self, **arrays: NDArray[Any]) -> None:
        """Set addresses of arrays."""
        for name, array in arrays.items():
            self._values[name] = array.ctypes.data
        self._alive.append(arrays)

    def workspace(self, itemsize: int, **counts: int) -> None:
        """Make room for so many numbers each."""
        whole, addresses = memory.carve(counts, itemsize)
        self._values.update(addresses)
        self._alive.append(whole)

    def record(self) -> NDArray[np.int64]:
        """Give the record, which must live as long as the kernel runs, like this object."""
        return np.fromiter(self._values.values(), np.int64, len(_FIELDS))
