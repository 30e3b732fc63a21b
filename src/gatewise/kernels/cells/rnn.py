"""The RNN: ``h' = tanh(x W + h U + b)``, or with relu.

Stored block: the output, from whose value the slope follows.
"""

from __future__ import annotations

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.vector.activations import relu, relu_slope, tanh
from gatewise.kernels.vector.simd import lanes, load, load_part, masked, pointer, read, store

__all__ = ["RNN"]


@inner
def activate(stage, gates, gate_stride, past_h, past_c, h, c, reset_h, stride, rows, units, is_relu):
    for row in range(rows):
        for unit in range(0, units, lanes(gates)):
            p = gates + (row * gate_stride + unit)
            new = relu(load(p)) if is_relu else tanh(load(p))
            store(p, new)
            store(h + (row * stride + unit), new)


@inner
def gradients(
    stage, job, integer, real, part, t, unit_0, count, dh, dc, between, handed_on, d_reset_h, reset_h, grads
):
    starts = pointer(job.starts, integer) + part * (job.time + 1)
    first = read(starts + t)
    for row in range(read(starts + (t + 1)) - first):
        at, state = (first + row) * job.gate_stride, row * job.h_stride
        dy_row = pointer(job.dy, real) + read(pointer(job.y_at, integer) + (first + row)) * job.hidden
        for unit in range(unit_0, unit_0 + count, lanes(real)):
            left = job.hidden - unit
            h = load(pointer(job.gates, real) + (at + unit))
            dh_unit = load(dh + (state + unit)) + load_part(dy_row + unit, left)
            da = relu_slope(h) * dh_unit if job.option else dh_unit * (1.0 - h * h)
            store(grads + (at + unit), masked(da, left))


RNN = Cell("rnn", activate, gradients, of_input=(0,), of_hidden=(0,), products=((0, 1, 0),))
