"""The GRU of cuDNN and torch, its reset gate after the product.

``r, z = σ(x W + h U + b)``; ``n = tanh(x W + b + r⊙q)`` with ``q = h U + c``; ``h' = z⊙h + (1−z)⊙n``. Stored blocks
of gates: n, r, z, q, so that the three of ``x W`` stand side by side, and those of ``h U`` too.
"""

from __future__ import annotations

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.time.rows import padded, past_row
from gatewise.kernels.vector.activations import sigmoid, tanh
from gatewise.kernels.vector.simd import lanes, load, load_part, masked, pointer, read, store

__all__ = ["GRU_RESET_AFTER"]


@inner
def activate(stage, gates, gate_stride, past_h, past_c, h, c, reset_h, stride, rows, units, option):
    for row in range(rows):
        for unit in range(0, units, lanes(gates)):
            p = gates + (row * gate_stride + unit)
            at = row * stride + unit
            r = sigmoid(load(p + units))
            z = sigmoid(load(p + 2 * units))
            n = tanh(load(p) + r * load(p + 3 * units))
            store(p, n)
            store(p + units, r)
            store(p + 2 * units, z)
            store(h + at, n + z * (load(past_h + at) - n))


@inner
def gradients(
    stage, job, integer, real, part, t, unit_0, count, dh, dc, between, handed_on, d_reset_h, reset_h, grads
):
    starts = pointer(job.starts, integer) + part * (job.time + 1)
    first = read(starts + t)
    units = padded(job.hidden, real)
    for row in range(read(starts + (t + 1)) - first):
        at, state = (first + row) * job.gate_stride, row * job.h_stride
        dy_row = pointer(job.dy, real) + read(pointer(job.y_at, integer) + (first + row)) * job.hidden
        before = past_row(job, integer, real, first + row)
        for unit in range(unit_0, unit_0 + count, lanes(real)):
            left = job.hidden - unit
            p, d = pointer(job.gates, real) + (at + unit), grads + (at + unit)
            n, r, z = load(p), load(p + units), load(p + 2 * units)
            q = load(p + 3 * units)
            dh_unit = load(dh + (state + unit)) + load_part(dy_row + unit, left)
            stays = dh_unit * (1.0 - z)
            dn = stays * (1.0 - n * n)
            store(d, masked(dn, left))
            store(d + units, masked(dn * q * r * (1.0 - r), left))
            store(d + 2 * units, masked(stays * (load_part(before + unit, left) - n) * z, left))
            store(d + 3 * units, masked(dn * r, left))
            store(handed_on + (state + unit), dh_unit * z)


GRU_RESET_AFTER = Cell(
    "gru_reset_after",
    activate,
    gradients,
    of_input=(2, 0, 1, -1),
    of_hidden=(-1, 0, 1, 2),
    products=((0, 3, 1),),
    hands_on="dh",
    own_bias=2,
)
