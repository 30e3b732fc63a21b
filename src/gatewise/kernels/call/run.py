"""Running a cell's kernels: checks what comes in, makes room for what goes out, and shares out the work."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatewise.kernels.call import teams
from gatewise.kernels.call.plans import plan_backward, plan_forward, plan_shared, plan_shared_back
from gatewise.kernels.cells.registry import KERNELS, entry
from gatewise.kernels.record.checks import check_input, check_lengths, check_shapes
from gatewise.kernels.record.job import CHUNK, make_record
from gatewise.kernels.record.layout import Layout, deal, take
from gatewise.kernels.record.memory import empty, unset, zeros
from gatewise.kernels.record.sizes import Sizes
from gatewise.kernels.time.cell import Cell

__all__ = [
    "Gradients",
    "Outputs",
    "Saved",
    "Weights",
    "backward",
    "forward",
    "scratch_rows",
    "threads_for",
    "work_of",
]

Array = NDArray[Any]

# Multiply-adds that take about as long as a thread takes to wake up.
_WORTH_A_THREAD = 1 << 20
_STATES = ("h_0", "c_0")


class Saved(NamedTuple):
    """What the way forward keeps for the way back."""

    gates: Array  # time × batch × gate_stride, of which the rows of short sequences remain unset
    cells: Array  # time × batch × units; empty for cells without
    layout: Array  # int64


class Outputs(NamedTuple):
    """Outputs (time, batch, hidden), last states (batch, hidden) each, and what is saved."""

    y: Array
    states: tuple[Array, ...]
    saved: Saved


class Gradients(NamedTuple):
    """Of the input, if wanted, the initial states, the weights and the biases."""

    x: Array | None
    states: tuple[Array, ...]
    w: Array
    u: Array
    b_w: Array
    b_u: Array


class Weights(NamedTuple):
    """Weights (gates × hidden, input) and (gates × hidden, hidden), two biases (gates × hidden,) or None."""

    w: Array
    u: Array
    b_w: Array | None
    b_u: Array | None


def forward(
    name: str,
    x: Array,
    states: tuple[Array, ...],
    weights: Weights,
    lengths: Array | None = None,
    *,
    reverse: bool = False,
    save: bool = True,
    threads: int = 1,
) -> Outputs:
    """Run one direction of one layer over time.

    Parameters
    ----------
    name : str
        Of the cell, a key of ``KERNELS``.
    x : ndarray
        (time, batch, input), float32 or float64, a step's features side by side in memory.
    states : tuple of ndarray
        (batch, hidden) each.
    weights : Weights
        With the gates in torch's order.
    lengths : ndarray, optional
        (batch,), int64, 1 to time.
    reverse : bool
        From each row's end.
    save : bool
        Whether :func:`backward` will be called.
    threads : int
        At most so many; fewer where the work is small.

    Raises
    ------
    ValueError
        If a shape, type or stride does not fit: kernels look at addresses only.
    """
    cell = KERNELS[name]
    sizes = _checked(cell, x, states, weights)
    if lengths is not None:
        check_lengths(lengths, sizes)
    table = unset((sizes.layout,), np.int64)
    work = work_of(cell, sizes)
    threads = threads_for(work, threads)
    shared = teams.shares_units(work, sizes, threads)
    layout = deal(table, sizes, lengths, threads, 1 if shared else None)
    shape = (sizes.time, sizes.batch, sizes.hidden)
    y = unset(shape, x.dtype) if layout.rows == sizes.rows else zeros(shape, x.dtype)
    last = tuple(unset(state.shape, x.dtype) for state in states)
    rows = sizes.rows if save else 0 if shared else scratch_rows(layout)
    gates = empty(rows * sizes.gate_stride, x.dtype)
    cells = empty(sizes.rows * sizes.units if save and cell.states > 1 else 0, x.dtype)
    arrays = _inputs(x, states, weights)
    arrays |= {"y": y, "gates": gates, "cells": cells, **dict(zip(("h_n", "c_n"), last, strict=False))}
    if shared:
        plan = plan_shared(name, sizes, layout, _strides(x), reverse, save)
    else:
        plan = plan_forward(name, sizes, layout, _strides(x), reverse, save)
    record, alive = make_record(plan, arrays, table)
    team = layout.threads if shared else layout.parts
    teams.run(entry(name, "shared" if shared else "forward", x.dtype), record, team, work)
    del alive
    return Outputs(y, last, Saved(gates, cells, table) if save else _NOTHING[x.dtype.char])


def backward(
    name: str,
    grads: tuple[Array, ...],
    x: Array,
    states: tuple[Array, ...],
    weights: Weights,
    y: Array,
    saved: Saved,
    *,
    reverse: bool = False,
    needs_x: bool = True,
) -> Gradients | None:
    """Take gradients back through a run of :func:`forward`, whose saved gates make room for theirs.

    What is saved serves once: for whoever comes second, also at the same time, there is None.

    Parameters
    ----------
    grads : tuple of ndarray
        Of the outputs (time, batch, hidden), zero after a row's end, and of the last states.
    y, saved
        What ``forward`` gave; the rest is what it was given.
    needs_x : bool
        Whether the gradient of the input is wanted.

    Raises
    ------
    ValueError
        If a shape, type or stride does not fit.
    """
    cell = KERNELS[name]
    sizes = _checked(cell, x, states, weights)
    _check_saved(cell, sizes, x.dtype, grads, y, saved)
    layout = take(saved.layout)
    if layout is None:
        return None
    whole = layout.rows == sizes.rows
    gradients = Gradients(
        (unset if whole else zeros)(x.shape, x.dtype) if needs_x else None,
        tuple(unset(state.shape, x.dtype) for state in states),
        unset(weights.w.shape, x.dtype),
        unset(weights.u.shape, x.dtype),
        unset((len(weights.w),), x.dtype),
        unset((len(weights.w),), x.dtype),
    )
    arrays = _inputs(x, states, weights)
    arrays |= {"y": y, "gates": saved.gates, "cells": saved.cells}
    arrays |= zip(("dy", "dh_n", "dc_n"), grads, strict=False)
    arrays |= zip(("dh_0", "dc_0"), gradients.states, strict=False)
    arrays |= zip(("dw", "du", "db_w", "db_u"), gradients[2:], strict=True)
    if gradients.x is not None:
        arrays["dx"] = gradients.x
    work = work_of(cell, sizes)
    shared = layout.parts == 1 and teams.shares_units(work, sizes, layout.threads)
    plan = (plan_shared_back if shared else plan_backward)(name, sizes, layout, _strides(x), reverse)
    record, alive = make_record(plan, arrays, saved.layout)
    teams.run(entry(name, "shared_back" if shared else "backward", x.dtype), record, layout.threads, work)
    del alive
    return gradients


_NOTHING = {kind: Saved(np.empty(0, kind), np.empty(0, kind), np.empty(0, np.int64)) for kind in "fd"}


def _checked(cell: Cell, x: Array, states: tuple[Array, ...], weights: Weights) -> Sizes:
    if len(states) != cell.states:
        raise ValueError(f"states: expected {cell.states}, got {len(states)}")
    sizes = check_input(x, states[0].shape[-1], cell.stored)
    rows, state = cell.blocks * sizes.hidden, (sizes.batch, sizes.hidden)
    check_shapes(x.dtype, zip(_STATES, states, strict=False), [state] * cell.states)
    check_shapes(
        x.dtype,
        zip(Weights._fields, weights, strict=True),
        [(rows, sizes.input), (rows, sizes.hidden), (rows,), (rows,)],
    )
    return sizes


def _check_saved(
    cell: Cell, sizes: Sizes, dtype: np.dtype[Any], grads: tuple[Array, ...], y: Array, saved: Saved
) -> None:
    outputs, state = (sizes.time, sizes.batch, sizes.hidden), (sizes.batch, sizes.hidden)
    if len(grads) != 1 + cell.states:
        raise ValueError(f"grads: expected {1 + cell.states}, got {len(grads)}")
    named = zip(("y", "dy", "dh_n", "dc_n"), (y, *grads), strict=False)
    check_shapes(dtype, named, [outputs, outputs, *[state] * cell.states])
    cells = sizes.rows * sizes.units if cell.states > 1 else 0
    check_shapes(
        dtype,
        [("saved gates", saved.gates), ("saved cells", saved.cells)],
        [(sizes.rows * sizes.gate_stride,), (cells,)],
    )
    check_shapes(np.dtype(np.int64), [("saved layout", saved.layout)], [(sizes.layout,)])


def work_of(cell: Cell, sizes: Sizes) -> int:
    """Count the multiply-adds of a run."""
    return cell.blocks * sizes.hidden * (sizes.input + sizes.hidden) * sizes.rows


def threads_for(work: int, threads: int) -> int:
    """Say how many threads have enough to do."""
    return max(1, min(threads, work // _WORTH_A_THREAD))


def scratch_rows(layout: Layout) -> int:
    """Say how many rows of gates are at work at once, which is all that a run needs if it saves nothing."""
    return layout.parts * (CHUNK + layout.largest)


def _inputs(x: Array, states: tuple[Array, ...], weights: Weights) -> dict[str, Array]:
    """Name what both ways read."""
    w, u, b_w, b_u = weights
    if b_w is None or b_u is None:
        none = np.zeros(len(w), x.dtype)
        b_w, b_u = none if b_w is None else b_w, none if b_u is None else b_u
    arrays = {"x": x, "w": w, "u": u, "b_w": b_w, "b_u": b_u}
    arrays |= zip(_STATES, states, strict=False)
    return arrays


def _strides(x: Array) -> tuple[int, int]:
    return x.strides[0] // x.itemsize, x.strides[1] // x.itemsize
