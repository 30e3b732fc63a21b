"""The product of rows and panels: compiled once for each type and called by address from every cell.

Compiled into each of them, it would double the time that a cell takes to compile. Its arguments::

    a           (rows, steps), rows ``row_stride`` apart: the factor on the left
    panels      (steps, vectors), packed as :mod:`gatewise.kernels.vector.panels` says: the factor on the right
    c           (rows, vectors), rows ``c_stride`` apart: the result
    accumulate  whether to add to what stands there
"""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.extending import intrinsic

from gatewise.kernels.compiling.compiled import compiled
from gatewise.kernels.compiling.target import TARGET
from gatewise.kernels.vector.panels import width_at
from gatewise.kernels.vector.simd import lanes
from gatewise.kernels.vector.tile import tile

__all__ = ["product", "product_address"]

_ROWS = TARGET.rows
_VECTORS = TARGET.vectors
_PANELS = TARGET.panels


def _product(a, row_stride, rows, steps, panels, vectors, c, c_stride, accumulate):
    if rows == 0:
        return
    width = lanes(a)
    vector = 0
    # As even as can be: nine rows are five and four, not eight and one.
    tiles = (rows + _ROWS - 1) // _ROWS
    most = _PANELS[(rows + tiles - 1) // tiles - 1]
    while vector < vectors:
        wide = width_at(vector, vectors)
        # A tile of few rows takes several panels, so that it has enough sums that do not wait for each other.
        side_by_side = max(1, min(most, (vectors - vector) // _VECTORS))
        if width_at(vector + (side_by_side - 1) * _VECTORS, vectors) < wide:
            side_by_side -= 1
        panel = panels + vector * width * steps
        row = 0
        for left in range(tiles, 0, -1):
            high = (rows - row + left - 1) // left
            tile(
                high,
                wide,
                side_by_side,
                a + row * row_stride,
                row_stride,
                steps,
                panel,
                c + (row * c_stride + vector * width),
                c_stride,
                accumulate,
            )
            row += high
        vector += wide * side_by_side


@cache
def product_address(dtype: np.dtype) -> int:
    """Compile the product for a type, or load it; the address to call it by."""
    number, size = types.CPointer(from_dtype(dtype)), types.int64
    signature = types.void(number, size, size, size, number, size, number, size, types.boolean)
    return ctypes.cast(compiled(_product, signature), ctypes.c_void_p).value


@intrinsic
def product(typingctx, function, a, row_stride, rows, steps, panels, vectors, c, c_stride, accumulate):
    """``c (rows × vectors) (+)= a (rows × steps) · panels``, rows of ``a`` any distance apart."""

    def codegen(context, builder, signature, args):
        function, *operands = args
        operands[-1] = builder.zext(operands[-1], ir.IntType(8))
        callee = ir.FunctionType(ir.VoidType(), [operand.type for operand in operands])
        builder.call(builder.inttoptr(function, callee.as_pointer()), operands)
        return context.get_dummy_value()

    size = types.int64
    return types.void(size, a, size, size, size, panels, size, c, size, types.boolean), codegen
