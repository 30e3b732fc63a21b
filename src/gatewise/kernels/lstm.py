"""The LSTM: ``i, f, o = σ(x W + h U + b)``, ``g = tanh(x W + h U + b)``; ``c' = f⊙c + i⊙g``; ``h' = o⊙tanh c'``.

Stored blocks of gates: i, f, g, o, in the order of the weights.
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
from gatewise.kernels.weights import weight_gradients

__all__ = ["activate", "backward", "forward", "gate_gradients", "step"]

_BLOCKS = 4
_GATES = (0, 1, 2, 3)


@inner
def activate(gates, gate_stride, past_c, h, c, stride, rows, units):
    """From sums to gates, in place, and on to the new states; ``c`` may be where the old ones stand."""
    width = lanes(gates)
    for row in range(rows):
        a, h_row, c_row = gates + row * gate_stride, h + row * stride, c + row * stride
        past = past_c + row * stride
        for unit in range(0, units, width):
            p = a + unit
            i = sigmoid(load(p))
            f = sigmoid(load(p + units))
            g = tanh(load(p + 2 * units))
            o = sigmoid(load(p + 3 * units))
            new = f * load(past + unit) + i * g
            store(p, i)
            store(p + units, f)
            store(p + 2 * units, g)
            store(p + 3 * units, o)
            store(c_row + unit, new)
            store(h_row + unit, o * tanh(new))


@inner
def _forward(job, integers, like, part):
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    units = padded(job.hidden, like)
    width = lanes(like)
    h, c = pointer(job.h + part * job.h_size, like), pointer(job.c + part * job.h_size, like)
    u_panels, y, cells = pointer(job.u_panels, like), pointer(job.y, like), pointer(job.cells, like)
    gather_states(job, integers, part, pointer(job.h_0, like), h, job.h_stride)
    gather_states(job, integers, part, pointer(job.c_0, like), c, job.h_stride)
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
            u_panels,
            _BLOCKS * units // width,
            gates,
            job.gate_stride,
            True,
        )
        activate(gates, job.gate_stride, c, h, c, job.h_stride, rows, units)
        save_rows(job, integers, first, rows, h, job.h_stride, y, 0, job.hidden)
        if job.keep:
            for row in range(rows):
                for unit in range(0, units, width):
                    store(cells + ((first + row) * units + unit), load(c + (row * job.h_stride + unit)))
    scatter_states(job, integers, part, h, job.h_stride, pointer(job.h_n, like))
    scatter_states(job, integers, part, c, job.h_stride, pointer(job.c_n, like))


@inner
def _pack(job, integers, like, share):
    if share < job.parts:
        lay_out(job, integers, share)
    pack_input(job, like, share, job.shares, _GATES, -1, 0, job.hidden)
    pack_hidden(job, like, share, job.shares, 0, _BLOCKS, 0, job.hidden)


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
def gate_gradients(job, integers, like, part, t, unit_0, count, dh, dc, past_dc, grads):
    """From ``dh`` and ``dc`` after a step to the gradients of its sums, and of c before it; for some units.

    ``grads`` may be where the gates stand, and ``past_dc`` where ``dc`` stands.
    """
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    first = read(starts + t)
    earlier = read(starts + (t - 1)) if t else 0
    order = pointer(job.order, integers) + read(pointer(job.bounds, integers) + part)
    units = padded(job.hidden, like)
    cells = pointer(job.cells, like)
    for row in range(read(starts + (t + 1)) - first):
        at, state = (first + row) * job.gate_stride, row * job.h_stride
        dy_row = pointer(job.dy, like) + read(pointer(job.y_at, integers) + (first + row)) * job.hidden
        c_row = cells + (first + row) * units
        past = cells + (earlier + row) * units
        if t == 0:
            past = pointer(job.c_0, like) + read(order + row) * job.hidden
        for unit in range(unit_0, unit_0 + count, lanes(like)):
            left = job.hidden - unit
            p, d = pointer(job.gates, like) + (at + unit), grads + (at + unit)
            i, f = load(p), load(p + units)
            g, o = load(p + 2 * units), load(p + 3 * units)
            turned = tanh(load(c_row + unit))
            dh_unit = load(dh + (state + unit)) + load_part(dy_row + unit, left)
            dc_unit = load(dc + (state + unit)) + dh_unit * o * (1.0 - turned * turned)
            store(d, keep(dc_unit * g * i * (1.0 - i), left))
            store(d + units, keep(dc_unit * load_part(past + unit, left) * f * (1.0 - f), left))
            store(d + 2 * units, keep(dc_unit * i * (1.0 - g * g), left))
            store(d + 3 * units, keep(dh_unit * turned * o * (1.0 - o), left))
            store(past_dc + (state + unit), dc_unit * f)


@inner
def _backward(job, integers, like, part):
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    units = padded(job.hidden, like)
    dh, dc = pointer(job.h + part * job.h_size, like), pointer(job.c + part * job.h_size, like)
    gates = pointer(job.gates, like)
    gather_states(job, integers, part, pointer(job.dh_n, like), dh, job.h_stride)
    gather_states(job, integers, part, pointer(job.dc_n, like), dc, job.h_stride)
    end = job.time
    while end > 0:
        start = chunk_before(job, integers, part, end)
        for t in range(end - 1, start - 1, -1):
            first = read(starts + t)
            gate_gradients(job, integers, like, part, t, 0, units, dh, dc, dc, gates)
            product(
                job.product,
                gates + first * job.gate_stride,
                job.gate_stride,
                read(starts + (t + 1)) - first,
                _BLOCKS * units,
                pointer(job.u_panels, like),
                units // lanes(like),
                dh,
                job.h_stride,
                False,
            )
        input_gradients(job, integers, like, part, part, start, end, _BLOCKS, gates)
        end = start
    scatter_states(job, integers, part, dh, job.h_stride, pointer(job.dh_0, like))
    scatter_states(job, integers, part, dc, job.h_stride, pointer(job.dc_0, like))


@inner
def _pack_back(job, integers, like, share):
    pack_input_back(job, like, share, _GATES)
    pack_hidden_back(job, like, share, job.shares, 0, _BLOCKS, 0, job.hidden)


@inner
def _sum_up(job, integers, like, share):
    weight_gradients(job, integers, like, share, _GATES, _GATES, False, pointer(job.gates, like))


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
            product_of_step(job, like, job.h, job.h_stride, job.width, job.u_panels, 0, _BLOCKS * units)
        meet(start.barrier, team)
        for part in range(first, last):
            job = record(jobs, layer * start.parts + part)
            units = padded(job.hidden, like)
            gates, own_h = pointer(job.gates, like), pointer(job.own_h, like)
            c = pointer(job.c, like)
            activate(gates, job.gate_stride, c, own_h, c, job.h_stride, job.batch, units)
        meet(start.barrier, team)
    restore_denormals(before)
