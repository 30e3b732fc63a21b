"""From a graph to an ONNX model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from gatewise.export.onnx.operators import write
from gatewise.export.onnx.transcript import Transcript
from gatewise.export.quantised import Quantised
from gatewise.graphs.graph import Dimension, Graph, State
from gatewise.onnx_library import onnx
from gatewise.version import __version__

__all__ = ["OPSET", "describe", "state_after", "to_onnx"]

# The newest that runtimes of the last three years read; nothing newer is needed.
OPSET, IR_VERSION = 18, 9


def state_after(name: str) -> str:
    """Return the name of the output that holds a state after the step."""
    return f"{name}.next"


def to_onnx(graph: Graph, quantised: Mapping[str, Quantised]) -> Any:
    """Write a graph down as an ONNX model; states are inputs, and outputs by the same name with ``.next``.

    Parameters
    ----------
    quantised : dict of str to Quantised
        Of its constants those that are kept as whole numbers.
    """
    library = onnx()
    transcript = Transcript(graph.constants, quantised)
    for node in graph.nodes:
        write(transcript, node)
    for state in graph.states:
        transcript.node("Identity", [transcript.use(state.after)], [state_after(state.name)])

    def info(name: str, dtype: str, shape: tuple[Dimension, ...]) -> Any:
        kind = library.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return library.helper.make_tensor_value_info(name, kind, list(shape))

    states: list[tuple[State, tuple[Dimension, ...]]] = [
        (state, ("batch", *state.shape)) for state in graph.states
    ]
    made = library.helper.make_graph(
        transcript.nodes,
        graph.name,
        [info(one.name, one.dtype, one.shape) for one in graph.inputs]
        + [info(state.name, state.dtype, shape) for state, shape in states],
        [info(one.name, one.dtype, one.shape) for one in graph.outputs]
        + [info(state_after(state.name), state.dtype, shape) for state, shape in states],
        list(transcript.initializers.values()),
    )
    model = library.helper.make_model(
        made, opset_imports=[library.helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    model.producer_name, model.producer_version = "gatewise", __version__
    library.checker.check_model(model, full_check=True)
    return model


def describe(model: Any, graph: Graph, about: Mapping[str, Any]) -> None:
    """Write metadata into a model: names of its answers, what states begin with, what stays outside, and ``about``."""
    every = {"outputs": {one.name: list(one.names) for one in graph.outputs}, **graph.about, **about}
    if graph.states:
        every["states"] = {one.name: one.initial.tolist() for one in graph.states}
    properties = {name: json.dumps(value, ensure_ascii=False) for name, value in every.items()}
    onnx().helper.set_model_props(model, properties)
