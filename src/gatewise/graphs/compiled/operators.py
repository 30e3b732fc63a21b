"""What each operator of a graph becomes: a view of what is there, or memory with instructions that fill it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from gatewise.graphs.compiled.code import FLOATS, NUMBERS, Code, NotCovered, same_kind
from gatewise.graphs.graph import Array, Node
from gatewise.graphs.operators import OPERATORS
from gatewise.kernels.program import instructions as kernels

__all__ = ["written"]

# Operators that go number by number: the operation, and of what kinds.
_EACH = {
    "Add": (kernels.ADD, NUMBERS),
    "Sub": (kernels.SUBTRACT, NUMBERS),
    "Mul": (kernels.MULTIPLY, NUMBERS),
    "Div": (kernels.DIVIDE, NUMBERS),
    "Mod": (kernels.MODULO, (kernels.INT64,)),
    "Max": (kernels.MAXIMUM, NUMBERS),
    "Min": (kernels.MINIMUM, NUMBERS),
    "Equal": (kernels.EQUAL, NUMBERS),
    "Less": (kernels.LESS, NUMBERS),
    "Greater": (kernels.GREATER, NUMBERS),
    "GreaterOrEqual": (kernels.GREATER_OR_EQUAL, NUMBERS),
    "Neg": (kernels.NEGATIVE, FLOATS),
    "Relu": (kernels.RELU, FLOATS),
    "Exp": (kernels.EXP, FLOATS),
    "Log": (kernels.LOG, FLOATS),
    "Sqrt": (kernels.SQRT, FLOATS),
    "Tanh": (kernels.TANH, FLOATS),
    "Sigmoid": (kernels.SIGMOID, FLOATS),
    "IsNaN": (kernels.IS_NAN, FLOATS),
    "And": (kernels.AND, (kernels.BOOL,)),
    "Or": (kernels.OR, (kernels.BOOL,)),
    "Not": (kernels.NOT, (kernels.BOOL,)),
}
_REDUCTIONS = {
    "ReduceSum": kernels.ADD,
    "ReduceMean": kernels.ADD,
    "ReduceMax": kernels.MAXIMUM,
    "ReduceMin": kernels.MINIMUM,
}


def written(code: Code, node: Node, operands: Sequence[Array], like: Array, fixed: Sequence[bool]) -> Array:
    """Add what computes a node; returns the memory of its result.

    Parameters
    ----------
    code : Code
    node : Node
    operands : sequence of array
        Their memory.
    like : array
        What the operator makes of the operands as they are now: a result has its shape and type.
    fixed : sequence of bool
        Which of the operands never change.

    Raises
    ------
    NotCovered
        There are no instructions for it.
    """
    if node.operator in _VIEWS:
        return _view(code, node, operands[0], like)
    if node.operator in _EACH:
        operation, kinds = _EACH[node.operator]
        kind, out = same_kind(node.operator, operands, kinds), code.memory(like.shape, like.dtype)
        code.each(operation, kind, out, *operands)
        return out
    if node.operator not in _OTHERS:
        raise NotCovered(f"there is no instruction for {node.operator}")
    return _OTHERS[node.operator](code, node, operands, like, fixed)


def _view(code: Code, node: Node, source: Array, like: Array) -> Array:
    if np.may_share_memory(like, source):
        return like
    flat = code.memory(source.shape, source.dtype)
    code.copy(source, flat)
    found: Array = OPERATORS[node.operator](flat, **node.attributes)
    return found


def _cast(code: Code, _: Node, operands: Sequence[Array], like: Array, __: Sequence[bool]) -> Array:
    out = code.memory(like.shape, like.dtype)
    code.copy(operands[0], out)
    return out


def _where(code: Code, node: Node, operands: Sequence[Array], like: Array, _: Sequence[bool]) -> Array:
    condition, one, other = operands
    kind, out = same_kind(node.operator, [one, other], NUMBERS), code.memory(like.shape, like.dtype)
    code.each(kernels.WHERE, kind, out, one, other, condition)
    return out


def _concatenated(code: Code, node: Node, operands: Sequence[Array], like: Array, _: Sequence[bool]) -> Array:
    out, start, axis = code.memory(like.shape, like.dtype), 0, node.attributes["axis"]
    for part in operands:
        end = start + part.shape[axis]
        code.copy(part, _cut(out, axis, start, end))
        start = end
    return out


def _gathered(code: Code, node: Node, operands: Sequence[Array], like: Array, fixed: Sequence[bool]) -> Array:
    table, places = operands
    axis = node.attributes["axis"] % table.ndim
    if fixed[1]:
        return _chosen(code, table, places, axis, like)
    if axis or not table.flags.c_contiguous or table.dtype not in (np.float32, np.int64):
        raise NotCovered("there is no instruction for places along an axis that is not the first")
    out, rows = code.memory(like.shape, like.dtype), table.reshape(len(table), -1)
    numbers = code.memory(places.shape, places.dtype)
    code.copy(places, numbers)
    filled = out.reshape(places.size, -1)
    code.rows(kernels.GATHER, _kind_of(node, table), filled.shape, [filled, rows, numbers.reshape(-1, 1)])
    return out


def _chosen(code: Code, table: Array, places: Array, axis: int, like: Array) -> Array:
    """Take places that never change."""
    if places.ndim == 0:
        found: Array = table[(slice(None),) * axis + (int(places),)]
        return found
    if places.ndim > 1:
        raise NotCovered("there is no instruction for places that have several axes")
    out = code.memory(like.shape, like.dtype)
    for number, place in enumerate(places.tolist()):
        code.copy(_cut(table, axis, place, place + 1), _cut(out, axis, number, number + 1))
    return out


def _reduced(code: Code, node: Node, operands: Sequence[Array], like: Array, _: Sequence[bool]) -> Array:
    (x,) = operands
    axis, kind = node.attributes["axis"] % x.ndim, _kind_of(node, x)
    total = code.memory([1 if place == axis else length for place, length in enumerate(x.shape)], x.dtype)
    code.copy(_cut(x, axis, 0, 1), total)
    rest = _cut(x, axis, 1, None)
    # The result stands at the same place for each of those that go into it.
    strides = [0 if place == axis else stride for place, stride in enumerate(total.strides)]
    at_once = np.lib.stride_tricks.as_strided(total, rest.shape, strides)
    code.each(_REDUCTIONS[node.operator], kind, at_once, at_once, rest)
    if node.operator == "ReduceMean":
        code.each(kernels.DIVIDE, kind, total, total, np.full(1, x.shape[axis], x.dtype))
    return total.reshape(like.shape)


def _softmax(code: Code, node: Node, operands: Sequence[Array], like: Array, _: Sequence[bool]) -> Array:
    (x,) = operands
    if node.attributes["axis"] % x.ndim != x.ndim - 1:
        raise NotCovered("there is no instruction for a softmax along an axis that is not the last")
    rows, out = code.as_rows(x), code.memory(like.shape, like.dtype)
    code.rows(kernels.SOFTMAX, _kind_of(node, x, FLOATS), rows.shape, [out.reshape(rows.shape), rows])
    return out


def _product(code: Code, node: Node, operands: Sequence[Array], like: Array, fixed: Sequence[bool]) -> Array:
    from gatewise.kernels.compiling.target import TARGET
    from gatewise.kernels.record.panels import in_one, panels_of
    from gatewise.kernels.vector.gemm import product_address

    x, weights = operands
    if not fixed[1] or weights.ndim != 2:
        raise NotCovered("there is no instruction for a product of two values")
    kind = same_kind(node.operator, operands, FLOATS)
    rows, (steps, results) = code.as_rows(x), weights.shape
    lanes = TARGET.bytes // weights.itemsize
    if results <= lanes:
        # One vector of results would wait for itself at each step; so vectors go along the steps.
        turned = code.memory((results, -(-steps // lanes) * lanes), weights.dtype)
        turned[:, :steps] = weights.T
        out = code.memory(like.shape, like.dtype)
        code.rows(
            kernels.DOT, kind, (len(rows), results), [out.reshape(-1, results), rows, turned], (steps, 0)
        )
        return out
    wide = -(-results // lanes) * lanes
    panels = in_one(panels_of([np.ascontiguousarray(weights.T)], wide))
    out = code.memory((*like.shape[:-1], wide), like.dtype)
    code.rows(
        kernels.PRODUCT,
        kind,
        (len(rows), wide // lanes),
        [out.reshape(-1, wide), rows, panels.reshape(1, -1)],
        (steps, product_address(weights.dtype)),
    )
    return out[..., :results]


_VIEWS = ("Identity", "Slice", "Reshape", "Unsqueeze", "Squeeze", "Transpose", "Expand")
_OTHERS: Mapping[str, Callable[[Code, Node, Sequence[Array], Array, Sequence[bool]], Array]] = {
    "Cast": _cast,
    "Concat": _concatenated,
    "Gather": _gathered,
    "MatMul": _product,
    "Softmax": _softmax,
    "Where": _where,
    **dict.fromkeys(_REDUCTIONS, _reduced),
}


def _kind_of(node: Node, x: Array, allowed: Sequence[int] = NUMBERS) -> int:
    return same_kind(node.operator, [x], allowed)


def _cut(array: Array, axis: int, start: int, end: int | None) -> Array:
    return array[(slice(None),) * (axis % array.ndim) + (slice(start, end),)]
