"""A layer's weights as panels, for the way forward and for the way back."""

from __future__ import annotations

from numba import njit

from gatewise.kernels.panels import pack_bias, pack_columns, pack_rows
from gatewise.kernels.rows import padded
from gatewise.kernels.simd import lanes, pointer

__all__ = ["pack_hidden", "pack_hidden_back", "pack_input", "pack_input_back"]


@njit(error_model="numpy")
def pack_input(job, like, part, gates, apart):
    """Pack a part of W for ``x W``, gate by gate in the given order, and the biases as one more step.

    Both biases are added up, but for the gate ``apart`` (−1: none), whose second one is not a part of ``x W``.
    """
    groups = padded(job.hidden, like) // lanes(like)
    panels, steps = pointer(job.w_panels, like), job.input + 1
    for block in range(len(gates)):
        first, row = block * groups, gates[block] * job.hidden
        pack_columns(
            pointer(job.w, like) + row * job.input,
            job.hidden,
            job.input,
            panels,
            steps,
            first,
            len(gates) * groups,
            part,
            job.parts,
        )
        pack_bias(
            pointer(job.b_w, like) + row,
            pointer(job.b_u, like) + row,
            gates[block] != apart,
            job.hidden,
            panels,
            steps,
            job.input,
            first,
            len(gates) * groups,
            part,
            job.parts,
        )


@njit(error_model="numpy")
def pack_hidden(job, like, part, gate, count):
    """Pack a part of ``count`` gates of U, from ``gate``, for ``h U``."""
    units = padded(job.hidden, like)
    groups = units // lanes(like)
    panels = pointer(job.u_panels, like) + gate * units * job.hidden
    for block in range(count):
        pack_columns(
            pointer(job.u, like) + (gate + block) * job.hidden * job.hidden,
            job.hidden,
            job.hidden,
            panels,
            job.hidden,
            block * groups,
            count * groups,
            part,
            job.parts,
        )


@njit(error_model="numpy")
def pack_input_back(job, like, part, gates):
    """Pack a part of W for ``dx = da Wᵀ``, with the gates in the given order as the steps."""
    units = padded(job.hidden, like)
    for block in range(len(gates)):
        pack_rows(
            pointer(job.w, like) + gates[block] * job.hidden * job.input,
            job.hidden,
            job.input,
            pointer(job.w_panels, like),
            len(gates) * units,
            block * units,
            part,
            job.parts,
        )


@njit(error_model="numpy")
def pack_hidden_back(job, like, part, gate, count):
    """Pack a part of ``count`` gates of U, from ``gate``, for ``dh = da Uᵀ``."""
    units = padded(job.hidden, like)
    panels = pointer(job.u_panels, like) + gate * units * units
    for block in range(count):
        pack_rows(
            pointer(job.u, like) + (gate + block) * job.hidden * job.hidden,
            job.hidden,
            job.hidden,
            panels,
            count * units,
            block * units,
            part,
            job.parts,
        )
