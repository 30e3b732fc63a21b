"""Single steps of cells without kernels, through the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from numpy.typing import NDArray

from gatewise.nn.cells.base import Weights

if TYPE_CHECKING:
    from gatewise.nn.recurrent import Recurrent

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

    def __init__(self, layer: Recurrent, batch: int, threads: int = 1) -> None:  # noqa: ARG002, torch has its own
        self._cell = layer.cell
        # Copies, as kernels take them: a stream does not notice that its layer is trained on.
        self._weights = [
            Weights(*[None if tensor is None else tensor.detach().clone() for tensor in weights])  # type: ignore[arg-type]  # only biases are None
            for weights in layer.weights()
        ]
        dtype = self._weights[0].input.numpy().dtype
        self.input: NDArray[Any] = np.zeros((batch, layer.input_size), dtype)
        self.states: list[tuple[NDArray[Any], ...]] = [
            tuple(np.zeros((batch, layer.hidden_size), dtype) for _ in layer.states)
            for _ in range(layer.num_layers)
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
