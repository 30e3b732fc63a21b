"""Single steps of cells without kernels, through the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from numpy.typing import NDArray

from gatewise.nn.cells.base import Cell, Weights

__all__ = ["ReferenceStepper"]


class ReferenceStepper:
    """Layers of one cell that advance together, one step at a call; no gradients.

    It has the arrays and the call of :class:`gatewise.kernels.call.stepper.Stepper`.

    Attributes
    ----------
    input : ndarray
        (batch, input), to be filled before each step.
    states : list of tuple of ndarray
        For each layer and state (batch, hidden), to be read and set between steps; zero at first.
    """

    def __init__(self, cell: Cell, layers: Sequence[Weights], batch: int) -> None:
        self._cell, self._weights = cell, layers
        below, dtype = layers[0].input, layers[0].input.numpy().dtype
        self.input: NDArray[Any] = np.zeros((batch, below.shape[1]), dtype)
        self.states: list[tuple[NDArray[Any], ...]] = [
            tuple(np.zeros((batch, weights.hidden.shape[1]), dtype) for _ in cell.states)
            for weights in layers
        ]

    @torch.no_grad()
    def step(self) -> None:
        """Advance every layer by one step."""
        x = torch.from_numpy(self.input)
        for weights, arrays in zip(self._weights, self.states, strict=True):
            projected = F.linear(x, weights.input, weights.input_bias)
            states, _ = self._cell.step(projected, tuple(map(torch.from_numpy, arrays)), weights)
            for array, state in zip(arrays, states, strict=True):
                array[...] = state.numpy()
            x = torch.from_numpy(arrays[0])
