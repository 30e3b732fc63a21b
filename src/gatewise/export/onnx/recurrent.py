"""Recurrent layers in ONNX: its own operators for RNN, LSTM and both GRUs, a ``Scan`` for other cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gatewise.errors import ExportError
from gatewise.export.onnx.cells import EQUATIONS
from gatewise.export.onnx.transcript import Transcript
from gatewise.graphs.graph import Node
from gatewise.nn.cells.base import Cell
from gatewise.nn.foreign.onnx.operators import OPERATORS, Operator
from gatewise.onnx_library import onnx

__all__ = ["over_time", "step"]


def step(t: Transcript, node: Node) -> None:
    """Add one step of a layer."""
    cell: Cell = node.attributes["cell"]
    x, *states = (t.use(name) for name in node.inputs[:-4])
    if cell.name not in OPERATORS:
        weights = [t.use(name) for name in node.inputs[-4:]]
        after = _equation(cell)(t, x, states, weights, t.shape(node.inputs[-3])[1])
        for found, output in zip(after, node.outputs, strict=True):
            t.node("Identity", [found], [output])
        return
    first = t.constant([0], "int64")
    begin = [t.node("Unsqueeze", [state, first]) for state in states]
    lasts = [f"{output}_last" for output in node.outputs]
    _operator(t, cell, t.node("Unsqueeze", [x, first]), "", begin, [node.inputs[-4:]], ["", *lasts])
    for last, output in zip(lasts, node.outputs, strict=True):
        t.node("Squeeze", [last, first], [output])


def over_time(t: Transcript, node: Node) -> None:
    """Add a layer over time, in one or both directions."""
    cell: Cell = node.attributes["cell"]
    directions, count = node.attributes["directions"], len(cell.states)
    x, lengths, *states = (t.use(name) for name in node.inputs[: 2 + count])
    own = node.inputs[2 + count :]
    groups = [own[4 * number : 4 * number + 4] for number in range(directions)]
    hidden = t.shape(own[1])[1]
    # Layout 0, (time, batch, features): layout 1 is refused by ONNX Runtime.
    by_time = t.node("Transpose", [x], perm=[1, 0, 2])
    shape = t.constant([0, directions, hidden], "int64")
    begin = [
        t.node("Transpose", [t.node("Reshape", [state, shape])], perm=[1, 0, 2]) for state in states
    ]  # (directions, batch, hidden)
    ends = onnx().TensorProto.INT32
    lasts = [f"{output}_by_direction" for output in node.outputs[1:]]
    every = f"{node.outputs[0]}_by_direction"  # (time, directions, batch, hidden)
    if cell.name in OPERATORS:
        _operator(t, cell, by_time, t.node("Cast", [lengths], to=ends), begin, groups, [every, *lasts])
    else:
        _scans(t, cell, by_time, lengths, begin, groups, [every, *lasts])
    flat = t.constant([0, 0, directions * hidden], "int64")
    t.node("Reshape", [t.node("Transpose", [every], perm=[2, 0, 1, 3]), flat], [node.outputs[0]])
    side_by_side = t.constant([0, directions * hidden], "int64")
    for last, output in zip(lasts, node.outputs[1:], strict=True):
        t.node("Reshape", [t.node("Transpose", [last], perm=[1, 0, 2]), side_by_side], [output])


def _operator(
    t: Transcript,
    cell: Cell,
    x: str,
    lengths: str,
    begin: Sequence[str],
    groups: Sequence[Sequence[str]],
    outputs: Sequence[str],
) -> None:
    operator, both = OPERATORS[cell.name], len(groups) == 2
    w, u = (_stacked(t, operator, [group[place] for group in groups]) for place in (0, 1))
    biases = [
        t.node("Concat", [_ordered(t, operator, group[2]), _ordered(t, operator, group[3])], axis=0)
        for group in groups
    ]
    first = t.constant([0], "int64")
    bias = t.node("Concat", [t.node("Unsqueeze", [one, first]) for one in biases], axis=0)
    attributes = dict(operator.attributes)
    if "activations" in attributes:
        attributes["activations"] = attributes["activations"] * len(groups)
    t.node(
        operator.name,
        [x, w, u, bias, lengths, *begin],
        outputs,
        hidden_size=t.shape(groups[0][1])[1],
        direction="bidirectional" if both else "forward",
        **attributes,
    )


def _stacked(t: Transcript, operator: Operator, names: Sequence[str]) -> str:
    first = t.constant([0], "int64")
    each = [t.node("Unsqueeze", [_ordered(t, operator, name), first]) for name in names]
    return t.node("Concat", each, axis=0)


def _ordered(t: Transcript, operator: Operator, name: str) -> str:
    """Return weights or biases with their blocks in ONNX's order, as a constant of their own."""
    return t.reordered(name, len(operator.order), operator.order)


def _equation(cell: Cell) -> Any:
    if cell.name not in EQUATIONS:
        known = ", ".join([*OPERATORS, *EQUATIONS])
        raise ExportError(f"cell {cell}: has no form in ONNX; those of {known} have one")
    return EQUATIONS[cell.name]


def _scans(
    t: Transcript,
    cell: Cell,
    x: str,
    lengths: str,
    begin: Sequence[str],
    groups: Sequence[Sequence[str]],
    outputs: Sequence[str],
) -> None:
    """Add a ``Scan`` for each direction."""
    hidden = t.shape(groups[0][1])[1]
    one = t.constant([1], "int64")
    steps = t.places(x, 0)
    ends = t.node("Unsqueeze", [lengths, one])  # (batch, 1)
    found: list[list[str]] = []
    for direction, group in enumerate(groups):
        weights = [t.use(name) for name in group]
        place = t.constant(direction, "int64")
        own = [t.node("Gather", [state, place], axis=0) for state in begin]
        prefix = f"{outputs[0]}_{direction}_"
        results = [f"{prefix}{name}" for name in (*cell.states, "every")]
        t.node(
            "Scan",
            [*own, x, steps],
            results,
            body=_body(cell, prefix, weights, ends, hidden),
            num_scan_inputs=2,
            scan_input_directions=[direction, direction],
            scan_output_directions=[direction],
        )
        found.append(results)
    for number, output in enumerate(outputs[1:]):
        parts = [t.node("Unsqueeze", [one_of[number], t.constant([0], "int64")]) for one_of in found]
        t.node("Concat", parts, [output], axis=0)
    every = [t.node("Unsqueeze", [one_of[-1], one]) for one_of in found]
    t.node("Concat", every, [outputs[0]], axis=1)


def _body(cell: Cell, prefix: str, weights: Sequence[str], ends: str, hidden: int) -> Any:
    """Return one step: rows that have ended keep their states, and put out zeros."""
    library = onnx()
    inner = Transcript({}, {}, f"{prefix}inner_")
    before = [f"{prefix}{name}_before" for name in cell.states]
    x, now = f"{prefix}x", f"{prefix}t"
    after = _equation(cell)(inner, x, before, weights, hidden)
    real = inner.node("Less", [now, ends])
    kept = [inner.node("Where", [real, new, old]) for new, old in zip(after, before, strict=True)]
    put_out = inner.node("Where", [real, after[0], inner.constant([0.0], "float32")])
    number, whole = library.TensorProto.FLOAT, library.TensorProto.INT64

    def info(name: str, kind: int, shape: Any) -> Any:
        return library.helper.make_tensor_value_info(name, kind, shape)

    return library.helper.make_graph(
        inner.nodes,
        f"{cell.name} step",
        [*[info(name, number, None) for name in before], info(x, number, None), info(now, whole, [])],
        [info(name, number, None) for name in [*kept, put_out]],
        list(inner.initializers.values()),
    )
