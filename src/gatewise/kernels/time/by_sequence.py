"""A run in which every thread has sequences of its own and goes through all time alone; made for each cell.

There is no meeting of threads in a step. A call has phases, in which threads wait for each other at the end only::

    forward    pack weights (shares) · go through time (parts)
    backward   pack weights (shares) · go back through time (parts) · sum up the gradients of the weights (shares)

What a share or a part is depends on the sizes and on the number of threads, not on which of them does it, so
neither do the bits of the results. Arguments are those of :mod:`gatewise.kernels.time.rows`; an entry also has::

    jobs          pointer to records, of which there is one
    first, last   parts that are this thread's to begin with, from ``first`` to before ``last``
    team          threads that run
"""

from __future__ import annotations

from collections.abc import Callable

from gatewise.kernels.compiling.compiled import entry_of, made_of
from gatewise.kernels.threads.sync import (
    PACK,
    TIME,
    WEIGHTS,
    flush_denormals,
    restore_denormals,
    shared_out,
    wait,
)
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.time.packing import (
    pack_hidden,
    pack_hidden_back,
    pack_input,
    pack_input_back,
    start_own_bias,
)
from gatewise.kernels.time.rows import (
    chunk_before,
    gates_of,
    gather_states,
    input_gradients,
    lay_out,
    padded,
    project,
    save_cells,
    save_rows,
    scatter_states,
)
from gatewise.kernels.time.weight_gradients import add_reset_gradient, weight_gradients
from gatewise.kernels.vector.gemm import product
from gatewise.kernels.vector.simd import lanes, pointer, read, record

__all__ = ["make_backward", "make_forward"]


def make_forward(cell: Cell) -> Callable[..., None]:
    """Make what runs parts of a batch over time."""
    activate, products, stages = cell.activate, cell.products, len(cell.products)
    gates_of_x, blocks, own_bias, two = cell.input_gates, cell.blocks, cell.own_bias, cell.states > 1

    @made_of(activate)
    def over_time(job, integer, real, part):
        starts = pointer(job.starts, integer) + part * (job.time + 1)
        units = padded(job.hidden, real)
        h, c = pointer(job.h + part * job.h_size, real), pointer(job.c + part * job.h_size, real)
        reset_h, y = pointer(job.reset_h + part * job.h_size, real), pointer(job.y, real)
        # In order of length, so that sequences that are over drop out at the end.
        gather_states(job, integer, part, pointer(job.h_0, real), h, job.h_stride)
        if two:
            gather_states(job, integer, part, pointer(job.c_0, real), c, job.h_stride)
        ready, chunk = 0, 0
        for t in range(job.time):
            first = read(starts + t)
            rows = read(starts + (t + 1)) - first
            if rows == 0:  # Every sequence of the part has ended.
                break
            if t == ready:
                chunk = first
                ready = project(job, integer, real, part, t, blocks)
            gates = gates_of(job, real, part, first, chunk)
            if own_bias >= 0:
                # No product writes this block before the one with U adds to it.
                start_own_bias(job, real, gates, own_bias, blocks, 0, job.hidden, rows)
            for stage in range(stages):
                gate, count, block = products[stage]
                product(
                    job.product,
                    reset_h if stage else h,
                    job.h_stride,
                    rows,
                    job.hidden,
                    pointer(job.u_panels, real) + gate * units * job.hidden,
                    count * units // lanes(real),
                    gates + block * units,
                    job.gate_stride,
                    True,
                )
                activate(
                    stage, gates, job.gate_stride, h, c, h, c, reset_h, job.h_stride, rows, units, job.option
                )
            save_rows(job, integer, first, rows, h, job.h_stride, y, 0, job.hidden)
            # The way back finds h in the output; c has to be saved.
            if two and job.save:
                save_cells(job, real, first, rows, c, 0, units)
        scatter_states(job, integer, part, h, job.h_stride, pointer(job.h_n, real))
        if two:
            scatter_states(job, integer, part, c, job.h_stride, pointer(job.c_n, real))

    @made_of(activate)
    def pack(job, integer, real, share):
        # There are at least as many shares as parts.
        if share < job.parts:
            lay_out(job, integer, share)
        pack_input(job, real, share, job.shares, gates_of_x, own_bias, 0, job.hidden)
        for stage in range(stages):
            gate, count, _ = products[stage]
            pack_hidden(job, real, share, job.shares, gate, count, 0, job.hidden)

    pack_phase, time_phase = shared_out(pack), shared_out(over_time)

    @entry_of(cell)
    def forward(jobs, integer, real, first, last, team):
        job = record(jobs, 0)
        before = flush_denormals()
        pack_phase(job, integer, real, first, last, team, PACK, job.shares)
        wait(job, PACK, job.shares)
        time_phase(job, integer, real, first, last, team, TIME, job.parts)
        restore_denormals(before)

    return forward


def make_backward(cell: Cell) -> Callable[..., None]:
    """Make what takes gradients back over time, then sums up those of the weights."""
    gradients, products, stages = cell.gradients, cell.products, len(cell.products)
    gates_of_x, of_input, of_hidden = cell.input_gates, cell.of_input, cell.of_hidden
    blocks, two, adds, resets = cell.blocks, cell.states > 1, cell.hands_on == "dh", cell.two_products
    reset_block = cell.reset_block
    hands_on_dc = cell.hands_on == "dc"

    @made_of(gradients)
    def over(job, integer, real, part, begin, end, row_0, reset_h):
        """Go back over the steps from ``begin`` to before ``end``; row ``row_0`` has its ``r ⊙ h`` at ``reset_h``.

        Gradients of the gates are written over the gates, which no other step reads.
        """
        starts = pointer(job.starts, integer) + part * (job.time + 1)
        units = padded(job.hidden, real)
        dh, dc = pointer(job.h + part * job.h_size, real), pointer(job.c + part * job.h_size, real)
        d_reset_h, gates = pointer(job.reset_h + part * job.h_size, real), pointer(job.gates, real)
        handed_on = dc if hands_on_dc else dh
        while end > begin:
            # Inputs get their gradients chunk by chunk, while those of the gates are in the cache.
            start = max(begin, chunk_before(job, integer, part, end))
            for t in range(end - 1, start - 1, -1):
                first = read(starts + t)
                rows = read(starts + (t + 1)) - first
                here = reset_h + (first - row_0) * units
                for stage in range(stages - 1, -1, -1):
                    gradients(
                        stage,
                        job,
                        integer,
                        real,
                        part,
                        t,
                        0,
                        units,
                        dh,
                        dc,
                        dh,
                        handed_on,
                        d_reset_h,
                        here,
                        gates,
                    )
                    # Adds to what the gates have handed on to dh, if they have; else it takes its place.
                    gate, count, block = products[stage]
                    product(
                        job.product,
                        gates + (first * job.gate_stride + block * units),
                        job.gate_stride,
                        rows,
                        count * units,
                        pointer(job.u_panels, real) + gate * units * units,
                        units // lanes(real),
                        d_reset_h if stage else dh,
                        job.h_stride,
                        adds and not stage,
                    )
            input_gradients(job, integer, real, part, part, start, end, blocks, gates)
            end = start

    @made_of(gradients)
    def over_time(job, integer, real, part):
        starts = pointer(job.starts, integer) + part * (job.time + 1)
        dh, dc = pointer(job.h + part * job.h_size, real), pointer(job.c + part * job.h_size, real)
        gather_states(job, integer, part, pointer(job.dh_n, real), dh, job.h_stride)
        if two:
            gather_states(job, integer, part, pointer(job.dc_n, real), dc, job.h_stride)
        # Of ``r ⊙ h`` all rows are kept, or few, which are summed up before the next ones take their place.
        end, all_steps = job.time, not (resets and job.reset_rows)
        reset_h = pointer(job.reset if all_steps else job.reset + part * job.reset_size, real)
        while end > 0:
            begin = 0 if all_steps else chunk_before(job, integer, part, end, job.reset_rows)
            row_0 = 0 if all_steps else read(starts + begin)
            over(job, integer, real, part, begin, end, row_0, reset_h)
            if resets and not all_steps:
                add_reset_gradient(
                    job,
                    integer,
                    real,
                    part,
                    row_0,
                    read(starts + end),
                    reset_block,
                    pointer(job.gates, real),
                    reset_h,
                )
            end = begin
        scatter_states(job, integer, part, dh, job.h_stride, pointer(job.dh_0, real))
        if two:
            scatter_states(job, integer, part, dc, job.h_stride, pointer(job.dc_0, real))

    @made_of(gradients)
    def pack(job, integer, real, share):
        pack_input_back(job, real, share, gates_of_x)
        for stage in range(stages):
            gate, count, _ = products[stage]
            pack_hidden_back(job, real, share, job.shares, gate, count, 0, job.hidden)

    @made_of(gradients)
    def sum_up(job, integer, real, share):
        weight_gradients(
            job, integer, real, share, of_input, of_hidden, reset_block, pointer(job.gates, real)
        )

    pack_phase, time_phase, sum_phase = shared_out(pack), shared_out(over_time), shared_out(sum_up)

    @entry_of(cell)
    def backward(jobs, integer, real, first, last, team):
        job = record(jobs, 0)
        before = flush_denormals()
        pack_phase(job, integer, real, first, last, team, PACK, job.shares)
        wait(job, PACK, job.shares)
        time_phase(job, integer, real, first, last, team, TIME, job.parts)
        wait(job, TIME, job.parts)
        sum_phase(job, integer, real, first, last, team, WEIGHTS, job.shares)
        restore_denormals(before)

    return backward
