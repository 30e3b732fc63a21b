"""``gatewise doctor``: what runs here, why, how fast, and what to do where it is slow."""

from __future__ import annotations

import os
import platform
import sys
import time
from importlib import metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from gatewise.cli.console import err, out, print_json
from gatewise.cli.options import Json
from gatewise.version import __version__

if TYPE_CHECKING:
    from gatewise.nn import Recurrent

__all__ = ["doctor"]

INPUT, HIDDEN, BATCH, TIME = 32, 64, 32, 50
ROUNDS = 7
FLOAT_BYTES = 4
BUSY = 1.5
# Of the package's extras those that users may want: the module of each, and what it is for.
EXTRAS = {
    "audio": ("soundfile", "recordings"),
    "text": ("tokenizers", "sub-words"),
    "forecast": ("statsforecast", "AutoETS and AutoTheta"),
    "serve": ("starlette", "gatewise serve"),
    "holidays": ("holidays", "public holidays of a country"),
    "dtw": ("dtaidistance", "the nearest neighbour by dynamic time warping"),
}


def doctor(json_: Json = False) -> None:
    """Show versions, extras, threads and memory, which backend runs each cell that has kernels and why, its speed."""
    facts = _at_once()
    if not json_:
        _show(facts)
        err.print("measuring every cell …")
    measured, cells = _measured()
    advice = _advice(facts | measured, cells)
    if json_:
        print_json({**facts, **measured, "cells": cells, "advice": advice})
        return
    _show(measured)
    out.print(
        f"\ninput {INPUT}, hidden {HIDDEN}: training step (batch {BATCH}, {TIME} steps), step of one stream:"
    )
    for name, cell in cells.items():
        times = f"{cell['training_step_ms']:7} ms {cell['step_latency_us']:7} µs"
        out.print(f"{name:10}{times}  backend {cell['backend']}: {cell['reason']}")
    for line in advice:
        out.print(f"\n{line}", markup=False)


def _show(facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        text = (", ".join(value) or "nothing") if isinstance(value, list) else value
        out.print(f"{name.replace('_', ' '):20} {text}", soft_wrap=True, markup=False)


def _at_once() -> dict[str, Any]:
    """What is known without importing what takes long."""
    from gatewise.comparison.jobs.machine import processor_name

    there = [name for name, (module, _) in EXTRAS.items() if find_spec(module)]
    return {
        "gatewise": __version__,
        "python": platform.python_version(),
        "torch": metadata.version("torch"),
        "numpy": metadata.version("numpy"),
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "memory": _memory(),
        "extras_installed": there,
        "extras_not_installed": [
            f"{name} ({what})" for name, (_, what) in EXTRAS.items() if name not in there
        ],
    }


def _memory() -> str:
    """Free and in all, where the system tells it."""
    if sys.platform == "win32":
        return "not known"
    try:
        page = os.sysconf("SC_PAGE_SIZE")
        free, whole = (page * os.sysconf(name) / 2**30 for name in ("SC_AVPHYS_PAGES", "SC_PHYS_PAGES"))
    except (ValueError, OSError):
        return "not known"
    return f"{free:.1f} GiB free of {whole:.1f}"


def _measured() -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What torch and the kernels say of themselves, and the speed of each cell that has kernels."""
    import torch

    from gatewise.inspection.cost import step_latency_us
    from gatewise.kernels.compiling.compiled import cache_folder
    from gatewise.kernels.compiling.target import TARGET
    from gatewise.nn import Recurrent
    from gatewise.nn.cells.registry import CELLS

    layers = {name: Recurrent(cell, INPUT, HIDDEN) for name, cell in CELLS.items() if cell.kernel}
    kept = [name for name, layer in layers.items() if _was_compiled(layer)]
    cells = {
        name: {
            "backend": layer.backend.name,
            "reason": layer.backend.reason,
            "training_step_ms": round(_training_step_ms(layer), 2),
            "step_latency_us": round(step_latency_us(layer), 1),
        }
        for name, layer in layers.items()
    }
    facts = {
        "threads": torch.get_num_threads(),
        "vector_instructions": f"{TARGET.name}, {TARGET.bytes // FLOAT_BYTES} floats at once",
        "compiled_code": str(
            cache_folder() or "nowhere: no folder can be written to, NUMBA_CACHE_DIR names one"
        ),
        "kept_from_before": kept,
    }
    return facts, cells


def _advice(facts: dict[str, Any], cells: dict[str, dict[str, Any]]) -> list[str]:
    """What to do where something is slower than it could be."""
    found = []
    load, cores = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0, facts["cores"]
    if load > BUSY * cores:
        found.append(
            f"This machine is busy (load {load:.1f} on {cores} cores): the times above are too high, and trainings "
            "will take longer."
        )
    if facts["threads"] < cores:
        found.append(
            f"torch uses {facts['threads']} of {cores} cores for a layer: OMP_NUM_THREADS or torch.set_num_threads "
            "says so; a comparison uses all of them, one training each."
        )
    slow = [name for name, cell in cells.items() if cell["backend"] != "kernels"]
    if slow:
        found.append(
            f"Not run by the kernels: {', '.join(slow)}, for the reason in their lines. GATEWISE_BACKEND, if it is "
            "set, decides that; else pip install --upgrade numba, and run gatewise doctor again."
        )
    return found


def _was_compiled(layer: Recurrent) -> bool:
    """Whether an earlier run has left machine code for this cell on the disk."""
    from gatewise.kernels.call.ahead import missing

    return not missing([layer.cell.kernel or ""])


def _training_step_ms(layer: Recurrent) -> float:
    """Median wall clock of one forward and backward pass, after a warm-up."""
    import numpy as np
    import torch

    value = torch.randn(TIME, BATCH, INPUT, device="cpu")
    durations = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        layer(value)[0].sum().backward()
        durations.append(time.perf_counter() - start)
    return 1e3 * float(np.median(durations[1:]))
