"""Reading a user's data before anything that takes seconds to import: mistakes in a file are told at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewise.cli.console import err
from gatewise.data.tasks import Task

if TYPE_CHECKING:
    from gatewise.data.readers.task import Found

__all__ = ["beside_it", "read_first"]

# The kernels of the cells that nearly everybody compares; others are compiled when they are needed.
KERNELS = {"RNN": "rnn_tanh", "LSTM": "lstm", "GRU": "gru"}


def read_first(
    data: str,
    task: Task | None,
    options: dict[str, Any],
    columns: dict[str, Any],
    *,
    cells: Sequence[str],
    quiet: bool,
) -> tuple[Found, dict[str, Any]]:
    """What is in the data, and the options with those that a sample of the package brings.

    Once the data are read, the kernels of these cells are compiled by other processes, the first time on a processor,
    while this one imports what trains them.
    """
    if not quiet:
        err.print(f"reading {data}", markup=False, soft_wrap=True)
    from gatewise.comparison.reading import explore
    from gatewise.data.samples.registry import sample_options

    options = sample_options(data) | options
    found, error = explore(data, task, options, columns)
    if error is not None:
        raise error
    from gatewise.kernels.call.ahead import begin

    begin(KERNELS[name] for name in cells if name in KERNELS)
    return found, options


def beside_it(data: str, task: str) -> str | None:
    """The file beside a training set that is named as its test set; forecasting tests on the ends of series."""
    place = Path(data)
    if task == "forecast" or not place.exists():
        return None
    from gatewise.data.readers.parts import part_beside, training_file

    path = training_file(place)
    other = part_beside(path) if path.is_file() else None
    return None if other is None else str(other)
