"""The inside of layers over whole sequences: every state and gate at every step, through the kernels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor

from gatewise.nn import backends, reference
from gatewise.nn.cells.base import Cell, States, Weights
from gatewise.nn.recurrent import Recurrent
from gatewise.nn.state import State

__all__ = ["Inside", "inside"]

# Of a state that is computed at once, against the output that a backend gave.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Inside:
    """What one direction of one layer did.

    Attributes
    ----------
    cell : Cell
    layer, direction : int
        From 0; direction 1 reads each row from its end.
    input : Tensor, shape (time, batch, features)
        What it read.
    before : dict of str to Tensor, shape (time, batch, hidden)
        Each state that a step began with: of direction 1, what it carried from the steps after it.
    states : dict of str to Tensor, shape (time, batch, hidden)
        Each state after the step. Times are those of the input in both directions; zero after each row's end.
    gates : dict of str to Tensor, shape (time, batch, hidden)
        The same of each gate; empty for a cell without gates.
    weights : Weights
    """

    cell: Cell
    layer: int
    direction: int
    input: Tensor
    before: dict[str, Tensor]
    states: dict[str, Tensor]
    gates: dict[str, Tensor]
    weights: Weights


def inside(
    layer: Recurrent,
    input: Tensor,
    h_0: State | None = None,
    *,
    lengths: Tensor | Sequence[int] | None = None,
) -> list[Inside]:
    """Run a module and record every layer and direction of it, from the bottom up, without gradients.

    The outputs come from the backend that runs the module. From them all gates follow at once, as a gate depends on the
    step before only through its states; a second state such as the LSTM's is a sum that is made in log₂(time) passes.
    :func:`gatewise.nn.trace` does the same step by step, open to differentiation.

    Parameters
    ----------
    layer : Recurrent
        A layer of any cell; dropout acts as in its call.
    input, h_0, lengths
        As in :meth:`Recurrent.forward`.

    Examples
    --------
    >>> import torch
    >>> from gatewise.nn import GRU, inside
    >>> (only,) = inside(GRU(3, 8), torch.randn(5, 2, 3))
    >>> {name: tuple(gate.shape) for name, gate in only.gates.items()}
    {'update': (5, 2, 8), 'reset': (5, 2, 8)}
    """
    found: list[Inside] = []

    def runner(
        cell: Cell, x: Tensor, states: States, weights: Weights, lengths: Tensor | None, *, reverse: bool
    ) -> tuple[Tensor, States]:
        output, last = backends.run(cell, x, states, weights, lengths, reverse=reverse)
        found.append(_recorded(len(found), layer.directions, cell, x, output, states, weights, lengths))
        return output, last

    with torch.no_grad():
        layer.forward_by(runner, input, h_0, lengths)
    return found


def _recorded(
    number: int,
    directions: int,
    cell: Cell,
    x: Tensor,
    output: Tensor,
    first: States,
    weights: Weights,
    lengths: Tensor | None,
) -> Inside:
    depth, direction = divmod(number, directions)

    def turned(values: Tensor) -> Tensor:
        return reference.reverse_rows(values, lengths) if direction else values

    real = None if lengths is None else reference.valid_steps(len(x), lengths)
    # NaN in the padding would spoil nothing but what is masked below; a sum over time it would.
    read = turned(x if real is None else x.masked_fill(~real, 0))
    begun = _before(turned(output), first[0])
    projected = F.linear(read, weights.input, weights.input_bias)
    before: States = (begun,)
    if len(cell.states) > 1:
        before = (begun, _second_state(cell, projected, begun, first[1], weights))
    states, gates = cell.step(projected, before, weights)
    if len(cell.states) > 1 and not _alike(states[0], turned(output), real):
        before = _step_by_step(cell, read, first, weights, lengths)
        states, gates = cell.step(projected, before, weights)

    def shown(values: Tensor) -> Tensor:
        values = turned(values)
        return values if real is None else values.masked_fill(~real, 0)

    def named(values: States) -> dict[str, Tensor]:
        return dict(zip(cell.states, map(shown, values), strict=True))

    return Inside(
        cell, depth, direction, x, named(before), named(states),
        {name: shown(gates[name]) for name in cell.gates}, weights,
    )  # fmt: skip


def _before(after: Tensor, first: Tensor) -> Tensor:
    """Return the state before each step, from that after each."""
    return torch.cat([first[None], after[:-1]])


def _second_state(cell: Cell, projected: Tensor, begun: Tensor, first: Tensor, weights: Weights) -> Tensor:
    """Return a second state before each step, as if ``c' = a c + b`` in every unit, where ``h`` tells a and b.

    So it is in the LSTM and its kind, where ``a`` is the forget gate; whether it was so, the outputs tell.
    """
    zero = torch.zeros_like(begun)
    b = cell.step(projected, (begun, zero), weights)[0][1]
    a = cell.step(projected, (begun, zero + 1), weights)[0][1] - b
    # Steps of twice as many each time: (a, b) after (a', b') is (a a', a b' + b). Hillis & Steele 1986.
    reach = 1
    while reach < len(a):
        b = torch.cat([b[:reach], a[reach:] * b[:-reach] + b[reach:]])
        a = torch.cat([a[:reach], a[reach:] * a[:-reach]])
        reach *= 2
    return _before(a * first + b, first)


def _alike(found: Tensor, output: Tensor, real: Tensor | None) -> bool:
    difference = (found - output).abs()
    if real is not None:
        difference = difference.masked_fill(~real, 0)
    return bool((difference <= TOLERANCE * (1 + output.abs())).all())


def _step_by_step(cell: Cell, x: Tensor, first: States, weights: Weights, lengths: Tensor | None) -> States:
    after = [step.states for _, step in reference.steps(cell, x, first, weights, lengths)]
    stacked = [torch.stack(parts) for parts in zip(*after, strict=True)]
    return tuple(_before(one, begin) for one, begin in zip(stacked, first, strict=True))
