"""The way into a network: what the recurrent layer reads, from a batch."""

from __future__ import annotations

from torch import Tensor, nn

from gatewise.data.batch import SequenceBatch
from gatewise.data.inputs.base import InputShape

__all__ = ["DenseInput", "InputLayer", "build_input"]


class InputLayer(nn.Module):
    """Base: from a batch to what the recurrent layer reads, shape (batch, time, ``width``)."""

    width: int


class DenseInput(InputLayer):
    """Numbers as they are."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, batch: SequenceBatch) -> Tensor:
        """``batch.values``."""
        return batch.values


LAYERS: dict[str, type[InputLayer]] = {"dense": DenseInput}


def build_input(shape: InputShape) -> InputLayer:
    """The layer for inputs of this shape."""
    return LAYERS[shape.kind](**shape.sizes)
