"""The LSTM: ``i, f, o = σ(x W + h U + b)``, ``g = tanh(x W + h U + b)``; ``c' = f⊙c + i⊙g``; ``h' = o⊙tanh c'``.

Stored blocks of gates: i, f, g, o, in the order of the weights.
"""

from __future__ import annotations

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.time.rows import padded
from gatewise.kernels.vector.activations import sigmoid, tanh
from gatewise.kernels.vector.simd import lanes, load, load_part, masked, pointer, read, store

__all__ = ["LSTM"]


@inner
def activate(stage, gates, gate_stride, past_h, past_c, h, c, reset_h, stride, rows, units, option):
    for row in range(rows):
        a, h_row, c_row = gates + row * gate_stride, h + row * stride, c + row * stride
        past = past_c + row * stride
        for unit in range(0, units, lanes(gates)):
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
def gradients(
    stage, job, integer, real, part, t, unit_0, count, dh, dc, between, handed_on, d_reset_h, reset_h, grads
):
    starts = pointer(job.starts, integer) + part * (job.time + 1)
    first = read(starts + t)
    earlier = read(starts + (t - 1)) if t else 0
    order = pointer(job.order, integer) + read(pointer(job.bounds, integer) + part)
    units = padded(job.hidden, real)
    cells = pointer(job.cells, real)
    for row in range(read(starts + (t + 1)) - first):
        at, state = (first + row) * job.gate_stride, row * job.h_stride
        dy_row = pointer(job.dy, real) + read(pointer(job.y_at, integer) + (first + row)) * job.hidden
        c_row = cells + (first + row) * units
        before = cells + (earlier + row) * units
        if t == 0:
            before = pointer(job.c_0, real) + read(order + row) * job.hidden
        for unit in range(unit_0, unit_0 + count, lanes(real)):
            left = job.hidden - unit
            p, d = pointer(job.gates, real) + (at + unit), grads + (at + unit)
            i, f = load(p), load(p + units)
            g, o = load(p + 2 * units), load(p + 3 * units)
            turned = tanh(load(c_row + unit))
            dh_unit = load(dh + (state + unit)) + load_part(dy_row + unit, left)
            dc_unit = load(dc + (state + unit)) + dh_unit * o * (1.0 - turned * turned)
            store(d, masked(dc_unit * g * i * (1.0 - i), left))
            store(d + units, masked(dc_unit * load_part(before + unit, left) * f * (1.0 - f), left))
            store(d + 2 * units, masked(dc_unit * i * (1.0 - g * g), left))
            store(d + 3 * units, masked(dh_unit * turned * o * (1.0 - o), left))
            store(handed_on + (state + unit), dc_unit * f)


LSTM = Cell(
    "lstm",
    activate,
    gradients,
    of_input=(0, 1, 2, 3),
    of_hidden=(0, 1, 2, 3),
    products=((0, 4, 0),),
    states=2,
    hands_on="dc",
)
