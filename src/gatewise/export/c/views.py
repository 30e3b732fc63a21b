"""Operators that move numbers and compute none: other places of what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gatewise.export.c.values import Index, Value, at_same_place, plus, stored
from gatewise.graphs.graph import Node

__all__ = ["VIEWS"]


def _same(value: Value, node: Node, shape: tuple[int, ...]) -> Value:  # noqa: ARG001 - others read them
    return value


def _slice(value: Value, node: Node, shape: tuple[int, ...]) -> Value:
    axis = node.attributes["axis"] % len(shape)
    length = value.shape[axis]
    first = range(length)[node.attributes["start"] : node.attributes["end"]].start
    place = value.place
    # Behind axes of length 1 what is cut out is in one piece.
    if place is not None and first:
        one_piece = all(one == 1 for one in shape[:axis])
        place = f"({place} + {first * int(np.prod(shape[axis + 1 :], dtype=int))})" if one_piece else None
    elif value.shape[:axis] != (1,) * axis and shape != value.shape:
        place = None

    def at(index: Index) -> str:
        return value.at((*index[:axis], plus(index[axis], first), *index[axis + 1 :]))

    return Value(value.dtype, shape, at, place)


def _squeeze(value: Value, node: Node, shape: tuple[int, ...]) -> Value:
    axis = node.attributes["axis"] % len(value.shape)
    return replace(value, shape=shape, at=lambda index: value.at((*index[:axis], "0", *index[axis:])))


def _unsqueeze(value: Value, node: Node, shape: tuple[int, ...]) -> Value:
    axis = node.attributes["axis"] % len(shape)
    return replace(value, shape=shape, at=lambda index: value.at((*index[:axis], *index[axis + 1 :])))


def _transpose(value: Value, node: Node, shape: tuple[int, ...]) -> Value:
    perm = node.attributes["perm"]
    return Value(
        value.dtype,
        shape,
        lambda index: value.at(tuple(index[perm.index(axis)] for axis in range(len(perm)))),
    )


def _expand(value: Value, node: Node, shape: tuple[int, ...]) -> Value:  # noqa: ARG001 - others read it
    return Value(value.dtype, shape, lambda index: at_same_place(value, index))


def _reshape(value: Value, node: Node, shape: tuple[int, ...]) -> Value:  # noqa: ARG001 - others read it
    assert value.place is not None
    return stored(value.place, value.dtype, shape)


# From what is looked at, the operator and the shape of what is seen.
VIEWS: dict[str, Callable[[Value, Node, tuple[int, ...]], Value]] = {
    "Expand": _expand,
    "Identity": _same,
    "Reshape": _reshape,
    "Slice": _slice,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
