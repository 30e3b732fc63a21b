"""The cells that have kernels, and what is to be known of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numba import from_dtype, types

from gatewise.kernels import gru, gru_reset_after, lstm, rnn, shared_cells, shared_cells_back
from gatewise.kernels.compiled import compiled
from gatewise.kernels.crew import Entry
from gatewise.kernels.job import JOB

__all__ = ["KERNELS", "Kernel", "entry"]


@dataclass(frozen=True)
class Kernel:
    """The kernels of one cell, to be compiled by :func:`entry`.

    Attributes
    ----------
    forward, backward, step, shared, shared_back : callable
        Over time, back, a single step, and both ways with threads that share the units of every step.
    gates : int
        Blocks of the weights.
    states : int
        One, or two with the LSTM's cell state.
    biases : tuple of pairs
        For every block of gates that is stored: the gates whose input and hidden bias it starts with, or None.
    of_input : tuple of int
        The gates of W that the stored blocks belong to, from the first block.
    of_hidden : tuple of tuple of int
        The gates of U that are multiplied with one and the same state, product by product.
    option : int
        What a kernel looks at to tell variants of a cell apart.
    reset : bool
        Whether the way back needs ``r ⊙ h`` of every row.
    """

    forward: Callable[..., None]
    backward: Callable[..., None]
    step: Callable[..., None]
    shared: Callable[..., None]
    shared_back: Callable[..., None]
    gates: int
    states: int
    biases: tuple[tuple[int | None, int | None], ...]
    of_input: tuple[int, ...]
    of_hidden: tuple[tuple[int, ...], ...]
    option: int = 0
    reset: bool = False

    @property
    def stored(self) -> int:
        """Blocks of gates kept for every row."""
        return len(self.biases)


_RNN = Kernel(
    rnn.forward,
    rnn.backward,
    rnn.step,
    shared_cells.rnn,
    shared_cells_back.rnn,
    gates=1,
    states=1,
    biases=((0, 0),),
    of_input=(0,),
    of_hidden=((0,),),
)
KERNELS = {
    "rnn_tanh": _RNN,
    "rnn_relu": replace(_RNN, option=1),
    "lstm": Kernel(
        lstm.forward,
        lstm.backward,
        lstm.step,
        shared_cells.lstm,
        shared_cells_back.lstm,
        gates=4,
        states=2,
        biases=((0, 0), (1, 1), (2, 2), (3, 3)),
        of_input=(0, 1, 2, 3),
        of_hidden=((0, 1, 2, 3),),
    ),
    "gru": Kernel(
        gru.forward,
        gru.backward,
        gru.step,
        shared_cells.gru,
        shared_cells_back.gru,
        gates=3,
        states=1,
        biases=((0, 0), (1, 1), (2, 2)),
        of_input=(0, 1, 2),
        of_hidden=((0, 1), (2,)),
        reset=True,
    ),
    "gru_reset_after": Kernel(
        gru_reset_after.forward,
        gru_reset_after.backward,
        gru_reset_after.step,
        shared_cells.gru_reset_after,
        shared_cells_back.gru_reset_after,
        gates=3,
        states=1,
        biases=((2, None), (0, 0), (1, 1), (None, 2)),
        of_input=(2, 0, 1),
        of_hidden=((0, 1, 2),),
    ),
}


@cache
def entry(function: Callable[..., None], dtype: np.dtype[Any]) -> Entry:
    """Compile one of a cell's functions for a type, or load it."""
    size, number = types.int64, from_dtype(dtype)
    pointers = (types.CPointer(kind) for kind in (from_dtype(JOB), size, number))
    return compiled(function, types.void(*pointers, size, size, size))
