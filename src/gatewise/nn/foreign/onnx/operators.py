"""The recurrent operators of ONNX, and which of our cells each is; read by what reads files and by what writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["OPERATORS", "Operator"]


@dataclass(frozen=True)
class Operator:
    """An operator of ONNX: its name, where its blocks stand in ours, and what else it is told."""

    name: str
    order: tuple[int, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)


# By the name of our cell. ONNX's LSTM has the blocks i o f c, its GRU z r h.
OPERATORS = {
    "RNN": Operator("RNN", (0,), {"activations": ["Tanh"]}),
    "RNN-relu": Operator("RNN", (0,), {"activations": ["Relu"]}),
    "LSTM": Operator("LSTM", (0, 3, 1, 2)),
    "GRU": Operator("GRU", (1, 0, 2), {"linear_before_reset": 0}),
    "GRU-after": Operator("GRU", (1, 0, 2), {"linear_before_reset": 1}),
}
