"""Compiling what will be needed soon in processes of its own, while this one imports and reads data.

The first time on a processor a cell takes five to ten seconds to compile; three cells take twenty on one core. So
:func:`begin` starts one process for each core, which leaves the machine code on the disk. Whoever needs a kernel
before it is there waits for it in :func:`gatewise.kernels.compiling.compiled.compiled`; what such a process fails
to do is done there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress

import numpy as np

from gatewise.kernels.cells.registry import KERNELS, entry
from gatewise.kernels.compiling.compiled import cache_folder, is_kept
from gatewise.kernels.vector.gemm import product_address
from gatewise.processes import end_with

__all__ = ["begin", "missing"]

# What every training needs, the dearest first, so that processes which take turns end together.
WAYS = ("backward", "forward", "step")
DTYPE = np.dtype(np.float32)
# Nobody waits for them, and Python warns of those that it forgets while they run.
_STARTED: list[subprocess.Popen[bytes]] = []


def missing(kernels: Iterable[str]) -> list[tuple[str, str]]:
    """Of these kernels, by their names in :data:`KERNELS`, what is not on the disk: each with its way."""
    names = dict.fromkeys(kernels)
    return [(name, way) for way in WAYS for name in names if not is_kept(f"{KERNELS[name].name}_{way}")]


def begin(kernels: Iterable[str]) -> None:
    """Compile what is missing of some cells in other processes, and return at once.

    Where none can be started, whoever needs the code compiles it.
    """
    work = [f"{name}:{way}" for name, way in missing(kernels)] if cache_folder() is not None else []
    processes = min(os.cpu_count() or 1, len(work))
    with suppress(OSError):
        for first in range(processes):
            # As text: what one of them is to do, and the process to end with.
            command = [
                sys.executable,
                "-m",
                "gatewise.kernels.call.ahead",
                str(os.getpid()),
                *work[first::processes],
            ]
            _STARTED.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def _main(parent: str, *work: str) -> None:
    end_with(int(parent))
    for number, one in enumerate(work):
        name, _, way = one.partition(":")
        entry(name, way, DTYPE)
        if number == 0:
            product_address(DTYPE)


if __name__ == "__main__":
    _main(*sys.argv[1:])
