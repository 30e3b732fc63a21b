"""Memory for kernels, and the guards that the other tests put around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from guarded import Guards, guarded_kernels
from kernel_problems import kernels, problem

from gatewise.kernels.call import plans
from gatewise.kernels.record import memory
from gatewise.kernels.record.job import Plan


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("count", [0, 1, 7, 1000])
def test_arrays_start_with_a_cache_line(count: int, dtype: type) -> None:
    array = memory.empty(count, dtype)
    assert array.shape == (count,)
    assert array.dtype == dtype
    assert count == 0 or array.ctypes.data % 64 == 0


def test_zeros_are_zero() -> None:
    array = memory.zeros((3, 5), np.float32)
    assert array.ctypes.data % 64 == 0
    assert array.tolist() == [[0] * 5] * 3


def test_address_of_any_array() -> None:
    whole = np.zeros((4, 6), np.float32)
    fixed = np.zeros(3)
    fixed.flags.writeable = False
    for array in (whole, whole[1:, ::2], whole[:0], fixed, np.array(1.0)):
        assert memory.address(array) == array.ctypes.data


def test_arrays_in_one_start_with_cache_lines_and_do_not_overlap() -> None:
    counts = {"a": 1, "b": 0, "c": 100, "d": 16}
    starts, size = memory.offsets(counts, 4)
    assert list(starts) == list(counts)
    assert all(start % 64 == 0 for start in starts.values())
    ends = [starts[name] + 4 * count for name, count in counts.items()]
    assert all(end <= start for end, start in zip(ends, [*starts.values(), size][1:], strict=True))


@pytest.mark.parametrize("side", [-1, 40])
@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_guards_notice_what_is_written_beside_an_array(side: int, value: float) -> None:
    guards = Guards()
    array = guards.empty(40, np.float32)
    guards.check()
    address = array.ctypes.data + 4 * side
    np.frombuffer((np.ctypeslib.ctypes.c_float * 1).from_address(address), np.float32)[0] = value
    with pytest.raises(AssertionError):
        guards.check()


PIECES = ("w_panels", "u_panels", "h", "staged", "a_block", "b_block", "bias_sums", "reset", "reset_sums")


@pytest.mark.parametrize("reset_rows", [0, 128])
@pytest.mark.parametrize("piece", PIECES)
def test_guards_stand_around_every_workspace(
    piece: str, reset_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if piece == "reset_sums" and not reset_rows:
        pytest.skip("who keeps all rows has no sums of each part's own")
    monkeypatch.setattr(plans, "_reset_rows", lambda *_: reset_rows)
    make_plan = plans.make_plan

    def too_small(numbers: Any, tables: Any, room: dict[str, int], itemsize: int) -> Plan:
        if piece in room:
            # More than the spare vectors between rows.
            room[piece] -= (128 if piece in ("h", "bias_sums") else 512) // itemsize
        return make_plan(numbers, tables, room, itemsize)

    monkeypatch.setattr(plans, "make_plan", too_small)
    # As many rows as fill every piece to its end.
    parts = 2 if piece == "reset_sums" else 1
    given = problem("gru", time=400, batch=parts, input=64, hidden=64)
    with pytest.raises(AssertionError, match="a zone was touched"), guarded_kernels():
        kernels(given, threads=parts)
    assert memory.GAP == 0, "the real memory is back"
