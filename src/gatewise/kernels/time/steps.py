"""What all cells do in a single step of many streams: no layout, no memory of its own.

A thread may own some of the units only, for which it reads the states of all.
"""

from __future__ import annotations

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.vector.gemm import product
from gatewise.kernels.vector.simd import lanes, load, pointer, store

__all__ = ["product_of_step", "start_step"]


@inner
def start_step(job, like):
    """Start the gates of all streams with their biases."""
    gates, biases = pointer(job.gates, like), pointer(job.biases, like)
    for row in range(job.batch):
        for unit in range(0, job.gate_stride, lanes(like)):
            store(gates + (row * job.gate_stride + unit), load(biases + unit))


@inner
def product_of_step(job, like, rows, stride, steps, panels, column, columns):
    """Add a product of all streams' rows, at an address, to so many columns of their gates."""
    product(
        job.product,
        pointer(rows, like),
        stride,
        job.batch,
        steps,
        pointer(panels, like),
        columns // lanes(like),
        pointer(job.gates, like) + column,
        job.gate_stride,
        True,
    )
