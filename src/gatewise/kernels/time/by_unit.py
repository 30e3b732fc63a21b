"""A run in which threads share the units of every step (:mod:`gatewise.kernels.time.units`); made for each cell."""

from __future__ import annotations

from collections.abc import Callable

from gatewise.kernels.compiling.compiled import entry_of, made_of
from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.threads.sync import ALONE, LEFT, TOGETHER, flush_denormals, restore_denormals
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.time.packing import hidden_panels, pack_hidden, pack_input, start_own_bias
from gatewise.kernels.time.rows import lay_out, padded, project_to, save_cells, save_rows
from gatewise.kernels.time.units import meet_others, units_of
from gatewise.kernels.vector.gemm import product
from gatewise.kernels.vector.simd import lanes, load, load_part, pointer, read, record, store, store_part

__all__ = ["make_forward"]


def make_forward(cell: Cell) -> Callable[..., None]:
    """Make what a thread does of a whole run: all that concerns the units of some shares."""
    activate, products, stages = cell.activate, cell.products, len(cell.products)
    gates_of_x, blocks, stored, own = cell.input_gates, cell.blocks, cell.stored, cell.own_bias
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
