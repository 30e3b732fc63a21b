"""Values of an ONNX graph that follow from constants: weights are often in parts, turned, or whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.onnx_library import onnx

__all__ = ["Array", "Constants", "nested"]

Array = NDArray[Any]
Operands = Sequence[Array | None]
Evaluate = Callable[[Operands, Mapping[str, Any]], Any]


class UnknownValueError(Exception):
    """A value depends on more than constants, or is larger than anything in the file warrants."""


class Constants:
    """Values by name, computed when they are asked for.

    Parameters
    ----------
    graph : GraphProto
    limit : int
        Numbers in the largest value that is computed.
    outer : Constants, optional
        Of the graph that this one stands in.
    known : dict of str to array
        Values that are taken as given, whatever the graph says.
    """

    def __init__(
        self,
        graph: Any,
        limit: int,
        outer: Constants | None = None,
        known: Mapping[str, Array] | None = None,
    ) -> None:
        self._limit, self._outer = limit, outer
        self._stored = {tensor.name: tensor for tensor in graph.initializer}
        self._makers = {name: node for node in graph.node for name in node.output if name}
        self.values: dict[str, Array] = dict(known or {})

    def get(self, name: str) -> Array | None:
        """Return a value; None where it does not follow from constants."""
        try:
            return self._value(name)
        except UnknownValueError:
            return None

    def _value(self, name: str) -> Array:
        if name not in self.values:
            if name in self._stored:
                self.values[name] = _array(self._stored[name])
            elif name in self._makers:
                self._run(self._makers[name])
            elif self._outer is not None:
                return self._outer._value(name)
            else:
                raise UnknownValueError(name)
        return self.values[name]

    def _run(self, node: Any) -> None:
        evaluate = OPERATORS.get(node.op_type) if node.domain in ("", "ai.onnx") else None
        if evaluate is None:
            raise UnknownValueError(node.op_type)
        attributes = {one.name: _attribute(one) for one in node.attribute}
        operands = [self._value(name) if name else None for name in node.input]
        if _size(node.op_type, operands) > self._limit:
            raise UnknownValueError(node.op_type)
        attributes["outputs"] = len(node.output)
        found = evaluate(operands, attributes)
        results = found if isinstance(found, list) else [found]
        self.values.update(zip(node.output, map(np.asarray, results), strict=False))


def _array(tensor: Any) -> Array:
    array: Array = onnx().numpy_helper.to_array(tensor)
    return array


def _attribute(attribute: Any) -> Any:
    value = onnx().helper.get_attribute_value(attribute)
    return _array(value) if type(value).__name__ == "TensorProto" else value


def _size(operator: str, operands: Operands) -> int:
    """Return the numbers in a result, before it is computed, where that can be more than in all operands."""
    arrays = [one for one in operands if one is not None]
    if operator in BROADCASTING:
        return prod(np.broadcast_shapes(*(one.shape for one in arrays)))
    if operator == "Gather":
        data, places = arrays
        return data.size * max(1, places.size)
    return sum(one.size for one in arrays)


def _elementwise(function: Callable[..., Any]) -> Evaluate:
    def evaluate(operands: Operands, _: Mapping[str, Any]) -> Any:
        return function(*operands)

    return evaluate


def _integers(operands: Operands, attributes: Mapping[str, Any], place: int, name: str) -> list[int] | None:
    """Return what is an operand in newer opsets and an attribute in older ones."""
    given = operands[place] if len(operands) > place else attributes.get(name)
    return None if given is None else [int(one) for one in np.ravel(given)]


def _constant(_: Operands, attributes: Mapping[str, Any]) -> Any:
    kinds = {"value": None, "value_float": "float32", "value_floats": "float32", "value_int": "int64"}
    for name, dtype in {**kinds, "value_ints": "int64"}.items():
        if name in attributes:
            return np.asarray(attributes[name], dtype)
    raise UnknownValueError("Constant")


def _cast(operands: Operands, attributes: Mapping[str, Any]) -> Any:
    return _first(operands).astype(onnx().helper.tensor_dtype_to_np_dtype(attributes["to"]))


def _concat(operands: Operands, attributes: Mapping[str, Any]) -> Any:
    return np.concatenate([one for one in operands if one is not None], axis=attributes["axis"])


def _unsqueeze(operands: Operands, attributes: Mapping[str, Any]) -> Any:
    return np.expand_dims(_first(operands), tuple(_integers(operands, attributes, 1, "axes") or ()))


def _squeeze(operands: Operands, attributes: Mapping[str, Any]) -> Any:
    axes = _integers(operands, attributes, 1, "axes")
    return np.squeeze(_first(operands), None if axes is None else tuple(axes))


def _transpose(operands: Operands, attributes: Mapping[str, Any]) -> Any:
    return np.transpose(_first(operands), attributes.get("perm"))


def _reshape(operands: Operands, attributes: Mapping[str, Any]) -> Any:
    data, shape = _first(operands), _integers(operands, attributes, 1, "shape") or []
    if not attributes.get("allowzero"):
        shape = [data.shape[place] if size == 0 else size for place, size in enumerate(shape)]
    return data.reshape(shape)


def _slice(operands: Operands, attributes: Mapping[str, Any]) -> Any:
    data = _first(operands)
    starts = _integers(operands, attributes, 1, "starts") or []
    ends = _integers(operands, attributes, 2, "ends") or []
    axes = _integers(operands, attributes, 3, "axes") or range(len(starts))
    steps = _integers(operands, attributes, 4, "steps") or [1] * len(starts)
    places = [slice(None)] * data.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        # An end before the first, going backward, is written as a number below every place.
        places[axis] = slice(start, None if step < 0 and end < -data.shape[axis] else end, step)
    return data[tuple(places)]


def _split(operands: Operands, attributes: Mapping[str, Any]) -> Any:
    data, axis = _first(operands), attributes.get("axis", 0)
    sizes = _integers(operands, attributes, 1, "split")
    if sizes is None:
        each = -(-data.shape[axis] // attributes["outputs"])
        sizes = [each] * (attributes["outputs"] - 1)
    return np.split(data, np.cumsum(sizes)[: attributes["outputs"] - 1], axis)


def _gather(operands: Operands, attributes: Mapping[str, Any]) -> Any:
    places = operands[1]
    return np.take(_first(operands), np.asarray(places, np.int64), axis=attributes.get("axis", 0))


def _shape(operands: Operands, attributes: Mapping[str, Any]) -> Any:
    shape = _first(operands).shape
    return np.asarray(shape[attributes.get("start", 0) : attributes.get("end", len(shape))], np.int64)


def _dequantised(operands: Operands, attributes: Mapping[str, Any]) -> Any:
    data, scale, zero, *_ = (*operands, None, None)
    if data is None or scale is None or scale.ndim > 1 or attributes.get("block_size"):
        raise UnknownValueError("DequantizeLinear")
    axes = [1] * data.ndim
    if scale.ndim:
        axes[attributes.get("axis", 1)] = -1
    shift = 0 if zero is None else zero.astype(scale.dtype).reshape(axes if zero.ndim else ())
    return (data.astype(scale.dtype) - shift) * scale.reshape(axes if scale.ndim else ())


def _first(operands: Operands) -> Array:
    data = operands[0]
    if data is None:
        raise UnknownValueError("no operand")
    return data


BROADCASTING: dict[str, Evaluate] = {
    "Add": _elementwise(np.add),
    "Mul": _elementwise(np.multiply),
    "Sub": _elementwise(np.subtract),
}
OPERATORS: dict[str, Evaluate] = {
    **BROADCASTING,
    "Cast": _cast,
    "Concat": _concat,
    "Constant": _constant,
    "DequantizeLinear": _dequantised,
    "Gather": _gather,
    "Identity": _elementwise(lambda one: one),
    "Neg": _elementwise(np.negative),
    "Reshape": _reshape,
    "Shape": _shape,
    "Slice": _slice,
    "Split": _split,
    "Squeeze": _squeeze,
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}


def nested(node: Any) -> Iterator[Any]:
    """Yield the graphs inside of a node: branches and bodies."""
    kind = onnx().AttributeProto
    for attribute in node.attribute:
        if attribute.type == kind.GRAPH:
            yield attribute.g
        elif attribute.type == kind.GRAPHS:
            yield from attribute.graphs
