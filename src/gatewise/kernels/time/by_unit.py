"""Few sequences and many threads, which share the units of every step, and none of which depends on another.

The threads meet once in a stage of a step. Whoever waits too long at a meeting makes it void and goes on alone
with the units of all; whoever comes late finds it void and leaves. A late thread may have been stopped anywhere
and write the rest of its step at any later time, so what threads read of each other is written once: panels,
states and outputs, and on the way back the gradients of the gates and what a step hands on, have a place of their
own for every step, and the same bits whoever writes them. What is written over is each thread's own.

A share of the units has panels of its own, one after the other in each matrix.
"""

from __future__ import annotations

from collections.abc import Callable

from gatewise.kernels.compiling.compiled import entry_of, made_of
from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.threads.sync import (
    ALONE,
    LEFT,
    PACK,
    TIME,
    TOGETHER,
    WEIGHTS,
    flush_denormals,
    meet_within,
    phase_at,
    restore_denormals,
    shared_out,
    wait,
)
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.time.packing import (
    hidden_panels,
    hidden_panels_back,
    pack_hidden,
    pack_hidden_back,
    pack_input,
    pack_input_back,
    start_own_bias,
)
from gatewise.kernels.time.rows import (
    chunk_before,
    gather_states,
    input_gradients,
    lay_out,
    padded,
    project_to,
    save_cells,
    save_rows,
)
from gatewise.kernels.time.weight_gradients import weight_gradients
from gatewise.kernels.vector.gemm import product
from gatewise.kernels.vector.simd import lanes, load, load_part, pointer, read, record, store, store_part

__all__ = ["make_backward", "make_forward"]

# At the first meeting others may still be waking up.
_FIRST_PATIENCE = 8


def make_forward(cell: Cell) -> Callable[..., None]:
    """Make what a thread does of a whole run: all that concerns the units of some shares."""
    activate, products, stages = cell.activate, cell.products, len(cell.products)
    gates_of_x, blocks, stored, own = cell.input_gates, cell.gates, cell.stored, cell.own_bias
    two = cell.states > 1

    @made_of(activate)
    def pack(job, like, unit_0, count):
        pack_input(job, like, 0, 1, gates_of_x, own, unit_0, count)
        for stage in range(stages):
            gate, gates, _ = products[stage]
            pack_hidden(job, like, 0, 1, gate, gates, unit_0, count)

    @made_of(activate)
    def project(job, integers, like, thread, first, last, t):
        ready = t
        for share in range(first, last):
            unit_0, count = units_of(job, like, share)
            ready = project_to(
                job,
                integers,
                like,
                0,
                thread,
                t,
                pointer(job.w_panels, like) + unit_0 * blocks * (job.input + 1),
                blocks * padded(count, like) // lanes(like),
                pointer(job.own_gates + thread * job.gates_size, like) + stored * unit_0,
            )
        return ready

    @made_of(activate)
    def advance(job, integers, like, thread, first, last, team, t, chunk):
        starts = pointer(job.starts, integers)
        row = read(starts + t)
        rows = read(starts + (t + 1)) - row
        now = (job.batch + row) * job.h_stride
        past = (job.batch + read(starts + (t - 1))) * job.h_stride if t else 0
        gates = pointer(job.own_gates + thread * job.gates_size, like) + (row - chunk) * job.gate_stride
        h, c, extra = pointer(job.h, like), pointer(job.c, like), pointer(job.extra, like)
        for stage in range(stages):
            gate, count_u, block = products[stage]
            for share in range(first, last):
                unit_0, count = units_of(job, like, share)
                units, mine = padded(count, like), gates + stored * unit_0
                if own >= 0:
                    start_own_bias(job, like, mine, own, blocks, unit_0, count, rows)
                product(
                    job.product,
                    extra + now if stage else h + past,
                    job.h_stride,
                    rows,
                    job.hidden,
                    hidden_panels(job, like, gate, count_u, unit_0),
                    count_u * units // lanes(like),
                    mine + block * units,
                    job.gate_stride,
                    True,
                )
                before, after = past + unit_0, now + unit_0
                activate(
                    stage,
                    mine,
                    job.gate_stride,
                    h + before,
                    c + before,
                    h + after,
                    c + after,
                    extra + after,
                    job.h_stride,
                    rows,
                    units,
                    job.option,
                )
                if stage == stages - 1:
                    save_rows(
                        job, integers, row, rows, h + now, job.h_stride, pointer(job.y, like), unit_0, count
                    )
                    if job.keep:
                        _keep_gates(job, like, row, rows, mine, unit_0, count, stored)
                        if two:
                            save_cells(job, like, row, rows, c + now, unit_0, count)
            outcome = meet_others(job, team, t, stages, stage)
            if outcome != TOGETHER:
                return outcome
        return TOGETHER

    @made_of(activate)
    def over_time(job, integers, like, first, last, team):
        thread, starts = first, pointer(job.starts, integers)
        if team == 1:
            first, last = 0, job.shares
        lay_out(job, integers, 0)
        _start(job, integers, like)
        t, ready, chunk, packed = 0, 0, 0, False
        while t < job.time and read(starts + (t + 1)) > read(starts + t):
            if not packed:
                for share in range(first, last):
                    pack(job, like, *units_of(job, like, share))
                packed = True
            if t == ready:
                chunk = read(starts + t)
                ready = project(job, integers, like, thread, first, last, t)
            outcome = advance(job, integers, like, thread, first, last, team, t, chunk)
            if outcome == LEFT:
                return
            if outcome == ALONE:
                # Once more from the start of this step, with the units of all.
                first, last, team, ready, packed = 0, job.shares, 1, t, False
                job.alone = 1
            else:
                t += 1
        for share in range(first, last):
            _finish(job, integers, like, *units_of(job, like, share))

    @entry_of(cell)
    def shared(jobs, integers, like, first, last, team):
        job = record(jobs, 0)
        before = flush_denormals()
        over_time(job, integers, like, first, last, team)
        restore_denormals(before)

    return shared


def make_backward(cell: Cell) -> Callable[..., None]:
    """Make what a thread does of a whole run back."""
    gradients, products, stages = cell.gradients, cell.products, len(cell.products)
    of_input, of_hidden, gates_of_x, reset = cell.of_input, cell.of_hidden, cell.input_gates, cell.reset
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
        weight_gradients(job, integers, like, share, of_input, of_hidden, reset, grads)

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
def meet_others(job, team, step, stages, stage):
    """Meet at the end of a stage of the ``step``-th step of a run; how that ended."""
    if team == 1:
        return TOGETHER
    patience = job.patience if step else job.patience * _FIRST_PATIENCE
    return meet_within(phase_at(job, TIME), (step * stages + stage + 1) * team, patience)


@inner
def units_of(job, like, share):
    """The first unit of a share, and how many it has."""
    width = lanes(like)
    groups = (job.hidden + width - 1) // width
    first = groups * share // job.shares * width
    return first, min(groups * (share + 1) // job.shares * width, job.hidden) - first


@inner
def _keep_gates(job, like, first, rows, gates, unit_0, count, stored):
    """Copy the gates of some units in one step to where all gates stand."""
    own, units = padded(count, like), padded(job.hidden, like)
    for row in range(rows):
        for block in range(stored):
            source = gates + (row * job.gate_stride + block * own)
            target = pointer(job.gates, like) + ((first + row) * job.gate_stride + block * units + unit_0)
            for unit in range(0, own, lanes(like)):
                store(target + unit, load(source + unit))


@inner
def _start(job, integers, like):
    """Copy the initial states, in the order of the sequences, to the first rows."""
    order = pointer(job.order, integers)
    for position in range(job.batch):
        source, target = read(order + position) * job.hidden, position * job.h_stride
        for unit in range(0, job.hidden, lanes(like)):
            left = job.hidden - unit
            store(
                pointer(job.h, like) + (target + unit),
                load_part(pointer(job.h_0, like) + (source + unit), left),
            )
            if job.c_0:
                store(
                    pointer(job.c, like) + (target + unit),
                    load_part(pointer(job.c_0, like) + (source + unit), left),
                )


@inner
def _finish(job, integers, like, unit_0, count):
    """Copy some units of each sequence's last states."""
    order, lengths = pointer(job.order, integers), pointer(job.lengths, integers)
    starts = pointer(job.starts, integers)
    for position in range(job.batch):
        row = job.batch + read(starts + (read(lengths + position) - 1)) + position
        source, target = row * job.h_stride, read(order + position) * job.hidden
        for unit in range(unit_0, unit_0 + count, lanes(like)):
            left = job.hidden - unit
            h = load_part(pointer(job.h, like) + (source + unit), left)
            store_part(pointer(job.h_n, like) + (target + unit), h, left)
            if job.c_n:
                c = load_part(pointer(job.c, like) + (source + unit), left)
                store_part(pointer(job.c_n, like) + (target + unit), c, left)


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
