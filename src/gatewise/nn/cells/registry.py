"""The cells that have names; a further one is a file beside this and a line in ``BUILT_IN``."""

from __future__ import annotations

import difflib

from gatewise.errors import ConfigurationError
from gatewise.nn.cells.base import Cell, operator_name
from gatewise.nn.cells.cifg import CIFG_CELL
from gatewise.nn.cells.gru import GRU_AFTER_CELL, GRU_CELL
from gatewise.nn.cells.lstm import LSTM_CELL
from gatewise.nn.cells.mgu import MGU_CELL
from gatewise.nn.cells.rnn import RNN_RELU, RNN_TANH
from gatewise.nn.operators.by_reference import define
from gatewise.nn.operators.library import check_kernel
from gatewise.nn.recurrent import Recurrent

__all__ = ["BUILT_IN", "CELLS", "cell_named", "known_as", "register_cell"]

BUILT_IN = (RNN_TANH, RNN_RELU, LSTM_CELL, GRU_CELL, GRU_AFTER_CELL, CIFG_CELL, MGU_CELL)
CELLS: dict[str, Cell] = {}


def register_cell(cell: Cell) -> Cell:
    """Make a cell known by its name, to estimators, comparisons, the command line and saved models.

    Parameters
    ----------
    cell : Cell

    Returns
    -------
    Cell
        The same, or the one of which it is a copy.

    Raises
    ------
    ConfigurationError
        If another cell has this name: the case of its letters and - or _ make no other one of it. If it names
        kernels which there are not.

    Notes
    -----
    A cell needs no name to be known for a layer, a fit or a comparison: these take the cell itself. A model that
    was saved with it is loaded where it is registered.
    """
    check_kernel(cell)
    name = operator_name(cell.name)
    for known in CELLS.values():
        if known == cell:
            return known
        if name in (operator_name(known.name), known.operator):
            other = "another " if known.description == cell.description else ""
            raise ConfigurationError(
                f"cell {cell.name}: the name is taken by {other}{known.description}; take another one"
            )
    define(cell)
    CELLS[cell.name] = cell
    return cell


def cell_named(cell: str | Cell | type[Recurrent]) -> Cell:
    """Look a cell up by its name, upper or lower case; a cell itself, or a class of layers, stands for its own.

    Raises
    ------
    ConfigurationError
        If nothing has this name.
    """
    if isinstance(cell, Cell):
        return cell
    if isinstance(cell, type) and issubclass(cell, Recurrent) and hasattr(cell, "cell"):
        return cell.cell
    found = known_as(str(cell))
    if found is not None:
        return found
    known = {name.lower(): known for name, known in CELLS.items()}
    near = difflib.get_close_matches(str(cell).lower(), known, 1)
    hint = f"; did you mean {known[near[0]].name}?" if near else ""
    raise ConfigurationError(f"cell: expected one of {', '.join(CELLS)}, got {cell!r}{hint}")


def known_as(name: str) -> Cell | None:
    """Return the cell that is registered by this name, upper or lower case, if there is one."""
    return next((cell for cell in CELLS.values() if cell.name.lower() == name.lower()), None)


for _cell in BUILT_IN:
    define(_cell)
    CELLS[_cell.name] = _cell
