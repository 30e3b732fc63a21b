"""Weights packed into panels once, by numpy, for what reads them step after step."""

from __future__ import annotations

import numpy as np

from gatewise.kernels.compiling.target import TARGET
from gatewise.kernels.record.checks import Array
from gatewise.kernels.record.memory import empty
from gatewise.kernels.vector.panels import width_at

__all__ = ["in_one", "panels_of"]


def panels_of(gates: list[Array], units: int) -> list[Array]:
    """Lay out gates (units, steps) side by side as :mod:`gatewise.kernels.vector.panels` says."""
    hidden, steps = gates[0].shape
    columns = np.zeros((steps, len(gates), units), gates[0].dtype)
    for block, gate in enumerate(gates):
        columns[:, block, :hidden] = gate.T
    lanes = TARGET.bytes // columns.itemsize
    flat, vectors, start, panels = columns.reshape(steps, -1), len(gates) * units // lanes, 0, []
    while start < vectors:
        wide = width_at.py_func(start, vectors)
        panels.append(flat[:, start * lanes : (start + wide) * lanes].ravel())
        start += wide
    return panels


def in_one(pieces: list[Array]) -> Array:
    """Copy panels into memory that starts with a cache line."""
    whole = empty(sum(piece.size for piece in pieces), pieces[0].dtype)
    np.concatenate(pieces, out=whole)
    return whole
