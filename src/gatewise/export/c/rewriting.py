"""The same step, written so that small processors compute it faster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from gatewise.export.c.shapes import shapes_of
from gatewise.graphs.graph import Array, Graph, Node

__all__ = ["folded", "in_single_precision", "needed"]


def in_single_precision(graph: Graph) -> Graph:
    """Scale in float32 what the graph scales in float64: ``((x - m) / d)`` as ``((x - high) - low) / d``.

    The mean is split into a float32 and the rest of it. Near the mean the first difference has no error at all, and far
    from it one of the last place of the result: what is lost is 2e-7 of what is answered, wherever the data lie.
    Processors without double precision would take hundreds of cycles for each of these operations.
    """
    made = {name: node for node in graph.nodes for name in node.outputs}
    uses = Counter(name for node in graph.nodes for name in node.inputs)
    uses.update([*(one.name for one in graph.outputs), *(one.after for one in graph.states)])
    nodes = {id(node): [node] for node in graph.nodes}
    constants = dict(graph.constants)
    for node in graph.nodes:
        chain = list(_scaling(node, made, uses))
        if len(chain) != 4:
            continue
        cast, difference, quotient, last = chain
        mean, deviation = (np.asarray(constants.get(one.inputs[1])) for one in (difference, quotient))
        split = _split(mean, deviation)
        if split is None:
            continue
        names = [f"{last.outputs[0]} {part}" for part in ("mean", "rest_of_mean", "deviation")]
        constants |= dict(zip(names, split, strict=True))
        for one in chain:
            nodes[id(one)] = []
        near, centred = (f"{last.outputs[0]} {part}" for part in ("near", "centred"))
        nodes[id(last)] = [
            Node("Sub", (cast.inputs[0], names[0]), (near,)),
            Node("Sub", (near, names[1]), (centred,)),
            Node("Div", (centred, names[2]), last.outputs),
        ]
    return replace(
        graph, nodes=tuple(one for node in graph.nodes for one in nodes[id(node)]), constants=constants
    )


def folded(graph: Graph) -> Graph:
    """Make constants of what is always the same."""
    shapes = shapes_of(graph)
    fixed = {name: one.constant for name, one in shapes.items() if one.constant is not None}
    nodes = tuple(node for node in graph.nodes if not fixed.keys() >= set(node.outputs))
    return replace(graph, nodes=nodes, constants=fixed)


def needed(graph: Graph) -> Graph:
    """Leave out what no answer depends on: operators, constants, states."""
    wanted = {one.name for one in graph.outputs}
    while True:
        before = len(wanted)
        wanted.update(state.after for state in graph.states if state.name in wanted)
        for node in reversed(graph.nodes):
            if wanted.intersection(node.outputs):
                wanted.update(node.inputs)
        if len(wanted) == before:
            break
    return replace(
        graph,
        states=tuple(state for state in graph.states if state.name in wanted),
        nodes=tuple(node for node in graph.nodes if wanted.intersection(node.outputs)),
        constants={name: one for name, one in graph.constants.items() if name in wanted},
    )


def _scaling(last: Node, made: dict[str, Node], uses: Counter[str]) -> Iterator[Node]:
    """Return the four operators, first to last, of which ``last`` is the end, if it is; fewer if it is not."""
    chain = [last]
    for operator in ("Div", "Sub", "Cast"):
        before = made.get(chain[0].inputs[0])
        if before is None or before.operator != operator or uses[before.outputs[0]] > 1:
            return
        chain.insert(0, before)
    if (last.operator, last.attributes.get("to"), chain[0].attributes["to"]) == (
        "Cast",
        "float32",
        "float64",
    ):
        yield from chain


def _split(mean: Array, deviation: Array) -> tuple[Array, Array, Array] | None:
    """Return the mean as a sum of two, and the deviation, if float32 has them."""
    if mean.dtype != np.float64 or deviation.dtype != np.float64:
        return None
    with np.errstate(over="ignore"):
        high, single = mean.astype(np.float32), deviation.astype(np.float32)
        low = (mean - high).astype(np.float32)
    smallest = np.finfo(np.float32).tiny
    if not (np.isfinite(high).all() and (np.abs(single) >= smallest).all()):
        return None
    return high, low, single
