"""A run in which every thread has sequences of its own and goes through all time alone; made for each cell."""

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
    gates_of_x, blocks, own, two = cell.input_gates, cell.blocks, cell.own_bias, cell.states > 1

    @made_of(activate)
    def over_time(job, integers, like, part):
        starts = pointer(job.starts, integers) + part * (job.time + 1)
        units = padded(job.hidden, like)
        h, c = pointer(job.h + part * job.h_size, like), pointer(job.c + part * job.h_size, like)
        extra, y = pointer(job.extra + part * job.h_size, like), pointer(job.y, like)
        gather_states(job, integers, part, pointer(job.h_0, like), h, job.h_stride)
        if two:
            gather_states(job, integers, part, pointer(job.c_0, like), c, job.h_stride)
        ready, chunk = 0, 0
        for t in range(job.time):
            first = read(starts + t)
            rows = read(starts + (t + 1)) - first
            if rows == 0:
                break
            if t == ready:
                chunk = first
                ready = project(job, integers, like, part, t, blocks)
            gates = gates_of(job, like, part, first, chunk)
            if own >= 0:
                start_own_bias(job, like, gates, own, blocks, 0, job.hidden, rows)
            for stage in range(stages):
                gate, count, block = products[stage]
                product(
                    job.product,
                    extra if stage else h,
                    job.h_stride,
                    rows,
                    job.hidden,
                    pointer(job.u_panels, like) + gate * units * job.hidden,
                    count * units // lanes(like),
                    gates + block * units,
                    job.gate_stride,
                    True,
                )
                activate(
                    stage, gates, job.gate_stride, h, c, h, c, extra, job.h_stride, rows, units, job.option
                )
            save_rows(job, integers, first, rows, h, job.h_stride, y, 0, job.hidden)
            if two and job.keep:
                save_cells(job, like, first, rows, c, 0, units)
        scatter_states(job, integers, part, h, job.h_stride, pointer(job.h_n, like))
        if two:
            scatter_states(job, integers, part, c, job.h_stride, pointer(job.c_n, like))

    @made_of(activate)
    def pack(job, integers, like, share):
        if share < job.parts:
            lay_out(job, integers, share)
        pack_input(job, like, share, job.shares, gates_of_x, own, 0, job.hidden)
        for stage in range(stages):
            gate, count, _ = products[stage]
            pack_hidden(job, like, share, job.shares, gate, count, 0, job.hidden)

    pack_phase, time_phase = shared_out(pack), shared_out(over_time)

    @entry_of(cell)
    def forward(jobs, integers, like, first, last, team):
        job = record(jobs, 0)
        before = flush_denormals()
        pack_phase(job, integers, like, first, last, team, PACK, job.shares)
        wait(job, PACK, job.shares)
        time_phase(job, integers, like, first, last, team, TIME, job.parts)
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
    def over(job, integers, like, part, begin, end, kept, reset_h):
        """Go back over the steps from ``begin`` to before ``end``; row ``kept`` has its ``r ⊙ h`` at ``reset_h``."""
        starts = pointer(job.starts, integers) + part * (job.time + 1)
        units = padded(job.hidden, like)
        dh, dc = pointer(job.h + part * job.h_size, like), pointer(job.c + part * job.h_size, like)
        extra, gates = pointer(job.extra + part * job.h_size, like), pointer(job.gates, like)
        past = dc if hands_on_dc else dh
        while end > begin:
            start = max(begin, chunk_before(job, integers, part, end))
            for t in range(end - 1, start - 1, -1):
                first = read(starts + t)
                rows = read(starts + (t + 1)) - first
                here = reset_h + (first - kept) * units
                for stage in range(stages - 1, -1, -1):
                    gradients(
                        stage, job, integers, like, part, t, 0, units, dh, dc, dh, past, extra, here, gates
                    )
                    gate, count, block = products[stage]
                    product(
                        job.product,
                        gates + (first * job.gate_stride + block * units),
                        job.gate_stride,
                        rows,
                        count * units,
                        pointer(job.u_panels, like) + gate * units * units,
                        units // lanes(like),
                        extra if stage else dh,
                        job.h_stride,
                        adds and not stage,
                    )
            input_gradients(job, integers, like, part, part, start, end, blocks, gates)
            end = start

    @made_of(gradients)
    def over_time(job, integers, like, part):
        starts = pointer(job.starts, integers) + part * (job.time + 1)
        dh, dc = pointer(job.h + part * job.h_size, like), pointer(job.c + part * job.h_size, like)
        gather_states(job, integers, part, pointer(job.dh_n, like), dh, job.h_stride)
        if two:
            gather_states(job, integers, part, pointer(job.dc_n, like), dc, job.h_stride)
        end, all_steps = job.time, not (resets and job.reset_rows)
        reset_h = pointer(job.reset if all_steps else job.reset + part * job.reset_size, like)
        while end > 0:
            begin = 0 if all_steps else chunk_before(job, integers, part, end, job.reset_rows)
            kept = 0 if all_steps else read(starts + begin)
            over(job, integers, like, part, begin, end, kept, reset_h)
            if resets and not all_steps:
                add_reset_gradient(
                    job,
                    integers,
                    like,
                    part,
                    kept,
                    read(starts + end),
                    reset_block,
                    pointer(job.gates, like),
                    reset_h,
                )
            end = begin
        scatter_states(job, integers, part, dh, job.h_stride, pointer(job.dh_0, like))
        if two:
            scatter_states(job, integers, part, dc, job.h_stride, pointer(job.dc_0, like))

    @made_of(gradients)
    def pack(job, integers, like, share):
        pack_input_back(job, like, share, gates_of_x)
        for stage in range(stages):
            gate, count, _ = products[stage]
            pack_hidden_back(job, like, share, job.shares, gate, count, 0, job.hidden)

    @made_of(gradients)
    def sum_up(job, integers, like, share):
        weight_gradients(
            job, integers, like, share, of_input, of_hidden, reset_block, pointer(job.gates, like)
        )

    pack_phase, time_phase, sum_phase = shared_out(pack), shared_out(over_time), shared_out(sum_up)

    @entry_of(cell)
    def backward(jobs, integers, like, first, last, team):
        job = record(jobs, 0)
        before = flush_denormals()
        pack_phase(job, integers, like, first, last, team, PACK, job.shares)
        wait(job, PACK, job.shares)
        time_phase(job, integers, like, first, last, team, TIME, job.parts)
        wait(job, TIME, job.parts)
        sum_phase(job, integers, like, first, last, team, WEIGHTS, job.shares)
        restore_denormals(before)

    return backward
