"""Networks whose gates and weights are set by hand, so that the truth is known."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from gatewise.inspection import trace_module
from gatewise.nn import Recurrent, cell_named

__all__ = ["built", "logit", "traced"]

FAR = 40.0  # σ is 0 or 1 to the bit in float32


def logit(value: float) -> float:
    """What a gate's bias has to be; 0 and 1 too."""
    if value in (0.0, 1.0):
        return FAR if value else -4 * FAR
    return math.log(value / (1 - value))


def built(cell: str, gates: dict[str, float], size: int = 3, features: int = 2, **options: Any) -> Recurrent:
    """A layer whose gates have these values whatever it reads; its candidates are random."""
    torch.manual_seed(0)
    layer = Recurrent(cell_named(cell), features, size, **options)
    with torch.no_grad():
        for name, value in gates.items():
            block = layer.cell.block_names.index(name)
            rows = slice(block * size, (block + 1) * size)
            for weights in layer.weights():
                weights.input[rows], weights.hidden[rows] = 0, 0
                assert weights.input_bias is not None
                assert weights.hidden_bias is not None
                weights.input_bias[rows], weights.hidden_bias[rows] = logit(value), 0
    return layer


def traced(layer: Recurrent, x: Tensor, h_0: Any = None) -> Any:
    """The trace of one row."""
    (trace,) = trace_module(layer, x[:, None], h_0)
    return trace
