"""Threads that work on the parts of a job together.

Best are the threads of an OpenMP runtime that is already there: they take work over within a microsecond, and
and threads of ours beside those of torch, which spin for a while after each of its operations, would halve each
other's speed. Without such a runtime, or in the child of a ``fork``, where its threads are lost, a small crew of
Python's threads does it; they need tens of microseconds. Kernels release the GIL and meet inside
(:mod:`gatewise.kernels.threads.sync`), so a job needs all its threads at once: the crew serves one job at a time,
and a caller that finds it busy works through all parts alone, with the same results.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from queue import SimpleQueue

from numba import types

from gatewise.kernels.compiling.compiled import compiled
from gatewise.kernels.threads.sync import alone, fan_out

__all__ = ["Crew", "Entry", "address_of", "adopt", "prepare", "run"]

# A kernel: job, two type tags that are never read, the first part, the one after the last, threads.
Entry = Callable[[int, int | None, int | None, int, int, int], None]


class Crew:
    """Python threads that wait for parts of a job, made when first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: list[SimpleQueue[tuple[Entry, int, int, int]]] = []
        self._done: SimpleQueue[None] = SimpleQueue()
        self._closed = False

    def run(self, entry: Entry, job: int, parts: int) -> None:
        """Do all parts, each in a thread of its own if the crew is free."""
        if self._closed or not self._lock.acquire(blocking=False):
            entry(job, None, None, 0, parts, 1)
            return
        try:
            while len(self._tasks) < parts - 1:
                tasks: SimpleQueue[tuple[Entry, int, int, int]] = SimpleQueue()
                threading.Thread(
                    target=_attend, args=(tasks, self._done), name="gatewise-kernels", daemon=True
                ).start()
                self._tasks.append(tasks)
            for part in range(1, parts):
                self._tasks[part - 1].put((entry, job, part, parts))
            entry(job, None, None, 0, 1, parts)
            self._wait(parts - 1)
        finally:
            self._lock.release()

    def _wait(self, parts: int) -> None:
        """Wait for others even if an interrupt comes: the memory that they work on is given back after the call."""
        interrupt = None
        while parts:
            try:
                self._done.get()
            except KeyboardInterrupt as error:
                interrupt = error
            else:
                parts -= 1
        if interrupt is not None:
            raise interrupt

    def close(self) -> None:
        """Give no more work to other threads, which an interpreter on its way out stops anywhere."""
        self._closed = True


def _attend(tasks: SimpleQueue[tuple[Entry, int, int, int]], done: SimpleQueue[None]) -> None:
    while True:
        entry, job, part, team = tasks.get()
        entry(job, None, None, part, part + 1, team)
        done.put(None)


@dataclass(frozen=True)
class _OpenMP:
    """An OpenMP runtime, by the addresses of what is needed of it."""

    parallel: Callable[[int, ctypes.Array[ctypes.c_int64], int, int], None]
    thread_number: int
    team_size: int

    def run(self, entry: Entry, job: int, parts: int) -> None:
        """Do all parts; the runtime may give fewer threads than asked for."""
        self.parallel(address_of(_by_address(fan_out)), self.call(entry, job, parts), parts, 0)

    def call(self, entry: Entry, job: int, parts: int) -> ctypes.Array[ctypes.c_int64]:
        """Make what its threads read."""
        return _call(address_of(entry), job, parts, self.thread_number, self.team_size)


def address_of(entry: Callable[..., None]) -> int:
    """Find the address of a kernel."""
    # What ctypes.cast gives, in a tenth of its time.
    return ctypes.c_void_p.from_buffer(entry).value or 0  # type: ignore[arg-type]


def _call(*numbers: int) -> ctypes.Array[ctypes.c_int64]:
    return (ctypes.c_int64 * len(numbers))(*numbers)


@cache
def _by_address(function: Callable[..., None]) -> Callable[..., None]:
    """Compile what reads all it needs at one address, which ctypes passes on in a third of the time of six numbers."""
    return compiled(function, types.void(types.CPointer(types.int64)))


_crew = Crew()
_openmp: _OpenMP | None = None


def adopt(library: Path) -> None:
    """Use the threads of an OpenMP runtime that this process has loaded, if it is of a kind that we know."""
    global _openmp
    try:
        runtime = ctypes.CDLL(str(library))
        parallel = runtime.GOMP_parallel
        number, size = runtime.omp_get_thread_num, runtime.omp_get_num_threads
    except (OSError, AttributeError):
        return
    parallel.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint]
    parallel.restype = None
    addresses = [int(ctypes.cast(symbol, ctypes.c_void_p).value or 0) for symbol in (number, size)]
    _openmp = _OpenMP(parallel, *addresses)


def run(entry: Entry, job: int, parts: int) -> None:
    """Do all parts of a job, which stands at an address."""
    if parts == 1:
        entry(job, None, None, 0, 1, 1)
    elif _openmp is not None:
        _openmp.run(entry, job, parts)
    else:
        _crew.run(entry, job, parts)


def prepare(entry: Entry, job: int, parts: int) -> Callable[[], None]:
    """Make what does all parts of a job, whenever it is called, with as little in between as can be."""
    if parts == 1:
        return partial(_by_address(alone), _call(address_of(entry), job))
    openmp = _openmp
    if openmp is None:
        return partial(run, entry, job, parts)
    function, call = address_of(_by_address(fan_out)), openmp.call(entry, job, parts)

    def start() -> None:
        if _openmp is openmp:
            openmp.parallel(function, call, parts, 0)
        else:  # in the child of a fork
            run(entry, job, parts)

    return start


def _start_anew() -> None:
    # A child has none of its parent's threads, and perhaps a lock that one of them held.
    global _crew, _openmp
    _crew = Crew()
    _openmp = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
atexit.register(lambda: _crew.close())
