"""Stepping through time with weights packed once: layers of one cell, many streams, one call a step.

A step reads every weight once, which takes as long as memory needs to deliver them. What is left is the call: all that
a kernel needs stands at one address, since six arguments cost Python three times as much as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from gatewise.kernels.cells.registry import KERNELS, entry
from gatewise.kernels.compiling.target import TARGET
from gatewise.kernels.record.checks import Array, check_shapes
from gatewise.kernels.record.job import make_plan, make_record
from gatewise.kernels.record.memory import zeros
from gatewise.kernels.record.panels import in_one, panels_of
from gatewise.kernels.threads.crew import address_of, prepare
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.vector.gemm import product_address

__all__ = ["Stepper", "Weights"]


class Weights(NamedTuple):
    """Weights (blocks × hidden, input) and (blocks × hidden, hidden), two biases (blocks × hidden,) or None."""

    w: Array
    u: Array
    b_w: Array | None
    b_u: Array | None


class Stepper:
    """Layers of one cell that advance together, one step at a call.

    All memory is made here and used again in every step, so a step allocates nothing.

    Parameters
    ----------
    name : str
        Of the cell, a key of ``KERNELS``.
    layers : sequence of Weights
        From the bottom up; copied.
    batch : int
        Streams side by side.
    threads : int, default 1
        That share the units: worth it where the weights are too large for the cache of one.

    Attributes
    ----------
    input : ndarray
        (batch, input), to be filled before each step.
    states : list of tuple of ndarray
        For each layer and state (batch, hidden), to be read and set between steps; zero at first.
    step : callable
        Without arguments; advances every layer by one step.
    addresses : tuple of int
        Of the kernel and its job, for other kernels to call.
    """

    def __init__(self, name: str, layers: Sequence[Weights], batch: int, threads: int = 1) -> None:
        cell, dtype = KERNELS[name], layers[0].w.dtype
        # Every part has whole vectors of units in every layer.
        lanes = TARGET.bytes // dtype.itemsize
        groups = min(-(-weights.u.shape[1] // lanes) for weights in layers)
        self._parts = max(1, min(threads, groups))
        self._records: list[NDArray[np.int64]] = []
        self._alive: list[object] = []
        self.input: Array = np.zeros((batch, layers[0].w.shape[1]), dtype)
        self.states: list[tuple[Array, ...]] = []
        below = self.input
        for weights in layers:
            self.states.append(self._layer(cell, weights, below, len(layers)))
            below = self.states[-1][0]
        # One behind the other: a kernel finds all of them from the address of the first.
        records = np.concatenate(self._records)
        self._alive.append(records)
        kernel, job = entry(name, "step", dtype), records.ctypes.data
        self.addresses = address_of(kernel), job
        self.step = prepare(kernel, job, self._parts)

    def _layer(self, cell: Cell, weights: Weights, below: Array, layers: int) -> tuple[Array, ...]:
        """Make the jobs of a layer, which reads the states below; returns its own."""
        w, u, b_w, b_u = weights
        batch, features = below.shape
        hidden, dtype = u.shape[1], u.dtype
        rows = cell.blocks * hidden
        shapes = [(rows, features), (rows, hidden), (rows,), (rows,)]
        check_shapes(dtype, zip(Weights._fields, weights, strict=True), shapes)
        lanes = TARGET.bytes // dtype.itemsize
        groups = -(-hidden // lanes)
        h, c, reset_h = (zeros((batch, groups * lanes), dtype) for _ in range(3))
        for part in range(self._parts):
            first = groups * part // self._parts * lanes
            last = min(groups * (part + 1) // self._parts * lanes, hidden)
            own = [[gate * hidden + unit for unit in range(first, last)] for gate in range(cell.blocks)]
            units = -(-(last - first) // lanes) * lanes
            numbers = {
                "time": layers,
                "parts": self._parts,
                "batch": batch,
                "input": features,
                "hidden": last - first,
                "width": hidden,
                "option": cell.option,
                "x_time": below.strides[0] // dtype.itemsize,
                "h_stride": groups * lanes,
                "gate_stride": cell.stored * units,
                "product": product_address(dtype),
            }
            arrays = {
                "x": below,
                "h": h,
                "own_h": h[:, first:],
                "c": c[:, first:],
                "reset_h": reset_h,
                "own_reset_h": reset_h[:, first:],
                "gates": zeros((batch, cell.stored * units), dtype),
                "biases": _biases(cell, own, units, b_w, b_u, dtype),
                "w_panels": in_one(panels_of([w[own[gate]] for gate in cell.input_gates], units)),
                "u_panels": in_one(
                    [
                        panel
                        for gate, count, _ in cell.products
                        for panel in panels_of([u[own[gate + g]] for g in range(count)], units)
                    ]
                ),
            }
            record, work = make_record(make_plan(numbers, None, {}, dtype.itemsize), arrays)
            self._records.append(record)
            self._alive += [arrays, work]
        return (h[:, :hidden], c[:, :hidden])[: cell.states]


def _biases(
    cell: Cell, own: list[list[int]], units: int, b_w: Array | None, b_u: Array | None, dtype: DTypeLike
) -> Array:
    """Add up what every stored block of gates starts with."""
    biases = zeros((cell.stored, units), dtype)
    for block, gates in enumerate(cell.biases):
        for gate, bias in zip(gates, (b_w, b_u), strict=True):
            if gate is not None and bias is not None:
                biases[block, : len(own[gate])] += bias[own[gate]]
    return biases
