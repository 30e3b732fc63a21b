"""Few sequences and many threads, which share the units of every step, and none of which depends on another.

The threads meet once in a step, twice for the GRU of the paper. Whoever waits too long at a meeting makes it void
and goes on alone with the units of all; whoever comes late finds it void and leaves. A late thread may have been
stopped anywhere and write the rest of its step at any later time, so what threads read of each other is written
once: panels, states and outputs have a place of their own for every step, and the same bits whoever writes them.
Gates and inputs side by side, which are written over, are each thread's own; gates that are kept for the way back
are copied once they are ready.

A share of the units has panels of its own, one after the other in each matrix.
"""

from __future__ import annotations

from gatewise.kernels.compiled import made_of
from gatewise.kernels.inner import inner
from gatewise.kernels.rows import lay_out, padded, project_to, save_rows
from gatewise.kernels.simd import lanes, load, load_part, pointer, read, store, store_part
from gatewise.kernels.sync import ALONE, LEFT, TIME, TOGETHER, meet_within, phase_at

__all__ = ["meet_others", "shared_over_time", "units_of"]

# At the first meeting others may still be waking up.
_FIRST_PATIENCE = 8


def shared_over_time(pack, step, stages, blocks, stored):
    """Make what a thread does of a whole run.

    ``pack(job, like, unit_0, count)`` packs the weights of some units. ``step(job, like, stage, unit_0, count, rows,
    past, now, gates)`` computes one of the ``stages`` of a step for these units: the states before stand ``past``
    numbers after the start of ``job.h``, the new ones are to stand ``now`` after it, and ``gates`` holds ``x W + b``.
    ``blocks`` of gates have a part in ``x W``, and ``stored`` have memory.
    """

    @made_of(pack, step)
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

    @made_of(pack, step)
    def advance(job, integers, like, thread, first, last, team, t, chunk):
        starts = pointer(job.starts, integers)
        row = read(starts + t)
        rows = read(starts + (t + 1)) - row
        now = (job.batch + row) * job.h_stride
        past = (job.batch + read(starts + (t - 1))) * job.h_stride if t else 0
        gates = pointer(job.own_gates + thread * job.gates_size, like) + (row - chunk) * job.gate_stride
        for stage in range(stages):
            for share in range(first, last):
                unit_0, count = units_of(job, like, share)
                step(job, like, stage, unit_0, count, rows, past, now, gates + stored * unit_0)
                if stage == stages - 1:
                    h = pointer(job.h, like) + now
                    save_rows(job, integers, row, rows, h, job.h_stride, pointer(job.y, like), unit_0, count)
                    if job.keep:
                        _keep_gates(job, like, row, rows, gates + stored * unit_0, unit_0, count, stored)
                        _keep_cells(job, like, row, rows, now, unit_0, count)
            outcome = meet_others(job, team, t, stages, stage)
            if outcome != TOGETHER:
                return outcome
        return TOGETHER

    @made_of(pack, step)
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

    return over_time


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
def _keep_cells(job, like, first, rows, now, unit_0, count):
    """Copy the cell states of some units in one step, if there are any."""
    if job.c_0:
        units = padded(job.hidden, like)
        for row in range(rows):
            source = pointer(job.c, like) + (now + row * job.h_stride)
            target = pointer(job.cells, like) + (first + row) * units
            for unit in range(unit_0, unit_0 + count, lanes(like)):
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
