"""The GRU of the paper, its reset gate before the product.

``r, z = σ(x W + h U + b)``; ``n = tanh(x W + (r⊙h) U + b)``; ``h' = z⊙h + (1−z)⊙n``. Each step has two products,
the second of which needs the first. Stored blocks of gates: r, z, n, in the order of the weights.
"""

from __future__ import annotations

from gatewise.kernels.activations import sigmoid, tanh
from gatewise.kernels.gemm import product
from gatewise.kernels.inner import inner
from gatewise.kernels.packing import pack_hidden, pack_hidden_back, pack_input, pack_input_back
from gatewise.kernels.rows import (
    chunk_before,
    gates_of,
    gather_states,
    input_gradients,
    lay_out,
    padded,
    past_row,
    project,
    save_rows,
    scatter_states,
)
from gatewise.kernels.simd import keep, lanes, load, load_part, pointer, read, record, store
from gatewise.kernels.steps import product_of_step, start_step
from gatewise.kernels.sync import (
    PACK,
    TIME,
    WEIGHTS,
    flush_denormals,
    meet,
    restore_denormals,
    shared_out,
    wait,
)
from gatewise.kernels.weights import add_reset_gradient, weight_gradients

__all__ = [
    "backward",
    "candidate_gradients",
    "forward",
    "reset",
    "reset_gradients",
    "step",
    "update",
]

_BLOCKS = 3
_GATES = (0, 1, 2)


@inner
def reset(gates, gate_stride, h, reset_h, stride, rows, units):
    """From sums to ``r`` and ``z``, in place, and to ``r ⊙ h``."""
    for row in range(rows):
        for unit in range(0, units, lanes(gates)):
            p = gates + (row * gate_stride + unit)
            at = row * stride + unit
            r = sigmoid(load(p))
            store(p, r)
            store(p + units, sigmoid(load(p + units)))
            store(reset_h + at, r * load(h + at))


@inner
def update(gates, gate_stride, past_h, h, stride, rows, units):
    """From the sum to ``n``, in place, and on to the new state; ``h`` may be where the old one stands."""
    for row in range(rows):
        for unit in range(0, units, lanes(gates)):
            p = gates + (row * gate_stride + unit)
            at = row * stride + unit
            n = tanh(load(p + 2 * units))
            store(p + 2 * units, n)
            store(h + at, n + load(p + units) * (load(past_h + at) - n))


@inner
def _forward(job, integers, like, part):
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    units = padded(job.hidden, like)
    groups = units // lanes(like)
    h, reset_h = pointer(job.h + part * job.h_size, like), pointer(job.extra + part * job.h_size, like)
    gate_panels, y = pointer(job.u_panels, like), pointer(job.y, like)
    candidate_panels = gate_panels + 2 * units * job.hidden
    gather_states(job, integers, part, pointer(job.h_0, like), h, job.h_stride)
    ready, chunk = 0, 0
    for t in range(job.time):
        first = read(starts + t)
        rows = read(starts + (t + 1)) - first
        if rows == 0:
            break
        if t == ready:
            chunk = first
            ready = project(job, integers, like, part, t, _BLOCKS)
        gates = gates_of(job, like, part, first, chunk)
        product(
            job.product,
            h,
            job.h_stride,
            rows,
            job.hidden,
            gate_panels,
            2 * groups,
            gates,
            job.gate_stride,
            True,
        )
        reset(gates, job.gate_stride, h, reset_h, job.h_stride, rows, units)
        product(
            job.product,
            reset_h,
            job.h_stride,
            rows,
            job.hidden,
            candidate_panels,
            groups,
            gates + 2 * units,
            job.gate_stride,
            True,
        )
        update(gates, job.gate_stride, h, h, job.h_stride, rows, units)
        save_rows(job, integers, first, rows, h, job.h_stride, y, 0, job.hidden)
    scatter_states(job, integers, part, h, job.h_stride, pointer(job.h_n, like))


@inner
def _pack(job, integers, like, share):
    if share < job.parts:
        lay_out(job, integers, share)
    pack_input(job, like, share, job.shares, _GATES, -1, 0, job.hidden)
    pack_hidden(job, like, share, job.shares, 0, 2, 0, job.hidden)
    pack_hidden(job, like, share, job.shares, 2, 1, 0, job.hidden)


_pack_phase, _forward_phase = shared_out(_pack), shared_out(_forward)


def forward(jobs, integers, like, first, last, team):
    """Run parts of a batch over time."""
    job = record(jobs, 0)
    before = flush_denormals()
    _pack_phase(job, integers, like, first, last, team, PACK, job.shares)
    wait(job, PACK, job.shares)
    _forward_phase(job, integers, like, first, last, team, TIME, job.parts)
    restore_denormals(before)


@inner
def candidate_gradients(job, integers, like, part, t, unit_0, count, dh, kept_dh, grads, reset_h):
    """From ``dh`` after a step to the gradients of the sums of z and n, to ``dh ⊙ z`` and to ``r ⊙ h``; for some units.

    ``grads`` may be where the gates stand, and ``kept_dh`` where ``dh`` stands.
    """
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    first = read(starts + t)
    units = padded(job.hidden, like)
    for row in range(read(starts + (t + 1)) - first):
        at, state = (first + row) * job.gate_stride, row * job.h_stride
        dy_row = pointer(job.dy, like) + read(pointer(job.y_at, integers) + (first + row)) * job.hidden
        past = past_row(job, integers, like, first + row)
        for unit in range(unit_0, unit_0 + count, lanes(like)):
            left = job.hidden - unit
            p, d = pointer(job.gates, like) + (at + unit), grads + (at + unit)
            r, z, n = load(p), load(p + units), load(p + 2 * units)
            h = load_part(past + unit, left)
            dh_unit = load(dh + (state + unit)) + load_part(dy_row + unit, left)
            dn = dh_unit * (1.0 - z)
            store(d + units, keep(dn * (h - n) * z, left))
            store(d + 2 * units, keep(dn * (1.0 - n * n), left))
            store(kept_dh + (state + unit), dh_unit * z)
            store(reset_h + (row * units + unit), r * h)


@inner
def reset_gradients(job, integers, like, part, t, unit_0, count, d_reset_h, kept_dh, past_dh, grads):
    """From the gradient of ``r ⊙ h`` to that of the sum of r, and a part of that of h before; for some units."""
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    first = read(starts + t)
    for row in range(read(starts + (t + 1)) - first):
        at, state = (first + row) * job.gate_stride, row * job.h_stride
        past = past_row(job, integers, like, first + row)
        for unit in range(unit_0, unit_0 + count, lanes(like)):
            left = job.hidden - unit
            r, d = load(pointer(job.gates, like) + (at + unit)), load(d_reset_h + (state + unit))
            store(past_dh + (state + unit), load(kept_dh + (state + unit)) + d * r)
            store(grads + (at + unit), keep(d * load_part(past + unit, left) * r * (1.0 - r), left))


@inner
def _back_over(job, integers, like, part, begin, end, kept, reset_h):
    """Go back over the steps from ``begin`` to before ``end``; row ``kept`` has its ``r ⊙ h`` at ``reset_h``."""
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    units = padded(job.hidden, like)
    groups = units // lanes(like)
    dh, d_reset_h = pointer(job.h + part * job.h_size, like), pointer(job.extra + part * job.h_size, like)
    gates, gate_panels = pointer(job.gates, like), pointer(job.u_panels, like)
    candidate_panels = gate_panels + 2 * units * units
    while end > begin:
        start = max(begin, chunk_before(job, integers, part, end))
        for t in range(end - 1, start - 1, -1):
            first = read(starts + t)
            rows = read(starts + (t + 1)) - first
            at, here = first * job.gate_stride, reset_h + (first - kept) * units
            candidate_gradients(job, integers, like, part, t, 0, units, dh, dh, gates, here)
            product(
                job.product,
                gates + (at + 2 * units),
                job.gate_stride,
                rows,
                units,
                candidate_panels,
                groups,
                d_reset_h,
                job.h_stride,
                False,
            )
            reset_gradients(job, integers, like, part, t, 0, units, d_reset_h, dh, dh, gates)
            product(
                job.product,
                gates + at,
                job.gate_stride,
                rows,
                2 * units,
                gate_panels,
                groups,
                dh,
                job.h_stride,
                True,
            )
        input_gradients(job, integers, like, part, part, start, end, _BLOCKS, gates)
        end = start


@inner
def _backward(job, integers, like, part):
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    dh, gates = pointer(job.h + part * job.h_size, like), pointer(job.gates, like)
    gather_states(job, integers, part, pointer(job.dh_n, like), dh, job.h_stride)
    if job.reset_rows:
        end, reset_h = job.time, pointer(job.reset + part * job.reset_size, like)
        while end > 0:
            begin = chunk_before(job, integers, part, end, job.reset_rows)
            kept, last = read(starts + begin), read(starts + end)
            _back_over(job, integers, like, part, begin, end, kept, reset_h)
            add_reset_gradient(job, integers, like, part, kept, last, 2, gates, reset_h)
            end = begin
    else:
        _back_over(job, integers, like, part, 0, job.time, 0, pointer(job.reset, like))
    scatter_states(job, integers, part, dh, job.h_stride, pointer(job.dh_0, like))


@inner
def _pack_back(job, integers, like, share):
    pack_input_back(job, like, share, _GATES)
    pack_hidden_back(job, like, share, job.shares, 0, 2, 0, job.hidden)
    pack_hidden_back(job, like, share, job.shares, 2, 1, 0, job.hidden)


@inner
def _sum_up(job, integers, like, share):
    weight_gradients(job, integers, like, share, _GATES, _GATES, True, pointer(job.gates, like))


_pack_back_phase, _backward_phase = shared_out(_pack_back), shared_out(_backward)
_sum_up_phase = shared_out(_sum_up)


def backward(jobs, integers, like, first, last, team):
    """Take gradients back over time, then sum up those of the weights."""
    job = record(jobs, 0)
    before = flush_denormals()
    _pack_back_phase(job, integers, like, first, last, team, PACK, job.shares)
    wait(job, PACK, job.shares)
    _backward_phase(job, integers, like, first, last, team, TIME, job.parts)
    wait(job, TIME, job.parts)
    _sum_up_phase(job, integers, like, first, last, team, WEIGHTS, job.shares)
    restore_denormals(before)


def step(jobs, integers, like, first, last, team):
    """Advance all layers one step; each is a job for every part, and reads the state of the one below."""
    before = flush_denormals()
    start = record(jobs, 0)
    for layer in range(start.time):
        for part in range(first, last):
            job = record(jobs, layer * start.parts + part)
            units = padded(job.hidden, like)
            start_step(job, like)
            product_of_step(job, like, job.x, job.x_time, job.input, job.w_panels, 0, _BLOCKS * units)
            product_of_step(job, like, job.h, job.h_stride, job.width, job.u_panels, 0, 2 * units)
            gates, own_h = pointer(job.gates, like), pointer(job.own_h, like)
            reset(gates, job.gate_stride, own_h, pointer(job.own_extra, like), job.h_stride, job.batch, units)
        meet(start.barrier, team)
        for part in range(first, last):
            job = record(jobs, layer * start.parts + part)
            units = padded(job.hidden, like)
            candidate = 2 * units
            panels = job.u_panels + candidate * job.width * job.itemsize
            product_of_step(job, like, job.extra, job.h_stride, job.width, panels, candidate, units)
            gates, own_h = pointer(job.gates, like), pointer(job.own_h, like)
            update(gates, job.gate_stride, own_h, own_h, job.h_stride, job.batch, units)
        meet(start.barrier, team)
    restore_denormals(before)
