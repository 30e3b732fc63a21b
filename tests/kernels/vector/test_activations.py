"""tanh and the logistic function over all that a gate may be given."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from gatewise.kernels.vector.activations import relu, relu_slope, sigmoid, tanh
from gatewise.kernels.vector.simd import lanes, load, pointer, store

Function = Callable[[NDArray[np.floating]], NDArray[np.floating]]


@njit(error_model="numpy")
def _apply(x, out, which):  # type: ignore[no-untyped-def]
    source, target = pointer(x.ctypes.data, x), pointer(out.ctypes.data, out)
    for at in range(0, len(x), lanes(source)):
        value = load(source + at)
        if which == 0:
            store(target + at, tanh(value))
        elif which == 1:
            store(target + at, sigmoid(value))
        elif which == 2:
            store(target + at, relu(value))
        else:
            store(target + at, relu_slope(value))


def apply(which: int, x: NDArray[np.floating]) -> NDArray[np.floating]:
    padded = np.resize(x, -(-len(x) // 64) * 64)  # whole vectors of any width
    out = np.empty_like(padded)
    _apply(padded, out, which)
    return out[: len(x)]


TANH, SIGMOID, RELU, SLOPE = range(4)
GRID = np.concatenate(
    [np.linspace(-12, 12, 400_001), np.geomspace(1e-30, 1e38, 60_001), -np.geomspace(1e-30, 1e38, 60_001)]
).astype(np.float32)


def test_tanh_is_within_a_few_units_in_the_last_place() -> None:
    exact = np.tanh(GRID.astype(np.float64))
    units = np.abs(apply(TANH, GRID) - exact) / np.spacing(np.abs(exact).astype(np.float32))
    assert units.max() < 5


def test_sigmoid_is_within_a_few_units_in_the_last_place_of_one() -> None:
    exact = 1 / (1 + np.exp(-GRID.astype(np.float64).clip(-700, 700)))
    assert np.abs(apply(SIGMOID, GRID) - exact).max() < 3 * np.finfo(np.float32).eps


@pytest.mark.parametrize("which", [TANH, SIGMOID])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations_saturate_exactly(which: int, dtype: type) -> None:
    large = np.array([40, 1e4, 1e30, np.inf], dtype)
    assert (apply(which, large) == 1).all()
    assert (apply(which, -large) == (-1 if which == TANH else 0)).all()


@pytest.mark.parametrize("which", [TANH, SIGMOID])
def test_activations_stay_within_their_bounds_and_rise(which: int) -> None:
    x = np.linspace(-20, 20, 200_001, dtype=np.float32)
    y = apply(which, x)
    assert y.min() == (-1 if which == TANH else 0)
    assert y.max() == 1
    # Rounding may take a step back, but no longer one.
    assert np.diff(y).min() >= -4 * np.finfo(np.float32).eps


def test_tanh_is_odd() -> None:
    assert (apply(TANH, -GRID) == -apply(TANH, GRID)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("which", [TANH, SIGMOID, RELU])
def test_nan_stays(which: int, dtype: type) -> None:
    x = np.array([0, np.nan, 1, np.nan], dtype)
    assert np.isnan(apply(which, x)).tolist() == [False, True, False, True]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_relu_and_its_slope(dtype: type) -> None:
    x = np.array([-np.inf, -1, -0.0, 0, 1e-30, 2, np.inf], dtype)
    assert apply(RELU, x).tolist() == [0, 0, 0, 0, dtype(1e-30), 2, np.inf]
    assert apply(SLOPE, x).tolist() == [0, 0, 0, 0, 1, 1, 1]


def test_float64_is_the_c_librarys() -> None:
    x = GRID[::37].astype(np.float64)
    assert apply(TANH, x).tolist() == [math.tanh(value) for value in x]
    assert apply(SIGMOID, x).tolist() == [0.5 + 0.5 * math.tanh(0.5 * value) for value in x]
