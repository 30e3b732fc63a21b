"""The LSTM with coupled input and forget gates."""

from __future__ import annotations

from typing import Any, Unpack

import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor

from gatewise.nn.cells.base import Cell, States, Step, Weights
from gatewise.nn.recurrent import LayerOptions, Recurrent

__all__ = ["CIFG", "CIFG_CELL"]


def _step(projected: Tensor, states: States, weights: Weights) -> Step:
    h, c = states
    f, g, o = (projected + F.linear(h, weights.hidden, weights.hidden_bias)).chunk(3, -1)
    f, g, o = f.sigmoid(), g.tanh(), o.sigmoid()
    c = f * c + (1 - f) * g
    return Step((o * c.tanh(), c), {"forget": f, "output": o})


CIFG_CELL = Cell(
    "CIFG",
    "LSTM with coupled gates",
    states=("h", "c"),
    block_names=("forget", "candidate", "output"),
    gates=("forget", "output"),
    keeps=(1, 0, 0),
    initial_bias=(1.0, 0.0, 0.0),
    equations=(
        "f, o = σ(x W + h U + b)",
        "g = tanh(x W + h U + b)",
        "c' = f⊙c + (1−f)⊙g",
        "h' = o⊙tanh(c')",
    ),
    step=_step,
    kernel="cifg",
    summary="the LSTM that writes as much as it forgets: i = 1 − f",
    meanings=(
        "f → 1 keeps the cell state and writes nothing, f → 0 replaces it by the candidate g",
        "o → 1 shows tanh(c'), o → 0 hides it: kept in c, it moves neither answer nor gates",
    ),
)


class CIFG(Recurrent):
    """The LSTM whose input gate is what its forget gate leaves: ``i = 1 − f`` [1]_; two states, two gates.

    .. math::
        f, o &= \\sigma(x W + b + h U + c_b) \\\\
        g &= \\tanh(x W_g + b_g + h U_g + c_g) \\\\
        c' &= f \\odot c + (1 - f) \\odot g \\\\
        h' &= o \\odot \\tanh(c')

    Half of the way from the LSTM to the GRU: ``f`` does what the GRU's update gate does, and the separate cell state
    with its output gate is still there.

    Parameters
    ----------
    input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False, device, dtype
        As in :class:`gatewise.nn.LSTM`.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 : Parameter
        (3 hidden, input), (3 hidden, hidden) and (3 hidden,) twice, blocks in the order f, g, o; then ``_l1`` and so
        on, with ``_reverse`` for the second direction.

    Notes
    -----
    Input, output and states: see :meth:`forward`. The state is a pair ``LSTMState(h, c)``.

    Differs from the paper: no peepholes; the coupled gate is written as the forget gate (there ``f = 1 − i``, the
    same function with the sign of that gate's weights turned), whose bias starts at 1 as the LSTM's does.

    References
    ----------
    .. [1] Greff, Srivastava, Koutník, Steunebrink and Schmidhuber, LSTM: a search space odyssey, IEEE Transactions on
       Neural Networks and Learning Systems 28, 2017.

    Examples
    --------
    >>> import torch
    >>> from gatewise.nn import CIFG
    >>> output, (h_n, c_n) = CIFG(3, 8)(torch.zeros(5, 2, 3))
    >>> output.shape, c_n.shape
    (torch.Size([5, 2, 8]), torch.Size([1, 2, 8]))
    """

    cell = CIFG_CELL

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *switches: Any,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(CIFG_CELL, input_size, hidden_size, num_layers, *switches, **options)
