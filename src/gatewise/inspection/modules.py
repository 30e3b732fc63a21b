"""Traces of layers on their own: torch's ``RNN``, ``LSTM`` and ``GRU``, and ours."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gatewise.data.axis import Axis
from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.tracing import Answer, LayerTrace, SequenceTrace
from gatewise.nn import Acceleration, accelerate, inside
from gatewise.nn.recurrent import Recurrent

__all__ = ["layer_of_module", "trace_module"]


def trace_module(module: nn.Module, input: Tensor, h_0: Any = None) -> list[SequenceTrace]:
    """Record every state and gate of a recurrent layer for each row of a batch.

    Parameters
    ----------
    module : torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU, or a layer of :mod:`gatewise.nn`
    input : Tensor
        As the module takes it, (time, batch, features), or (batch, time, features) where it is ``batch_first``.
    h_0 : optional
        Initial state, as the module takes it.

    Returns
    -------
    list of SequenceTrace
        One per row, as :meth:`model.trace` gives them; what it answers is its output at every step.

    Raises
    ------
    ConfigurationError
        It is no recurrent layer, or one that we do not compute, such as an LSTM with projections.
    DataError
        The input holds NaN or infinity.

    Examples
    --------
    >>> import torch
    >>> from gatewise.inspection import trace_module
    >>> (trace,) = trace_module(torch.nn.GRU(3, 8), torch.randn(20, 1, 3))
    >>> trace.layers[0].gates["update"].shape
    (20, 8)
    """
    layer = layer_of_module(module)
    if not bool(torch.isfinite(input).all()):
        raise DataError("trace_module: input: expected finite numbers, got NaN or infinity")
    with torch.no_grad():
        output = layer.forward(input, h_0)[0]
    found = inside(layer, input, h_0)
    if input.dim() == 2:
        input, output = input[:, None], output[:, None]
    elif layer.batch_first:
        input, output = input.transpose(0, 1), output.transpose(0, 1)
    steps, rows, features = input.shape
    axis, names = Axis.counted(steps, 1, steps), tuple(f"h{unit}" for unit in range(output.shape[-1]))
    return [
        SequenceTrace(
            layer.cell.name, str(row + 1), 0, axis, input[:, row].detach().float().numpy(),
            tuple(f"x{feature}" for feature in range(features)), tuple(LayerTrace.of(one, row) for one in found),
            Answer(output[:, row].double().numpy().astype(np.float64), names, "value"),
        )
        for row in range(rows)
    ]  # fmt: skip


def layer_of_module(module: nn.Module) -> Recurrent:
    """Return a layer of ours that computes what a recurrent module does; the module stays as it is."""
    if isinstance(module, Recurrent):
        return module
    if not isinstance(module, nn.RNNBase):
        raise ConfigurationError(
            f"expected a torch.nn.RNN, LSTM or GRU, or a layer of gatewise.nn, got "
            f"{type(module).__name__}; of a larger model give the layer itself, such as model.rnn, with what it reads"
        )
    found = Acceleration.of(module)
    if found.left:
        raise ConfigurationError(f"{type(module).__name__}: {'; '.join(found.left.values())}")
    layer = accelerate(copy.deepcopy(module)).eval()
    assert isinstance(layer, Recurrent)
    return layer
