"""Going through a graph once: memory for each of its values, instructions for what is computed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from gatewise.graphs.compiled.code import Code, NotCovered
from gatewise.graphs.compiled.operators import written
from gatewise.graphs.graph import Array, Graph, Node
from gatewise.graphs.operators import OPERATORS

if TYPE_CHECKING:
    from gatewise.nn.cells.base import Cell

__all__ = ["Writer"]


class Writer:
    """Writes a step of a graph for so many streams.

    Attributes
    ----------
    code : Code
    values : dict of str to array
        The memory of each value, by its name.
    """

    def __init__(self, graph: Graph, batch: int) -> None:
        self._graph, self._batch = graph, batch
        self.code = Code()
        self.values: dict[str, Array] = {name: _whole(array) for name, array in graph.constants.items()}
        self._fixed = set(self.values)
        for field in graph.inputs:
            shape = [batch if one == "batch" else one for one in field.shape]
            if not all(isinstance(length, int) for length in shape):
                raise NotCovered(f"the shape of {field.name!r} is open")
            self.values[field.name] = self.code.memory([int(one) for one in shape], np.dtype(field.dtype))
        for state in graph.states:
            self.values[state.name] = self.code.memory((batch, *state.shape), state.initial.dtype)
            self.values[state.name][...] = state.initial

    def write(self) -> None:
        """Write all nodes, and then what is carried to the next step."""
        steppers = self._steppers()
        for number, node in enumerate(self._graph.nodes):
            if number in steppers:
                self._step(node, steppers[number])
            else:
                self._node(node)
        self._carry()

    def _node(self, node: Node) -> None:
        if node.operator not in OPERATORS or len(node.outputs) > 1:
            raise NotCovered(f"there is no instruction for {node.operator}")
        operands = [self.values[name] for name in node.inputs]
        # Of the numbers that are there now only shape and type are of interest.
        with np.errstate(all="ignore"):
            like = np.asarray(OPERATORS[node.operator](*operands, **node.attributes))
        (name,) = node.outputs
        fixed = [one in self._fixed for one in node.inputs]
        if all(fixed) or node.operator == "Shape":
            self.values[name] = _whole(like)
            self._fixed.add(name)
        else:
            self.values[name] = written(self.code, node, operands, like, fixed)

    def _steppers(self) -> dict[int, Any]:
        """Make what steps the cells, by node; a state that only its cell reads lives in the memory of that."""
        from gatewise.kernels.call import stepper

        readers = Counter(name for node in self._graph.nodes for name in node.inputs)
        after = {state.name: state.after for state in self._graph.states}
        steppers: dict[int, Any] = {}
        for number, node in enumerate(self._graph.nodes):
            if node.operator != "RecurrentStep":
                continue
            cell: Cell = node.attributes["cell"]
            if cell.kernel is None:
                raise NotCovered(f"no kernel computes the {cell.description}")
            weights = stepper.Weights(*(self.values[name] for name in node.inputs[-4:]))
            steppers[number] = made = stepper.Stepper(cell.kernel, [weights], self._batch)
            for name, then, own in zip(node.inputs[1:-4], node.outputs, made.states[0], strict=True):
                if after.get(name) == then and readers[name] == 1:
                    own[...] = self.values[name]
                    self.values[name] = own
        return steppers

    def _step(self, node: Node, made: Any) -> None:
        self.code.copy(self.values[node.inputs[0]], made.input)
        for name, own in zip(node.inputs[1:-4], made.states[0], strict=True):
            if self.values[name] is not own:
                self.code.copy(self.values[name], own)
        kernel, job = made.addresses
        self.code.call(kernel, job, made)
        self.values.update(zip(node.outputs, made.states[0], strict=True))

    def _carry(self) -> None:
        states = [self.values[state.name] for state in self._graph.states]
        pairs = []
        for state, target in zip(self._graph.states, states, strict=True):
            source = self.values[state.after]
            if source is target:
                continue
            if any(np.may_share_memory(source, other) for other in states):
                # It may be overwritten before it is read.
                kept = self.code.memory(source.shape, source.dtype)
                self.code.copy(source, kept)
                source = kept
            pairs.append((source, target))
        for source, target in pairs:
            self.code.copy(source, target)


def _whole(array: Array) -> Array:
    return np.ascontiguousarray(array).reshape(np.shape(array))
