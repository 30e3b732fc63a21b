"""The index of a pandas frame, where it stands for series and time: columns when it is read, an index again after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gatewise.errors import ReadError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FrameIndex", "as_index", "as_periods", "index_as_columns", "periods_of"]

# What levels without a name are called as columns.
TIME, SERIES = "time", "unique_id"


@dataclass(frozen=True)
class FrameIndex:
    """An index of times, or of series and times.

    Attributes
    ----------
    columns : tuple of str
        The columns that its levels were read as.
    names : tuple of str or None
        What the levels are called.
    time, id : str
        Which of the columns is which; ``id`` is empty where the index has times alone, or several columns beside them.
    period : str
        The frequency of its periods, such as "M"; empty where times are moments or numbers.
    """

    columns: tuple[str, ...]
    names: tuple[str | None, ...]
    time: str
    id: str = ""
    period: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The columns that tell series apart."""
        return tuple(name for name in self.columns if name != self.time)


def periods_of(frame: pd.DataFrame) -> dict[str, str]:
    """Return the frequencies of columns of periods, by name."""
    return {str(name): _period(dtype) for name, dtype in frame.dtypes.items() if _period(dtype)}


def as_periods(frame: pd.DataFrame, names: Iterable[str], frequency: str) -> pd.DataFrame:
    """Return the frame with periods for the moments in columns."""
    return frame.assign(**{name: frame[name].dt.to_period(frequency) for name in names})


def index_as_columns(frame: pd.DataFrame) -> tuple[pd.DataFrame, FrameIndex | None]:
    """Return the frame with moments for periods, and with its index as columns where that has times or two levels.

    Other indexes number rows, and say nothing.
    """
    index: Any = frame.index
    levels = [index.levels[k] for k in range(index.nlevels)] if index.nlevels > 1 else [index]
    timed = [number for number, level in enumerate(levels) if level.dtype.kind == "M" or _period(level.dtype)]
    if len(levels) == 1 and not timed:
        return _moments(frame), None
    # Of series and numbered rows the rows come last.
    time = timed[0] if timed else len(levels) - 1
    names = [
        str(name) if name is not None else TIME if number == time else SERIES
        for number, name in enumerate(index.names)
    ]
    for name in names:
        if names.count(name) > 1 or name in frame.columns:
            raise ReadError(f"pandas frame: its index and a column are both called {name!r}; rename one")
    period = _period(levels[time].dtype)
    frame = _moments(frame.reset_index(names=names))
    id = names[1 - time] if len(levels) == 2 else ""
    called = tuple(None if name is None else str(name) for name in index.names)
    return frame, FrameIndex(tuple(names), called, names[time], id, period)


def as_index(frame: pd.DataFrame, index: FrameIndex) -> pd.DataFrame:
    """Return the frame with the columns of series and time as an index of the same kind as ``index``."""
    frame = frame.set_index(list(index.columns))
    frame.index.names = list(index.names)
    return frame


def _period(dtype: Any) -> str:
    """Return the frequency of periods; empty of another type."""
    name = str(dtype)
    return name[len("period[") : -1] if name.startswith("period[") else ""


def _moments(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the beginning of each period in columns of periods."""
    periods = [name for name, dtype in frame.dtypes.items() if _period(dtype)]
    return frame.assign(**{str(name): frame[name].dt.to_timestamp() for name in periods})
