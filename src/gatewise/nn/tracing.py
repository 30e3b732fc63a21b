"""A look inside a layer: its gates and states at every step, open to differentiation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gatewise.nn import reference
from gatewise.nn.cells.base import Cell, States, Step, Weights
from gatewise.nn.recurrent import Recurrent
from gatewise.nn.state import State

__all__ = ["Trace", "trace"]


@dataclass(frozen=True)
class Trace:
    """What a module computed, with the inside of its first layer, of its forward direction if there are two.

    Attributes
    ----------
    output, h_n
        What the module returns.
    states : list of tuple of Tensor
        One entry per time step, in each one tensor (batch, hidden) per state of the cell: what was carried
        on after that step. A finished row keeps its state. Each is a node of the graph of its own, so that
        ``torch.autograd.grad(loss, trace.states[k])`` is what the loss owes to the memory after step k. For
        the LSTM, ``h`` and ``c`` are apart: the gradient of one holds the other.
    gates : dict of str to Tensor
        (time, batch, hidden) per gate, zero after each row's end; empty for a cell without gates.
    """

    output: Tensor
    h_n: State
    states: list[States]
    gates: dict[str, Tensor]


def trace(
    layer: Recurrent,
    input: Tensor,
    h_0: State | None = None,
    *,
    lengths: Tensor | Sequence[int] | None = None,
) -> Trace:
    """Run a module through the reference and record the inside of its first layer.

    Parameters
    ----------
    layer : Recurrent
        A layer of any cell; dropout acts as in its call.
    input, h_0, lengths
        As in :meth:`Recurrent.forward`.

    Returns
    -------
    Trace

    Examples
    --------
    How much the last output owes to the state after the first step:

    >>> import torch
    >>> from gatewise.nn import GRU, trace
    >>> inside = trace(GRU(3, 8), torch.randn(5, 2, 3))
    >>> loss = inside.output[-1].square().sum()
    >>> torch.autograd.grad(loss, inside.states[0])[0].shape
    torch.Size([2, 8])
    """
    recorded: list[Step] = []

    def runner(
        cell: Cell, x: Tensor, states: States, weights: Weights, lengths: Tensor | None, *, reverse: bool
    ) -> tuple[Tensor, States]:
        if recorded:
            return reference.run(cell, x, states, weights, lengths, reverse=reverse)
        outputs = []
        for output, step in reference.steps(cell, x, states, weights, lengths, carry=torch.clone):
            outputs.append(output)
            recorded.append(step)
        return torch.stack(outputs), recorded[-1].states

    output, h_n = layer.forward_by(runner, input, h_0, lengths)
    gates = {name: torch.stack([step.gates[name] for step in recorded]) for name in layer.gates}
    return Trace(output, h_n, [step.states for step in recorded], gates)
