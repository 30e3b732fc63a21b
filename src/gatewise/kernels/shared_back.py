"""The way back with few sequences and many threads, which share the units of every step.

As in :mod:`gatewise.kernels.shared`, nobody waits long for another, and what threads read of each other has a place
of its own for every step: the gradients of the gates, which therefore leave the gates as they are, and what a step
hands on to the same units of the step before. All else is each thread's own. Sums over all steps come last, in
shares that whoever is there claims.
"""

from __future__ import annotations

from gatewise.kernels.compiled import made_of
from gatewise.kernels.gemm import product
from gatewise.kernels.inner import inner
from gatewise.kernels.packing import hidden_panels_back, pack_hidden_back, pack_input_back
from gatewise.kernels.rows import chunk_before, gather_states, input_gradients, padded
from gatewise.kernels.shared import meet_others, units_of
from gatewise.kernels.simd import lanes, load, load_part, pointer, read, store, store_part
from gatewise.kernels.sync import ALONE, LEFT, PACK, TOGETHER, WEIGHTS, shared_out, wait
from gatewise.kernels.weights import weight_gradients

__all__ = ["shared_back"]


def shared_back(step, of_input, of_hidden, last_is_reset=False, hands_on=None):
    """Make what a thread does of a whole run back.

    ``step(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past)`` computes a stage of a step for some
    units: from ``dh`` and ``dc`` after it to the gradients of the gates, at ``job.d_gates``, and to what is handed
    on, at ``past``: ``"dc"``, a part of ``"dh"``, or nothing. The other arguments are those of
    :func:`gatewise.kernels.weights.weight_gradients`; with ``last_is_reset`` there are two stages, the second of
    which needs the last gate of all units.
    """
    inputs, hidden = (tuple(gate for gate in gates if gate >= 0) for gates in (of_input, of_hidden))
    # Stored blocks of gradients whose product with U is dh before a step, but for what is handed on.
    first, blocks, stages = of_hidden.index(0), len(hidden) - last_is_reset, 1 + last_is_reset
    adds, any_handed_on = hands_on == "dh", hands_on is not None

    @made_of(step)
    def pack(job, like, unit_0, count):
        pack_hidden_back(job, like, 0, 1, 0, blocks, unit_0, count)
        if last_is_reset:
            pack_hidden_back(job, like, 0, 1, blocks, 1, unit_0, count)

    @made_of(step)
    def receive(job, integers, like, thread, t, unit_0, count):
        """Take ``dh`` and ``dc`` of some units after step t from the step behind it, for the sequences it has."""
        starts = pointer(job.starts, integers)
        row = read(starts + (t + 1))
        rows = read(starts + (t + 2)) - row if t + 1 < job.time else 0
        if rows == 0:
            return
        units, width = padded(job.hidden, like), lanes(like)
        dh, dc = _own(job, like, thread)
        if any_handed_on:
            target = dh if adds else dc
            for position in range(rows):
                source = pointer(job.handed_on, like) + (row + position) * job.h_stride
                for unit in range(unit_0, unit_0 + count, width):
                    store(target + (position * job.h_stride + unit), load(source + unit))
        product(
            job.product,
            pointer(job.d_gates, like) + (row * job.gate_stride + first * units),
            job.gate_stride,
            rows,
            blocks * units,
            hidden_panels_back(job, like, 0, blocks, unit_0),
            padded(count, like) // width,
            dh + unit_0,
            job.h_stride,
            adds,
        )

    @made_of(step)
    def advance(job, integers, like, thread, first_share, last_share, team, t, done):
        dh, dc = _own(job, like, thread)
        past = pointer(job.handed_on, like) + read(pointer(job.starts, integers) + t) * job.h_stride
        for stage in range(stages):
            for share in range(first_share, last_share):
                unit_0, count = units_of(job, like, share)
                if stage == 0:
                    receive(job, integers, like, thread, t, unit_0, count)
                step(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past)
            outcome = meet_others(job, team, done, stages, stage)
            if outcome != TOGETHER:
                return outcome
        return TOGETHER

    @made_of(step)
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
            _finish(job, integers, like, dh, dc, unit_0, count)
        return True

    @made_of(step)
    def pack_inputs(job, integers, like, share):
        pack_input_back(job, like, share, inputs)

    @made_of(step)
    def sum_up(job, integers, like, share):
        grads = pointer(job.d_gates, like)
        begin, end = job.time * share // job.shares, job.time * (share + 1) // job.shares
        while end > begin:
            start = max(begin, chunk_before(job, integers, 0, end))
            input_gradients(job, integers, like, 0, share, start, end, len(inputs), grads)
            end = start
        weight_gradients(job, integers, like, share, of_input, of_hidden, last_is_reset, grads)

    pack_phase, sum_phase = shared_out(pack_inputs), shared_out(sum_up)

    @made_of(step)
    def back(job, integers, like, first_share, last_share, team):
        if over_time(job, integers, like, first_share, last_share, team):
            pack_phase(job, integers, like, first_share, last_share, team, PACK, job.shares)
            wait(job, PACK, job.shares)
            sum_phase(job, integers, like, first_share, last_share, team, WEIGHTS, job.shares)

    return back


@inner
def _own(job, like, thread):
    """Where a thread has ``dh`` and ``dc`` of all sequences."""
    return pointer(job.h + thread * job.h_size, like), pointer(job.c + thread * job.h_size, like)


@inner
def _finish(job, integers, like, dh, dc, unit_0, count):
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
