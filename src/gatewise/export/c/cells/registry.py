"""The cells that have C; a further one is a file beside this and a line in ``ALL``."""

from __future__ import annotations

from gatewise.errors import ExportError
from gatewise.export.c.cells.base import CellCode
from gatewise.export.c.cells.cifg import CIFG
from gatewise.export.c.cells.gru import GRU, GRU_RESET_AFTER
from gatewise.export.c.cells.lstm import LSTM
from gatewise.export.c.cells.mgu import MGU
from gatewise.export.c.cells.rnn import RNN_RELU, RNN_TANH
from gatewise.nn.cells.base import Cell
from gatewise.nn.cells.registry import BUILT_IN

__all__ = ["ALL", "code_of"]

ALL = (RNN_TANH, RNN_RELU, LSTM, GRU, GRU_RESET_AFTER, CIFG, MGU)


def code_of(cell: Cell) -> CellCode:
    """Return the C of a cell.

    Raises
    ------
    ExportError
        Nobody has written any.
    """
    found = next((code for code in ALL if code.kernel == cell.kernel), None)
    if found is None:
        have = ", ".join(one.name for one in BUILT_IN)
        raise ExportError(f"cell {cell.name}: there is no C for it; there is for {have}")
    return found
