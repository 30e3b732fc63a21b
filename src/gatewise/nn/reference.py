"""Cells over time in plain torch: the definition of correct, from the equations of :mod:`gatewise.nn.cells`.

Every faster backend is tested against this file. Nothing here writes in place or looks at values, so it
runs in every floating-point type, differentiates any number of times and works under ``torch.func``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor

from gatewise.nn.cells.base import Cell, States, Step, Weights

__all__ = ["reverse_rows", "run", "steps", "valid_steps"]


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
        Applied to every state between one step and the next, to give it a node of its own in the graph.

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
