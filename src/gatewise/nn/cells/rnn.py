"""The simple recurrent network."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Unpack

import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor

from gatewise.errors import ConfigurationError
from gatewise.nn.cells.base import Cell, States, Step, Weights
from gatewise.nn.recurrent import LayerOptions, Recurrent

__all__ = ["RNN", "RNN_RELU", "RNN_TANH"]


def _step(
    projected: Tensor,
    states: States,
    weights: Weights,
    *,
    activation: Callable[[Tensor], Tensor] = torch.tanh,
) -> Step:
    (h,) = states
    return Step((activation(projected + F.linear(h, weights.hidden, weights.hidden_bias)),), {})


RNN_TANH = Cell(
    "RNN",
    "tanh RNN",
    states=("h",),
    block_names=("candidate",),
    equations=("h' = tanh(x W + h U + b)",),
    step=_step,
    kernel="rnn_tanh",
    torch_operator=torch.rnn_tanh,
    summary="one state, no gate: tanh of input and old state is the new state",
)
RNN_RELU = Cell(
    "RNN-relu",
    "relu RNN",
    states=("h",),
    block_names=("candidate",),
    equations=("h' = max(0, x W + h U + b)",),
    step=partial(_step, activation=torch.relu),
    kernel="rnn_relu",
    torch_operator=torch.rnn_relu,
    # It is unbounded, and must not overflow after the end of a row.
    padding=(-1e30,),
    summary="the RNN with max(0, ·) for tanh: its state has no upper bound",
)
_CELLS = {"tanh": RNN_TANH, "relu": RNN_RELU}


class RNN(Recurrent):
    """The simple recurrent network [1]_: one state, no gates.

    .. math:: h' = \\tanh(x W + b + h U + c)

    Parameters
    ----------
    input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False, device, dtype
        As in :class:`gatewise.nn.LSTM`.
    nonlinearity : {"tanh", "relu"}, default "tanh"
        "relu" is unbounded: its states can grow without end.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 : Parameter
        ``W.T`` (hidden, input), ``U.T`` (hidden, hidden), ``b`` and ``c`` (hidden,) of the first layer; then
        ``_l1`` and so on, with ``_reverse`` for the second direction.

    Notes
    -----
    Input, output and states: see :meth:`forward`.

    Differs from the paper: Elman used logistic units and did not propagate errors through time; tanh and
    backpropagation through time are what is meant by the name today.

    Not to be confused with Jordan's network, which feeds back its *output*, nor with ``torch.nn.RNNCell``,
    which is one step.

    References
    ----------
    .. [1] Elman, Finding structure in time, Cognitive Science 14, 1990.

    Examples
    --------
    >>> import torch
    >>> from gatewise.nn import RNN
    >>> output, h_n = RNN(3, 8)(torch.zeros(5, 2, 3))
    >>> output.shape, h_n.shape
    (torch.Size([5, 2, 8]), torch.Size([1, 2, 8]))
    """

    cell = RNN_TANH

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        *switches: Any,
        **options: Unpack[LayerOptions],
    ) -> None:
        if nonlinearity not in _CELLS:
            raise ConfigurationError(f"RNN: nonlinearity must be 'tanh' or 'relu', got {nonlinearity!r}")
        super().__init__(_CELLS[nonlinearity], input_size, hidden_size, num_layers, *switches, **options)
        self.nonlinearity = nonlinearity
