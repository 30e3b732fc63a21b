"""The operators of a graph as ONNX has them: most as they are, some with attributes that are inputs there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gatewise.export.onnx.chains import chain_marginals
from gatewise.export.onnx.chunks import steps
from gatewise.export.onnx.recurrent import over_time, step
from gatewise.export.onnx.transcript import Transcript
from gatewise.graphs.graph import Node
from gatewise.onnx_library import onnx

__all__ = ["write"]


def write(transcript: Transcript, node: Node) -> None:
    """Add what an operator is in ONNX."""
    special = SPECIAL.get(node.operator)
    if special is not None:
        special(transcript, node)
        return
    inputs = [transcript.use(name) for name in node.inputs]
    transcript.node(node.operator, inputs, node.outputs, **node.attributes)


def _cast(transcript: Transcript, node: Node) -> None:
    kind = onnx().helper.np_dtype_to_tensor_dtype(np.dtype(node.attributes["to"]))
    transcript.node("Cast", [transcript.use(node.inputs[0])], node.outputs, to=kind)


def _slice(transcript: Transcript, node: Node) -> None:
    given = node.attributes
    places = [transcript.constant([given[name]], "int64") for name in ("start", "end", "axis")]
    transcript.node("Slice", [transcript.use(node.inputs[0]), *places], node.outputs)


def _with_axis(transcript: Transcript, node: Node) -> None:
    axes = transcript.constant([node.attributes["axis"]], "int64")
    others = {name: value for name, value in node.attributes.items() if name != "axis"}
    transcript.node(node.operator, [transcript.use(node.inputs[0]), axes], node.outputs, **others)


def _reshape(transcript: Transcript, node: Node) -> None:
    shape = transcript.constant(node.attributes["shape"], "int64")
    transcript.node("Reshape", [transcript.use(node.inputs[0]), shape], node.outputs)


SPECIAL: dict[str, Callable[[Transcript, Node], None]] = {
    "Cast": _cast,
    "ChainMarginals": chain_marginals,
    "Recurrent": over_time,
    "RecurrentStep": step,
    "Reshape": _reshape,
    "Slice": _slice,
    "Steps": steps,
    **dict.fromkeys(
        ("ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum", "Squeeze", "Unsqueeze"), _with_axis
    ),
}
