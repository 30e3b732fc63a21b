"""The minimal gated unit: ``f = σ(x W + h U + b)``; ``n = tanh(x W + (f⊙h) U + b)``; ``h' = (1−f)⊙h + f⊙n``.

Stored blocks: f and n, in the order of the weights, and room for what the way back hands from one stage to the next:
there f has two gradients, one by ``h'`` and one by ``f ⊙ h``, and is needed until both are there.
"""

from __future__ import annotations

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.time.cell import Cell
from gatewise.kernels.time.rows import padded, past_row
from gatewise.kernels.vector.activations import sigmoid, tanh
from gatewise.kernels.vector.simd import lanes, load, load_part, masked, pointer, read, store

__all__ = ["MGU"]


@inner
def activate(stage, gates, gate_stride, past_h, past_c, h, c, reset_h, stride, rows, units, option):
    """``f`` and ``f ⊙ h`` in the first stage, ``n`` and the new state in the second."""
    for row in range(rows):
        for unit in range(0, units, lanes(gates)):
            p = gates + (row * gate_stride + unit)
            at = row * stride + unit
            if stage == 0:
                f = sigmoid(load(p))
                store(p, f)
                store(reset_h + at, f * load(past_h + at))
            else:
                n = tanh(load(p + units))
                store(p + units, n)
                past = load(past_h + at)
                store(h + at, past + load(p) * (n - past))


@inner
def gradients(
    stage, job, integer, real, part, t, unit_0, count, dh, dc, between, handed_on, d_reset_h, reset_h, grads
):
    """Of n in the second stage, which comes first, and of f in the first, with the gradient of ``f ⊙ h``."""
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
            f, h = load(p), load_part(before + unit, left)
            if stage:
                n = load(p + units)
                dh_unit = load(dh + (state + unit)) + load_part(dy_row + unit, left)
                store(d + units, masked(dh_unit * f * (1.0 - n * n), left))
                store(d + 2 * units, masked(dh_unit * (n - h), left))
                store(between + (state + unit), dh_unit)
                store(reset_h + (row * units + unit), f * h)
            else:
                d_fh, dh_unit = load(d_reset_h + (state + unit)), load(between + (state + unit))
                store(handed_on + (state + unit), dh_unit * (1.0 - f) + d_fh * f)
                store(d, masked((load(d + 2 * units) + d_fh * h) * f * (1.0 - f), left))


MGU = Cell(
    "mgu",
    activate,
    gradients,
    of_input=(0, 1, -1),
    of_hidden=(0, 1, -1),
    products=((0, 1, 0), (1, 1, 1)),
    hands_on="dh",
)
