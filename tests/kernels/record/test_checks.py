"""What kernels refuse, before anything is touched: they look at addresses only."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.kernels.call.run import Run
from gatewise.kernels.cells.registry import KERNELS
from gatewise.kernels.record.checks import check_shapes
from gatewise.kernels.record.sizes import Sizes

LENGTHS = {
    "of another type": (np.array([4, 2], np.int32), "lengths: expected 2 int64, got int32 of shape (2,)"),
    "for another batch": (np.array([4, 2, 1]), "lengths: expected 2 int64, got int64 of shape (3,)"),
    "an empty sequence": (np.array([4, 0]), "lengths: expected 1 to 4, got 0 to 4"),
    "a sequence beyond the input": (np.array([5, 2]), "lengths: expected 1 to 4, got 2 to 5"),
}


def made() -> Run:
    return Run("gru", Sizes(4, 2, 3, 5, KERNELS["gru"].stored, 4), (6, 3), False, 1)


@pytest.mark.parametrize("case", LENGTHS)
def test_lengths(case: str) -> None:
    lengths, message = LENGTHS[case]
    with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message follows
        made().batch(lengths)
    assert str(error.value) == message


def test_a_table_of_another_run() -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        made().saved_batch(np.zeros(3, np.int64))
    assert str(error.value) == (
        "saved layout: expected int64 of shape (45,) without gaps, got int64 of shape (3,) with strides (8,)"
    )


ARRAYS = {
    "another shape": (np.zeros((2, 4), np.float32), "float32 of shape (2, 4) with strides (16, 4)"),
    "another type": (np.zeros((2, 5)), "float64 of shape (2, 5) with strides (40, 8)"),
    "gaps": (np.zeros((2, 10), np.float32)[:, ::2], "float32 of shape (2, 5) with strides (40, 8)"),
}


@pytest.mark.parametrize("case", ARRAYS)
def test_shapes(case: str) -> None:
    array, got = ARRAYS[case]
    good = np.zeros((2, 5), np.float32)
    named = [("a", good), ("b", None), ("c", array)]
    check_shapes(good.dtype, named[:2], [(2, 5)] * 2)
    with pytest.raises(ValueError) as error:  # noqa: PT011
        check_shapes(good.dtype, named, [(2, 5)] * 3)
    assert str(error.value) == f"c: expected float32 of shape (2, 5) without gaps, got {got}"
