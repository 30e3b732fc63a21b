"""A run in which threads share the units of every step; made for each cell.

How, why and what the arguments are says :mod:`gatewise.kernels.time.units`. States of all steps stay::

    job.h, job.c, job.reset_h   (batch + rows of the run, h_stride); the initial states come first
    job.own_gates               (chunk, gate_stride) of each thread, where a share has its blocks side by side
"""

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
    gates_of_x, blocks, stored, own_bias = cell.input_gates, cell.blocks, cell.stored, cell.own_bias
    two = cell.states > 1

    @made_of(activate)
    def pack(job, real, unit_0, count):
        pack_input(job, real, 0, 1, gates_of_x, own_bias, unit_0, count)
        for stage in range(stages):
            gate, gates, _ = products[stage]
            pack_hidden(job, real, 0, 1, gate, gates, unit_0, count)

    @made_of(activate)
    def project(job, integer, real, thread, first, last, t):
        ready = t
        for share in range(first, last):
            unit_0, count = units_of(job, real, share)
            ready = project_to(
                job,
                integer,
                real,
                0,
                thread,
                t,
                pointer(job.w_panels, real) + unit_0 * blocks * (job.input + 1),
                blocks * padded(count, real) // lanes(real),
                pointer(job.own_gates + thread * job.gates_size, real) + stored * unit_0,
            )
        return ready

    @made_of(activate)
    def advance(job, integer, real, thread, first, last, team, t, chunk):
        starts = pointer(job.starts, integer)
        row = read(starts + t)
        rows = read(starts + (t + 1)) - row
        # Initial states come first, then a place for every row.
        now = (job.batch + row) * job.h_stride
        past = (job.batch + read(starts + (t - 1))) * job.h_stride if t else 0
        gates = pointer(job.own_gates + thread * job.gates_size, real) + (row - chunk) * job.gate_stride
        h, c, reset_h = pointer(job.h, real), pointer(job.c, real), pointer(job.reset_h, real)
        for stage in range(stages):
            gate, count_u, block = products[stage]
            for share in range(first, last):
                unit_0, count = units_of(job, real, share)
                units, mine = padded(count, real), gates + stored * unit_0
                if own_bias >= 0:
                    # No product writes this block before the one with U adds to it.
                    start_own_bias(job, real, mine, own_bias, blocks, unit_0, count, rows)
                product(
                    job.product,
                    reset_h + now if stage else h + past,
                    job.h_stride,
                    rows,
                    job.hidden,
                    hidden_panels(job, real, gate, count_u, unit_0),
                    count_u * units // lanes(real),
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
                    reset_h + after,
                    job.h_stride,
                    rows,
                    units,
                    job.option,
                )
                if stage == stages - 1:
                    save_rows(
                        job, integer, row, rows, h + now, job.h_stride, pointer(job.y, real), unit_0, count
                    )
                    if job.save:
                        _save_gates(job, real, row, rows, mine, unit_0, count, stored)
                        if two:
                            save_cells(job, real, row, rows, c + now, unit_0, count)
            outcome = meet_others(job, team, t, stages, stage)
            if outcome != TOGETHER:
                return outcome
        return TOGETHER

    @made_of(activate)
    def over_time(job, integer, real, first, last, team):
        thread, starts = first, pointer(job.starts, integer)
        if team == 1:
            first, last = 0, job.shares
        # Each thread writes the same numbers, rather than wait for one of them.
        lay_out(job, integer, 0)
        _start(job, integer, real)
        t, ready, chunk, packed = 0, 0, 0, False
        while t < job.time and read(starts + (t + 1)) > read(starts + t):
            # At one place in the loop, since numba compiles what is called once for each place that calls it.
            if not packed:
                for share in range(first, last):
                    pack(job, real, *units_of(job, real, share))
                packed = True
            # The rows of some steps at once, as in by_sequence.py, but each thread for its own units.
            if t == ready:
                chunk = read(starts + t)
                ready = project(job, integer, real, thread, first, last, t)
            outcome = advance(job, integer, real, thread, first, last, team, t, chunk)
            if outcome == LEFT:
                # Another thread has gone on alone, and does all that is left.
                return
            if outcome == ALONE:
                # Once more from the start of this step, with the units of all.
                first, last, team, ready, packed = 0, job.shares, 1, t, False
                job.alone = 1
            else:
                t += 1
        for share in range(first, last):
            _finish(job, integer, real, *units_of(job, real, share))

    @entry_of(cell)
    def shared(jobs, integer, real, first, last, team):
        job = record(jobs, 0)
        before = flush_denormals()
        over_time(job, integer, real, first, last, team)
        restore_denormals(before)

    return shared


@inner
def _save_gates(job, real, first, rows, gates, unit_0, count, stored):
    """Copy the gates of some units in one step to where all gates stand."""
    share_units, units = padded(count, real), padded(job.hidden, real)
    for row in range(rows):
        for block in range(stored):
            source = gates + (row * job.gate_stride + block * share_units)
            target = pointer(job.gates, real) + ((first + row) * job.gate_stride + block * units + unit_0)
            for unit in range(0, share_units, lanes(real)):
                store(target + unit, load(source + unit))


@inner
def _start(job, integer, real):
    """Copy the initial states, in the order of the sequences, to the first rows."""
    order = pointer(job.order, integer)
    for position in range(job.batch):
        source, target = read(order + position) * job.hidden, position * job.h_stride
        for unit in range(0, job.hidden, lanes(real)):
            left = job.hidden - unit
            store(
                pointer(job.h, real) + (target + unit),
                load_part(pointer(job.h_0, real) + (source + unit), left),
            )
            if job.c_0:
                store(
                    pointer(job.c, real) + (target + unit),
                    load_part(pointer(job.c_0, real) + (source + unit), left),
                )


@inner
def _finish(job, integer, real, unit_0, count):
    """Copy some units of each sequence's last states."""
    order, lengths = pointer(job.order, integer), pointer(job.lengths, integer)
    starts = pointer(job.starts, integer)
    for position in range(job.batch):
        row = job.batch + read(starts + (read(lengths + position) - 1)) + position
        source, target = row * job.h_stride, read(order + position) * job.hidden
        for unit in range(unit_0, unit_0 + count, lanes(real)):
            left = job.hidden - unit
            h = load_part(pointer(job.h, real) + (source + unit), left)
            store_part(pointer(job.h_n, real) + (target + unit), h, left)
            if job.c_n:
                c = load_part(pointer(job.c, real) + (source + unit), left)
                store_part(pointer(job.c_n, real) + (target + unit), c, left)
