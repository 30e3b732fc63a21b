"""Instructions for kernels, and the memory that they work on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from gatewise.graphs.graph import Array
from gatewise.kernels.program import instructions as kernels

__all__ = ["FLOATS", "KINDS", "NUMBERS", "Code", "NotCovered", "same_kind"]

KINDS = {
    np.dtype(np.float32): kernels.FLOAT32,
    np.dtype(np.float64): kernels.FLOAT64,
    np.dtype(np.int64): kernels.INT64,
    np.dtype(bool): kernels.BOOL,
}
FLOATS = (kernels.FLOAT32, kernels.FLOAT64)
NUMBERS = (*FLOATS, kernels.INT64)
_CONVERSIONS = {(source, target) for source in NUMBERS for target in NUMBERS} | {
    (kernels.BOOL, kernels.FLOAT32),
    (kernels.BOOL, kernels.INT64),
    (kernels.BOOL, kernels.BOOL),
}
# Instructions, of two loops each, that one operator may become.
_MOST = 512


class NotCovered(Exception):  # noqa: N818 - nobody did anything wrong: another way runs it
    """There are no instructions for a part of the graph; says for which."""


class Code:
    """Instructions, one after the other, with all memory that they name.

    Attributes
    ----------
    instructions : list of list of int
        As :mod:`gatewise.kernels.program.instructions` says.
    """

    def __init__(self) -> None:
        self.instructions: list[list[int]] = []
        self._alive: list[object] = []

    def memory(self, shape: Sequence[int], dtype: np.dtype[Any]) -> Array:
        """Make memory for a value."""
        from gatewise.kernels.record.memory import zeros

        if dtype not in KINDS:
            raise NotCovered(f"there is no instruction for numbers of the type {dtype}")
        return zeros(tuple(shape), dtype)

    def each(self, operation: int, kind: int, out: Array, *operands: Array) -> None:
        """Add what does an operation number by number; operands are repeated to the shape of the result."""
        if not out.size:
            return
        arrays = [out, *(np.broadcast_to(one, out.shape) for one in operands)]
        self._alive += arrays
        loops = list(_axes(arrays))
        loops = [(1, [0] * len(arrays))] * (2 - len(loops)) + loops
        outer, (rows, length) = loops[:-2], loops[-2:]
        if np.prod([extent for extent, _ in outer], dtype=int) > _MOST:
            raise NotCovered("an operator has too many axes for instructions")
        for places in product(*(range(extent) for extent, _ in outer)):
            fields = [operation, kind, rows[0], length[0]]
            for number, array in enumerate(arrays):
                offset = sum(
                    place * strides[number] for place, (_, strides) in zip(places, outer, strict=True)
                )
                size = array.itemsize
                fields += [_address(array) + offset, rows[1][number] // size, length[1][number] // size]
            self.instructions.append(fields + [0] * (kernels.FIELDS - len(fields)))

    def rows(
        self,
        operation: int,
        kind: int,
        extents: Sequence[int],
        arrays: Sequence[Array],
        further: Sequence[int] = (0, 0),
    ) -> None:
        """Add one instruction on arrays of rows."""
        fields = [operation, kind, *extents]
        for array in arrays:
            fields += [_address(array), *(stride // array.itemsize for stride in array.strides)]
        fields += [0] * (kernels.FIELDS - 2 - len(fields))
        self.instructions.append([*fields, *further])
        self._alive += arrays

    def copy(self, source: Array, target: Array) -> None:
        """Add a copy, or a conversion."""
        kinds = KINDS.get(source.dtype, -1), KINDS.get(target.dtype, -1)
        if kinds not in _CONVERSIONS:
            raise NotCovered(f"there is no instruction that makes {source.dtype} {target.dtype}")
        self.each(kernels.TO + kinds[1], kinds[0], target, source)

    def as_rows(self, x: Array) -> Array:
        """Return it as rows of numbers that follow each other, as a copy where it is not."""
        flat = x.reshape(-1, x.shape[-1])
        if np.may_share_memory(flat, x) and flat.strides[1] == flat.itemsize:
            return flat
        out = self.memory(x.shape, x.dtype)
        self.copy(x, out)
        return out.reshape(flat.shape)

    def call(self, kernel: int, job: int, owner: object) -> None:
        """Add the step of a cell: the addresses of its kernel and its job, and what owns these."""
        self.instructions.append([kernels.STEP, *[0] * 6, kernel, 0, 0, job, *[0] * 7])
        self._alive.append(owner)


def same_kind(operator: str, operands: Sequence[Array], allowed: Sequence[int]) -> int:
    """Return the kind of numbers that all operands have, if it is one of those allowed."""
    kinds = {KINDS.get(one.dtype, -1) for one in operands}
    if len(kinds) > 1 or not kinds.issubset(allowed):
        types = ", ".join(str(one.dtype) for one in operands)
        raise NotCovered(f"there is no instruction for {operator} of {types}")
    return kinds.pop()


def _address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])


def _axes(arrays: Sequence[Array]) -> Iterator[tuple[int, list[int]]]:
    """Give the axes from the outermost on, with strides in bytes, joined where one goes on where the next ends."""
    held: tuple[int, list[int]] | None = None
    for axis, extent in enumerate(arrays[0].shape):
        if extent == 1:
            continue
        strides = [array.strides[axis] for array in arrays]
        if held is not None and held[1] == [stride * extent for stride in strides]:
            held = held[0] * extent, strides
            continue
        if held is not None:
            yield held
        held = extent, strides
    if held is not None:
        yield held
