"""Sizes that make cells comparable."""

from __future__ import annotations

from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.tasks.base import Task
from gatewise.inspection.cost import parameter_count
from gatewise.nn import Cell

__all__ = ["matched_sizes"]

REFERENCE = "GRU"


def matched_sizes(task: Task, cells: dict[str, str | Cell], config: ComparisonConfig) -> dict[str, int]:
    """Hidden size of each candidate.

    Parameters
    ----------
    task : Task
    cells : dict of candidate name to cell
    config : ComparisonConfig
        ``match="parameters"``: the sizes whose networks come nearest to the parameters of the reference
        (the GRU of ``hidden_size`` units, or the first cell where none takes part); otherwise all alike.
    """
    names = [str(cell) for cell in cells.values()]
    reference = REFERENCE if REFERENCE in names else next(iter(cells.values()))
    network = task.network(reference, config.hidden_size)
    size: int = network.cell.hidden_size  # type: ignore[assignment, union-attr]  # every network of ours has a cell
    if config.match != "parameters":
        return dict.fromkeys(cells, size)
    wanted = parameter_count(network)
    return {name: _nearest(task, cell, wanted) for name, cell in cells.items()}


def _nearest(task: Task, cell: str | Cell, wanted: int) -> int:
    """The hidden size whose number of parameters, which grows with it, comes nearest to ``wanted``."""
    low, high = 1, 2
    while parameter_count(task.network(cell, high)) < wanted:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if parameter_count(task.network(cell, middle)) < wanted:
            low = middle
        else:
            high = middle
    return min((low, high), key=lambda size: abs(parameter_count(task.network(cell, size)) - wanted))
