"""Nodes that feed each other as the layers of one module do: put together where nothing else can be meant."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from gatewise.nn.foreign.found import Found
from gatewise.nn.foreign.onnx.constants import Constants, nested

__all__ = ["Placed", "stacked", "torch_module"]

# Numbers of steps and rows with which what stands between two nodes is tried.
TRIALS = ((3, 5), (4, 2))
# Numbers that are tried at the most.
LARGEST = 1 << 24
SCOPES, LONGEST = "pkg.torch.onnx.name_scopes", 10_000


@dataclass(frozen=True)
class Placed:
    """A node that was read."""

    name: str
    node: Any
    found: Found
    graph: Any
    constants: Constants

    @property
    def scope(self) -> str | None:
        """The module that the name of the node says, as torch writes it; None of another name."""
        module = torch_module(self.node)
        if module is not None:
            return module
        scope, slash, _ = self.node.name.rpartition("/")
        return scope if slash or not self.node.name else None


def torch_module(node: Any) -> str | None:
    """Return the name of the module that the newer of torch's exporters writes beside a node."""
    text = next((one.value for one in node.metadata_props if one.key == SCOPES), "")
    try:
        scopes = ast.literal_eval(text) if len(text) < LONGEST else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    # The last is what the node computes.
    return str(scopes[-2]) if isinstance(scopes, list) and len(scopes) > 1 else None


def stacked(placed: Sequence[Placed]) -> dict[str, Found]:
    """Put nodes together whose first reads nothing but what the other gives, side by side if there are two directions.

    Their names must say the same module, or nothing at all: two modules of one layer each stay two.
    """
    groups: list[list[Placed]] = []
    for one in placed:
        below = next((group for group in groups if _feeds(group[-1], one)), None)
        if below is None:
            groups.append([one])
        else:
            below.append(one)
    return {group[0].name: _together(group) for group in groups}


def _together(group: Sequence[Placed]) -> Found:
    first = group[0].found
    if len(group) == 1:
        return first
    names = " and ".join(one.node.name or one.name for one in group)
    return replace(
        first,
        weights=tuple(layer for one in group for layer in one.found.weights),
        place=f"{group[0].node.op_type} nodes {names}",
        notes=tuple(dict.fromkeys(note for one in group for note in one.found.notes)),
    )


def _feeds(below: Placed, above: Placed) -> bool:
    one, other = below.found, above.found
    units, directions = one.weights[0][0].hidden.shape[1], len(one.weights[0])
    alike = (one.cell, directions, one.batch_first) == (other.cell, len(other.weights[0]), other.batch_first)
    if not alike or below.graph is not above.graph or below.scope != above.scope or below.scope is None:
        return False
    if units != other.weights[0][0].hidden.shape[1] or not below.node.output or not below.node.output[0]:
        return False
    # Dropout between layers and turned time are not those of a module with several layers.
    if one.notes or other.notes:
        return False
    if all(_is_passed(below, above, directions, units, *trial) for trial in TRIALS):
        return True
    own = _own_sizes(below)
    return own is not None and _is_passed(below, above, directions, units, *own)


def _own_sizes(placed: Placed) -> tuple[int, int] | None:
    """Return the numbers of steps and rows that a file is made for, where it is made for one of each."""
    found = next((one for one in placed.graph.value_info if one.name == placed.node.output[0]), None)
    shape = [] if found is None else [one.dim_value for one in found.type.tensor_type.shape.dim]
    if len(shape) != 4 or not 0 < prod(shape) < LARGEST:
        return None
    first, _, rows, _ = shape
    return (shape[1], first) if placed.found.batch_first else (first, rows)


def _is_passed(below: Placed, above: Placed, directions: int, units: int, steps: int, rows: int) -> bool:
    """Try whether numbers of one node arrive at the other as they would inside of a module, and nowhere else."""
    size = steps * rows * directions * units
    numbers = np.arange(size, dtype=np.float32).reshape(steps, directions, rows, units)
    expected = numbers.transpose(0, 2, 1, 3).reshape(steps, rows, directions * units)
    if below.found.batch_first:
        numbers, expected = numbers.transpose(2, 0, 1, 3), expected.transpose(1, 0, 2)
    output = below.node.output[0]
    trial = Constants(below.graph, 64 * size, below.constants, {output: numbers})
    try:
        arrived = trial.get(above.node.input[0])
    # A shape that is written down for other numbers of steps and rows.
    except (ValueError, IndexError, TypeError):
        return False
    if arrived is None or arrived.shape != expected.shape or not np.array_equal(arrived, expected):
        return False
    return _stays_inside(output, trial, below.graph, above.node)


def _stays_inside(output: str, trial: Constants, graph: Any, above: Any) -> bool:
    readers: dict[str, list[Any]] = {}
    for node in graph.node:
        inside = [name for body in nested(node) for inner in body.node for name in inner.input]
        for name in (*node.input, *inside):
            readers.setdefault(name, []).append(node)
    results = {one.name for one in graph.output}
    open_names = [output]
    while open_names:
        name = open_names.pop()
        if name in results:
            return False
        for reader in readers.get(name, []):
            if reader is above:
                continue
            if not all(one in trial.values for one in reader.output):
                return False
            open_names.extend(reader.output)
    return True
