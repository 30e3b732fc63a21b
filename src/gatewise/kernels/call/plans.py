"""Plans of runs: how much workspace one needs, and what stands where in it; worked out once for each size.

===================  ==================================================================================
``plan_forward``     parts through time: states of each part, gates of the rows at work if none are saved
``plan_backward``    the same back: no gates, but room for the sums of the weights' gradients
``plan_shared``      shared units: states of every step, since a late thread may still write to its own
``plan_shared_back`` the same back: gradients of the gates beside the gates, for the same reason
===================  ==================================================================================

Sizes of workspaces count numbers, those of the record's ``_size`` fields bytes.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from gatewise.kernels.cells.registry import KERNELS
from gatewise.kernels.record.job import BLOCK_ROWS, BLOCK_VECTORS, CHUNK, RESET_ROWS, Plan, make_plan
from gatewise.kernels.record.layout import Layout, offsets
from gatewise.kernels.record.sizes import Sizes
from gatewise.kernels.vector.gemm import product_address

__all__ = ["plan_backward", "plan_forward", "plan_shared", "plan_shared_back"]

# How often a thread looks whether the others have come to a step, about 100 µs in all, and once more for every four
# multiply-adds of a thread in a step: a large step may take one thread longer than another.
_LOOKS = 1 << 17
_WORK_OF_A_LOOK = 4


@lru_cache(maxsize=256)
def plan_forward(
    name: str, sizes: Sizes, layout: Layout, strides: tuple[int, int], reverse: bool, save: bool
) -> Plan:
    """Plan runs over time."""
    blocks = KERNELS[name].blocks
    numbers = {
        **_numbers(name, sizes, layout, strides, reverse),
        "save": save,
        # A chunk ends with a whole step, which may go beyond it.
        "gates_size": (CHUNK + layout.largest) * sizes.gate_stride * sizes.itemsize,
    }
    room = {
        # The biases are one more step, for an input that is 1.
        "w_panels": blocks * sizes.units * (sizes.input + 1),
        "u_panels": blocks * sizes.units * sizes.hidden,
        **_own_room(sizes, layout),
    }
    return make_plan(numbers, offsets(sizes), room, sizes.itemsize)


@lru_cache(maxsize=256)
def plan_shared(
    name: str, sizes: Sizes, layout: Layout, strides: tuple[int, int], reverse: bool, save: bool
) -> Plan:
    """Plan runs over time in which threads share the units: a place for the states of every step."""
    cell = KERNELS[name]
    h_stride, staged_stride = _own_strides(sizes)
    states, chunk = (sizes.batch + sizes.rows) * h_stride, CHUNK + sizes.batch
    numbers = {
        **_numbers(name, sizes, layout, strides, reverse),
        "save": save,
        "gates_size": chunk * sizes.gate_stride * sizes.itemsize,
        "patience": _patience(name, sizes, layout),
    }
    room = {
        "w_panels": cell.blocks * sizes.units * (sizes.input + 1),
        "u_panels": cell.blocks * sizes.units * sizes.hidden,
        "h": states,
        "c": states if cell.states > 1 else 0,
        "reset_h": states if cell.two_products else 0,
        "staged": layout.threads * chunk * staged_stride,
        "own_gates": layout.threads * chunk * sizes.gate_stride,
    }
    return make_plan(numbers, offsets(sizes), room, sizes.itemsize)


@lru_cache(maxsize=256)
def plan_backward(name: str, sizes: Sizes, layout: Layout, strides: tuple[int, int], reverse: bool) -> Plan:
    """Plan runs back."""
    numbers, room = _back(name, sizes, layout, strides, reverse, _reset_rows(sizes, layout))
    return make_plan(numbers, offsets(sizes), room, sizes.itemsize)


@lru_cache(maxsize=256)
def plan_shared_back(
    name: str, sizes: Sizes, layout: Layout, strides: tuple[int, int], reverse: bool
) -> Plan:
    """Plan runs back in which threads share the units: a place for the gradients of every step."""
    numbers, room = _back(name, sizes, layout, strides, reverse, 0)
    h_stride, staged_stride = _own_strides(sizes)
    numbers["patience"] = _patience(name, sizes, layout)
    own = layout.threads * sizes.batch * h_stride
    # Gradients do not take the place of the gates: a thread that goes on alone does its step once more.
    room |= {
        "h": own,
        "c": own,
        "reset_h": own if KERNELS[name].two_products else 0,
        "staged": layout.threads * (CHUNK + sizes.batch) * staged_stride,
        "d_gates": sizes.rows * sizes.gate_stride,
        "handed_on": sizes.rows * h_stride,
    }
    return make_plan(numbers, offsets(sizes), room, sizes.itemsize)


def _patience(name: str, sizes: Sizes, layout: Layout) -> int:
    work = KERNELS[name].blocks * sizes.units * (sizes.input + sizes.hidden) * sizes.batch
    return _LOOKS + work // layout.threads // _WORK_OF_A_LOOK


def _reset_rows(sizes: Sizes, layout: Layout) -> int:
    """How many rows of ``r ⊙ h`` a part keeps at a time: all, or few and sums of its own, whichever takes less.

    All of them also have to be packed beside the states.
    """
    some = layout.parts * (RESET_ROWS + layout.largest) + (layout.parts - 1) * sizes.units
    return RESET_ROWS if some < layout.rows + layout.parts * BLOCK_ROWS else 0


def _back(
    name: str, sizes: Sizes, layout: Layout, strides: tuple[int, int], reverse: bool, reset_rows: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Numbers and room of runs back."""
    cell, inputs = KERNELS[name], sizes.features + sizes.units
    # The first step of a group may go beyond it, by less than the largest step; one row is for unread sums.
    reset_count = reset_rows + layout.largest if reset_rows else layout.rows
    columns = inputs + sizes.units if cell.two_products and not reset_rows else inputs
    block, panels = BLOCK_ROWS * BLOCK_VECTORS * sizes.lanes, BLOCK_ROWS * columns
    direct = (sizes.features, sizes.units) == (sizes.input, sizes.hidden)
    numbers = {
        **_numbers(name, sizes, layout, strides, reverse),
        "save": True,
        "a_size": block * sizes.itemsize,
        "b_size": panels * sizes.itemsize,
        "reset_size": reset_count * sizes.units * sizes.itemsize,
        "reset_rows": reset_rows,
        "sums_stride": inputs,
        "direct": direct,
    }
    room = {
        "w_panels": cell.blocks * sizes.units * sizes.features,
        "u_panels": cell.blocks * sizes.units * sizes.units,
        "a_block": layout.threads * block,
        "b_block": layout.threads * panels,
        "sums": 0 if direct else cell.stored * sizes.units * inputs,
        "bias_sums": cell.stored * sizes.units,
        **_own_room(sizes, layout),
    }
    if cell.two_products:
        room["reset"] = reset_count * sizes.units * (layout.parts if reset_rows else 1)
        room["reset_sums"] = (layout.parts - 1) * sizes.units**2 if reset_rows else 0
    return numbers, room


def _numbers(
    name: str, sizes: Sizes, layout: Layout, strides: tuple[int, int], reverse: bool
) -> dict[str, int]:
    h_stride, staged_stride = _own_strides(sizes)
    return {
        "time": sizes.time,
        "batch": sizes.batch,
        "input": sizes.input,
        "hidden": sizes.hidden,
        "rows": layout.rows,
        "parts": layout.parts,
        "shares": layout.threads,
        "reverse": reverse,
        "option": KERNELS[name].option,
        "x_time": strides[0],
        "x_batch": strides[1],
        "gate_stride": sizes.gate_stride,
        "h_stride": h_stride,
        "h_size": layout.largest * h_stride * sizes.itemsize,
        "staged_stride": staged_stride,
        "staged_size": (CHUNK + layout.largest) * staged_stride * sizes.itemsize,
        "product": product_address(np.dtype(np.float32 if sizes.itemsize == 4 else np.float64)),
    }


def _own_room(sizes: Sizes, layout: Layout) -> dict[str, int]:
    """Count what every part needs for itself: states, and rows of inputs."""
    h_stride, staged_stride = _own_strides(sizes)
    states = layout.parts * layout.largest * h_stride
    staged = layout.parts * (CHUNK + layout.largest) * staged_stride
    return {"h": states, "c": states, "reset_h": states, "staged": staged}


def _own_strides(sizes: Sizes) -> tuple[int, int]:
    return sizes.units + sizes.lanes, sizes.features + sizes.lanes
