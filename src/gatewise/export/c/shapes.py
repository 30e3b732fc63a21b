"""What every value of a step is: its type, its shape, and, where nothing that is given moves it, its numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gatewise.errors import ExportError
from gatewise.graphs.graph import Array, Field, Graph, Node
from gatewise.graphs.running import Runner

__all__ = ["Shape", "shapes_of"]

# What the numbers do not move.
STATIC = frozenset({"Shape"})


@dataclass(frozen=True)
class Shape:
    """A value of one stream.

    Attributes
    ----------
    dtype : str
    shape : tuple of int
        With the batch axis, of length 1.
    constant : array or None
        Its numbers, where they are always the same.
    """

    dtype: str
    shape: tuple[int, ...]
    constant: Array | None = None

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return int(np.prod(self.shape, dtype=np.int64))


def shapes_of(graph: Graph) -> dict[str, Shape]:
    """Return what every value is, by its name: a step is computed once, and looked at."""
    names = list(dict.fromkeys(name for node in graph.nodes for name in node.outputs))
    every = replace(graph, outputs=tuple(Field(name, "", ()) for name in names), states=())
    given = {one.name: np.zeros(_shape(one), one.dtype) for one in graph.inputs}
    given |= {one.name: one.initial[None] for one in graph.states}
    values = given | {name: np.asarray(one) for name, one in Runner(every)({**given}).items()}
    fixed = set(graph.constants)
    for node in graph.nodes:
        if node.operator in STATIC or fixed.issuperset(node.inputs) or _is_zero(node, graph):
            fixed.update(node.outputs)
    values |= {name: np.asarray(one) for name, one in graph.constants.items()}
    return {
        name: Shape(str(one.dtype), one.shape, one if name in fixed else None) for name, one in values.items()
    }


def _is_zero(node: Node, graph: Graph) -> bool:
    """Whether it is a whole number times 0, by which graphs make zeros of a shape that is not known before."""
    known = [np.asarray(graph.constants[name]) for name in node.inputs if name in graph.constants]
    return node.operator == "Mul" and any(one.dtype == np.int64 and not one.any() for one in known)


def _shape(field: Field) -> tuple[int, ...]:
    if any(isinstance(length, str) for length in field.shape[1:]):
        raise ExportError(f"{field.name}: expected a step of one stream, found an axis of {field.shape[1:]}")
    return (1, *(int(length) for length in field.shape[1:]))
