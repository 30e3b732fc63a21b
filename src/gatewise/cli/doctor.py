"""``gatewise doctor``: what runs here, why, and how fast."""

from __future__ import annotations

import json
import os
import platform
import time

import numpy as np
import torch

from gatewise.cli.console import out
from gatewise.cli.options import Json
from gatewise.comparison.jobs.machine import processor_name
from gatewise.inspection.cost import step_latency_us
from gatewise.nn import Recurrent
from gatewise.nn.cells.registry import CELLS
from gatewise.version import __version__

__all__ = ["doctor"]

INPUT, HIDDEN, BATCH, TIME = 32, 64, 32, 50
ROUNDS = 7
FLOAT_BYTES = 4


def doctor(json_: Json = False) -> None:
    """Show versions, threads, which backend runs each cell that has kernels and why, and a measured speed."""
    layers = {name: Recurrent(cell, INPUT, HIDDEN) for name, cell in CELLS.items() if cell.kernel}
    kept = [name for name, layer in layers.items() if _was_compiled(layer)]
    cells = {}
    for name, layer in layers.items():
        choice = layer.backend
        cells[name] = {
            "backend": choice.name,
            "reason": choice.reason,
            "training_step_ms": round(_training_step_ms(layer), 2),
            "step_latency_us": round(step_latency_us(layer), 1),
        }
    from gatewise.kernels.compiling.compiled import cache_folder
    from gatewise.kernels.compiling.target import TARGET

    facts = {
        "gatewise": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "vector_instructions": f"{TARGET.name}, {TARGET.bytes // FLOAT_BYTES} floats at once",
        "compiled_code": str(cache_folder()),
        "kept_from_before": kept,
    }
    if json_:
        out.print_json(json.dumps({**facts, "cells": cells}))
        return
    for name, value in facts.items():
        text = (", ".join(value) or "nothing") if isinstance(value, list) else value
        out.print(f"{name.replace('_', ' '):20} {text}", soft_wrap=True, markup=False)
    out.print(
        f"\ninput {INPUT}, hidden {HIDDEN}: training step (batch {BATCH}, {TIME} steps), step of one stream:"
    )
    for name, cell in cells.items():
        times = f"{cell['training_step_ms']:7} ms {cell['step_latency_us']:7} µs"
        out.print(f"{name:10}{times}  backend {cell['backend']}: {cell['reason']}")


def _was_compiled(layer: Recurrent) -> bool:
    """Whether an earlier run has left machine code for this cell on the disk."""
    # No other command should wait for numba to be imported.
    from gatewise.kernels.cells.registry import KERNELS
    from gatewise.kernels.compiling.compiled import cache_folder

    kernel = KERNELS[layer.cell.kernel or ""].name
    return any(cache_folder().glob(f"*.{kernel}_forward-*.nbi"))


def _training_step_ms(layer: Recurrent) -> float:
    """Median wall clock of one forward and backward pass, after a warm-up."""
    value = torch.randn(TIME, BATCH, INPUT)
    durations = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        layer(value)[0].sum().backward()
        durations.append(time.perf_counter() - start)
    return 1e3 * float(np.median(durations[1:]))
