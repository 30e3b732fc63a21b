"""Sizes of a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gatewise.kernels.target import TARGET

__all__ = ["HEADER", "Sizes"]

# Rows of gates a multiple of this many bytes apart would compete for the same lines of the cache.
_CONFLICT = 1024
# Integers at the start of a layout.
HEADER = 3


@dataclass(frozen=True)
class Sizes:
    """What follows from the shapes and the type of a run.

    Attributes
    ----------
    time, batch, input, hidden : int
        Of the input and the states.
    stored : int
        Blocks of gates kept for each row.
    itemsize : int
        Bytes of a number, 4 or 8.
    """

    time: int
    batch: int
    input: int
    hidden: int
    stored: int
    itemsize: int

    @cached_property
    def lanes(self) -> int:
        """Numbers in a vector."""
        return TARGET.bytes // self.itemsize

    @cached_property
    def units(self) -> int:
        """``hidden``, filled up to whole vectors."""
        return -(-self.hidden // self.lanes) * self.lanes

    @cached_property
    def features(self) -> int:
        """``input``, filled up to whole vectors."""
        return -(-self.input // self.lanes) * self.lanes

    @cached_property
    def gate_stride(self) -> int:
        """Numbers between the gates of one row and those of the next."""
        whole = self.stored * self.units
        return whole + self.lanes if whole * self.itemsize % _CONFLICT == 0 else whole

    @cached_property
    def rows(self) -> int:
        """Steps of all sequences, if none is short."""
        return self.time * self.batch

    @cached_property
    def layout(self) -> int:
        """Integers that say which row is which."""
        return HEADER + (self.batch + 1) + 2 * self.batch + self.batch * (self.time + 1) + 3 * self.rows
