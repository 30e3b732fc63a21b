"""A step of a model as statements of C over places that are known beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from gatewise.errors import ExportError
from gatewise.export.c.elementwise import ELEMENTWISE, elementwise
from gatewise.export.c.memory import Buffer
from gatewise.export.c.shapes import Shape, shapes_of
from gatewise.export.c.text import C_TYPES, Names, literal
from gatewise.export.c.values import Index, Packed, Value, assigned, bare, stored
from gatewise.export.c.views import VIEWS
from gatewise.export.quantised import Quantised
from gatewise.graphs.graph import Array, Graph, Node

__all__ = ["Program", "Statement", "compiled"]

# What reads every number of an operand once, so that it may be an expression.
READS_ONCE = frozenset(
    {*ELEMENTWISE, "Concat", "Identity", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum"}
)
# Longer ones nobody reads.
LONGEST = 160


@dataclass
class Program:
    """What has been written so far.

    Attributes
    ----------
    prefix : str
        What public names begin with.
    statements : list of str
    buffers : dict of str to Buffer
        Room that statements use, by its name.
    data : dict of str to array
        What stands in constant memory, by its name.
    multiply_adds : int
        Products and sums of matrices.
    """

    graph: Graph
    prefix: str
    quantised: Mapping[str, Quantised]
    names: Names = field(default_factory=Names)
    statements: list[str] = field(default_factory=list)
    buffers: dict[str, Buffer] = field(default_factory=dict)
    data: dict[str, Array] = field(default_factory=dict)
    multiply_adds: int = 0
    shapes: dict[str, Shape] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        """Return a value by its name in the graph; constants are written down when they are first read."""
        if name not in self.values:
            self.values[name] = self._constant(name)
        return self.values[name]

    def placed(self, value: Value, hint: str) -> Value:
        """Return the same value such that its numbers follow each other."""
        return value if value.place is not None else self.kept(value, hint)

    def kept(self, value: Value, hint: str) -> Value:
        """Compute a value now, and keep it."""
        if int(np.prod(value.shape, dtype=int)) == 1:
            name = self.names.new(hint)
            at = value.at(("0",) * len(value.shape))
            self.statements.append(f"const {C_TYPES[value.dtype]} {name} = {bare(at)};")
            return Value(value.dtype, value.shape, lambda _: name, f"&{name}")
        found = self.room(hint, value.dtype, value.shape)
        self.statements.append(assigned(found, value))
        return found

    def room(self, hint: str, dtype: str, shape: tuple[int, ...]) -> Value:
        """Return a value that statements will fill."""
        name = self.names.new(hint)
        self.buffers[name] = Buffer(dtype, int(np.prod(shape, dtype=int)))
        return stored(name, dtype, shape)

    def constant(self, hint: str, array: Array) -> str:
        """Put an array into constant memory; returns its name. One that is there already is not put twice."""
        array = np.ascontiguousarray(array)
        for name, other in self.data.items():
            if (
                other.dtype == array.dtype
                and other.shape == array.shape
                and other.tobytes() == array.tobytes()
            ):
                return name
        name = self.names.new(hint)
        self.data[name] = array
        return name

    def _constant(self, name: str) -> Value:
        if name in self.quantised:
            return self._quantised(name, self.quantised[name])
        shape = self.shapes[name]
        assert shape.constant is not None, f"{name} is read before it is computed"
        array, dtype = shape.constant, shape.dtype
        if array.size and (array.ravel()[:1].tobytes() * array.size) == np.ascontiguousarray(array).tobytes():
            number = literal(array.ravel()[0], dtype)
            place = None if array.size > 1 else f"&({C_TYPES[dtype]}){{{number}}}"
            return Value(dtype, shape.shape, lambda _: number, place)
        return stored(self.constant(name, array), dtype, shape.shape)

    def _quantised(self, name: str, one: Quantised) -> Value:
        numbers, steps = self.constant(name, one.numbers), self.constant(f"{name} step", one.scale)
        whole = stored(numbers, "int8", one.numbers.shape)

        def at(index: Index) -> str:
            return f"({steps}[{index[one.axis]}] * (float){whole.at(index)})"

        return Value("float32", one.numbers.shape, at, packed=Packed(numbers, steps))


# Writes an operator, and returns its results.
Statement = Callable[[Program, Node], list[Value]]


def compiled(
    graph: Graph, prefix: str, quantised: Mapping[str, Quantised], statements: Mapping[str, Statement]
) -> Program:
    """Write all operators of a graph, states and answers excepted.

    Raises
    ------
    ExportError
        An operator has no C.
    """
    program = Program(graph, prefix, quantised, shapes=shapes_of(graph))
    for one in graph.inputs:
        program.values[one.name] = _input(program, one.name)
    for state in graph.states:
        name = f"state->carried.{program.names.of(state.name)}"
        shape = program.shapes[state.name].shape
        scalar = program.shapes[state.name].size == 1
        program.values[state.name] = (
            Value(state.dtype, shape, lambda _, name=name: name, f"&{name}")  # type: ignore[misc]  # a default
            if scalar
            else stored(name, state.dtype, shape)
        )
    uses = Counter(name for node in graph.nodes for name in node.inputs)
    uses.update(state.after for state in graph.states)
    consumers = {name: node for node in graph.nodes for name in node.inputs}
    for node in graph.nodes:
        if node.operator in VIEWS:
            values = [_view(program, node)]
        elif node.operator in ELEMENTWISE:
            values = [_element(program, node, uses, consumers)]
        elif node.operator in statements:
            values = statements[node.operator](program, node)
        else:
            raise ExportError(f"{graph.name}: there is no C for the operator {node.operator}")
        program.values.update(zip(node.outputs, values, strict=True))
    return program


def _input(program: Program, name: str) -> Value:
    shape = program.shapes[name]
    given = program.names.of(name)
    if shape.shape == (1,):
        return Value(shape.dtype, shape.shape, lambda _: given)
    found = stored(given, shape.dtype, shape.shape)
    # Whole numbers are given in 32 bits, and so are no array of what they are here.
    return found if shape.dtype != "int64" else Value(shape.dtype, shape.shape, found.at)


def _view(program: Program, node: Node) -> Value:
    value = program.value(node.inputs[0])
    if node.operator == "Reshape":
        value = program.placed(value, node.inputs[0])
    return VIEWS[node.operator](value, node, program.shapes[node.outputs[0]].shape)


def _element(program: Program, node: Node, uses: Counter[str], consumers: Mapping[str, Node]) -> Value:
    (name,) = node.outputs
    shape = program.shapes[name]
    value = elementwise(node, [program.value(one) for one in node.inputs], shape.dtype, shape.shape)
    consumer = consumers.get(name)
    once = (
        uses[name] == 1
        and consumer is not None
        and consumer.operator in READS_ONCE
        and (consumer.operator not in ELEMENTWISE or program.shapes[consumer.outputs[0]].size == shape.size)
    )
    if once and len(value.at(("i",) * len(shape.shape))) <= LONGEST:
        return value
    return program.kept(value, name)
