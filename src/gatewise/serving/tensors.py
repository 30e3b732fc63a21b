"""Tensors as the Open Inference Protocol writes them: as JSON, or as the bytes of Triton's binary extension."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.serving.refusal import Refusal

__all__ = [
    "DATATYPES",
    "Tensor",
    "datatype_of",
    "from_bytes",
    "from_json",
    "shape_from",
    "to_bytes",
    "to_json",
]

Array = NDArray[Any]
DATATYPES: dict[str, np.dtype[Any]] = {
    "BOOL": np.dtype("?"),
    "UINT8": np.dtype("<u1"),
    "UINT16": np.dtype("<u2"),
    "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
    "INT8": np.dtype("<i1"),
    "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "FP16": np.dtype("<f2"),
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
    "BYTES": np.dtype(object),  # of str
}
# What JSON may hold for a type, by the kind that numpy makes of it.
_KINDS = {"b": "b", "u": "iu", "i": "iu", "f": "iuf"}
_WORDS = {
    "b": "true and false",
    "u": "whole numbers from 0",
    "i": "whole numbers",
    "f": "numbers",
    "O": "strings",
}
MOST_AXES = 8
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True)
class Tensor:
    """A name and numbers, or strings."""

    name: str
    array: Array

    @property
    def datatype(self) -> str:
        """The protocol's word for its type."""
        return datatype_of(self.array.dtype)


def datatype_of(dtype: np.dtype[Any] | str) -> str:
    """Return the protocol's word for a type of numpy."""
    dtype = np.dtype(dtype)
    wanted = np.dtype(object) if dtype.kind in "OUST" else dtype.newbyteorder("<")
    return next(word for word, own in DATATYPES.items() if own == wanted)


def shape_from(name: str, given: Any) -> tuple[int, ...]:
    """Return the shape that a request gives a tensor.

    Raises
    ------
    Refusal
        It is none.
    """
    whole = isinstance(given, list) and all(type(axis) is int and 0 <= axis < 2**40 for axis in given)
    if not whole or not 1 <= len(given) <= MOST_AXES:
        raise Refusal(
            400, f"inputs: {name}: shape: expected 1 to {MOST_AXES} whole numbers, got {_brief(given)}"
        )
    return tuple(given)


def from_json(name: str, datatype: str, shape: tuple[int, ...], data: Any) -> Array:
    """Return a tensor from what JSON holds, flat or in lists of lists.

    Raises
    ------
    Refusal
        It does not hold what type and shape say, or a number that is infinite, or none.
    """
    dtype = DATATYPES[datatype]
    if not isinstance(data, list):
        raise Refusal(400, f"inputs: {name}: data: expected a list, got {_brief(data)}")
    array = _strings(name, data) if dtype.kind == "O" else _numbers(name, dtype, data)
    _check_count(name, shape, array.size)
    return array.reshape(shape)


def _numbers(name: str, dtype: np.dtype[Any], data: list[Any]) -> Array:
    try:
        found = np.asarray(data)
    except (ValueError, OverflowError, RecursionError):
        found = np.asarray(None)
    if not found.size:
        return np.zeros(0, dtype)
    if found.dtype.kind not in _KINDS[dtype.kind]:
        raise Refusal(400, f"inputs: {name}: data: expected {_WORDS[dtype.kind]} in equally long lists")
    if dtype.kind in "iu" and not np.iinfo(dtype).min <= found.min() <= found.max() <= np.iinfo(dtype).max:
        raise _beyond(name, dtype)
    with np.errstate(over="ignore"):
        array = found.astype(dtype)
    if dtype.kind == "f" and not np.isfinite(array).all():
        raise _beyond(name, dtype)
    return array


def _beyond(name: str, dtype: np.dtype[Any]) -> Refusal:
    return Refusal(
        400, f"inputs: {name}: data: expected numbers that {datatype_of(dtype)} holds, got one beyond them"
    )


def _flat(data: list[Any]) -> list[Any]:
    while any(isinstance(one, list) for one in data):
        data = list(chain.from_iterable(one if isinstance(one, list) else (one,) for one in data))
    return data


def _strings(name: str, data: list[Any]) -> Array:
    flat = _flat(data)
    for one in flat:
        if not isinstance(one, str):
            raise Refusal(400, f"inputs: {name}: data: expected strings, got {_brief(one)}")
    array = np.empty(len(flat), object)
    array[:] = flat
    return array


def from_bytes(name: str, datatype: str, shape: tuple[int, ...], data: memoryview) -> Array:
    """Return a tensor from the bytes of the binary extension.

    Raises
    ------
    Refusal
        There are too few or too many, or a string is no UTF-8.
    """
    dtype = DATATYPES[datatype]
    if dtype.kind == "O":
        found = list(_strings_of(name, data))
        _check_count(name, shape, len(found))
        array = np.empty(len(found), object)
        array[:] = found
        return array.reshape(shape)
    expected = math.prod(shape) * dtype.itemsize
    if len(data) != expected:
        raise Refusal(
            400,
            f"inputs: {name}: expected {expected} bytes for shape {list(shape)} of {datatype}, got {len(data)}",
        )
    if dtype.kind == "b" and any(one > 1 for one in data):
        raise Refusal(400, f"inputs: {name}: expected bytes of 0 and 1 for BOOL")
    # A copy: what is read of a request goes, and what is aligned is fast.
    return np.frombuffer(data, dtype).reshape(shape).copy()


def _strings_of(name: str, data: memoryview) -> Iterator[str]:
    place = 0
    while place < len(data):
        if len(data) - place < _LENGTH.size:
            raise Refusal(400, f"inputs: {name}: a string is cut off after {place} bytes")
        (length,) = _LENGTH.unpack_from(data, place)
        place += _LENGTH.size
        if len(data) - place < length:
            raise Refusal(
                400, f"inputs: {name}: a string of {length} bytes is cut off after {len(data) - place}"
            )
        try:
            yield str(data[place : place + length], "utf-8")
        except UnicodeDecodeError:
            raise Refusal(400, f"inputs: {name}: a string is no UTF-8") from None
        place += length


def _check_count(name: str, shape: tuple[int, ...], count: int) -> None:
    if count != math.prod(shape):
        raise Refusal(
            400, f"inputs: {name}: expected {math.prod(shape)} values for shape {list(shape)}, got {count}"
        )


def to_json(tensor: Tensor) -> dict[str, Any]:
    """Return a tensor as JSON has it, row by row; the values are left as an array where a writer of JSON takes one."""
    flat = tensor.array.ravel()
    kind = flat.dtype.kind
    data = (
        flat.tolist()
        if kind in "OUST"
        else np.ascontiguousarray(flat.astype("<f4") if flat.dtype == "<f2" else flat)
    )
    return {
        "name": tensor.name,
        "datatype": tensor.datatype,
        "shape": list(tensor.array.shape),
        "data": data,
    }


def to_bytes(array: Array) -> bytes:
    """Return the bytes of a tensor in the binary extension."""
    if array.dtype.kind not in "OUST":
        return np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    parts = []
    for text in array.ravel():
        encoded = str(text).encode()
        parts += [_LENGTH.pack(len(encoded)), encoded]
    return b"".join(parts)


def _brief(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"
