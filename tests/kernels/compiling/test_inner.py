"""Functions that exist only inside kernels."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit, types

from gatewise.kernels.compiling.compiled import compiled
from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.vector.simd import read, write


@inner
def ratio(a, b):
    return a / b


@inner
def twice(numbers):
    write(numbers, 2.0 * ratio(read(numbers), read(numbers + 1)))


def kernel(numbers):
    twice(numbers)
    twice(numbers)


@pytest.mark.parametrize(("numbers", "expected"), [([3.0, 4.0], 0.75), ([1.0, 0.0], np.inf)])
def test_a_kernel_takes_them_in(numbers: list[float], expected: float) -> None:
    array = np.array(numbers)
    compiled(kernel, types.void(types.CPointer(types.float64)))(array.ctypes.data)
    assert array.tolist() == [expected, numbers[1]]


def test_they_cannot_be_called_from_python() -> None:
    with pytest.raises(TypeError) as error:
        ratio(1.0, 2.0)
    assert str(error.value) == "ratio is called by kernels only; its py_func is plain Python"
    assert ratio.py_func(1.0, 2.0) == 0.5


def test_no_machine_code_is_made_of_them() -> None:
    def third(a):
        return a / 3

    function = inner(third)
    function.compile((types.float64,))
    (made,) = function.overloads.values()
    assert not made.library.codegen._engine.is_symbol_defined(made.fndesc.mangled_name)
    usual = njit(third)
    usual.compile((types.float64,))
    (made,) = usual.overloads.values()
    assert made.library.codegen._engine.is_symbol_defined(made.fndesc.mangled_name)
