"""The cells that have kernels, and their kernels, made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numba import from_dtype, types

from gatewise.kernels.cells.cifg import CIFG
from gatewise.kernels.cells.gru import GRU
from gatewise.kernels.cells.gru_reset_after import GRU_RESET_AFTER
from gatewise.kernels.cells.lstm import LSTM
from gatewise.kernels.cells.mgu import MGU
from gatewise.kernels.cells.rnn import RNN
from gatewise.kernels.compiling.compiled import compiled
from gatewise.kernels.record.job import JOB
from gatewise.kernels.threads.crew import Entry
from gatewise.kernels.time import by_sequence, by_unit, by_unit_back, one_step
from gatewise.kernels.time.cell import Cell

__all__ = ["KERNELS", "entry"]

KERNELS = {
    "rnn_tanh": RNN,
    "rnn_relu": replace(RNN, option=1),
    "lstm": LSTM,
    "gru": GRU,
    "gru_reset_after": GRU_RESET_AFTER,
    "cifg": CIFG,
    "mgu": MGU,
}
_MAKE: dict[str, Callable[[Cell], Callable[..., None]]] = {
    "forward": by_sequence.make_forward,
    "backward": by_sequence.make_backward,
    "step": one_step.make_step,
    "shared": by_unit.make_forward,
    "shared_back": by_unit_back.make_backward,
}


@cache
def entry(name: str, way: str, dtype: np.dtype[Any]) -> Entry:
    """Compile one way of a cell for a type, or load it; variants share it."""
    return _entry(replace(KERNELS[name], option=0), way, dtype)


@cache
def _entry(cell: Cell, way: str, dtype: np.dtype[Any]) -> Entry:
    size, number = types.int64, from_dtype(dtype)
    pointers = (types.CPointer(kind) for kind in (from_dtype(JOB), size, number))
    return compiled(_MAKE[way](cell), types.void(*pointers, size, size, size))
