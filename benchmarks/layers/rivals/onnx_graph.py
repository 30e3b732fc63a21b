"""The ONNX graph of one node that ONNX Runtime and OpenVINO read."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from benchmarks.layers.grid import Cell, Job
from benchmarks.layers.inputs import Array, Arrays, Inputs

__all__ = ["feeds", "model", "outputs", "results"]

# Where ONNX's blocks stand in ours: its LSTM is i o f c, its GRU z r h.
_ORDER = {"RNN": (0,), "LSTM": (0, 3, 1, 2), "GRU": (1, 0, 2)}
_OPSET, _IR_VERSION = 17, 8


def model(job: Job, inputs: Inputs) -> bytes:
    """Weights inside, shapes fixed, layout 0: (time, batch, features)."""
    cell, shape = job.cell, job.shape
    state = (1, shape.batch, shape.hidden)
    both = np.concatenate([_reorder(cell, inputs.weights[name]) for name in ("bias_ih", "bias_hh")])
    constants = {
        "W": _reorder(cell, inputs.weights["weight_ih"]),
        "R": _reorder(cell, inputs.weights["weight_hh"]),
        "B": both,
    }
    names = ["X", "W", "R", "B", "", *_starts(cell)]
    node = helper.make_node(cell.kind, names, outputs(cell), hidden_size=shape.hidden)
    if cell.kind == "GRU":
        node.attribute.append(helper.make_attribute("linear_before_reset", int(cell.reset_after)))
    sizes: dict[str, tuple[int, ...]] = dict.fromkeys([*_starts(cell), *outputs(cell)[1:]], state)
    sizes |= {"X": (shape.time, shape.batch, shape.input), "Y": (shape.time, *state)}
    values = {
        name: helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name, size in sizes.items()
    }
    graph = helper.make_graph(
        [node],
        "layer",
        [values[name] for name in ("X", *_starts(cell))],
        [values[name] for name in outputs(cell)],
        [numpy_helper.from_array(array[None], name) for name, array in constants.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
    return bytes(made.SerializeToString())


def outputs(cell: Cell) -> list[str]:
    """Names of the graph's outputs."""
    return ["Y", *(f"Y_{name}" for name in cell.states)]


def feeds(cell: Cell, inputs: Inputs) -> Arrays:
    """The graph's inputs by name."""
    states = [np.ascontiguousarray(state[None]) for state in inputs.states]
    return {"X": inputs.x, **dict(zip(_starts(cell), states, strict=True))}


def results(cell: Cell, found: list[Array]) -> Arrays:
    """The graph's outputs under the names of the gate; copied, as the library may write there again."""
    return {
        "output": found[0][:, 0].copy(),
        **{f"{name}_n": state[0].copy() for name, state in zip(cell.states, found[1:], strict=True)},
    }


def _starts(cell: Cell) -> list[str]:
    return [f"initial_{name}" for name in cell.states]


def _reorder(cell: Cell, weight: Array) -> Array:
    blocks = np.split(weight, cell.blocks)
    return np.concatenate([blocks[place] for place in _ORDER[cell.kind]])
