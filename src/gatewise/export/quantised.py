"""Weights as whole numbers of 8 bits, a quarter of the size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from gatewise.graphs.graph import Array, Graph

__all__ = ["Quantised", "quantised"]

# Smaller matrices save nothing worth their rounding.
FEWEST = 256
# Which axis of its constants counts outputs, by operator and place of the operand.
OUTPUTS = {("MatMul", 1): 1, ("Gather", 0): 0}


@dataclass(frozen=True)
class Quantised:
    """A matrix as ``numbers · scale``, with a scale for each output.

    Attributes
    ----------
    numbers : int8 array
        From -127 to 127.
    scale : float32 array, shape (outputs,)
    axis : int
        Of the outputs.
    """

    numbers: Array
    scale: Array
    axis: int

    @classmethod
    def of(cls, matrix: Array, axis: int) -> Quantised:
        """Round to the nearest of 255 numbers between the largest of each output and its opposite."""
        largest = np.abs(matrix).max(axis=1 - axis)
        scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
        numbers = np.round(matrix / np.expand_dims(scale, 1 - axis)).astype(np.int8)
        return cls(numbers, scale, axis)

    @property
    def restored(self) -> Array:
        """The matrix that the numbers stand for."""
        matrix: Array = self.numbers.astype(np.float32) * np.expand_dims(self.scale, 1 - self.axis)
        return matrix


def quantised(graph: Graph) -> tuple[Graph, dict[str, Quantised]]:
    """Return a graph with rounded matrices, and these as whole numbers.

    Weights are rounded and activations are not: what is left of a recurrent state is read again at every step, and its
    rounding would add up. Nor are the factors of chains of labels, which are none below 0: a small one must not become
    0, as that forbids a label.
    """
    found = {name: Quantised.of(np.asarray(graph.constants[name]), axis) for name, axis in _matrices(graph)}
    rounded = {name: one.restored for name, one in found.items()}
    return replace(graph, constants={**graph.constants, **rounded}), found


def _matrices(graph: Graph) -> Iterator[tuple[str, int]]:
    for node in graph.nodes:
        for place, name in enumerate(node.inputs):
            array = graph.constants.get(name)
            if array is None or array.dtype != np.float32 or array.ndim != 2 or array.size < FEWEST:
                continue
            axis = 0 if node.operator.startswith("Recurrent") else OUTPUTS.get((node.operator, place))
            if axis is not None and (array < 0).any():
                yield name, axis
