"""The states of all sessions of a model: one array per state, a row per session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.errors import ConfigurationError
from gatewise.spelling import spelled

__all__ = ["Pool"]

Array = NDArray[Any]


class Pool:
    """Rows of states.

    The arrays are as long as there may ever be sessions. The system gives memory for what is written only, so a session
    costs what its state has; and nothing is ever moved to a larger array while a kernel computes.

    Parameters
    ----------
    initial : dict of str to array
        What a session begins with, without a batch axis.
    capacity : int
        Rows that there may be.

    Attributes
    ----------
    states : dict of str to array
        (capacity, …).
    open : int
        Rows that are taken.
    """

    def __init__(self, initial: Mapping[str, Array], capacity: int) -> None:
        self.capacity = capacity
        self._initial = {name: np.asarray(one) for name, one in initial.items()}
        try:
            self.states = {
                name: np.zeros((capacity, *one.shape), one.dtype) for name, one in self._initial.items()
            }
        except MemoryError:
            raise ConfigurationError(
                f"expected room for the states of {capacity} sessions, {self.bytes_per_session} bytes each; take "
                f"fewer: {spelled('max_sessions', capacity // 10 or 1)}",
                option="max_sessions",
            ) from None
        # Rows that were used before are taken first: their memory is there.
        self._free: list[int] = []
        self._untouched = 0
        self.open = 0

    @property
    def bytes_per_session(self) -> int:
        """Bytes of one session's states."""
        return sum(one.nbytes for one in self._initial.values())

    @property
    def is_full(self) -> bool:
        """Whether no further row can be taken."""
        return self.open == self.capacity

    def take(self) -> int:
        """Return a row that holds what a session begins with."""
        if self._free:
            row = self._free.pop()
        else:
            row = self._untouched
            self._untouched += 1
        for name, one in self._initial.items():
            self.states[name][row] = one
        self.open += 1
        return row

    def give_back(self, row: int) -> None:
        """Leave a row to the next session."""
        self._free.append(row)
        self.open -= 1

    def read(self, rows: Sequence[int] | Array) -> dict[str, Array]:
        """Return the states of rows, (rows, …): copies."""
        return {name: one[np.asarray(rows, np.intp)] for name, one in self.states.items()}

    def write(self, rows: Sequence[int] | Array, states: Mapping[str, Array]) -> None:
        """Set the states of rows."""
        for name, one in self.states.items():
            one[np.asarray(rows, np.intp)] = states[name]
