"""One step of many streams through all layers; made for each cell.

Each layer has one job for every part of its units. Sequences have no lengths here and every stream is a row, so
there is no table of rows, and all memory belongs to the caller: a step allocates nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from gatewise.kernels.compiling.compiled import entry_of
from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.threads.sync import flush_denormals, meet, restore_denormals
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.time.rows import padded
from gatewise.kernels.vector.gemm import product
from gatewise.kernels.vector.simd import lanes, load, pointer, record, store

__all__ = ["make_step"]


def make_step(cell: Cell) -> Callable[..., None]:
    """Make what advances all layers one step; each is a job for every part, and reads the state of the one below."""
    activate, products, stages, blocks = cell.activate, cell.products, len(cell.products), cell.blocks

    @entry_of(cell)
    def step(jobs, integer, real, first, last, team):
        before = flush_denormals()
        start = record(jobs, 0)
        for layer in range(start.time):
            for stage in range(stages):
                gate, count, block = products[stage]
                for part in range(first, last):
                    job = record(jobs, layer * start.parts + part)
                    units = padded(job.hidden, real)
                    if stage == 0:
                        _start_step(job, real)
                        _product_of_step(
                            job, real, job.x, job.x_time, job.input, job.w_panels, 0, blocks * units
                        )
                    panels = job.u_panels + gate * units * job.width * job.itemsize
                    source = job.reset_h if stage else job.h
                    _product_of_step(
                        job, real, source, job.h_stride, job.width, panels, block * units, count * units
                    )
                # Where the state is also what the product reads, no thread writes before all have read.
                if stages == 1:
                    meet(start.barrier, team)
                for part in range(first, last):
                    job = record(jobs, layer * start.parts + part)
                    units = padded(job.hidden, real)
                    gates, c = pointer(job.gates, real), pointer(job.c, real)
                    h, reset_h = pointer(job.own_h, real), pointer(job.own_reset_h, real)
                    activate(
                        stage,
                        gates,
                        job.gate_stride,
                        h,
                        c,
                        h,
                        c,
                        reset_h,
                        job.h_stride,
                        job.batch,
                        units,
                        job.option,
                    )
                meet(start.barrier, team)
        restore_denormals(before)

    return step


@inner
def _start_step(job, real):
    """Start the gates of all streams with their biases."""
    gates, biases = pointer(job.gates, real), pointer(job.biases, real)
    for row in range(job.batch):
        for unit in range(0, job.gate_stride, lanes(real)):
            store(gates + (row * job.gate_stride + unit), load(biases + unit))


@inner
def _product_of_step(job, real, rows, stride, steps, panels, column, columns):
    """Add a product of all streams' rows, at an address, to so many columns of their gates."""
    product(
        job.product,
        pointer(rows, real),
        stride,
        job.batch,
        steps,
        pointer(panels, real),
        columns // lanes(real),
        pointer(job.gates, real) + column,
        job.gate_stride,
        True,
    )
