"""A layer's weights as panels, for the way forward and for the way back."""

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
def pack_input(job, like, share, shares, gates, apart, unit_0, count):
    """Pack a part of W, or of some units' share of it, for ``x W``, and the biases as one more step.

    It goes gate by gate in the given order. Both biases are added up, but for the gate ``apart`` (−1: none),
    whose second one is not a part of ``x W``.
    """
    groups, steps = padded(count, like) // lanes(like), job.input + 1
    panels = pointer(job.w_panels, like) + unit_0 * len(gates) * steps
    for block in range(len(gates)):
        first, row = block * groups, gates[block] * job.hidden + unit_0
        pack_columns(
            pointer(job.w, like) + row * job.input,
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
            pointer(job.b_w, like) + row,
            pointer(job.b_u, like) + row,
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
def hidden_panels(job, like, gate, gates, unit_0):
    """Where the panels of so many gates of U stand, from ``gate``, of a share of the units."""
    return pointer(job.u_panels, like) + (gate * padded(job.hidden, like) + unit_0 * gates) * job.hidden


@inner
def pack_hidden(job, like, share, shares, gate, gates, unit_0, count):
    """Pack a part of so many gates of U, from ``gate``, or of the given units' share of it, for ``h U``."""
    groups = padded(count, like) // lanes(like)
    for block in range(gates):
        pack_columns(
            pointer(job.u, like) + ((gate + block) * job.hidden + unit_0) * job.hidden,
            count,
            job.hidden,
            hidden_panels(job, like, gate, gates, unit_0),
            job.hidden,
            block * groups,
            gates * groups,
            share,
            shares,
        )


@inner
def pack_input_back(job, like, share, gates):
    """Pack a share of W for ``dx = da Wᵀ``, if anybody wants that, with the gates in the given order as the steps."""
    if job.dx == 0:
        return
    units = padded(job.hidden, like)
    for block in range(len(gates)):
        pack_rows(
            pointer(job.w, like) + gates[block] * job.hidden * job.input,
            job.input,
            job.hidden,
            job.input,
            pointer(job.w_panels, like),
            len(gates) * units,
            block * units,
            share,
            job.shares,
        )


@inner
def hidden_panels_back(job, like, gate, gates, unit_0):
    """Where the panels of so many gates of U, from ``gate``, stand on the way back, of a share of the units."""
    units = padded(job.hidden, like)
    return pointer(job.u_panels, like) + (gate * units + unit_0 * gates) * units


@inner
def pack_hidden_back(job, like, share, shares, gate, gates, unit_0, count):
    """Pack a part of so many gates of U, from ``gate``, or of the given units' share of it, for ``dh = da Uᵀ``."""
    units = padded(job.hidden, like)
    for block in range(gates):
        pack_rows(
            pointer(job.u, like) + ((gate + block) * job.hidden * job.hidden + unit_0),
            job.hidden,
            job.hidden,
            count,
            hidden_panels_back(job, like, gate, gates, unit_0),
            gates * units,
            block * units,
            share,
            shares,
        )


@inner
def start_own_bias(job, like, gates, gate, block, unit_0, count, rows):
    """Start a stored block that has no part in ``x W`` with its bias of U, for some units."""
    units, bias = padded(count, like), pointer(job.b_u, like) + (gate * job.hidden + unit_0)
    for row in range(rows):
        for unit in range(0, units, lanes(like)):
            store(
                gates + (row * job.gate_stride + block * units + unit), load_part(bias + unit, count - unit)
            )
