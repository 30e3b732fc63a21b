"""How far back a network can learn: the gradient against lag, and what its gates do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gatewise.inspection.decay import Course, course, half_life
from gatewise.inspection.thresholds import OPEN, SHUT
from gatewise.nn import trace
from gatewise.nn.cells.base import States
from gatewise.nn.recurrent import Recurrent

__all__ = ["GradientFlow", "gradient_flow"]

SMALLEST = 1e-30


@dataclass(frozen=True)
class GradientFlow:
    """What :func:`gradient_flow` measured.

    Attributes
    ----------
    norms : float64 array, shape (lags,)
        At lag ``k``: the norm of ∂(v·h_t)/∂state_{t−k} for random unit ``v``, geometric mean over sequences;
        1 at lag 0. The state is all that a cell carries: ``h``, for the LSTM ``h`` and ``c`` together.
    open, shut : dict of str to float
        Share of gate values above 0.9, and below 0.1, per gate: two things, which are not added.
    """

    norms: NDArray[np.float64]
    open: dict[str, float]
    shut: dict[str, float]

    @property
    def half_life(self) -> int | None:
        """Return the first lag at which the norm is at or below one half; ``None`` where at none."""
        return half_life(range(len(self.norms)), self.norms.tolist())

    @property
    def left(self) -> float:
        """Return the share of the norm that is left at the longest lag."""
        return float(self.norms[-1])

    @property
    def verdict(self) -> Course:
        """Return in a word how the norm goes over 16 steps, see :func:`gatewise.inspection.decay.course`."""
        return course(range(len(self.norms)), self.norms.tolist())


def gradient_flow(
    layer: Recurrent,
    tokens: Tensor,
    lengths: Tensor | None = None,
    *,
    random_state: int = 0,
    ends: int = 1,
) -> GradientFlow:
    """Measure the gradient from the last step, or from several, back through every step before it.

    Only sequences as long as the longest are used, so that every lag is measured on the same ones. A
    bidirectional layer is measured in its forward direction.

    Parameters
    ----------
    layer : Recurrent
        ``batch_first``; its first layer is looked into.
    tokens : Tensor, shape (batch, time, features)
        What the layer reads, from real data.
    lengths : Tensor, shape (batch,), optional
    random_state : int, default 0
        Seed of the random projections ``v``.
    ends : int, default 1
        Steps from which it is measured: the last one, and others evenly over the second half. A lag is the geometric
        mean over the ends that lie so far from the beginning; the longest has the last end only.

    References
    ----------
    Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks".
    """
    if lengths is not None:
        tokens = tokens[lengths == lengths.max(), : int(lengths.max())]
    inside = trace(layer, tokens.detach())
    steps = len(inside.states)
    places = sorted({steps - 1 - end * steps // (2 * ends) for end in range(ends)})
    logs = [_logs_from(inside.states[: place + 1], random_state) for place in places]
    norms = [
        float(torch.stack([one[lag] for one in logs if lag < len(one)]).mean().exp()) for lag in range(steps)
    ]
    above = {name: float((gate > OPEN).double().mean()) for name, gate in inside.gates.items()}
    below = {name: float((gate < SHUT).double().mean()) for name, gate in inside.gates.items()}
    return GradientFlow(np.asarray(norms), above, below)


def _logs_from(states: list[States], random_state: int) -> Tensor:
    """Return the mean logarithm of the gradient's norm at every lag from the last of these states."""
    last = states[-1][0]  # (batch, hidden): h is the first state of every cell
    direction = torch.randn(last.shape, generator=torch.Generator().manual_seed(random_state), device="cpu")
    direction /= direction.norm(dim=1, keepdim=True)
    flat = [state for step in states for state in step]
    gradients = torch.autograd.grad((last * direction).sum(), flat, retain_graph=True, allow_unused=True)
    count = len(states[0])
    logs = []
    for step in reversed(range(len(states))):
        parts = gradients[step * count : (step + 1) * count]
        # Squares of small gradients are too small for float32.
        squares = torch.stack([part.double().square().sum(1) for part in parts if part is not None]).sum(0)
        logs.append(squares.clamp_min(SMALLEST**2).sqrt().log().mean())
    return torch.stack(logs)
