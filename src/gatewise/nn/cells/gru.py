"""The gated recurrent unit."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import partial
from typing import Any, Unpack

import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor

from gatewise.nn.cells.base import Cell, States, Step, Weights
from gatewise.nn.marks import cell_of
from gatewise.nn.recurrent import LayerOptions, Recurrent

__all__ = ["GRU", "GRU_AFTER_CELL", "GRU_CELL"]


def _step(projected: Tensor, states: States, weights: Weights, *, reset_after: bool) -> Step:
    (h,) = states
    size = h.shape[-1]
    gates_x, candidate_x = projected[..., : 2 * size], projected[..., 2 * size :]
    gates_u, candidate_u = weights.hidden[: 2 * size], weights.hidden[2 * size :]
    gates_b = candidate_b = None
    if weights.hidden_bias is not None:
        gates_b, candidate_b = weights.hidden_bias[: 2 * size], weights.hidden_bias[2 * size :]
    r, z = (gates_x + F.linear(h, gates_u, gates_b)).sigmoid().chunk(2, -1)
    if reset_after:
        n = (candidate_x + r * F.linear(h, candidate_u, candidate_b)).tanh()
    else:
        n = (candidate_x + F.linear(r * h, candidate_u, candidate_b)).tanh()
    return Step((z * h + (1 - z) * n,), {"update": z, "reset": r})


GRU_CELL = Cell(
    "GRU",
    "GRU with the reset gate before the product",
    states=("h",),
    block_names=("reset", "update", "candidate"),
    gates=("update", "reset"),
    keeps=(0, 1, 0),
    equations=(
        "r, z = σ(x W + h U + b)",
        "n = tanh(x W + (r⊙h) U + b)",
        "h' = z⊙h + (1−z)⊙n",
    ),
    step=partial(_step, reset_after=False),
    kernel="gru",
    summary="one state, two gates: writes as much as it does not keep",
    meanings=(
        "z → 1 keeps the state, z → 0 replaces it by the candidate n",
        "r → 1 shows the candidate the past, r → 0 hides it: n depends on x alone",
    ),
)
GRU_AFTER_CELL = replace(
    GRU_CELL,
    name="GRU-after",
    description="GRU with the reset gate after the product",
    equations=(
        "r, z = σ(x W + h U + b)",
        "n = tanh(x W + b + r⊙(h U + c))",
        "h' = z⊙h + (1−z)⊙n",
    ),
    step=partial(_step, reset_after=True),
    kernel="gru_reset_after",
    torch_operator=torch.gru,
    summary="the GRU of torch.nn and cuDNN: resets the product, not the state",
    meanings=(
        GRU_CELL.meanings[0],
        "r → 1 adds h U + c to the candidate, r → 0 leaves it out, with its bias c",
    ),
)
# Their weights have the same names and shapes.
_ALIKE = (GRU_CELL.name, GRU_AFTER_CELL.name)


class GRU(Recurrent):
    """The gated recurrent unit [1]_: one state, two gates.

    .. math::
        r, z &= \\sigma(x W + b + h U + c) \\\\
        n &= \\tanh(x W_n + b_n + (r \\odot h) U_n + c_n) \\\\
        h' &= z \\odot h + (1 - z) \\odot n

    ``z → 1`` keeps the past, ``z → 0`` replaces it; ``r → 0`` hides the past from the candidate ``n``.
    With ``reset_after=True`` the reset gate acts after the product:

    .. math:: n = \\tanh(x W_n + b_n + r \\odot (h U_n + c_n))

    Parameters
    ----------
    input_size, hidden_size, num_layers=1, batch_first=False, dropout=0.0, bidirectional=False, device, dtype
        As in :class:`gatewise.nn.LSTM`.
    reset_after : bool, default False
        Whether the reset gate acts after the product, as in cuDNN and ``torch.nn.GRU``, instead of before it,
        as in the paper.
    bias : bool, default True
        Whether the two biases ``b`` and ``c`` exist. Unless ``reset_after``, they only add up.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 : Parameter
        (3 hidden, input), (3 hidden, hidden) and (3 hidden,) twice, blocks in the order r, z, n; then ``_l1``
        and so on, with ``_reverse`` for the second direction.

    Notes
    -----
    Input, output and states: see :meth:`forward`.

    Differs from the paper: it has no biases, and its equation of ``h'`` is the same but for names.

    Not to be confused with ``torch.nn.GRU``, which is ``GRU(reset_after=True)``. The parameters have the same
    names and shapes either way, so a state dict of torch's loads into ``GRU(reset_after=False)``, and then
    computes a **different function**: loading it warns. State dicts of these layers say of which they are, and
    do not load into the other.

    References
    ----------
    .. [1] Cho et al., Learning phrase representations using RNN encoder-decoder for statistical machine
       translation, 2014.

    Examples
    --------
    >>> import torch
    >>> from gatewise.nn import GRU
    >>> layer = GRU(3, 8, batch_first=True)
    >>> output, h_n = layer(torch.zeros(2, 5, 3), lengths=[5, 2])
    >>> output.shape, h_n.shape
    (torch.Size([2, 5, 8]), torch.Size([1, 2, 8]))
    >>> torch_gru = torch.nn.GRU(3, 8)
    >>> GRU(3, 8, reset_after=True).load_state_dict(torch_gru.state_dict())
    <All keys matched successfully>
    """

    cell = GRU_CELL

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *switches: Any,
        reset_after: bool = False,
        **options: Unpack[LayerOptions],
    ) -> None:
        cell = GRU_AFTER_CELL if reset_after else GRU_CELL
        super().__init__(cell, input_size, hidden_size, num_layers, *switches, **options)
        self.reset_after = reset_after

    def _load_from_state_dict(
        self, state_dict: Any, prefix: str, local_metadata: dict[str, Any], *others: Any
    ) -> None:
        # A dict without metadata tells nothing of its origin; torch itself adds that tensors are to be assigned.
        told = local_metadata.keys() - {"assign_to_params_buffers"}
        theirs = cell_of(local_metadata) if told else self.cell.name
        if theirs is None and not self.reset_after:
            warnings.warn(
                f"{prefix[:-1] or 'GRU'}: the weights do not say of which GRU they are; those of torch.nn.GRU are of "
                "another, which GRU(reset_after=True) computes",
                stacklevel=2,
            )
        elif theirs in _ALIKE and theirs != self.cell.name:
            others[-1].append(
                f"{prefix[:-1] or 'the layer itself'}: the weights are of a {theirs}, and this is a {self.cell.name}, "
                "which computes something else with them; as dict(state_dict) they load all the same"
            )
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *others)
