"""A recurrent layer as a file has it, in our order of blocks, and the module that is made of it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from gatewise.errors import ReadError
from gatewise.nn.cells.base import Cell, Weights
from gatewise.nn.cells.cifg import CIFG
from gatewise.nn.cells.gru import GRU
from gatewise.nn.cells.lstm import LSTM
from gatewise.nn.cells.mgu import MGU
from gatewise.nn.cells.rnn import RNN
from gatewise.nn.foreign.files import brief
from gatewise.nn.recurrent import Recurrent, parameter_names

__all__ = ["Found", "Readings", "Unsaid", "built", "shown"]

CLASSES: dict[str, Any] = {
    "RNN": RNN,
    "RNN-relu": partial(RNN, nonlinearity="relu"),
    "LSTM": LSTM,
    "GRU": GRU,
    "GRU-after": partial(GRU, reset_after=True),
    "CIFG": CIFG,
    "MGU": MGU,
}
KEPT = (torch.float32, torch.float64)


@dataclass(frozen=True)
class Unsaid:
    """What holds where a file does not say it: see :func:`gatewise.nn.read_layers`."""

    nonlinearity: str = "tanh"
    reset_after: bool = True

    def cell_name(self, blocks: int) -> str | None:
        """Return the cell that has so many blocks of weights; None where no RNN, LSTM or GRU has."""
        known = {
            1: "RNN" if self.nonlinearity == "tanh" else "RNN-relu",
            3: "GRU-after" if self.reset_after else "GRU",
            4: "LSTM",
        }
        return known.get(blocks)


@dataclass(frozen=True)
class Found:
    """One recurrent layer, or several that feed each other.

    Attributes
    ----------
    cell : Cell
    weights : tuple of tuple of Weights
        Of each layer those of each direction, as ``Recurrent.weights`` has them.
    place : str
        Where it stands, in the words of the format.
    batch_first : bool
        Whether its input is (batch, time, features) there.
    notes : tuple of str
        What the file has it do besides, which a layer does not, and how to do it.
    """

    cell: Cell
    weights: tuple[tuple[Weights, ...], ...]
    place: str
    batch_first: bool = False
    notes: tuple[str, ...] = ()


# By name; an error says of one of them why it cannot be read.
Readings = dict[str, Found | ReadError]


def shown(name: str) -> str:
    """Return a name for messages: that of a file that is a layer and nothing else is empty."""
    return brief(name) if name else "the layer itself"


def built(found: Found, name: str, path: Path, batch_first: bool | None) -> Recurrent:
    """Make the layer.

    Raises
    ------
    ReadError
        The shapes do not fit together, or there are no numbers in them.
    """
    every = [one for layer in found.weights for one in layer]
    where = f"{path}: {shown(name)}"
    tensors = [tensor for one in every for tensor in one if tensor is not None]
    for tensor in tensors:
        if not tensor.is_floating_point():
            raise ReadError(f"{where}: expected weights of floating point, found {tensor.dtype}")
    wide = torch.float64 if any(tensor.dtype == torch.float64 for tensor in tensors) else torch.float32
    sizes = _sizes(found, where)
    layer: Recurrent = CLASSES.get(found.cell.name, partial(Recurrent, found.cell))(
        sizes[0],
        sizes[1],
        len(found.weights),
        bias=any(one.input_bias is not None for one in every),
        batch_first=found.batch_first if batch_first is None else batch_first,
        bidirectional=len(found.weights[0]) == 2,
        # Values are not drawn, which would move the source of randomness.
        device="meta",
        dtype=wide,
    )
    values: dict[str, Tensor] = {}
    for number, directions in enumerate(found.weights):
        for direction, weights in enumerate(directions):
            whole = _with_biases(weights) if layer.bias else weights
            for own, given in zip(parameter_names(number, direction, layer.bias), whole, strict=False):
                if given is not None:
                    values[own] = given.detach().to(wide).clone(memory_format=torch.contiguous_format)
    layer.load_state_dict(values, assign=True)
    layer.origin = "; ".join((f"{path.name}: {found.place}", *found.notes))
    unusable = sum(int((~value.isfinite()).sum()) for value in values.values())
    if unusable:
        count = sum(value.numel() for value in values.values())
        warnings.warn(f"{where}: {unusable:,} of {count:,} weights are NaN or infinite", stacklevel=3)
    for note in found.notes:
        warnings.warn(f"{where}: {note}", stacklevel=3)
    return layer


def _sizes(found: Found, where: str) -> tuple[int, int]:
    """Check every shape; returns the sizes of input and state."""
    blocks, directions = found.cell.blocks, len(found.weights[0])
    first = found.weights[0][0]
    hidden = first.hidden.shape[-1] if first.hidden.dim() == 2 else 0
    features = first.input.shape[-1] if first.input.dim() == 2 else 0
    rows = blocks * hidden
    for number, layer in enumerate(found.weights):
        width = features if number == 0 else hidden * directions
        if len(layer) != directions:
            raise ReadError(
                f"{where}: layer {number}: expected {directions} directions as below, found {len(layer)}"
            )
        for weights in layer:
            expected = Weights(*_shapes(rows, width, hidden))
            for part, tensor, shape in zip(Weights._fields, weights, expected, strict=True):
                if tensor is not None and (tuple(tensor.shape) != shape or not tensor.numel()):
                    raise ReadError(
                        f"{where}: layer {number}: {part.replace('_', ' ')} weights of {found.cell.name} with "
                        f"{hidden} units: expected shape {shape}, found {tuple(tensor.shape)}"
                    )
    return features, hidden


def _shapes(rows: int, width: int, hidden: int) -> tuple[Any, ...]:
    return (rows, width), (rows, hidden), (rows,), (rows,)


def _with_biases(weights: Weights) -> Weights:
    """Biases that are missing are zero."""
    zeros = weights.hidden.new_zeros(weights.hidden.shape[0])
    given = (weights.input_bias, weights.hidden_bias)
    return Weights(weights.input, weights.hidden, *(zeros if one is None else one for one in given))
