"""The recurrent layer of a model."""

from __future__ import annotations

from gatewise.nn import Cell, Recurrent, cell_named
from gatewise.nn.cells.registry import CELLS

__all__ = ["build_cell", "name_or_cell"]


def build_cell(
    cell: str | Cell, input_size: int, hidden_size: int, num_layers: int, *, bidirectional: bool = False
) -> Recurrent:
    """Make a layer of a cell, or of the one that has this name, for input of shape (batch, time, input_size)."""
    return Recurrent(
        cell_named(cell), input_size, hidden_size, num_layers, batch_first=True, bidirectional=bidirectional
    )


def name_or_cell(cell: str | Cell | type[Recurrent]) -> str | Cell:
    """Return the name of a cell that is known by it, else the cell itself: what an estimator keeps as its ``cell``."""
    found = cell_named(cell)
    return found.name if CELLS.get(found.name) == found else found
