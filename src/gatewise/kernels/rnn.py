"""The RNN: ``h' = tanh(x W + h U + b)``, or with relu.

Stored block: the output, from whose value the slope follows.
"""

from __future__ import annotations

from gatewise.kernels.activations import relu, relu_slope, tanh
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

_GATES = (0,)


@inner
def activate(gates, gate_stride, h, stride, rows, units, is_relu):
    """From sums to outputs, in place and in ``h``."""
    for row in range(rows):
        for unit in range(0, units, lanes(gates)):
            p = gates + (row * gate_stride + unit)
            new = relu(load(p)) if is_relu else tanh(load(p))
            store(p, new)
            store(h + (row * stride + unit), new)


@inner
def _forward(job, integers, like, part):
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    units = padded(job.hidden, like)
    h = pointer(job.h + part * job.h_size, like)
    u_panels, y = pointer(job.u_panels, like), pointer(job.y, like)
    gather_states(job, integers, part, pointer(job.h_0, like), h, job.h_stride)
    ready, chunk = 0, 0
    for t in range(job.time):
        first = read(starts + t)
        rows = read(starts + (t + 1)) - first
        if rows == 0:
            break
        if t == ready:
            chunk = first
            ready = project(job, integers, like, part, t, 1)
        gates = gates_of(job, like, part, first, chunk)
        product(
            job.product,
            h,
            job.h_stride,
            rows,
            job.hidden,
            u_panels,
            units // lanes(like),
            gates,
            job.gate_stride,
            True,
        )
        activate(gates, job.gate_stride, h, job.h_stride, rows, units, job.option)
        save_rows(job, integers, first, rows, h, job.h_stride, y, 0, job.hidden)
    scatter_states(job, integers, part, h, job.h_stride, pointer(job.h_n, like))


@inner
def _pack(job, integers, like, share):
    if share < job.parts:
        lay_out(job, integers, share)
    pack_input(job, like, share, job.shares, _GATES, -1, 0, job.hidden)
    pack_hidden(job, like, share, job.shares, 0, 1, 0, job.hidden)


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
def gate_gradients(job, integers, like, part, t, unit_0, count, dh, grads):
    """From ``dh`` after a step to the gradients of its sums, of some units; ``grads`` may be where outputs stand."""
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    first = read(starts + t)
    for row in range(read(starts + (t + 1)) - first):
        at, state = (first + row) * job.gate_stride, row * job.h_stride
        dy_row = pointer(job.dy, like) + read(pointer(job.y_at, integers) + (first + row)) * job.hidden
        for unit in range(unit_0, unit_0 + count, lanes(like)):
            left = job.hidden - unit
            h = load(pointer(job.gates, like) + (at + unit))
            dh_unit = load(dh + (state + unit)) + load_part(dy_row + unit, left)
            da = relu_slope(h) * dh_unit if job.option else dh_unit * (1.0 - h * h)
            store(grads + (at + unit), keep(da, left))


@inner
def _backward(job, integers, like, part):
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    units = padded(job.hidden, like)
    dh, gates = pointer(job.h + part * job.h_size, like), pointer(job.gates, like)
    gather_states(job, integers, part, pointer(job.dh_n, like), dh, job.h_stride)
    end = job.time
    while end > 0:
        start = chunk_before(job, integers, part, end)
        for t in range(end - 1, start - 1, -1):
            first = read(starts + t)
            gate_gradients(job, integers, like, part, t, 0, units, dh, gates)
            product(
                job.product,
                gates + first * job.gate_stride,
                job.gate_stride,
                read(starts + (t + 1)) - first,
                units,
                pointer(job.u_panels, like),
                units // lanes(like),
                dh,
                job.h_stride,
                False,
            )
        input_gradients(job, integers, like, part, part, start, end, 1, gates)
        end = start
    scatter_states(job, integers, part, dh, job.h_stride, pointer(job.dh_0, like))


@inner
def _pack_back(job, integers, like, share):
    pack_input_back(job, like, share, _GATES)
    pack_hidden_back(job, like, share, job.shares, 0, 1, 0, job.hidden)


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
            product_of_step(job, like, job.x, job.x_time, job.input, job.w_panels, 0, units)
            product_of_step(job, like, job.h, job.h_stride, job.width, job.u_panels, 0, units)
        meet(start.barrier, team)
        for part in range(first, last):
            job = record(jobs, layer * start.parts + part)
            units = padded(job.hidden, like)
            gates, own_h = pointer(job.gates, like), pointer(job.own_h, like)
            activate(gates, job.gate_stride, own_h, job.h_stride, job.batch, units, job.option)
        meet(start.barrier, team)
    restore_denormals(before)
