"""One RNN, LSTM or GRU node as a layer; what ours do not compute is refused by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gatewise.errors import ReadError
from gatewise.nn.cells.base import Weights
from gatewise.nn.cells.registry import cell_named
from gatewise.nn.foreign.found import Found
from gatewise.nn.foreign.onnx.constants import Array, Constants
from gatewise.nn.foreign.onnx.operators import OPERATORS
from gatewise.onnx_library import onnx

__all__ = ["RECURRENT", "node_found"]

RECURRENT = frozenset(operator.name for operator in OPERATORS.values())
# By the operator, of one direction; none of them is told otherwise than by another function.
DEFAULTS = {"RNN": ("tanh",), "GRU": ("sigmoid", "tanh"), "LSTM": ("sigmoid", "tanh", "tanh")}
DIRECTIONS = {"forward": 1, "reverse": 1, "bidirectional": 2}
# Places among the inputs.
W, R, B, LENGTHS, INITIAL_H, INITIAL_C, PEEPHOLES = range(1, 8)


def node_found(node: Any, name: str, constants: Constants, where: str) -> Found:
    """Read a node.

    Raises
    ------
    ReadError
    """
    attributes = {one.name: onnx().helper.get_attribute_value(one) for one in node.attribute}
    direction = _text(attributes.get("direction", "forward"))
    directions = DIRECTIONS.get(direction, 0)
    if not directions:
        raise ReadError(f"{where}: direction: expected {', '.join(DIRECTIONS)}, found {direction}")
    cell_name = _cell_name(node.op_type, attributes, directions, where)
    _check(node, attributes, constants, where)
    w, r = (_constant(node, place, constants, where) for place in (W, R))
    b = _constant(node, B, constants, where) if _given(node, B) else None
    if w.ndim != 3 or r.ndim != 3 or not w.shape[0] == r.shape[0] == directions:
        raise ReadError(
            f"{where}: expected W and R of 3 axes for {directions} directions, found {w.shape} and {r.shape}"
        )
    rows = r.shape[1]
    if b is not None and b.shape != (directions, 2 * rows):
        raise ReadError(f"{where}: expected B of shape {(directions, 2 * rows)}, found {b.shape}")
    order = OPERATORS[cell_name].order
    if rows % len(order) or rows != w.shape[1]:
        raise ReadError(
            f"{where}: expected W and R of {len(order)} blocks, found shapes {w.shape} and {r.shape}"
        )
    biases = [(None, None)] * directions if b is None else [np.split(one, 2) for one in b]
    weights = tuple(
        Weights(*(_ours(one, order) for one in (w[number], r[number], *biases[number])))  # type: ignore[arg-type]
        for number in range(directions)
    )
    return Found(
        cell_named(cell_name),
        (weights,),
        f"{node.op_type} node {node.name or name}",
        batch_first=bool(attributes.get("layout", 0)),
        notes=tuple(_notes(node, direction, constants)),
    )


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _given(node: Any, place: int) -> bool:
    return len(node.input) > place and bool(node.input[place])


def _constant(node: Any, place: int, constants: Constants, where: str) -> Array:
    name = node.input[place] if _given(node, place) else ""
    array = constants.get(name) if name else None
    if array is None:
        what = {W: "W", R: "R", B: "B"}[place]
        raise ReadError(
            f"{where}: expected constants as its weights {what}, found {name or 'none'}, which is computed"
        )
    # bfloat16 and other types of its own are not numpy's.
    return array.astype(np.float32) if array.dtype not in (np.float32, np.float64) else array


def _ours(array: Array | None, order: tuple[int, ...]) -> Tensor | None:
    """Return weights with their blocks in our order."""
    if array is None:
        return None
    parts = np.split(np.asarray(array), len(order))
    blocks = [parts[order.index(block)] for block in range(len(order))]
    return torch.from_numpy(np.ascontiguousarray(np.concatenate(blocks)))


def _cell_name(operator: str, attributes: Mapping[str, Any], directions: int, where: str) -> str:
    usual = DEFAULTS[operator] * directions
    given = tuple(_text(one).lower() for one in attributes.get("activations", ())) or usual
    if operator == "RNN" and set(given) == {"relu"}:
        return "RNN-relu"
    if given != usual:
        others = [one for one in given if one not in usual] or list(given)
        raise ReadError(
            f"{where}: activations: expected {', '.join(usual)}"
            f"{' or relu' if operator == 'RNN' else ''}, found {', '.join(others)}, which our {operator} does not have"
        )
    return "GRU-after" if operator == "GRU" and attributes.get("linear_before_reset") else operator


def _check(node: Any, attributes: Mapping[str, Any], constants: Constants, where: str) -> None:
    """Refuse what makes it another function."""
    for name, what in (("clip", "limits of gates"), ("input_forget", "coupled gates")):
        if attributes.get(name):
            raise ReadError(
                f"{where}: {name}: expected no {what}, which our {node.op_type} does not have, found {attributes[name]}"
            )
    if node.op_type == "LSTM" and _given(node, PEEPHOLES):
        peepholes = constants.get(node.input[PEEPHOLES])
        if peepholes is None or peepholes.any():
            raise ReadError(f"{where}: P: expected no peepholes, which our LSTM does not have, found some")


def _notes(node: Any, direction: str, constants: Constants) -> list[str]:
    notes = []
    if direction == "reverse":
        notes.append("it reads from the end: turn time around before it, and in its output")
    for place, name in ((INITIAL_H, "initial_h"), (INITIAL_C, "initial_c")):
        initial = constants.get(node.input[place]) if _given(node, place) else None
        if initial is not None and initial.any():
            notes.append(f"it begins with states that are not zero ({name}): give them as h_0")
    return notes
