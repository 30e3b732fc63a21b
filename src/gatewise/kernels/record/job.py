"""The record that tells a kernel all it needs: sizes, strides in elements, and addresses, as integers.

A :class:`Plan` is the part that runs of one size have in common. Addresses of arrays and of one workspace, in which
everything that a run needs for itself has its place, are added to it for each run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatewise.kernels.record import memory
from gatewise.kernels.threads.sync import PHASES

__all__ = [
    "BLOCK_ROWS",
    "BLOCK_VECTORS",
    "CHUNK",
    "JOB",
    "RESET_ROWS",
    "Plan",
    "fill",
    "make_plan",
    "make_record",
    "went_alone",
]

# Rows (steps of sequences) whose x W is computed at once: enough to use each weight several times.
CHUNK = 32
# Rows summed in one pass over the weights' gradient, and vectors of gates in a block: they fit the L2 cache.
BLOCK_ROWS = 384
BLOCK_VECTORS = 4
# Rows of ``r ⊙ h`` that a part keeps, where it does not keep all, until it sums up their share of a gradient.
RESET_ROWS = 128

_NUMBERS = (
    *("time", "batch", "input", "hidden", "rows", "parts", "reverse", "save", "option", "itemsize"),
    # Numbers between a step of x and the next, a sequence and the next, a row and the next; in elements.
    *("x_time", "x_batch", "h_stride", "gate_stride", "staged_stride", "sums_stride"),
    # Bytes of one part's share of a workspace.
    *("gates_size", "h_size", "staged_size", "a_size", "b_size", "reset_size"),
    # Units of all parts, where a job has those of one; and the address of the product.
    *("width", "product"),
    # Whether the gradients of the weights are whole vectors, and summed up in place.
    *("direct",),
    # How many rows of ``r ⊙ h`` a part keeps at a time; 0 for all rows of the run, in one place.
    *("reset_rows",),
    # What threads share: packing, and the weights' gradients, or the units of every step.
    *("shares",),
    # How often to look whether others have come; and whether a thread did the share of one that came late.
    *("patience", "alone"),
)
_ARRAYS = (
    *("x", "h_0", "c_0", "w", "u", "b_w", "b_u", "y", "h_n", "c_n"),
    # Saved for the way back.
    *("gates", "cells"),
    # Gradients, in and out; ``dx`` is 0 where it is not wanted.
    *("dy", "dh_n", "dc_n", "dx", "dh_0", "dc_0", "dw", "du", "db_w", "db_u"),
    # Of a single step: biases for every stored gate, and what a part writes.
    *("biases", "own_h", "own_reset_h"),
)
# Of the rows; ``lay_out`` in kernels/time/rows.py says what they mean.
TABLES = ("bounds", "order", "lengths", "starts", "x_at", "y_at", "past_at")
_WORKSPACE = (
    # States and the source of a second product, on the way back their gradients; ``staged`` are rows of inputs.
    *("barrier", "w_panels", "u_panels", "h", "c", "reset_h", "staged"),
    # Of threads that share units: gates at work, and on the way back what is handed on from step to step.
    *("own_gates", "d_gates", "handed_on"),
    # ``r ⊙ h`` of some rows or all, parts' sums of what is multiplied with it, and what the weights' gradients take.
    *("reset", "reset_sums", "a_block", "b_block", "sums", "bias_sums"),
)
_FIELDS = (*_NUMBERS, *_ARRAYS, *TABLES, *_WORKSPACE)
_INDEX = {name: index for index, name in enumerate(_FIELDS)}
_FIRST_ARRAY = _INDEX[_ARRAYS[0]]
_TABLES = slice(_INDEX[TABLES[0]], _INDEX[TABLES[-1]] + 1)
_WORK = slice(_INDEX[_WORKSPACE[0]], None)
_LINE = 64  # bytes of a line of the cache

JOB = np.dtype([(name, np.int64) for name in _FIELDS])


class Plan(NamedTuple):
    """What jobs of the same sizes have in common: a record without addresses, the bytes of workspace,
    and of those at its start that must be zero."""

    record: NDArray[np.int64]
    workspace: int
    barrier: int


def make_plan(
    numbers: dict[str, int], tables: dict[str, int] | None, workspace: dict[str, int], itemsize: int
) -> Plan:
    """Plan jobs with these numbers, offsets of tables, and workspaces of so many numbers."""
    # For each phase how many shares are finished, and which are taken.
    barrier = -(-8 * PHASES * (numbers.get("shares", 0) + 1) // _LINE) * _LINE
    offsets, size = memory.offsets({"barrier": barrier // itemsize, **workspace}, itemsize)
    record = np.zeros(len(_FIELDS), np.int64)
    for name, value in {"itemsize": itemsize, **numbers, **(tables or {}), **offsets}.items():
        record[_INDEX[name]] = value
    return Plan(record, size, barrier)


def make_record(plan: Plan, arrays: dict[str, NDArray[Any]]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Make one job of a plan from arrays by name: its record, and a workspace that must live as long as the run."""
    record, work = fill(plan, (), 0)
    for name, array in arrays.items():
        record[_INDEX[name]] = memory.address(array)
    return record, work


def fill(plan: Plan, addresses: Sequence[int], table: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Make one job of a plan from the addresses of its first arrays, in the order of its fields, and of its table."""
    record = plan.record.copy()
    work = memory.empty(plan.workspace, np.uint8)
    work[: plan.barrier] = 0
    record[_WORK] += memory.address(work)
    record[_TABLES] += table
    record[_FIRST_ARRAY : _FIRST_ARRAY + len(addresses)] = addresses
    return record, work


def went_alone(record: NDArray[np.int64]) -> bool:
    """Say whether a thread did the share of one that came late."""
    return bool(record[_INDEX["alone"]])
