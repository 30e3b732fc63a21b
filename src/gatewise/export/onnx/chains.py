"""Marginals of a chain of labels in ONNX: a ``Scan`` forward, and one from the end."""

from __future__ import annotations

from typing import Any

from gatewise.export.onnx.transcript import Transcript
from gatewise.graphs.graph import Node
from gatewise.onnx_library import onnx

__all__ = ["chain_marginals"]


def chain_marginals(t: Transcript, node: Node) -> None:
    """Add the sum of the forward and the backward algorithm; see :mod:`gatewise.graphs.operators`."""
    scores, lengths, factors, begins = (t.use(name) for name in node.inputs)
    output = node.outputs[0]
    by_time = t.node("Transpose", [scores], perm=[1, 0, 2])  # (time, batch, labels)
    steps = t.places(by_time, 0)
    ends = t.node("Unsqueeze", [lengths, t.constant([1], "int64")])
    first = t.node("Gather", [by_time, t.constant(0, "int64")], axis=0)
    zeros = t.node("Mul", [first, t.constant([0.0], "float32")])
    ways = [
        _scan(t, f"{output}_{name}_", way, zeros, by_time, steps)
        for name, way in (
            ("forward", _forward(f"{output}_forward_", factors, begins)),
            ("backward", _backward(f"{output}_backward_", t.node("Transpose", [factors], perm=[1, 0]), ends)),
        )
    ]
    t.node("Transpose", [t.node("Add", ways)], [output], perm=[1, 0, 2])


def _scan(t: Transcript, prefix: str, body: Any, begin: str, scores: str, steps: str) -> str:
    backward = int(body.name == "backward")
    results = [f"{prefix}last", f"{prefix}every"]
    t.node(
        "Scan",
        [begin, scores, steps],
        results,
        body=body,
        num_scan_inputs=2,
        scan_input_directions=[backward, backward],
        scan_output_directions=[backward],
    )
    return results[1]


def _followed(inner: Transcript, total: str, factors: str) -> str:
    axis = inner.constant([1], "int64")
    highest = inner.node("ReduceMax", [total, axis], keepdims=1)
    powers = inner.node("Exp", [inner.node("Sub", [total, highest])])
    after = inner.node("Log", [inner.node("MatMul", [powers, factors])])
    return inner.node("Sub", [after, inner.node("ReduceMax", [after, axis], keepdims=1)])


def _forward(prefix: str, factors: str, begins: str) -> Any:
    inner = Transcript({}, {}, f"{prefix}inner_")
    total, scores, now = f"{prefix}total", f"{prefix}scores", f"{prefix}t"
    is_first = inner.node("Equal", [now, inner.constant(0, "int64")])
    before = inner.node("Where", [is_first, begins, _followed(inner, total, factors)])
    after = inner.node("Add", [before, scores])
    return _graph(inner, "forward", (total, scores, now), [after, inner.node("Identity", [after])])


def _backward(prefix: str, factors: str, ends: str) -> Any:
    inner = Transcript({}, {}, f"{prefix}inner_")
    ahead, scores, now = f"{prefix}ahead", f"{prefix}scores", f"{prefix}t"
    next_step = inner.node("Add", [now, inner.constant(1, "int64")])
    goes_on = inner.node("Less", [next_step, ends])
    found = inner.node("Where", [goes_on, _followed(inner, ahead, factors), inner.constant([0.0], "float32")])
    return _graph(inner, "backward", (ahead, scores, now), [inner.node("Add", [found, scores]), found])


def _graph(inner: Transcript, name: str, inputs: tuple[str, str, str], outputs: list[str]) -> Any:
    library = onnx()
    number, whole = library.TensorProto.FLOAT, library.TensorProto.INT64
    info = library.helper.make_tensor_value_info
    *numbers, step = inputs
    return library.helper.make_graph(
        inner.nodes,
        name,
        [*[info(one, number, None) for one in numbers], info(step, whole, [])],
        [info(one, number, None) for one in outputs],
        list(inner.initializers.values()),
    )
