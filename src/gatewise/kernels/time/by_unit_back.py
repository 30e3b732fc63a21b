"""The way back of a run in which threads share the units of every step; made for each cell.

:mod:`gatewise.kernels.time.units` says how they do.
"""

from __future__ import annotations

from collections.abc import Callable

from gatewise.kernels.compiling.compiled import entry_of, made_of
from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.threads.sync import (
    ALONE,
    LEFT,
    PACK,
    TOGETHER,
    WEIGHTS,
    flush_denormals,
    restore_denormals,
    shared_out,
    wait,
)
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.time.packing import hidden_panels_back, pack_hidden_back, pack_input_back
from gatewise.kernels.time.rows import chunk_before, gather_states, input_gradients, padded
from gatewise.kernels.time.units import meet_others, units_of
from gatewise.kernels.time.weight_gradients import weight_gradients
from gatewise.kernels.vector.gemm import product
from gatewise.kernels.vector.simd import lanes, load, load_part, pointer, read, record, store, store_part

__all__ = ["make_backward"]


def make_backward(cell: Cell) -> Callable[..., None]:
    """Make what a thread does of a whole run back."""
    gradients, products, stages = cell.gradients, cell.products, len(cell.products)
    of_input, of_hidden, gates_of_x = cell.of_input, cell.of_hidden, cell.input_gates
    reset_block = cell.reset_block
    adds, any_handed_on = cell.hands_on == "dh", cell.hands_on != ""

    @made_of(gradients)
    def pack(job, like, unit_0, count):
        for stage in range(stages):
            gate, gates, _ = products[stage]
            pack_hidden_back(job, like, 0, 1, gate, gates, unit_0, count)

    @made_of(gradients)
    def receive(job, integers, like, thread, t, unit_0, count):
        """Take ``dh`` and ``dc`` of some units after step t from the step behind it, for the sequences it has."""
        starts = pointer(job.starts, integers)
        row = read(starts + (t + 1))
        rows = read(starts + (t + 2)) - row if t + 1 < job.time else 0
        if rows == 0:
            return
        units, width = padded(job.hidden, like), lanes(like)
        gate, gates, block = products[0]
        dh, dc = _own(job, like, thread)
        if any_handed_on:
            target = dh if adds else dc
            for position in range(rows):
                source = pointer(job.handed_on, like) + (row + position) * job.h_stride
                for unit in range(unit_0, unit_0 + count, width):
                    store(target + (position * job.h_stride + unit), load(source + unit))
        product(
            job.product,
            pointer(job.d_gates, like) + (row * job.gate_stride + block * units),
            job.gate_stride,
            rows,
            gates * units,
            hidden_panels_back(job, like, gate, gates, unit_0),
            padded(count, like) // width,
            dh + unit_0,
            job.h_stride,
            adds,
        )

    @made_of(gradients)
    def advance(job, integers, like, thread, first_share, last_share, team, t, done):
        dh, dc = _own(job, like, thread)
        past = pointer(job.handed_on, like) + read(pointer(job.starts, integers) + t) * job.h_stride
        first = read(pointer(job.starts, integers) + t)
        rows = read(pointer(job.starts, integers) + (t + 1)) - first
        units, grads = padded(job.hidden, like), pointer(job.d_gates, like)
        extra = pointer(job.extra + thread * job.h_size, like)
        reset_h = pointer(job.reset, like) + first * units
        for turn in range(stages):
            stage = stages - 1 - turn
            for share in range(first_share, last_share):
                unit_0, count = units_of(job, like, share)
                if turn == 0:
                    receive(job, integers, like, thread, t, unit_0, count)
                else:
                    gate, gates, block = products[stage + 1]
                    product(
                        job.product,
                        grads + (first * job.gate_stride + block * units),
                        job.gate_stride,
                        rows,
                        gates * units,
                        hidden_panels_back(job, like, gate, gates, unit_0),
                        padded(count, like) // lanes(like),
                        extra + unit_0,
                        job.h_stride,
                        False,
                    )
                gradients(
                    stage, job, integers, like, 0, t, unit_0, count, dh, dc, dc, past, extra, reset_h, grads
                )
            outcome = meet_others(job, team, done, stages, turn)
            if outcome != TOGETHER:
                return outcome
        return TOGETHER

    @made_of(gradients)
    def over_time(job, integers, like, first_share, last_share, team):
        """Go back over time; says whether anything is left to do."""
        thread, starts = first_share, pointer(job.starts, integers)
        dh, dc = _own(job, like, thread)
        gather_states(job, integers, 0, pointer(job.dh_n, like), dh, job.h_stride)
        if job.dc_0:
            gather_states(job, integers, 0, pointer(job.dc_n, like), dc, job.h_stride)
        if team == 1:
            first_share, last_share = 0, job.shares
        t, done, packed = job.time - 1, 0, False
        while t >= 0:
            if not packed:
                for share in range(first_share, last_share):
                    pack(job, like, *units_of(job, like, share))
                packed = True
            if read(starts + (t + 1)) == read(starts + t):
                t -= 1
                continue
            outcome = advance(job, integers, like, thread, first_share, last_share, team, t, done)
            if outcome == LEFT:
                return False
            if outcome == ALONE:
                # Once more from the start of this step, with the units of all.
                first_share, last_share, team, packed = 0, job.shares, 1, False
                job.alone = 1
            else:
                t, done = t - 1, done + 1
        for share in range(first_share, last_share):
            unit_0, count = units_of(job, like, share)
            receive(job, integers, like, thread, -1, unit_0, count)
            _finish_back(job, integers, like, dh, dc, unit_0, count)
        return True

    @made_of(gradients)
    def pack_inputs(job, integers, like, share):
        pack_input_back(job, like, share, gates_of_x)

    @made_of(gradients)
    def sum_up(job, integers, like, share):
        grads = pointer(job.d_gates, like)
        begin, end = job.time * share // job.shares, job.time * (share + 1) // job.shares
        while end > begin:
            start = max(begin, chunk_before(job, integers, 0, end))
            input_gradients(job, integers, like, 0, share, start, end, len(gates_of_x), grads)
            end = start
        weight_gradients(job, integers, like, share, of_input, of_hidden, reset_block, grads)

    pack_phase, sum_phase = shared_out(pack_inputs), shared_out(sum_up)

    @entry_of(cell)
    def shared_back(jobs, integers, like, first_share, last_share, team):
        job = record(jobs, 0)
        before = flush_denormals()
        if over_time(job, integers, like, first_share, last_share, team):
            pack_phase(job, integers, like, first_share, last_share, team, PACK, job.shares)
            wait(job, PACK, job.shares)
            sum_phase(job, integers, like, first_share, last_share, team, WEIGHTS, job.shares)
        restore_denormals(before)

    return shared_back


@inner
def _own(job, like, thread):
    """Where a thread has ``dh`` and ``dc`` of all sequences."""
    return pointer(job.h + thread * job.h_size, like), pointer(job.c + thread * job.h_size, like)


@inner
def _finish_back(job, integers, like, dh, dc, unit_0, count):
    """Copy the gradients of some units of each sequence's initial states."""
    order = pointer(job.order, integers)
    for position in range(job.batch):
        source, target = position * job.h_stride, read(order + position) * job.hidden
        for unit in range(unit_0, unit_0 + count, lanes(like)):
            left = job.hidden - unit
            store_part(pointer(job.dh_0, like) + (target + unit), load_part(dh + (source + unit), left), left)
            if job.dc_0:
                store_part(
                    pointer(job.dc_0, like) + (target + unit), load_part(dc + (source + unit), left), left
                )
