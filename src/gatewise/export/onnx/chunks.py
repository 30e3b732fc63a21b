"""Several steps of a model at once, as a ``Scan`` over one step."""

from __future__ import annotations

from typing import Any

import numpy as np

from gatewise.export.onnx.transcript import Transcript
from gatewise.graphs.graph import Graph, Node
from gatewise.onnx_library import onnx

__all__ = ["steps"]


def steps(t: Transcript, node: Node) -> None:
    """Add the steps; rows that have ended keep their states."""
    from gatewise.export.onnx.operators import write

    graph: Graph = node.attributes["graph"]
    inner = t.inside("steps_")
    for one in graph.nodes:
        write(inner, one)
    lengths, *others = node.inputs
    inputs, states = others[: len(graph.inputs)], others[len(graph.inputs) :]
    time = t.places(inputs[0], 1)
    now = "steps_now"
    real = inner.node("Less", [now, lengths])
    after = []
    for state in graph.states:
        axes = inner.constant(np.arange(1, 1 + len(state.shape)), "int64")
        there = inner.node("Unsqueeze", [real, axes]) if state.shape else real
        after.append(_kept(inner, there, inner.use(state.after), state.name, state.dtype))
    answers = [inner.node("Identity", [one.name]) for one in graph.outputs]
    t.node(
        "Scan",
        [*states, *inputs, time],
        [*node.outputs[len(answers) :], *node.outputs[: len(answers)]],
        body=_body(graph, inner, now, after, answers),
        num_scan_inputs=len(inputs) + 1,
        scan_input_axes=[*[1] * len(inputs), 0],
        scan_output_axes=[1] * len(answers),
    )


def _kept(inner: Transcript, there: str, new: str, old: str, dtype: str) -> str:
    if dtype != "bool":
        return inner.node("Where", [there, new, old])
    # ONNX Runtime chooses between numbers only.
    ended = inner.node("Not", [there])
    return inner.node("Or", [inner.node("And", [there, new]), inner.node("And", [ended, old])])


def _body(graph: Graph, inner: Transcript, now: str, after: list[str], answers: list[str]) -> Any:
    library = onnx()

    def info(name: str, dtype: str, shape: Any = None) -> Any:
        kind = library.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return library.helper.make_tensor_value_info(name, kind, shape)

    return library.helper.make_graph(
        inner.nodes,
        "one step",
        [
            *[info(one.name, one.dtype) for one in graph.states],
            *[info(one.name, one.dtype) for one in graph.inputs],
            info(now, "int64", []),
        ],
        [
            *[info(name, one.dtype) for name, one in zip(after, graph.states, strict=True)],
            *[info(name, one.dtype) for name, one in zip(answers, graph.outputs, strict=True)],
        ],
        list(inner.initializers.values()),
    )
