"""The layers that turn a batch into what a recurrent layer reads, by the kind of input."""

from __future__ import annotations

from torch import Tensor

from gatewise.data.batch import SequenceBatch
from gatewise.data.inputs.base import InputShape
from gatewise.models.input_layer import InputLayer
from gatewise.models.words import WordInput

__all__ = ["DenseInput", "build_input"]


class DenseInput(InputLayer):
    """An input layer that hands on numbers as they are."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, batch: SequenceBatch) -> Tensor:
        """Return ``batch.values``."""
        return batch.values


LAYERS: dict[str, type[InputLayer]] = {"dense": DenseInput, "words": WordInput}


def build_input(shape: InputShape) -> InputLayer:
    """Build the layer for inputs of this shape."""
    return LAYERS[shape.kind](**shape.sizes)
