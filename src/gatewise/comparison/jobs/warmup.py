"""Kernels that are compiled, or loaded, before workers start and clocks run."""

from __future__ import annotations

from functools import cache

import torch

from gatewise.models.cells import build_cell
from gatewise.nn import Cell

__all__ = ["warm_up"]

# Work enough for several threads, whose kernel is one of its own.
SIZE, BATCH, STEPS = 64, 64, 8


@cache
def warm_up(cell: str | Cell) -> None:
    """Run a cell forward, backward and for one step of a stream; once in a process.

    The first time on a processor this compiles its kernels, for five to ten seconds; later it loads them.
    """
    with torch.random.fork_rng(devices=[]):
        layer = build_cell(cell, SIZE, SIZE, 1)
    output, _ = layer(torch.zeros(BATCH, STEPS, SIZE))
    output.sum().backward()
    layer.stream().step(torch.zeros(SIZE))
