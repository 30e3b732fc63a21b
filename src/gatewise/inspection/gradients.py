"""How far back a network can learn: the gradient against lag, and what its gates do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gatewise.inspection.decay import Course, course, half_life
from gatewise.nn import trace
from gatewise.nn.recurrent import Recurrent

__all__ = ["GradientFlow", "gradient_flow"]

SMALLEST = 1e-30
OPEN, SHUT = 0.95, 0.05


@dataclass(frozen=True)
class GradientFlow:
    """What :func:`gradient_flow` measured.

    Attributes
    ----------
    norms : float64 array, shape (lags,)
        At lag ``k``: the norm of ∂(v·h_t)/∂state_{t−k} for random unit ``v``, geometric mean over sequences;
        1 at lag 0. The state is all that a cell carries: ``h``, for the LSTM ``h`` and ``c`` together.
    saturated : dict of str to float
        Share of gate values below 0.05 or above 0.95, per gate.
    """

    norms: NDArray[np.float64]
    saturated: dict[str, float]

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
    layer: Recurrent, tokens: Tensor, lengths: Tensor | None = None, *, random_state: int = 0
) -> GradientFlow:
    """Measure the gradient from the last step back through every step before it.

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

    References
    ----------
    Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks".
    """
    if lengths is not None:
        tokens = tokens[lengths == lengths.max(), : int(lengths.max())]
    inside = trace(layer, tokens.detach())
    last = inside.states[-1][0]  # (batch, hidden): h is the first state of every cell
    direction = torch.randn(last.shape, generator=torch.Generator().manual_seed(random_state))
    direction /= direction.norm(dim=1, keepdim=True)
    flat = [state for states in inside.states for state in states]
    gradients = torch.autograd.grad((last * direction).sum(), flat, allow_unused=True)
    count = len(inside.states[0])
    norms = []
    for step in reversed(range(len(inside.states))):
        parts = gradients[step * count : (step + 1) * count]
        # Squares of small gradients are too small for float32.
        squares = torch.stack([part.double().square().sum(1) for part in parts if part is not None]).sum(0)
        norms.append(float(squares.clamp_min(SMALLEST**2).sqrt().log().mean().exp()))
    saturated = {
        name: float(((values < SHUT) | (values > OPEN)).double().mean())
        for name, values in inside.gates.items()
    }
    return GradientFlow(np.asarray(norms), saturated)
