"""The equations of the cells in plain torch: the definition of correct.

Every faster backend is tested against this file. Nothing here writes in place or looks at values, so it
runs in every floating-point type, differentiates any number of times and works under ``torch.func``.

Weights have torch's layout: one row per gate and unit, so ``x W`` of the equations is ``x @ weight.T``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor

__all__ = [
    "GRU",
    "GRU_RESET_AFTER",
    "LSTM",
    "RNN_RELU",
    "RNN_TANH",
    "Cell",
    "States",
    "Step",
    "Weights",
    "gru_cell",
    "lstm_cell",
    "reverse_rows",
    "rnn_cell",
    "run",
    "steps",
    "valid_steps",
]

States = tuple[Tensor, ...]


class Weights(NamedTuple):
    """Parameters of one direction of one layer; ``blocks`` gates of ``hidden`` units each."""

    input: Tensor  # (blocks * hidden, input)
    hidden: Tensor  # (blocks * hidden, hidden)
    input_bias: Tensor | None = None  # (blocks * hidden,)
    hidden_bias: Tensor | None = None  # (blocks * hidden,)


class Step(NamedTuple):
    """What one time step gives: the new states, the output being the first, and the gates by name."""

    states: States
    gates: dict[str, Tensor]


@dataclass(frozen=True)
class Cell:
    """What there is to know about one kind of cell.

    Parameters
    ----------
    name : str
        How messages call it.
    states, gates : tuple of str
        Names of what is carried between steps, the output first, and of the multiplicative gates.
    initial_bias : tuple of float
        One value per block of parameters, in the order of the blocks.
    keeps : tuple of int
        Per block, what its gate does with the past: 1 keeps it, −1 lets in the new, 0 neither.
    step : callable
        ``(projected, states, weights) -> Step``, where ``projected`` is ``x W + b`` of this step.
    """

    name: str
    states: tuple[str, ...]
    gates: tuple[str, ...]
    initial_bias: tuple[float, ...]
    keeps: tuple[int, ...]
    # A copied or unpickled cell is the same cell, though its partial function is another object.
    step: Callable[[Tensor, States, Weights], Step] = field(compare=False, repr=False)

    @property
    def blocks(self) -> int:
        """Blocks of parameters, each ``hidden × (input + hidden)``."""
        return len(self.initial_bias)


def rnn_cell(
    projected: Tensor,
    states: States,
    weights: Weights,
    *,
    activation: Callable[[Tensor], Tensor] = torch.tanh,
) -> Step:
    """``h' = tanh(x W + h U + b)``, or another activation."""
    (h,) = states
    return Step((activation(projected + F.linear(h, weights.hidden, weights.hidden_bias)),), {})


def lstm_cell(projected: Tensor, states: States, weights: Weights) -> Step:
    """``i, f, o = σ(x W + h U + b)``, ``g = tanh(x W + h U + b)``; ``c' = f⊙c + i⊙g``; ``h' = o⊙tanh c'``."""
    h, c = states
    i, f, g, o = (projected + F.linear(h, weights.hidden, weights.hidden_bias)).chunk(4, -1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    c = f * c + i * g
    return Step((o * c.tanh(), c), {"input": i, "forget": f, "output": o})


def gru_cell(projected: Tensor, states: States, weights: Weights, *, reset_after: bool) -> Step:
    """``r, z = σ(x W + h U + b)``, ``n`` by where the reset gate acts, ``h' = z⊙h + (1−z)⊙n``.

    Before the product (the paper): ``n = tanh(x Wn + (r⊙h) Un + b)``.
    After it (cuDNN, ``torch.nn.GRU``): ``n = tanh(x Wn + bn + r⊙(h Un + cn))``.
    """
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


RNN_TANH = Cell("tanh RNN", ("h",), (), (0.0,), (0,), rnn_cell)
RNN_RELU = Cell("relu RNN", ("h",), (), (0.0,), (0,), partial(rnn_cell, activation=torch.relu))
LSTM = Cell("LSTM", ("h", "c"), ("input", "forget", "output"), (0.0, 1.0, 0.0, 0.0), (-1, 1, 0, 0), lstm_cell)
GRU = Cell(
    "GRU with the reset gate before the product",
    ("h",),
    ("update", "reset"),
    (0.0, 0.0, 0.0),
    (0, 1, 0),
    partial(gru_cell, reset_after=False),
)
GRU_RESET_AFTER = Cell(
    "GRU with the reset gate after the product",
    ("h",),
    ("update", "reset"),
    (0.0, 0.0, 0.0),
    (0, 1, 0),
    partial(gru_cell, reset_after=True),
)


def valid_steps(time: int, lengths: Tensor) -> Tensor:
    """True where a row has data: (time, batch, 1)."""
    return (torch.arange(time, device=lengths.device).unsqueeze(1) < lengths).unsqueeze(-1)


def reverse_rows(x: Tensor, lengths: Tensor | None) -> Tensor:
    """Turn time around inside each row's length; what follows the end stays where it is."""
    if lengths is None:
        return x.flip(0)
    step = torch.arange(x.shape[0], device=x.device).unsqueeze(1)  # (time, 1)
    source = torch.where(step < lengths, lengths - 1 - step, step)  # (time, batch)
    return x.gather(0, source.unsqueeze(-1).expand_as(x))


def steps(
    cell: Cell,
    x: Tensor,
    states: States,
    weights: Weights,
    lengths: Tensor | None = None,
    *,
    carry: Callable[[Tensor], Tensor] = lambda state: state,
) -> Iterator[tuple[Tensor, Step]]:
    """Run forward in time, one step at a time.

    Parameters
    ----------
    x : Tensor
        (time, batch, input).
    states : tuple of Tensor
        (batch, hidden) each.
    lengths : Tensor, optional
        (batch,). A finished row keeps its states; its outputs and gates are zero.
    carry : callable, default the identity
        Applied to every state between one step and the next, for who wants graph nodes of their own there.

    Yields
    ------
    output, step
        The output (batch, hidden), and the states carried on with the gates that made them.
    """
    valid = None
    if lengths is not None:
        valid = valid_steps(x.shape[0], lengths)
        # NaN in the padding must not even be multiplied by a zero gradient.
        x = x.masked_fill(~valid, 0)
    projected = F.linear(x, weights.input, weights.input_bias)
    for t, projected_t in enumerate(projected.unbind(0)):
        new, gates = cell.step(projected_t, states, weights)
        if valid is None:
            states = tuple(carry(state) for state in new)
            output = states[0]
        else:
            here = valid[t]
            states = tuple(carry(torch.where(here, n, old)) for n, old in zip(new, states, strict=True))
            output = states[0].masked_fill(~here, 0)
            gates = {name: gate.masked_fill(~here, 0) for name, gate in gates.items()}
        yield output, Step(states, gates)


def run(
    cell: Cell,
    x: Tensor,
    states: States,
    weights: Weights,
    lengths: Tensor | None = None,
    *,
    reverse: bool = False,
) -> tuple[Tensor, States]:
    """Run one direction of one layer over all time.

    Returns
    -------
    outputs, states
        (time, batch, hidden), zero after each row's end, and each row's own last states (batch, hidden).
    """
    outputs = []
    for output, step in steps(cell, reverse_rows(x, lengths) if reverse else x, states, weights, lengths):
        outputs.append(output)
        states = step.states
    stacked = torch.stack(outputs)
    return (reverse_rows(stacked, lengths) if reverse else stacked), states
