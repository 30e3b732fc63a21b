"""A graph of single steps as one of several steps at once, which goes on from states and gives them back.

Its operator is ``Steps``, whose attribute ``graph`` is the one of a single step. Inputs: ``lengths`` (batch,), the
inputs of the step with an axis of time behind the batch, its states. Outputs: the answers of all steps, and the states
after the last step of each row.
"""

from __future__ import annotations

from dataclasses import replace

from gatewise.graphs.graph import Field, Graph, Node

__all__ = ["chunked"]


def chunked(graph: Graph) -> Graph:
    """Return the graph of several steps at once."""

    def over_time(fields: tuple[Field, ...]) -> tuple[Field, ...]:
        return tuple(replace(one, shape=("batch", "time", *one.shape[1:])) for one in fields)

    lengths = Field("lengths", "int64", ("batch",))
    states = tuple(replace(one, after=f"{one.name} after") for one in graph.states)
    step = _renamed(graph, "step: ")
    read = ("lengths", *(one.name for one in graph.inputs), *(one.name for one in states))
    given = (*(one.name for one in graph.outputs), *(one.after for one in states))
    return replace(
        graph,
        inputs=(*over_time(graph.inputs), lengths),
        outputs=over_time(graph.outputs),
        states=states,
        nodes=(Node("Steps", read, given, {"graph": step}),),
    )


def _renamed(graph: Graph, prefix: str) -> Graph:
    """Return a graph with other names for its values, as it will stand inside of one that has the same."""

    def new(name: str) -> str:
        return name if name in graph.constants else f"{prefix}{name}"

    def fields(those: tuple[Field, ...]) -> tuple[Field, ...]:
        return tuple(replace(one, name=new(one.name)) for one in those)

    return replace(
        graph,
        inputs=fields(graph.inputs),
        outputs=fields(graph.outputs),
        states=tuple(replace(one, name=new(one.name), after=new(one.after)) for one in graph.states),
        nodes=tuple(
            replace(one, inputs=tuple(map(new, one.inputs)), outputs=tuple(map(new, one.outputs)))
            for one in graph.nodes
        ),
    )
