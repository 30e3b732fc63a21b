"""The way back of a run in which threads share the units of every step; made for each cell.

How, why and what the arguments are says :mod:`gatewise.kernels.time.units`. What a step gives to the one before stays::

    job.d_gates     (rows of the run, gate_stride)  gradients of the gates, beside the gates and not over them
    job.handed_on   (rows of the run, h_stride)     what a step hands on beside the product of these with U
    job.h, job.c    (batch, h_stride) of each thread: dh and dc of the units that it has

A step begins with what the step behind it left (``receive``), for its own units only, so nothing is sent.
The gradients of the input and of the weights come after the last step, in shares that any thread takes.
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
    def pack(job, real, unit_0, count):
        for stage in range(stages):
            gate, gates, _ = products[stage]
            pack_hidden_back(job, real, 0, 1, gate, gates, unit_0, count)

    @made_of(gradients)
    def receive(job, integer, real, thread, t, unit_0, count):
        """Take ``dh`` and ``dc`` of some units after step t from the step behind it, for the sequences that it has."""
        starts = pointer(job.starts, integer)
        row = read(starts + (t + 1))
        rows = read(starts + (t + 2)) - row if t + 1 < job.time else 0
        if rows == 0:
            return
        units, width = padded(job.hidden, real), lanes(real)
        gate, gates, block = products[0]
        dh, dc = _own(job, real, thread)
        if any_handed_on:
            target = dh if adds else dc
            # The other sequences have theirs already, from ``dh_n`` and ``dc_n``.
            for position in range(rows):
                source = pointer(job.handed_on, real) + (row + position) * job.h_stride
                for unit in range(unit_0, unit_0 + count, width):
                    store(target + (position * job.h_stride + unit), load(source + unit))
        product(
            job.product,
            pointer(job.d_gates, real) + (row * job.gate_stride + block * units),
            job.gate_stride,
            rows,
            gates * units,
            hidden_panels_back(job, real, gate, gates, unit_0),
            padded(count, real) // width,
            dh + unit_0,
            job.h_stride,
            adds,
        )

    @made_of(gradients)
    def advance(job, integer, real, thread, first_share, last_share, team, t, done):
        dh, dc = _own(job, real, thread)
        handed_on = pointer(job.handed_on, real) + read(pointer(job.starts, integer) + t) * job.h_stride
        first = read(pointer(job.starts, integer) + t)
        rows = read(pointer(job.starts, integer) + (t + 1)) - first
        units, grads = padded(job.hidden, real), pointer(job.d_gates, real)
        d_reset_h = pointer(job.reset_h + thread * job.h_size, real)
        reset_h = pointer(job.reset, real) + first * units
        for turn in range(stages):
            stage = stages - 1 - turn
            for share in range(first_share, last_share):
                unit_0, count = units_of(job, real, share)
                if turn == 0:
                    receive(job, integer, real, thread, t, unit_0, count)
                else:
                    gate, gates, block = products[stage + 1]
                    product(
                        job.product,
                        grads + (first * job.gate_stride + block * units),
                        job.gate_stride,
                        rows,
                        gates * units,
                        hidden_panels_back(job, real, gate, gates, unit_0),
                        padded(count, real) // lanes(real),
                        d_reset_h + unit_0,
                        job.h_stride,
                        False,
                    )
                gradients(
                    stage,
                    job,
                    integer,
                    real,
                    0,
                    t,
                    unit_0,
                    count,
                    dh,
                    dc,
                    dc,
                    handed_on,
                    d_reset_h,
                    reset_h,
                    grads,
                )
            outcome = meet_others(job, team, done, stages, turn)
            if outcome != TOGETHER:
                return outcome
        return TOGETHER

    @made_of(gradients)
    def over_time(job, integer, real, first_share, last_share, team):
        """Go back over time; says whether anything is left to do."""
        thread, starts = first_share, pointer(job.starts, integer)
        dh, dc = _own(job, real, thread)
        gather_states(job, integer, 0, pointer(job.dh_n, real), dh, job.h_stride)
        if job.dc_0:
            gather_states(job, integer, 0, pointer(job.dc_n, real), dc, job.h_stride)
        if team == 1:
            first_share, last_share = 0, job.shares
        t, done, packed = job.time - 1, 0, False
        while t >= 0:
            # At one place in the loop, since numba compiles what is called once for each place that calls it.
            if not packed:
                for share in range(first_share, last_share):
                    pack(job, real, *units_of(job, real, share))
                packed = True
            if read(starts + (t + 1)) == read(starts + t):
                # All sequences were over before this step.
                t -= 1
                continue
            outcome = advance(job, integer, real, thread, first_share, last_share, team, t, done)
            if outcome == LEFT:
                return False
            if outcome == ALONE:
                # Once more from the start of this step, with the units of all.
                first_share, last_share, team, packed = 0, job.shares, 1, False
                job.alone = 1
            else:
                t, done = t - 1, done + 1
        for share in range(first_share, last_share):
            unit_0, count = units_of(job, real, share)
            receive(job, integer, real, thread, -1, unit_0, count)
            _finish_back(job, integer, real, dh, dc, unit_0, count)
        return True

    @made_of(gradients)
    def pack_inputs(job, integer, real, share):
        pack_input_back(job, real, share, gates_of_x)

    @made_of(gradients)
    def sum_up(job, integer, real, share):
        grads = pointer(job.d_gates, real)
        begin, end = job.time * share // job.shares, job.time * (share + 1) // job.shares
        while end > begin:
            start = max(begin, chunk_before(job, integer, 0, end))
            input_gradients(job, integer, real, 0, share, start, end, len(gates_of_x), grads)
            end = start
        weight_gradients(job, integer, real, share, of_input, of_hidden, reset_block, grads)

    pack_phase, sum_phase = shared_out(pack_inputs), shared_out(sum_up)

    @entry_of(cell)
    def shared_back(jobs, integer, real, first_share, last_share, team):
        job = record(jobs, 0)
        before = flush_denormals()
        # A thread that found a meeting void leaves the sums to the others.
        if over_time(job, integer, real, first_share, last_share, team):
            pack_phase(job, integer, real, first_share, last_share, team, PACK, job.shares)
            wait(job, PACK, job.shares)
            sum_phase(job, integer, real, first_share, last_share, team, WEIGHTS, job.shares)
        restore_denormals(before)

    return shared_back


@inner
def _own(job, real, thread):
    """Find ``dh`` and ``dc`` of a thread, for all sequences."""
    return pointer(job.h + thread * job.h_size, real), pointer(job.c + thread * job.h_size, real)


@inner
def _finish_back(job, integer, real, dh, dc, unit_0, count):
    """Copy the gradients of some units of each sequence's initial states."""
    order = pointer(job.order, integer)
    for position in range(job.batch):
        source, target = position * job.h_stride, read(order + position) * job.hidden
        for unit in range(unit_0, unit_0 + count, lanes(real)):
            left = job.hidden - unit
            store_part(pointer(job.dh_0, real) + (target + unit), load_part(dh + (source + unit), left), left)
            if job.dc_0:
                store_part(
                    pointer(job.dc_0, real) + (target + unit), load_part(dc + (source + unit), left), left
                )
