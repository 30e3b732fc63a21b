"""A step of a graph as one compiled call, on memory made once for so many streams."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping

import numpy as np

from gatewise.graphs.compiled.writing import Writer
from gatewise.graphs.graph import Array, Graph
from gatewise.kernels.program import instructions as kernels
from gatewise.nn.operators.loading import load_kernels

__all__ = ["Program"]


class Program:
    """Computes what :meth:`gatewise.graphs.running.Runner.step` does, for a number of streams that is fixed.

    States live in its memory, and most operators are instructions that a kernel goes through; so a step is one call,
    which allocates nothing.

    Attributes
    ----------
    inputs, states, answers : dict of str to array
        The memory of each, (batch, …): inputs to be filled before a step, states to be read and set between steps.
    row : array or None
        For :meth:`advance_row`: the same as the only input, in float64, if that is rows of numbers.

    Raises
    ------
    NotCovered
        There are no instructions for a part of the graph; the message names it.
    """

    def __init__(self, graph: Graph, batch: int) -> None:
        load_kernels()
        from gatewise.kernels.program.interpreter import interpreter

        writer = Writer(graph, batch)
        code = writer.code
        first = graph.inputs[0]
        self.row: Array | None = None
        if len(graph.inputs) == 1 and first.dtype == "float32":
            x = writer.values[first.name]
            self.row = np.zeros(x.shape, np.float64)
            code.copy(self.row, x)
            code.each(kernels.ALL_FINITE, kernels.FLOAT32, x, x)
        skipped = len(code.instructions)
        writer.write()
        values = writer.values
        self.inputs = {field.name: values[field.name] for field in graph.inputs}
        self.states = {state.name: values[state.name] for state in graph.states}
        self.answers = {field.name: values[field.name] for field in graph.outputs}
        written = np.array(code.instructions, np.int64)
        self._alive = writer, written
        self._run = interpreter()
        begin = written.ctypes.data
        self._whole = _call(0, len(written), begin)
        self._after_checks = _call(0, len(written) - skipped, begin + 8 * kernels.FIELDS * skipped)

    def advance(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Return the answers to one observation of each stream, as arrays of their own."""
        for name, array in inputs.items():
            self.inputs[name][...] = array
        self._run(self._after_checks)
        return {name: array.copy() for name, array in self.answers.items()}

    def advance_row(self) -> bool:
        """Advance by what stands in ``row``, unless it is not finite in float32: then nothing changes, and False."""
        self._run(self._whole)
        return not self._whole[0]

    def load(self, states: Mapping[str, Array]) -> None:
        """Go on from states, of which nothing is kept."""
        for name, target in self.states.items():
            target[...] = states[name]


def _call(*numbers: int) -> ctypes.Array[ctypes.c_int64]:
    return (ctypes.c_int64 * len(numbers))(*numbers)
