"""The long short-term memory."""

from __future__ import annotations

from typing import Any, Unpack

import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor

from gatewise.nn.cells.base import Cell, States, Step, Weights
from gatewise.nn.recurrent import LayerOptions, Recurrent

__all__ = ["LSTM", "LSTM_CELL"]


def _step(projected: Tensor, states: States, weights: Weights) -> Step:
    h, c = states
    i, f, g, o = (projected + F.linear(h, weights.hidden, weights.hidden_bias)).chunk(4, -1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    c = f * c + i * g
    return Step((o * c.tanh(), c), {"input": i, "forget": f, "output": o})


LSTM_CELL = Cell(
    "LSTM",
    "LSTM",
    states=("h", "c"),
    block_names=("input", "forget", "candidate", "output"),
    gates=("input", "forget", "output"),
    keeps=(-1, 1, 0, 0),
    initial_bias=(0.0, 1.0, 0.0, 0.0),
    equations=(
        "i, f, o = σ(x W + h U + b)",
        "g = tanh(x W + h U + b)",
        "c' = f⊙c + i⊙g",
        "h' = o⊙tanh(c')",
    ),
    step=_step,
    kernel="lstm",
    torch_operator=torch.lstm,
    # The gates are exactly 0 and 1 there, so that c stays as it is.
    padding=(-1e4, 1e4, 0.0, 0.0),
    summary="two states, three gates: c is added to, h shows a part of it",
    meanings=(
        "i → 1 writes the candidate g to the cell state, i → 0 leaves it out",
        "f → 1 keeps the cell state, f → 0 erases it",
        "o → 1 shows tanh(c'), o → 0 hides it: kept in c, it moves neither answer nor gates",
    ),
)


class LSTM(Recurrent):
    """Long short-term memory [1]_ with the forget gate of [2]_: two states, three gates.

    .. math::
        i, f, o &= \\sigma(x W + b + h U + c_b) \\\\
        g &= \\tanh(x W_g + b_g + h U_g + c_g) \\\\
        c' &= f \\odot c + i \\odot g \\\\
        h' &= o \\odot \\tanh(c')

    Parameters
    ----------
    input_size, hidden_size : int
        Features of the input and of each state.
    num_layers : int, default 1
        Layers on top of each other, each reading the outputs of the one below.
    bias : bool, default True
        Whether the two biases exist. They only add up; both are there so that state dicts fit torch's.
    batch_first : bool, default False
        Whether input and output are (batch, time, features) instead of (time, batch, features). States are
        (layers × directions, batch, hidden) either way.
    dropout : float, default 0
        Share of a layer's outputs set to zero before the next layer reads them, in training only.
    bidirectional : bool, default False
        Whether a second network reads each row from its end; the outputs stand side by side.
    device, dtype : optional
        Of the parameters; torch's defaults.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 : Parameter
        (4 hidden, input), (4 hidden, hidden) and (4 hidden,) twice, blocks in the order i, f, g, o; then
        ``_l1`` and so on, with ``_reverse`` for the second direction.

    Notes
    -----
    Input, output and states: see :meth:`forward`. The state is a pair ``LSTMState(h, c)``.

    Differs from the paper: the original had no forget gate (``f = 1``), no path for the gradient through the
    gates back in time, and several units per memory block. The forget gate's bias starts at 1, which
    ``torch.nn.LSTM`` does not do; see :mod:`gatewise.nn.initialisation`.

    Not to be confused with the peephole LSTM, whose gates see ``c``, nor with torch's ``proj_size``.

    References
    ----------
    .. [1] Hochreiter and Schmidhuber, Long short-term memory, Neural Computation 9, 1997.
    .. [2] Gers, Schmidhuber and Cummins, Learning to forget: continual prediction with LSTM, 2000.

    Examples
    --------
    >>> import torch
    >>> from gatewise.nn import LSTM
    >>> output, (h_n, c_n) = LSTM(3, 8)(torch.zeros(5, 2, 3), lengths=[5, 2])
    >>> output.shape, c_n.shape
    (torch.Size([5, 2, 8]), torch.Size([1, 2, 8]))
    """

    cell = LSTM_CELL

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *switches: Any,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(LSTM_CELL, input_size, hidden_size, num_layers, *switches, **options)
