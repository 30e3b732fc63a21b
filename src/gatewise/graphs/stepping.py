"""What advances streams through a graph: one compiled call, or operator after operator where that does not cover it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from gatewise.graphs.compiled.code import NotCovered
from gatewise.graphs.compiled.program import Program
from gatewise.graphs.graph import Array, Graph
from gatewise.graphs.running import Runner
from gatewise.nn.backends import Choice, forced

__all__ = ["Steps", "steps_of"]

Values = dict[str, Array]


class Steps(Protocol):
    """Streams that advance together, with their states."""

    @property
    def states(self) -> Mapping[str, Array]:
        """What is carried to the next step, each (batch, …); may be the memory that it lives in."""

    def advance(self, inputs: Mapping[str, Array]) -> Values:
        """Return the answers to one observation of each stream, as arrays of their own."""

    def load(self, states: Mapping[str, Array]) -> None:
        """Go on from states, of which nothing is kept."""


class _Operators:
    def __init__(self, graph: Graph, batch: int) -> None:
        self._runner = Runner(graph)
        self.states: Mapping[str, Array] = self._runner.initial(batch)

    def advance(self, inputs: Mapping[str, Array]) -> Values:
        answers, self.states = self._runner.step(inputs, self.states)
        return {name: np.array(array) for name, array in answers.items()}

    def load(self, states: Mapping[str, Array]) -> None:
        self.states = {name: np.array(array) for name, array in states.items()}


def steps_of(graph: Graph, batch: int) -> tuple[Steps, Choice]:
    """Return what advances so many streams, and why it does."""
    asked = forced()
    if asked is not None and asked != "kernels":
        return _Operators(graph, batch), Choice("reference", "asked for; operator after operator, in numpy")
    try:
        program = Program(graph, batch)
    except NotCovered as reason:
        return _Operators(graph, batch), Choice("reference", str(reason))
    return program, Choice("kernels", "compiled for this processor, a step is one call")
