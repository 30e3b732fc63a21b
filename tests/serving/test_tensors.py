"""Tensors as JSON and as bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gatewise.serving.refusal import Refusal
from gatewise.serving.tensors import (
    DATATYPES,
    Tensor,
    datatype_of,
    from_bytes,
    from_json,
    shape_from,
    to_bytes,
    to_json,
)


@pytest.mark.parametrize("datatype", DATATYPES)
def test_both_ways_and_back(datatype: str) -> None:
    dtype = DATATYPES[datatype]
    array = (
        np.array([["é", ""], ["b" * 300, "c"]], object)
        if dtype.kind == "O"
        else np.array([[1, 0], [1, 1]], dtype)
    )
    assert datatype_of(array.dtype) == datatype
    back = from_bytes("x", datatype, (2, 2), memoryview(to_bytes(array)))
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)
    written = to_json(Tensor("x", array))
    assert (written["datatype"], written["shape"]) == (datatype, [2, 2])
    data = written["data"] if isinstance(written["data"], list) else written["data"].tolist()
    back = from_json("x", datatype, (2, 2), data)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


def test_lists_of_lists_are_as_good_as_flat_ones() -> None:
    np.testing.assert_array_equal(from_json("x", "FP32", (1, 2, 1), [[[1], [2.5]]]).ravel(), [1, 2.5])
    assert from_json("x", "BYTES", (2,), [["a"], ["b"]]).tolist() == ["a", "b"]
    assert from_json("x", "FP32", (0, 3), []).shape == (0, 3)


@pytest.mark.parametrize(
    ("datatype", "shape", "data", "message"),
    [
        ("FP32", (2,), [1], "expected 2 values for shape [2], got 1"),
        ("FP32", (2,), "ab", "data: expected a list, got 'ab'"),
        ("FP32", (2,), None, "data: expected a list, got None"),
        ("FP32", (2,), [1, "a"], "data: expected numbers in equally long lists"),
        ("FP32", (2,), [1, None], "data: expected numbers in equally long lists"),
        ("FP32", (2,), [[1], [2, 3]], "data: expected numbers in equally long lists"),
        ("FP32", (1,), [1e300], "data: expected numbers that FP32 holds, got one beyond them"),
        ("INT64", (1,), [1.5], "data: expected whole numbers in equally long lists"),
        ("INT64", (1,), [2**63], "data: expected numbers that INT64 holds, got one beyond them"),
        ("INT8", (1,), [128], "data: expected numbers that INT8 holds, got one beyond them"),
        ("UINT64", (1,), [-1], "data: expected numbers that UINT64 holds, got one beyond them"),
        ("BOOL", (1,), [1], "data: expected true and false in equally long lists"),
        ("BYTES", (2,), ["a", 1], "data: expected strings, got 1"),
        ("BYTES", (1,), [None], "data: expected strings, got None"),
        ("FP32", (2**39,), [1.0], f"expected {2**39} values for shape [{2**39}], got 1"),
    ],
)  # fmt: skip
def test_what_json_may_not_hold(datatype: str, shape: tuple[int, ...], data: Any, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        from_json("x", datatype, shape, data)
    assert (caught.value.status, str(caught.value)) == (400, f"inputs: x: {message}")


@pytest.mark.parametrize(
    ("datatype", "shape", "data", "message"),
    [
        ("FP32", (2,), b"1234", "expected 8 bytes for shape [2] of FP32, got 4"),
        ("BOOL", (2,), b"\x01\x02", "expected bytes of 0 and 1 for BOOL"),
        ("BYTES", (1,), b"\x01\x00", "a string is cut off after 0 bytes"),
        ("BYTES", (1,), b"\xff\xff\xff\xff1", "a string of 4294967295 bytes is cut off after 1"),
        ("BYTES", (1,), b"\x01\x00\x00\x00\xff", "a string is no UTF-8"),
        ("BYTES", (2,), b"\x01\x00\x00\x00a", "expected 2 values for shape [2], got 1"),
    ],
)
def test_what_bytes_may_not_be(datatype: str, shape: tuple[int, ...], data: bytes, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        from_bytes("x", datatype, shape, memoryview(data))
    assert str(caught.value) == f"inputs: x: {message}"


@pytest.mark.parametrize("shape", [None, [], 3, [-1], [1.0], [True], ["2"], [2**41], [1] * 9, [[1]]])
def test_what_is_no_shape(shape: Any) -> None:
    with pytest.raises(Refusal) as caught:
        shape_from("x", shape)
    assert str(caught.value).startswith("inputs: x: shape: expected 1 to 8 whole numbers, got ")
