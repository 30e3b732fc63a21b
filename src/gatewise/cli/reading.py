"""Reading a user's data before anything that takes seconds to import: mistakes in a file are told at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewise.cli.console import err
from gatewise.data.tasks import Task
from gatewise.errors import ConfigurationError, GatewiseError

if TYPE_CHECKING:
    from gatewise.data.readers.task import Found
    from gatewise.data.series import SeriesSet

__all__ = ["likely_horizon", "read_first", "test_set_beside"]

# The kernels of the cells that nearly everybody compares; others are compiled when they are needed.
KERNELS = {"RNN": "rnn_tanh", "LSTM": "lstm", "GRU": "gru"}
# By which a season is found.
MOST_SERIES = 100
MOST_ROWS = 12


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
    from gatewise.data.readers import read
    from gatewise.data.samples.registry import sample_options

    options = sample_options(data) | options
    try:
        found = read(data, task, **columns)
    except GatewiseError as error:
        more: dict[str, Any] = {**columns, **error.remedy}
        if error.remedy and (missing := _without_horizon(read(data, task, **more), options)):
            error.others = (*error.others, str(missing))
            error.remedy = {**error.remedy, **missing.remedy}
        raise
    if (missing := _without_horizon(found, options)) is not None:
        raise missing
    from gatewise.kernels.call.ahead import begin

    begin(KERNELS[name] for name in cells if name in KERNELS)
    return found, options


def test_set_beside(data: str, task: str) -> str | None:
    """The file beside a training set that is named as its test set; forecasting tests on the ends of series."""
    path = Path(data)
    if task == "forecast" or not path.is_file():
        return None
    for part in ("test", "dev", "valid", "val"):
        for train, other in (("train", part), ("TRAIN", part.upper()), ("Train", part.title())):
            place = path.with_name(path.name.replace(train, other))
            if place != path and place.is_file():
                return str(place)
    return None


def _without_horizon(found: Found, options: dict[str, Any]) -> GatewiseError | None:
    """What is wrong where the task is forecasting and nobody says how far; an example is a season of the data."""
    if found.task != "forecast" or options.get("horizon") is not None:
        return None
    from gatewise.estimators.config import HORIZON_NEEDED

    return ConfigurationError(HORIZON_NEEDED, option="horizon").remedied(horizon=likely_horizon(found))


def likely_horizon(found: SeriesSet) -> int:
    """A season of the series; a tenth of the longest, and at most a dozen rows, where there is none."""
    from gatewise.data.season import detect_season

    season = detect_season([found.values(number) for number in range(min(len(found), MOST_SERIES))])
    return season if season > 1 else min(MOST_ROWS, max(1, int(found.lengths.max()) // 10))
