"""The GRU of the paper, its reset gate before the product.

``r, z = σ(x W + h U + b)``; ``n = tanh(x W + (r⊙h) U + b)``; ``h' = z⊙h + (1−z)⊙n``. Each step has two products,
the second of which needs the first. Stored blocks of gates: r, z, n, in the order of the weights.
"""

from __future__ import annotations

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.time.rows import padded, past_row
from gatewise.kernels.vector.activations import sigmoid, tanh
from gatewise.kernels.vector.simd import lanes, load, load_part, masked, pointer, read, store

__all__ = ["GRU"]


@inner
def activate(stage, gates, gate_stride, past_h, past_c, h, c, reset_h, stride, rows, units, option):
    """``r``, ``z`` and ``r ⊙ h`` in the first stage, ``n`` and the new state in the second."""
    for row in range(rows):
        for unit in range(0, units, lanes(gates)):
            p = gates + (row * gate_stride + unit)
            at = row * stride + unit
            if stage == 0:
                r = sigmoid(load(p))
                store(p, r)
                store(p + units, sigmoid(load(p + units)))
                store(reset_h + at, r * load(past_h + at))
            else:
                n = tanh(load(p + 2 * units))
                store(p + 2 * units, n)
                store(h + at, n + load(p + units) * (load(past_h + at) - n))


@inner
def gradients(
    stage, job, integer, real, part, t, unit_0, count, dh, dc, between, handed_on, d_reset_h, reset_h, grads
):
    """Of z and n in the second stage, which comes first, and of r in the first, from the gradient of ``r ⊙ h``."""
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
            r, h = load(p), load_part(before + unit, left)
            if stage:
                z, n = load(p + units), load(p + 2 * units)
                dh_unit = load(dh + (state + unit)) + load_part(dy_row + unit, left)
                dn = dh_unit * (1.0 - z)
                store(d + units, masked(dn * (h - n) * z, left))
                store(d + 2 * units, masked(dn * (1.0 - n * n), left))
                store(between + (state + unit), dh_unit * z)
                store(reset_h + (row * units + unit), r * h)
            else:
                dr = load(d_reset_h + (state + unit))
                store(handed_on + (state + unit), load(between + (state + unit)) + dr * r)
                store(d, masked(dr * h * r * (1.0 - r), left))


GRU = Cell(
    "gru",
    activate,
    gradients,
    of_input=(0, 1, 2),
    of_hidden=(0, 1, 2),
    products=((0, 2, 0), (2, 1, 2)),
    hands_on="dh",
)
