"""What a new process waits for: imports and the first training step, with and without a cache on disk."""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Start", "measure"]

_LIMIT_S = 180
_WARM_RUNS = 3


@dataclass(frozen=True)
class Start:
    """Seconds that a new process waits for one cell.

    Attributes
    ----------
    cell : str
    import_torch_s, import_gatewise_s, import_layers_s : float
        One after the other, of processes with a warm cache: medians.
    cold_s, warm_s : float
        The first training step with an empty cache, and the median of later processes'.
    again_s : float
        A later step of the same process.
    cached : bool
        Whether the first process left anything in the cache.
    """

    cell: str
    import_torch_s: float
    import_gatewise_s: float
    import_layers_s: float
    cold_s: float
    warm_s: float
    again_s: float
    cached: bool


def measure(cells: Sequence[str], threads: int) -> Iterator[Start]:
    """Start processes one after the other, each cell's with a cache of its own."""
    from benchmarks.candidates import progress

    for cell in cells:
        with tempfile.TemporaryDirectory() as folder:
            cold = _process(cell, threads, folder)
            cached = any(path.is_file() for path in Path(folder).rglob("*"))
            warm = [_process(cell, threads, folder) for _ in range(_WARM_RUNS)]
        median = {name: statistics.median(run[name] for run in warm) for name in cold}
        start = Start(
            cell=cell,
            import_torch_s=median["torch"],
            import_gatewise_s=median["gatewise"],
            import_layers_s=median["layers"],
            cold_s=cold["first"],
            warm_s=median["first"],
            again_s=median["again"],
            cached=cached,
        )
        progress(f"start {cell}: first step {start.cold_s:.3g} s, from the cache {start.warm_s:.3g} s")
        yield start


def _process(cell: str, threads: int, cache: str) -> dict[str, float]:
    from benchmarks.errors import BenchmarkError

    command = [sys.executable, "-m", "benchmarks.layers.first_call", cell, str(threads)]
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": cache,
        "XDG_CACHE_HOME": cache,
        "OMP_NUM_THREADS": str(threads),
    }
    try:
        run = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_LIMIT_S, check=True
        )
    except subprocess.TimeoutExpired:
        raise BenchmarkError(f"start, {cell}: no first step within {_LIMIT_S} s") from None
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no message"])[-1]
        raise BenchmarkError(f"start, {cell}: {last}") from None
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return found


def _main(name: str, threads: int) -> None:
    marks = [time.perf_counter()]

    def mark() -> None:
        marks.append(time.perf_counter())

    import torch

    mark()
    import gatewise

    mark()
    import gatewise.nn

    mark()
    torch.set_num_threads(threads)
    options = {"reset_after": True} if name == "gru-reset-after" else {}
    layer = getattr(gatewise.nn, name.split("-", 1)[0].upper())(64, 128, **options)
    x = torch.zeros(20, 8, 64, requires_grad=True)
    for _ in range(2):
        layer(x)[0].sum().backward()
        mark()
    names = ("torch", "gatewise", "layers", "first", "again")
    seconds = [after - before for before, after in itertools.pairwise(marks)]
    print(json.dumps(dict(zip(names, seconds, strict=True))))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
