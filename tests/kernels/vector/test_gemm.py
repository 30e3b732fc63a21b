"""The product, called as kernels call it: by its address."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from guarded import Guards
from numpy.typing import NDArray

from gatewise.kernels.compiling.target import TARGET
from gatewise.kernels.vector.gemm import product_address
from gatewise.kernels.vector.panels import width_at

Array = NDArray[np.floating]


def product(
    a: Array, panels: Array, c: Array, *, rows: int, steps: int, vectors: int, accumulate: bool
) -> None:
    size, pointer = ctypes.c_int64, ctypes.c_void_p
    kinds = (pointer, *[size] * 3, pointer, size, pointer, size, ctypes.c_bool)
    function = ctypes.CFUNCTYPE(None, *kinds)(product_address(a.dtype))
    function(
        a.ctypes.data,
        a.strides[0] // a.itemsize,
        rows,
        steps,
        panels.ctypes.data,
        vectors,
        c.ctypes.data,
        c.strides[0] // c.itemsize,
        accumulate,
    )


def packed(weights: Array, vectors: int, lanes: int) -> Array:
    """Panels of weights (steps × vectors · lanes), written down as plainly as can be."""
    pieces, start = [], 0
    while start < vectors:
        wide = width_at.py_func(start, vectors)
        pieces.append(weights[:, start * lanes : (start + wide) * lanes].ravel())
        start += wide
    return np.concatenate(pieces)


@pytest.mark.parametrize("accumulate", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_size_of_tile(dtype: type, accumulate: bool) -> None:
    random = np.random.default_rng(0)
    lanes = TARGET.bytes // np.dtype(dtype).itemsize
    for rows in range(1, 2 * TARGET.rows + 2):
        for vectors in range(1, 2 * TARGET.vectors * TARGET.panels[0] + 2):
            steps = 1 + (rows + 2 * vectors) % 9
            guards = Guards()
            a = guards.copy(random.normal(size=(rows, steps)).astype(dtype))
            weights = random.normal(size=(steps, vectors * lanes)).astype(dtype)
            start = random.normal(size=(rows, vectors * lanes)).astype(dtype)
            c = guards.copy(start)
            product(
                a,
                guards.copy(packed(weights, vectors, lanes)),
                c,
                rows=rows,
                steps=steps,
                vectors=vectors,
                accumulate=accumulate,
            )
            guards.check()
            exact = a.astype(np.float64) @ weights + (start if accumulate else 0)
            np.testing.assert_allclose(c, exact, rtol=0, atol=40 * np.finfo(dtype).eps)


def test_no_bit_depends_on_the_size_of_the_tile() -> None:
    random = np.random.default_rng(0)
    lanes, rows, vectors, steps = TARGET.bytes // 4, TARGET.rows + 3, 3 * TARGET.vectors + 2, 50
    a = random.normal(size=(rows, steps)).astype(np.float32)
    weights = random.normal(size=(steps, vectors * lanes)).astype(np.float32)
    whole = np.empty((rows, vectors * lanes), np.float32)
    sizes = {"steps": steps, "accumulate": False}
    product(a, packed(weights, vectors, lanes), whole, rows=rows, vectors=vectors, **sizes)
    for row in range(rows):
        for vector in range(vectors):
            columns = slice(vector * lanes, (vector + 1) * lanes)
            alone = np.empty((1, lanes), np.float32)
            panel = packed(weights[:, columns], 1, lanes)
            product(a[row : row + 1], panel, alone, rows=1, vectors=1, **sizes)
            assert alone.tobytes() == whole[row, columns].tobytes()
