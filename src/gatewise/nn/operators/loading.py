"""Importing the compiled kernels when they are first needed, with the threads that they run on."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import torch

__all__ = ["is_forked", "load_kernels"]

# The child of a fork has lost its parent's OpenMP threads, and waits for them for ever.
_forked = False


def _after_fork() -> None:
    global _forked
    _forked = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def is_forked() -> bool:
    """Say whether this process was forked from one that had imported this."""
    return _forked


@cache
def load_kernels() -> None:
    """Import the kernels, for which numba takes its time, and let them use torch's OpenMP threads."""
    from gatewise.kernels.threads import crew

    if not _forked:
        for library in (Path(torch.__file__).parent / "lib").glob("lib*omp*"):
            crew.adopt(library)
