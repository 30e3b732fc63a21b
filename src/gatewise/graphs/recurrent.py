"""The two operators that ONNX has only for some cells: a recurrent layer over a sequence, and one step of it.

``Recurrent``
    Inputs: ``x`` (batch, time, features), ``lengths`` (batch,), for each state of the cell what it begins with
    (batch, directions · hidden), and for each direction four constants, weights and biases as
    :class:`gatewise.nn.cells.base.Weights` has them. Outputs: (batch, time, directions · hidden), zero after the end of
    each row, and the last of each state, like the first.
``RecurrentStep``
    Inputs: ``x`` (batch, features), each state (batch, hidden), four constants. Outputs: each state after the step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from gatewise.graphs.build import Builder, Value
from gatewise.graphs.graph import Array, Node
from gatewise.nn import Recurrent
from gatewise.nn.cells.base import Cell
from gatewise.nn.cells.base import Weights as LayerWeights
from gatewise.nn.state import pack

__all__ = ["Layer", "constants_of", "over_time", "step"]


def constants_of(builder: Builder, weights: LayerWeights) -> list[Value]:
    """Add the weights of one direction of one layer."""
    if weights.input_bias is None or weights.hidden_bias is None:
        raise ValueError("layers of models have biases")
    return [builder.constant(one.detach().numpy()) for one in weights if one is not None]


def step(
    builder: Builder, layer: Recurrent, x: Value, states: Sequence[Sequence[Value]]
) -> list[list[Value]]:
    """Add a step of all layers; ``states`` and what is returned are by layer, then by the cell's states."""
    after = []
    for own, weights in zip(states, layer.weights(), strict=True):
        operands = [x, *own, *constants_of(builder, weights)]
        found = builder.several("RecurrentStep", operands, len(own), cell=layer.cell)
        after.append(list(found))
        x = found[0]
    return after


def over_time(
    builder: Builder, layer: Recurrent, x: Value, lengths: Value, states: Sequence[Sequence[Value]]
) -> tuple[Value, list[list[Value]]]:
    """Add all layers over time; returns the outputs of the last, and the last states of each layer."""
    directions, after = layer.directions, []
    weights = layer.weights()
    for number, own in enumerate(states):
        constants = [
            one
            for each in weights[number * directions : (number + 1) * directions]
            for one in constants_of(builder, each)
        ]
        x, *last = builder.several(
            "Recurrent",
            [x, lengths, *own, *constants],
            1 + len(own),
            cell=layer.cell,
            directions=directions,
        )
        after.append(last)
    return x, after


class Layer:
    """A node of either kind with its constants, as a layer that computes it."""

    def __init__(self, node: Node, constants: dict[str, Array]) -> None:
        cell: Cell = node.attributes["cell"]
        self._states = len(cell.states)
        self._steps = node.operator == "RecurrentStep"
        self._directions = node.attributes.get("directions", 1)
        own = [torch.from_numpy(constants[name]) for name in node.inputs[-4 * self._directions :]]
        features, hidden = own[0].shape[1], own[1].shape[1]
        self._layer = Recurrent(
            cell, features, hidden, batch_first=True, bidirectional=self._directions == 2, device="cpu"
        )
        weights = self._layer.weights()
        with torch.no_grad():
            for direction, target in enumerate(weights):
                for tensor, array in zip(target, own[4 * direction : 4 * direction + 4], strict=True):
                    assert tensor is not None
                    tensor.copy_(array)

    def __call__(self, x: Array, *others: Array) -> Any:
        """Return what the node returns."""
        with torch.inference_mode():
            if self._steps:
                begin = pack(tuple(torch.from_numpy(one)[None] for one in others[: self._states]))
                _, after = self._layer(torch.from_numpy(x)[:, None], begin)
                return [one[0].numpy() for one in _parts(after)]
            lengths, states = others[0], others[1 : 1 + self._states]
            begin = pack(tuple(self._split(one) for one in states))
            output, after = self._layer(torch.from_numpy(x), begin, lengths=torch.from_numpy(lengths))
            finals = [one.transpose(0, 1).flatten(1).numpy() for one in _parts(after)]
            return [output.numpy(), *finals]

    def _split(self, state: Array) -> torch.Tensor:
        split = state.reshape(len(state), self._directions, -1).swapaxes(0, 1)
        return torch.from_numpy(np.ascontiguousarray(split))


def _parts(state: Any) -> tuple[torch.Tensor, ...]:
    return (state,) if isinstance(state, torch.Tensor) else tuple(state)
