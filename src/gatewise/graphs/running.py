"""Running a graph in Python: numpy for all operators but the recurrent ones, which the layers run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from gatewise.graphs.graph import Array, Graph
from gatewise.graphs.operators import OPERATORS
from gatewise.graphs.recurrent import Layer

__all__ = ["Runner"]

Values = dict[str, Array]


class Runner:
    """Computes what a graph says; it keeps nothing between calls, so that several threads may share it.

    Examples
    --------
    >>> import numpy as np
    >>> from gatewise.graphs.build import Builder
    >>> from gatewise.graphs.graph import Field
    >>> builder = Builder("running mean")
    >>> x = builder.input("x", "float64", ("batch", 1))
    >>> total, count = builder.state("total", np.zeros(1)), builder.state("count", np.zeros(1))
    >>> both = total + x, count + np.ones(1)
    >>> builder.carry(total, both[0])
    >>> builder.carry(count, both[1])
    >>> builder.output(both[0] / both[1], Field("mean", "float64", ("batch", 1)))
    >>> runner = Runner(builder.graph())
    >>> state = runner.initial(1)
    >>> for number in (1.0, 2.0, 6.0):
    ...     answer, state = runner.step({"x": np.array([[number]])}, state)
    >>> answer["mean"].tolist()
    [[3.0]]
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        constants = dict(graph.constants)
        self._plan: list[tuple[Callable[..., Any], tuple[str, ...], tuple[str, ...]]] = []
        for node in graph.nodes:
            run: Callable[..., Any]
            inputs: tuple[str, ...]
            if node.operator == "Steps":
                run, inputs = _Steps(node.attributes["graph"]), node.inputs
            elif node.operator in ("Recurrent", "RecurrentStep"):
                run = Layer(node, constants)
                inputs = node.inputs[: -4 * node.attributes.get("directions", 1)]
            else:
                run, inputs = partial(OPERATORS[node.operator], **node.attributes), node.inputs
            self._plan.append((run, inputs, node.outputs))
        self._constants = constants

    def __call__(self, feeds: Mapping[str, Array]) -> Values:
        """Return the answers for inputs, and states, by their names; states after the step as ``after`` names them."""
        values = {**self._constants, **feeds}
        with np.errstate(all="ignore"):
            for run, inputs, outputs in self._plan:
                found = run(*[values[name] for name in inputs])
                if len(outputs) == 1 and not isinstance(found, list):
                    values[outputs[0]] = found
                else:
                    values.update(zip(outputs, found, strict=True))
        wanted = [field.name for field in self.graph.outputs] + [state.after for state in self.graph.states]
        return {name: values[name] for name in wanted}

    def initial(self, batch: int) -> Values:
        """Return what streams begin with."""
        return {state.name: np.repeat(state.initial[None], batch, axis=0) for state in self.graph.states}

    def step(self, inputs: Mapping[str, Array], state: Mapping[str, Array]) -> tuple[Values, Values]:
        """Return the answers to one observation of each stream, and the states after it."""
        found = self({**inputs, **state})
        answers = {field.name: found[field.name] for field in self.graph.outputs}
        return answers, {one.name: found[one.after] for one in self.graph.states}


class _Steps:
    """Several steps at once; rows that have ended keep their states."""

    def __init__(self, graph: Graph) -> None:
        self._runner = Runner(graph)

    def __call__(self, lengths: Array, *others: Array) -> list[Array]:
        graph = self._runner.graph
        fields, states = graph.inputs, graph.states
        inputs = dict(zip([one.name for one in fields], others, strict=False))
        state = dict(zip([one.name for one in states], others[len(fields) :], strict=True))
        answers: list[Values] = []
        for step in range(others[0].shape[1]):
            found, after = self._runner.step({name: one[:, step] for name, one in inputs.items()}, state)
            there = step < lengths
            state = {
                name: np.where(there.reshape(-1, *[1] * (new.ndim - 1)), new, state[name])
                for name, new in after.items()
            }
            answers.append(found)
        stacked = [np.stack([one[field.name] for one in answers], axis=1) for field in graph.outputs]
        return [*stacked, *state.values()]
