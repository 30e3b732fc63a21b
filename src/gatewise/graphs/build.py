"""Writing a graph down as one would write the equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gatewise.graphs.graph import Array, Dimension, Field, Graph, Node, State

__all__ = ["Builder", "Value"]


class Value:
    """A value in a graph that is being written; arithmetic with it adds operators."""

    __array_ufunc__ = None  # arrays on the left leave the arithmetic to this

    def __init__(self, builder: Builder, name: str) -> None:
        self.builder, self.name = builder, name

    def __add__(self, other: Operand) -> Value:
        return self.builder("Add", self, other)

    def __radd__(self, other: Operand) -> Value:
        return self.builder("Add", other, self)

    def __sub__(self, other: Operand) -> Value:
        return self.builder("Sub", self, other)

    def __rsub__(self, other: Operand) -> Value:
        return self.builder("Sub", other, self)

    def __mul__(self, other: Operand) -> Value:
        return self.builder("Mul", self, other)

    def __rmul__(self, other: Operand) -> Value:
        return self.builder("Mul", other, self)

    def __truediv__(self, other: Operand) -> Value:
        return self.builder("Div", self, other)

    def __rtruediv__(self, other: Operand) -> Value:
        return self.builder("Div", other, self)

    def __matmul__(self, other: Operand) -> Value:
        return self.builder("MatMul", self, other)

    def as_type(self, dtype: str) -> Value:
        """Convert to ``dtype``."""
        return self.builder("Cast", self, to=dtype)

    def part(self, first: int | None, last: int | None, axis: int) -> Value:
        """Return places ``first`` to ``last`` of an axis, as a slice does."""
        end = np.iinfo(np.int64).max if last is None else last
        return self.builder("Slice", self, start=first or 0, end=end, axis=axis)

    def shaped(self, *shape: int) -> Value:
        """Return the same numbers in another shape: 0 keeps the length of an axis, -1 is what is left."""
        return self.builder("Reshape", self, shape=tuple(shape))

    def widened(self, axis: int) -> Value:
        """Return the value with a further axis of length 1."""
        return self.builder("Unsqueeze", self, axis=axis)

    def narrowed(self, axis: int) -> Value:
        """Return the value without an axis of length 1."""
        return self.builder("Squeeze", self, axis=axis)


Operand = Value | Array | np.generic


class Builder:
    """Collects the parts of a graph; calling it with an operator and its operands adds that operator."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._inputs: list[Field] = []
        self._outputs: list[Field] = []
        self._states: list[State] = []
        self._nodes: list[Node] = []
        self._constants: dict[str, Array] = {}
        self._initial: dict[str, Array] = {}

    def __call__(self, operator: str, *operands: Operand, **attributes: Any) -> Value:
        """Add an operator with one result."""
        return self.several(operator, operands, 1, **attributes)[0]

    def several(
        self, operator: str, operands: Sequence[Operand], count: int, **attributes: Any
    ) -> tuple[Value, ...]:
        """Add an operator with ``count`` results."""
        inputs = tuple(self.value(one).name for one in operands)
        outputs = tuple(f"{operator}_{len(self._nodes)}{f'_{k}' if count > 1 else ''}" for k in range(count))
        self._nodes.append(Node(operator, inputs, outputs, attributes))
        return tuple(Value(self, name) for name in outputs)

    def places(self, x: Value, axis: int) -> Value:
        """Return 0, 1, … for the places of an axis."""
        count = self("Gather", self("Shape", x), np.int64(axis), axis=0)
        return self("Range", np.int64(0), count, np.int64(1))

    def value(self, operand: Operand) -> Value:
        """Return an operand as a value; an array becomes a constant."""
        return operand if isinstance(operand, Value) else self.constant(operand)

    def constant(self, array: Array | np.generic, name: str = "") -> Value:
        """Add what was learned, or is fixed; what is there already is not added again."""
        array = np.asarray(array)
        for known, other in self._constants.items() if not name else ():
            if other is array or (other.size < 64 and _same(other, array)):
                return Value(self, known)
        name = name or f"constant_{len(self._constants)}"
        self._constants[name] = array
        return Value(self, name)

    def input(self, name: str, dtype: str, shape: tuple[Dimension, ...], names: Sequence[str] = ()) -> Value:
        """Add an input."""
        self._inputs.append(Field(name, dtype, shape, tuple(names)))
        return Value(self, name)

    def state(self, name: str, initial: Array) -> Value:
        """Add a state; :meth:`carry` says what it is after the step."""
        self._initial[name] = np.asarray(initial)
        return Value(self, name)

    def carry(self, state: Value, after: Value) -> None:
        """Say what a state is after the step."""
        self._states.append(State(state.name, after.name, self._initial.pop(state.name)))

    def output(self, value: Value, field: Field) -> None:
        """Answer with a value, by the name of the field."""
        self._nodes.append(Node("Identity", (value.name,), (field.name,)))
        self._outputs.append(field)

    def graph(self, about: Mapping[str, Any] | None = None) -> Graph:
        """Return what was written."""
        assert not self._initial, f"states without an end: {', '.join(self._initial)}"
        return Graph(
            self._name,
            tuple(self._inputs),
            tuple(self._outputs),
            tuple(self._states),
            tuple(self._nodes),
            dict(self._constants),
            dict(about or {}),
        )


def _same(one: Array, other: Array) -> bool:
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
