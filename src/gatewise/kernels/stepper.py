"""Stepping through time with weights packed once: layers of one cell, many streams, one call a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from gatewise.kernels.cells import KERNELS, Kernel, entry
from gatewise.kernels.checks import check_shapes
from gatewise.kernels.gemm import product_address
from gatewise.kernels.job import Job
from gatewise.kernels.memory import empty
from gatewise.kernels.panels import width_at
from gatewise.kernels.run import Weights
from gatewise.kernels.target import TARGET

__all__ = ["Stepper"]

Array = NDArray[Any]


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

    Attributes
    ----------
    input : ndarray
        (batch, input), to be filled before each step.
    states : list of tuple of ndarray
        For each layer and state (batch, hidden), to be read and set between steps; zero at first.
    """

    def __init__(self, name: str, layers: Sequence[Weights], batch: int) -> None:
        kernel, dtype = KERNELS[name], layers[0].w.dtype
        self.input: Array = np.zeros((batch, layers[0].w.shape[1]), dtype)
        self.states: list[tuple[Array, ...]] = []
        self._jobs: list[Job] = []
        below = self.input
        for weights in layers:
            job, states = _layer(kernel, weights, below)
            self._jobs.append(job)
            self.states.append(states)
            below = states[0]
        self._records = np.concatenate([job.record() for job in self._jobs])
        self._step = entry(kernel.step, dtype)
        self._arguments = (self._records.ctypes.data, None, None, 0, len(layers), 1)

    def step(self) -> None:
        """Advance every layer by one step."""
        self._step(*self._arguments)


def _layer(kernel: Kernel, weights: Weights, below: Array) -> tuple[Job, tuple[Array, ...]]:
    """Pack a layer's weights and make room for its states, which read from those below."""
    w, u, b_w, b_u = weights
    batch, features = below.shape
    hidden, dtype = u.shape[1], u.dtype
    rows = kernel.gates * hidden
    shapes = [(rows, features), (rows, hidden), (rows,), (rows,)]
    check_shapes(dtype, zip(Weights._fields, weights, strict=True), shapes)
    lanes = TARGET.bytes // dtype.itemsize
    units = -(-hidden // lanes) * lanes
    h, c, extra = (_zeros((batch, units), dtype) for _ in range(3))
    biases = np.zeros((kernel.stored, units), dtype)
    for block, gates in enumerate(kernel.biases):
        for gate, bias in zip(gates, (b_w, b_u), strict=True):
            if gate is not None and bias is not None:
                biases[block, :hidden] += bias.reshape(-1, hidden)[gate]
    job = Job()
    job.numbers(
        batch=batch,
        input=features,
        hidden=hidden,
        option=kernel.option,
        itemsize=dtype.itemsize,
        x_time=below.strides[0] // dtype.itemsize,
        h_stride=units,
        gate_stride=kernel.stored * units,
        product=product_address(dtype),
    )
    job.arrays(
        x=below,
        h=h,
        c=c,
        extra=extra,
        gates=_zeros((batch, kernel.stored * units), dtype),
        biases=_aligned([biases.ravel()]),
        w_panels=_aligned(_panels(w, kernel.of_input, hidden, units)),
        u_panels=_aligned(
            [panel for gates in kernel.of_hidden for panel in _panels(u, gates, hidden, units)]
        ),
    )
    return job, (h[:, :hidden], c[:, :hidden])[: kernel.states]


def _panels(u: Array, gates: tuple[int, ...], hidden: int, units: int) -> list[Array]:
    """Lay out gates of a matrix (gates × hidden, steps) as :mod:`gatewise.kernels.panels` says."""
    columns = np.zeros((u.shape[1], len(gates), units), u.dtype)
    for block, gate in enumerate(gates):
        columns[:, block, :hidden] = u[gate * hidden : (gate + 1) * hidden].T
    lanes = TARGET.bytes // u.itemsize
    flat, vectors, start, panels = columns.reshape(u.shape[1], -1), len(gates) * units // lanes, 0, []
    while start < vectors:
        wide = width_at.py_func(start, vectors)
        panels.append(flat[:, start * lanes : (start + wide) * lanes].ravel())
        start += wide
    return panels


def _aligned(pieces: list[Array]) -> Array:
    whole = empty(sum(piece.size for piece in pieces), pieces[0].dtype)
    np.concatenate(pieces, out=whole)
    return whole


def _zeros(shape: tuple[int, int], dtype: DTypeLike) -> Array:
    whole = empty(shape[0] * shape[1], dtype)
    whole[:] = 0
    return whole.reshape(shape)
