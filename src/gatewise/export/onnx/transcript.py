"""The parts of an ONNX graph while it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from gatewise.export.quantised import Quantised
from gatewise.graphs.graph import Array
from gatewise.onnx_library import onnx

__all__ = ["Transcript"]


class Transcript:
    """Nodes and constants, with names for those in between.

    Parameters
    ----------
    constants : dict of str to array
    quantised : dict of str to Quantised
        Of the constants those that are kept as whole numbers of 8 bits.
    prefix : str
        Of new names; a graph inside of another must not have the same.
    """

    def __init__(
        self, constants: Mapping[str, Array], quantised: Mapping[str, Quantised], prefix: str = ""
    ) -> None:
        self.nodes: list[Any] = []
        self.initializers: dict[str, Any] = {}
        self._constants, self._quantised, self._prefix = constants, quantised, prefix
        self._restored: set[str] = set()

    def inside(self, prefix: str) -> Transcript:
        """Return an empty transcript for a graph inside of this one, with the same constants."""
        return Transcript(self._constants, self._quantised, f"{self._prefix}{prefix}")

    def node(
        self, operator: str, inputs: Sequence[str], outputs: Sequence[str] = (), **attributes: Any
    ) -> str:
        """Add a node; returns the name of its first result."""
        names = list(outputs) or [f"{self._prefix}{operator}_{len(self.nodes)}_"]
        self.nodes.append(onnx().helper.make_node(operator, list(inputs), names, **attributes))
        return str(names[0])

    def constant(self, array: ArrayLike, dtype: str | None = None) -> str:
        """Add a constant; returns its name."""
        found = np.asarray(array, dtype)
        name = f"{self._prefix}c{len(self.initializers)}_"
        self.initializers[name] = onnx().numpy_helper.from_array(found, name)
        return name

    def use(self, name: str) -> str:
        """Return the name of a value, and add it where it is a constant of the graph that is not there yet."""
        if name not in self._constants or name in self.initializers or name in self._restored:
            return name
        kept = self._quantised.get(name)
        if kept is None:
            # Arrays without axes must not get one.
            array = np.array(self._constants[name], order="C")
            self.initializers[name] = onnx().numpy_helper.from_array(array, name)
            return name
        self._restored.add(name)
        return self._dequantised(kept.numbers, kept.scale, kept.axis, [name])

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a constant of the graph."""
        return np.shape(self._constants[name])

    def reordered(self, name: str, blocks: int, order: Sequence[int]) -> str:
        """Add a constant of the graph with blocks of its first axis in another order."""

        def turned(array: Array) -> Array:
            return np.concatenate([np.split(array, blocks)[place] for place in order])

        kept = self._quantised.get(name)
        if kept is None:
            return self.constant(turned(np.asarray(self._constants[name])))
        return self._dequantised(turned(kept.numbers), turned(kept.scale), kept.axis, ())

    def _dequantised(self, numbers: Array, scale: Array, axis: int, outputs: Sequence[str]) -> str:
        # Not DequantizeLinear, which ONNX Runtime moves and pairs with rounding of its own: answers were off by .001.
        whole = self.node("Cast", [self.constant(numbers)], to=onnx().TensorProto.FLOAT)
        return self.node("Mul", [whole, self.constant(np.expand_dims(scale, 1 - axis))], outputs)

    def places(self, name: str, axis: int) -> str:
        """Add 0, 1, … for the places of an axis."""
        count = self.node("Gather", [self.node("Shape", [name]), self.constant(axis, "int64")], axis=0)
        return self.node("Range", [self.constant(0, "int64"), count, self.constant(1, "int64")])

    def part(self, name: str, first: int, last: int, axis: int) -> str:
        """Add a slice."""
        places = [self.constant([number], "int64") for number in (first, last, axis)]
        return self.node("Slice", [name, *places])
