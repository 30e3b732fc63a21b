"""What the operators of a graph do, in numpy; those of ONNX by its names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gatewise.graphs.graph import Array

__all__ = ["OPERATORS"]


def _divide(x: Array, y: Array) -> Array:
    # Whole numbers give whole ones, as in ONNX.
    found: Array = np.floor_divide(x, y) if np.issubdtype(np.result_type(x), np.integer) else np.divide(x, y)
    return found


def _sigmoid(x: Array) -> Array:
    # exp of a large number overflows, of a small one it does not.
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small)).astype(x.dtype)


def _softmax(x: Array, *, axis: int) -> Array:
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    total: Array = powers / powers.sum(axis=axis, keepdims=True)
    return total


def _slice(x: Array, *, start: int, end: int, axis: int) -> Array:
    places = [slice(None)] * x.ndim
    places[axis] = slice(start, end)
    return x[tuple(places)]


def _reshape(x: Array, *, shape: tuple[int, ...]) -> Array:
    reshaped: Array = x.reshape(
        [x.shape[axis] if length == 0 else length for axis, length in enumerate(shape)]
    )
    return reshaped


def _conv(x: Array, weights: Array, *, dilations: tuple[int], pads: tuple[int, int]) -> Array:
    """Convolve (batch, channels, time) with (kernels, channels, taps)."""
    (dilation,), taps = dilations, weights.shape[2]
    padded = np.pad(x, ((0, 0), (0, 0), pads))
    length = padded.shape[2] - dilation * (taps - 1)
    found: Array = np.zeros((len(x), len(weights), length), x.dtype)
    for tap in range(taps):
        found += np.einsum(
            "kc,bct->bkt", weights[:, :, tap], padded[:, :, tap * dilation : tap * dilation + length]
        )
    return found


def _chain_marginals(scores: Array, lengths: Array, factors: Array, begins: Array) -> Array:
    """Return the logarithms of marginals of a chain but for a constant of each step, (batch, time, labels).

    ``factors`` are the exponentials of how well one label follows another. What stands after the end is of no meaning.
    """
    time = scores.shape[1]
    forward, backward = np.empty_like(scores), np.zeros_like(scores)
    forward[:, 0] = scores[:, 0] + begins
    for step in range(1, time):
        forward[:, step] = _followed(forward[:, step - 1], factors) + scores[:, step]
    for step in range(time - 2, -1, -1):
        found = _followed(backward[:, step + 1] + scores[:, step + 1], factors.T)
        backward[:, step] = np.where((step + 1 < lengths)[:, None], found, 0)
    return forward + backward


def _followed(total: Array, factors: Array) -> Array:
    highest = total.max(axis=1, keepdims=True)
    after = np.log(np.exp(total - highest) @ factors)
    relative: Array = after - after.max(axis=1, keepdims=True)
    return relative


OPERATORS: dict[str, Callable[..., Any]] = {
    "Abs": np.abs,
    "Add": np.add,
    "And": np.logical_and,
    "Cast": lambda x, *, to: x.astype(to),
    "ChainMarginals": _chain_marginals,
    "Concat": lambda *parts, axis: np.concatenate(parts, axis=axis),
    "Conv": _conv,
    "Div": _divide,
    "Equal": np.equal,
    "Exp": np.exp,
    "Expand": lambda x, shape: np.broadcast_to(x, np.broadcast_shapes(x.shape, tuple(shape))),
    "Gather": lambda x, places, *, axis: np.take(x, places, axis=axis),
    "GatherElements": lambda x, places, *, axis: np.take_along_axis(x, places, axis=axis),
    "Greater": np.greater,
    "GreaterOrEqual": np.greater_equal,
    "Identity": lambda x: x,
    "IsNaN": np.isnan,
    "Less": np.less,
    "Log": np.log,
    "MatMul": np.matmul,
    "Max": np.maximum,
    "Min": np.minimum,
    "Mod": np.mod,
    "Mul": np.multiply,
    "Neg": np.negative,
    "Not": np.logical_not,
    "Or": np.logical_or,
    "Range": lambda start, end, step: np.arange(start, end, step),
    "ReduceMax": lambda x, *, axis, keepdims: x.max(axis=axis, keepdims=bool(keepdims)),
    "ReduceMean": lambda x, *, axis, keepdims: x.mean(axis=axis, keepdims=bool(keepdims)),
    "ReduceMin": lambda x, *, axis, keepdims: x.min(axis=axis, keepdims=bool(keepdims)),
    "ReduceSum": lambda x, *, axis, keepdims: x.sum(axis=axis, keepdims=bool(keepdims)),
    "Relu": lambda x: np.maximum(x, 0),
    "Reshape": _reshape,
    "Shape": lambda x: np.array(x.shape, np.int64),
    "Sigmoid": _sigmoid,
    "Slice": _slice,
    "Softmax": _softmax,
    "Sqrt": np.sqrt,
    "Squeeze": lambda x, *, axis: np.squeeze(x, axis=axis),
    "Sub": np.subtract,
    "Tanh": np.tanh,
    "Transpose": lambda x, *, perm: np.transpose(x, perm),
    "Unsqueeze": lambda x, *, axis: np.expand_dims(x, axis),
    "Where": np.where,
}
