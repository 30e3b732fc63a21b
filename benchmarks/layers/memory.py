"""Memory at the height of a training step, as the system counts it; on Linux."""

from __future__ import annotations

import ctypes
import gc
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.candidates import progress
from benchmarks.layers.grid import CELLS, MEMORY_SHAPES, Job, Mode
from benchmarks.layers.inputs import Inputs, draw
from benchmarks.layers.rivals import OURS, TORCH
from benchmarks.layers.task import Task
from benchmarks.layers.worker import Worker

__all__ = ["Footprint", "can_measure", "extra_bytes", "measure"]

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
# Of glibc: from this size on, memory goes back to the system when it is freed, so that what was freed before
# a step is not taken again unseen.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _LARGE_BYTES = -1, -3, 65536


@dataclass(frozen=True)
class Footprint:
    """Bytes at the height of a training step above what stands in memory before it."""

    job: Job
    ours_bytes: int
    torch_bytes: int


def can_measure() -> bool:
    """Whether this system keeps count."""
    return _STATUS.exists() and _RESET.exists()


def measure(cells: Sequence[str], threads: int) -> Iterator[Footprint]:
    """Ours and torch's, every number from a process of its own."""
    for shape in MEMORY_SHAPES:
        for name in cells:
            job = Job(Mode.MEMORY, CELLS[name], shape)
            found = []
            for one, theirs in ((OURS, job), (TORCH, job.of("gru-reset-after") if name == "gru" else job)):
                with Worker(one.module, threads) as worker:
                    worker.version()
                    found.append(worker.extra_bytes(theirs))
            progress(f"{job}: " + ", ".join(f"{bytes_ / 1e6:.1f}" for bytes_ in found) + " MB")
            yield Footprint(job, *found)


def extra_bytes(prepare: Callable[[Job, Inputs, int], Task], job: Job, threads: int) -> int:
    """In this process: highest use of memory during one call, less the use before it."""
    system = ctypes.CDLL(None)
    if hasattr(system, "mallopt"):
        system.mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
        system.mallopt(_TRIM_THRESHOLD, _LARGE_BYTES)
    # What is compiled or loaded once is no part of a step; a small one leaves no large buffers behind.
    small = replace(job, shape=replace(job.shape, batch=2, time=2))
    prepare(small, draw(small), threads).results()
    task = prepare(job, draw(job), threads)
    gc.collect()
    if hasattr(system, "malloc_trim"):
        system.malloc_trim(0)
    _RESET.write_text("5", encoding="ascii")
    before = _status_bytes("VmRSS")
    task.call()
    return _status_bytes("VmHWM") - before


def _status_bytes(field: str) -> int:
    found = re.search(rf"^{field}:\s+(\d+) kB$", _STATUS.read_text(encoding="ascii"), re.MULTILINE)
    if found is None:
        raise OSError(f"{_STATUS} has no {field}")
    return 1024 * int(found[1])
