"""The weights of a layer as panels, for the way forward and for the way back.

They are packed at every call: that takes 0.4 % of a training step at 128/256/32/100, and to guess whether weights
have changed since the last call may go wrong. Arguments are those of :mod:`gatewise.kernels.time.rows`; ``gate`` is
the first of some blocks of U, ``gates`` says how many, or which blocks of W.
"""

from __future__ import annotations

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.time.rows import padded
from gatewise.kernels.vector.panels import pack_bias, pack_columns, pack_rows
from gatewise.kernels.vector.simd import lanes, load_part, pointer, store

__all__ = [
    "hidden_panels",
    "hidden_panels_back",
    "pack_hidden",
    "pack_hidden_back",
    "pack_input",
    "pack_input_back",
    "start_own_bias",
]


@inner
def pack_input(job, real, share, shares, gates, apart, unit_0, count):
    """Pack a share of W, for some units, for ``x W``, and the biases as one more step.

    Blocks come in the given order. Both biases are added up, but for the block ``apart`` (−1: none), whose second
    one is not a part of ``x W``.
    """
    groups, steps = padded(count, real) // lanes(real), job.input + 1
    panels = pointer(job.w_panels, real) + unit_0 * len(gates) * steps
    for block in range(len(gates)):
        first, row = block * groups, gates[block] * job.hidden + unit_0
        pack_columns(
            pointer(job.w, real) + row * job.input,
            count,
            job.input,
            panels,
            steps,
            first,
            len(gates) * groups,
            share,
            shares,
        )
        pack_bias(
            pointer(job.b_w, real) + row,
            pointer(job.b_u, real) + row,
            gates[block] != apart,
            count,
            panels,
            steps,
            job.input,
            first,
            len(gates) * groups,
            share,
            shares,
        )


@inner
def hidden_panels(job, real, gate, gates, unit_0):
    """Find the panels of some blocks of U, for some units."""
    return pointer(job.u_panels, real) + (gate * padded(job.hidden, real) + unit_0 * gates) * job.hidden


@inner
def pack_hidden(job, real, share, shares, gate, gates, unit_0, count):
    """Pack a share of some blocks of U, for some units, for ``h U``."""
    groups = padded(count, real) // lanes(real)
    for block in range(gates):
        pack_columns(
            pointer(job.u, real) + ((gate + block) * job.hidden + unit_0) * job.hidden,
            count,
            job.hidden,
            hidden_panels(job, real, gate, gates, unit_0),
            job.hidden,
            block * groups,
            gates * groups,
            share,
            shares,
        )


@inner
def pack_input_back(job, real, share, gates):
    """Pack a share of W for ``dx = da Wᵀ``, if that is wanted, with the blocks in the given order as the steps."""
    if job.dx == 0:
        return
    units = padded(job.hidden, real)
    for block in range(len(gates)):
        pack_rows(
            pointer(job.w, real) + gates[block] * job.hidden * job.input,
            job.input,
            job.hidden,
            job.input,
            pointer(job.w_panels, real),
            len(gates) * units,
            block * units,
            share,
            job.shares,
        )


@inner
def hidden_panels_back(job, real, gate, gates, unit_0):
    """Find the panels of some blocks of U on the way back, for some units."""
    units = padded(job.hidden, real)
    return pointer(job.u_panels, real) + (gate * units + unit_0 * gates) * units


@inner
def pack_hidden_back(job, real, share, shares, gate, gates, unit_0, count):
    """Pack a share of some blocks of U, for some units, for ``dh = da Uᵀ``."""
    units = padded(job.hidden, real)
    for block in range(gates):
        pack_rows(
            pointer(job.u, real) + ((gate + block) * job.hidden * job.hidden + unit_0),
            job.hidden,
            job.hidden,
            count,
            hidden_panels_back(job, real, gate, gates, unit_0),
            gates * units,
            block * units,
            share,
            shares,
        )


@inner
def start_own_bias(job, real, gates, gate, block, unit_0, count, rows):
    """Start a stored block that has no part in ``x W`` with its bias of U, for some units."""
    units, bias = padded(count, real), pointer(job.b_u, real) + (gate * job.hidden + unit_0)
    for row in range(rows):
        for unit in range(0, units, lanes(real)):
            store(
                gates + (row * job.gate_stride + block * units + unit), load_part(bias + unit, count - unit)
            )
