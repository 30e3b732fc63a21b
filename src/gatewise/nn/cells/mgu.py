"""The minimal gated unit."""

from __future__ import annotations

from typing import Any, Unpack

import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor

from gatewise.nn.cells.base import Cell, States, Step, Weights
from gatewise.nn.recurrent import LayerOptions, Recurrent

__all__ = ["MGU", "MGU_CELL"]


def _step(projected: Tensor, states: States, weights: Weights) -> Step:
    (h,) = states
    size = h.shape[-1]
    gate_b = candidate_b = None
    if weights.hidden_bias is not None:
        gate_b, candidate_b = weights.hidden_bias[:size], weights.hidden_bias[size:]
    f = (projected[..., :size] + F.linear(h, weights.hidden[:size], gate_b)).sigmoid()
    n = (projected[..., size:] + F.linear(f * h, weights.hidden[size:], candidate_b)).tanh()
    return Step(((1 - f) * h + f * n,), {"forget": f})


MGU_CELL = Cell(
    "MGU",
    "minimal gated unit",
    states=("h",),
    block_names=("forget", "candidate"),
    gates=("forget",),
    keeps=(-1, 0),
    equations=(
        "f = σ(x W + h U + b)",
        "n = tanh(x W + (f⊙h) U + b)",
        "h' = (1−f)⊙h + f⊙n",
    ),
    step=_step,
    kernel="mgu",
    summary="the GRU with one gate: f lets the candidate in and shows it the past",
    meanings=(
        "f → 0 keeps the state, f → 1 replaces it by the candidate n and shows n the past; contrary to the LSTM's",
    ),
)


class MGU(Recurrent):
    """The minimal gated unit [1]_: one state, one gate.

    .. math::
        f &= \\sigma(x W + b + h U + c) \\\\
        n &= \\tanh(x W_n + b_n + (f \\odot h) U_n + c_n) \\\\
        h' &= (1 - f) \\odot h + f \\odot n

    The GRU with one gate in the place of two: where ``f`` lets in the new, it also shows the past to the candidate.
    ``f → 0`` keeps the past, contrary to the LSTM's gate of the same name.

    Parameters
    ----------
    input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False, device, dtype
        As in :class:`gatewise.nn.LSTM`.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 : Parameter
        (2 hidden, input), (2 hidden, hidden) and (2 hidden,) twice, blocks in the order f, n; then ``_l1`` and so on,
        with ``_reverse`` for the second direction.

    Notes
    -----
    Input, output and states: see :meth:`forward`.

    References
    ----------
    .. [1] Zhou, Wu, Zhang and Zhou, Minimal gated unit for recurrent neural networks, International Journal of
       Automation and Computing 13, 2016.

    Examples
    --------
    >>> import torch
    >>> from gatewise.nn import MGU
    >>> output, h_n = MGU(3, 8)(torch.zeros(5, 2, 3))
    >>> output.shape, h_n.shape
    (torch.Size([5, 2, 8]), torch.Size([1, 2, 8]))
    """

    cell = MGU_CELL

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *switches: Any,
        **options: Unpack[LayerOptions],
    ) -> None:
        super().__init__(MGU_CELL, input_size, hidden_size, num_layers, *switches, **options)
