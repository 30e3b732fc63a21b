"""Arrays between zones that nobody may touch, filled with what nobody may read."""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from kernel_problems import Problem
from numpy.typing import DTypeLike, NDArray

from gatewise.kernels.call import plans, run
from gatewise.kernels.record import job, memory
from gatewise.kernels.record.job import Plan

__all__ = ["Guards", "Pages", "forget_plans", "guarded_kernels"]

_ZONE = 1024  # bytes, of several vectors
# Signalling NaN: what was computed from it is quiet, so a zone overwritten with that is noticed too.
_POISON = {
    4: np.array([0xFFA5A5A5], np.uint32).tobytes(),
    8: np.array([0xFFF5A5A5A5A5A5A5], np.uint64).tobytes(),
}
# NaN for both sizes of numbers, in memory for several arrays.
_BYTES = np.array([0xFFF5A5A5FFF5A5A5], np.uint64).tobytes()
_MAGIC = np.array([0x5A5A5A5A5A5A5A5A], np.uint64).tobytes()


def _poison(kind: np.dtype[Any]) -> bytes:
    return {"i": _MAGIC, "u": _BYTES}.get(kind.kind) or _POISON[kind.itemsize]


class Guards:
    """Makes arrays and remembers their zones."""

    def __init__(self) -> None:
        self._zones: list[tuple[NDArray[np.uint8], bytes]] = []

    def empty(self, shape: int | tuple[int, ...], dtype: DTypeLike, offset: int = 0) -> NDArray[Any]:
        """Make an array that starts ``offset`` elements after a cache line."""
        kind = np.dtype(dtype)
        poison = _poison(kind)
        size = int(np.prod(shape)) * kind.itemsize
        words = -(-(size + 2 * _ZONE + 128) // 8) * 8
        whole = np.frombuffer(bytearray(poison * (words // len(poison))), np.uint8)
        start = _ZONE + -whole.ctypes.data % 64 + offset * kind.itemsize
        for zone in (whole[:start], whole[start + size :]):
            self._zones.append((zone, zone.tobytes()))
        return whole[start : start + size].view(kind).reshape(shape)

    def zeros(self, shape: int | tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Make an array of zeros."""
        array = self.empty(shape, dtype)
        array[...] = 0
        return array

    def copy(self, array: NDArray[Any] | None) -> Any:
        """Copy an array without gaps to a place that is no better aligned than its elements must be."""
        if array is None:
            return None
        copied = self.empty(array.shape, array.dtype, offset=1)
        copied[...] = array
        return copied

    def problem(self, given: Problem) -> Problem:
        """Copy all that goes into a run; x keeps its strides."""
        order = np.argsort([-stride for stride in given.x.strides], kind="stable")
        x = self.copy(given.x.transpose(order)).transpose(np.argsort(order))
        return replace(given.map(self.copy), x=x, lengths=self.copy(given.lengths))

    def fill(self, plan: Plan, *addresses: Any) -> tuple[NDArray[np.int64], object]:
        """Do what :func:`gatewise.kernels.record.job.fill` does, and watch the gaps between workspaces."""
        record, work = job.fill(plan, *addresses)
        starts = sorted(plan.record[job._WORK].tolist())
        for end in (*starts[1:], plan.workspace):
            gap = work[end - memory.GAP : end]
            self._zones.append((gap, gap.tobytes()))
        return record, work

    def check(self) -> None:
        """Raise if a zone was touched."""
        assert self._zones, "nothing was guarded"
        for zone, before in self._zones:
            assert zone.tobytes() == before, "a zone was touched"


class Pages(Guards):
    """Puts every array right before a page that nobody can read without a crash, or right after one."""

    def __init__(self, *, before: bool) -> None:
        super().__init__()
        self._before = before
        self._pages: list[mmap.mmap] = []

    def empty(
        self,
        shape: int | tuple[int, ...],
        dtype: DTypeLike,
        offset: int = 0,  # noqa: ARG002, the page decides
    ) -> NDArray[Any]:
        """Make an array; ``offset`` plays no part."""
        kind, page = np.dtype(dtype), mmap.PAGESIZE
        size = int(np.prod(shape)) * kind.itemsize
        inside = max(1, -(-size // page)) * page
        pages = mmap.mmap(-1, inside + 2 * page)
        self._pages.append(pages)
        whole = np.frombuffer(pages, np.uint8)
        for start in (0, page + inside):
            closed = ctypes.CDLL(None).mprotect(
                ctypes.c_void_p(whole.ctypes.data + start), ctypes.c_size_t(page), 0
            )
            assert closed == 0
        end = page + inside if self._before else page + size
        array = whole[end - size : end]
        poison = _poison(kind)
        array[:] = np.frombuffer(poison * (1 + size // len(poison)), np.uint8)[:size]
        return array.view(kind).reshape(shape)

    def check(self) -> None:
        """Do nothing: who touches a page does not come here."""


@contextmanager
def guarded_kernels(guards: Guards | None = None) -> Iterator[Guards]:
    """Have kernels work on guarded memory only, and check it at the end."""
    guards = Guards() if guards is None else guards
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "GAP", _ZONE)
        patch.setattr(memory, "empty", guards.empty)
        patch.setattr(memory, "zeros", guards.zeros)
        patch.setattr(run, "fill", guards.fill)
        forget_plans()
        yield guards
    forget_plans()
    guards.check()


def forget_plans() -> None:
    """Have the next runs planned anew."""
    plans.plan_forward.cache_clear()
    plans.plan_shared.cache_clear()
    plans.plan_shared_back.cache_clear()
    plans.plan_backward.cache_clear()
