"""The recurrent layer of a model."""

from __future__ import annotations

from gatewise.nn import Cell, Recurrent, cell_named
from gatewise.nn.cells.registry import BUILT_IN

__all__ = ["build_cell", "name_or_cell"]


def build_cell(
    cell: str | Cell, input_size: int, hidden_size: int, num_layers: int, *, bidirectional: bool = False
) -> Recurrent:
    """Make a layer of a cell, or of the one that has this name, for input of shape (batch, time, input_size)."""
    return Recurrent(
        cell_named(cell), input_size, hidden_size, num_layers, batch_first=True, bidirectional=bidirectional
    )


def name_or_cell(cell: str | Cell | type[Recurrent]) -> str | Cell:
    """Return the name of a cell of the package, else the cell: worker processes know no other names."""
    found = cell_named(cell)
    return found.name if found in BUILT_IN else found
