"""What the C of a cell is: products of its recurrent weights, and what is done with them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CellCode", "Stage"]


@dataclass(frozen=True)
class Stage:
    """One product of recurrent weights, and what follows it.

    Attributes
    ----------
    blocks : int
        How many blocks it computes, the next ones in the order of the weights.
    of : str
        What is multiplied: a state, or ``m``, which an earlier stage has filled with ``H`` numbers.
    then : str
        C99. ``H`` is the number of units; ``a`` has the blocks one after the other, each ``x W + b + h U + c``; states
        are read by their names and written as ``new_h``.
    """

    blocks: int
    of: str
    then: str


@dataclass(frozen=True)
class CellCode:
    """The C of a cell.

    Attributes
    ----------
    kernel : str
        What the cell calls its kernels, by which it is found.
    stages : tuple of Stage
    apart : bool
        Whether ``h U + c`` stands in ``q``, and only ``x W + b`` in ``a``.
    """

    kernel: str
    stages: tuple[Stage, ...]
    apart: bool = False
