"""``gatewise doctor``: what runs here, why, and how fast."""

from __future__ import annotations

import json
import os
import platform
import time

import numpy as np
import torch

import gatewise
from gatewise import nn
from gatewise.cli.console import out
from gatewise.cli.options import Json
from gatewise.comparison.machine import processor_name

__all__ = ["doctor"]

INPUT, HIDDEN, BATCH, TIME = 32, 64, 32, 50
ROUNDS = 7


def doctor(json_: Json = False) -> None:
    """Show versions, threads, which backend runs each cell and why, and a measured speed."""
    cells = {}
    for kind in (nn.RNN, nn.LSTM, nn.GRU):
        layer = kind(INPUT, HIDDEN)
        choice = layer.backend
        cells[kind.__name__] = {
            "backend": choice.name,
            "reason": choice.reason,
            "training_step_ms": round(_training_step_ms(layer), 2),
        }
    facts = {
        "gatewise": gatewise.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "vector_instructions": torch.backends.cpu.get_cpu_capability(),
    }
    if json_:
        out.print_json(json.dumps({**facts, "cells": cells}))
        return
    for name, value in facts.items():
        out.print(f"{name.replace('_', ' '):20} {value}")
    out.print(f"\none training step, input {INPUT}, hidden {HIDDEN}, batch {BATCH}, {TIME} steps:")
    for name, cell in cells.items():
        out.print(f"{name:5} {cell['training_step_ms']:8} ms  backend {cell['backend']}: {cell['reason']}")


def _training_step_ms(layer: nn.Recurrent) -> float:
    """Median wall clock of one forward and backward pass, after a warm-up."""
    value = torch.randn(TIME, BATCH, INPUT)
    durations = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        layer(value)[0].sum().backward()
        durations.append(time.perf_counter() - start)
    return 1e3 * float(np.median(durations[1:]))
