"""One step of many streams through all layers; made for each cell. No layout, no memory of its own."""

from __future__ import annotations

from collections.abc import Callable

from gatewise.kernels.compiling.compiled import entry_of
from gatewise.kernels.threads.sync import flush_denormals, meet, restore_denormals
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.time.rows import padded
from gatewise.kernels.time.steps import product_of_step, start_step
from gatewise.kernels.vector.simd import pointer, record

__all__ = ["make_step"]


def make_step(cell: Cell) -> Callable[..., None]:
    """Make what advances all layers one step; each is a job for every part, and reads the state of the one below."""
    activate, products, stages, blocks = cell.activate, cell.products, len(cell.products), cell.gates

    @entry_of(cell)
    def step(jobs, integers, like, first, last, team):
        before = flush_denormals()
        start = record(jobs, 0)
        for layer in range(start.time):
            for stage in range(stages):
                gate, count, block = products[stage]
                for part in range(first, last):
                    job = record(jobs, layer * start.parts + part)
                    units = padded(job.hidden, like)
                    if stage == 0:
                        start_step(job, like)
                        product_of_step(
                            job, like, job.x, job.x_time, job.input, job.w_panels, 0, blocks * units
                        )
                    panels = job.u_panels + gate * units * job.width * job.itemsize
                    source = job.extra if stage else job.h
                    product_of_step(
                        job, like, source, job.h_stride, job.width, panels, block * units, count * units
                    )
                # Where the state is also what the product reads, nobody writes before all have read.
                if stages == 1:
                    meet(start.barrier, team)
                for part in range(first, last):
                    job = record(jobs, layer * start.parts + part)
                    units = padded(job.hidden, like)
                    gates, c = pointer(job.gates, like), pointer(job.c, like)
                    h, extra = pointer(job.own_h, like), pointer(job.own_extra, like)
                    activate(
                        stage,
                        gates,
                        job.gate_stride,
                        h,
                        c,
                        h,
                        c,
                        extra,
                        job.h_stride,
                        job.batch,
                        units,
                        job.option,
                    )
                meet(start.barrier, team)
        restore_denormals(before)

    return step
