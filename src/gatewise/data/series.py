"""Many regular series, laid end to end in flat arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import numpy as np

from gatewise.data.arrays import Array, Floats, Integers, Mask, Texts, Values
from gatewise.data.calendar_columns import calendar_channels
from gatewise.data.holidays import holiday_channels
from gatewise.data.index import FrameIndex
from gatewise.data.reading import Reading
from gatewise.data.step import Step

__all__ = ["Columns", "FrameKind", "SeriesSet", "channel_names"]

FrameKind = Literal["pandas", "polars", "pyarrow"]


@dataclass(frozen=True)
class Columns:
    """The names of the columns that play a part in a table of series, and how they were read.

    ``id`` is empty when the table is one series; several together name a series. ``time`` is ``None`` when rows have no
    time stamp and are counted 0, 1, 2, …; several ``target`` columns make one series each. Of the ``static`` ones some
    were ``found``: nobody named them, and later data need not have them. ``levels`` are the values of covariates that
    hold text, of which each became a column of 0 and 1. ``decimal`` is what stands before decimals where numbers were
    text, empty where that did not matter. ``calendar`` are known columns that times make, and ``holiday_names`` those
    holidays of a country, ``holidays``, that rows lay on: these stand in no table.
    """

    id: tuple[str, ...] = ()
    time: str | None = None
    target: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decimal: str = ""
    calendar: tuple[str, ...] = ()
    holidays: str = ""
    holiday_names: tuple[str, ...] = ()

    @property
    def past_channels(self) -> tuple[str, ...]:
        """The columns that ``past`` became: ``price``, ``holiday=Christmas``."""
        return channel_names(self.past, self.levels)

    @property
    def known_read(self) -> tuple[str, ...]:
        """The columns that ``known`` became."""
        return channel_names(self.known, self.levels)

    @property
    def known_made(self) -> tuple[str, ...]:
        """The columns that the calendar makes: ``weekday=Monday``, ``holiday=Epiphany``."""
        return calendar_channels(self.calendar) + holiday_channels(self.holiday_names)

    @property
    def known_channels(self) -> tuple[str, ...]:
        """All columns that are known ahead, those that were read first."""
        return self.known_read + self.known_made

    @property
    def covariates(self) -> tuple[tuple[str, int], ...]:
        """Each covariate, those that the calendar makes included, and how many channels it became, in their order."""
        read = ((name, len(channel_names([name], self.levels))) for name in (*self.past, *self.known))
        made = ((name, len(calendar_channels([name]))) for name in self.calendar)
        days = (("holidays", len(self.holiday_names)),) if self.holiday_names else ()
        return (*read, *made, *days)

    @property
    def has_calendar(self) -> bool:
        """Whether some columns are made from the times."""
        return bool(self.calendar or self.holidays)

    def describe(self) -> str:
        """One line that shows the mapping: ``id=unique_id, time=ds, target=y``."""
        parts = [f"id={','.join(self.id) or '(one series)'}", f"time={self.time or '(row number)'}"]
        for role in ("target", "past", "known", "static", "calendar"):
            names = getattr(self, role)
            if names:
                parts.append(f"{role}={','.join(names)}")
        if self.holidays:
            parts.append(f"holidays={self.holidays}")
        return ", ".join(parts)


def channel_names(names: Sequence[str], levels: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the columns that covariates become: one for each level of those that hold text."""
    return tuple(
        channel
        for name in names
        for channel in ([f"{name}={level}" for level in levels[name]] if name in levels else [name])
    )


@dataclass(frozen=True)
class SeriesSet:
    """Regular series under each other: series ``s`` owns rows ``offsets[s]:offsets[s + 1]``.

    Attributes
    ----------
    ids : array of str, shape (series,)
    offsets : int64 array, shape (series + 1,)
    target : float64 array, shape (rows,)
        Finite everywhere. A row that was missing from the table holds the last value before it.
    observed : bool array, shape (rows,)
        False where the target was filled; such rows are seen by a model but never scored or learned from.
    start : array, shape (series,)
        First time stamp of each series: ``datetime64[ns]`` (UTC when ``time_zone`` is set) or ``int64``.
    step : Step
        The distance of two rows in time.
    past, known : float32 arrays, shape (rows, channels)
        Covariates: known up to now, and known for the future too; ``columns.past_channels`` and ``known_channels`` name
        them.
    static : dict of str to array of str or float64, shape (series,)
    columns : Columns
        The mapping that was used.
    keys : dict of str to array, shape (series,)
        What forecasts carry to tell series apart: the user's own columns, in their types. Empty where there are none:
        ``unique_id`` then has the ``ids``.
    time_type : str
        The type of the user's times, such as ``"date32[day]"``; empty for time stamps in nanoseconds and numbers.
    time_zone : str or None
        Zone in which time stamps are written; ``None`` for naive stamps.
    frame_kind : {"pandas", "polars", "pyarrow"}
        The kind of frame that forecasts are returned as.
    index : FrameIndex or None
        The index of the pandas frame, where that stood for series and time: forecasts have one like it.
    reading : Reading
        What was said of times, or found, when the table was read: newer rows are read alike.
    source : str
        The source, as messages name it: a path or "pandas frame".
    notes : tuple of str
        What the reader did to the data, one sentence each; printed before training.
    """

    task: ClassVar[Literal["forecast"]] = "forecast"

    ids: Texts
    offsets: Integers
    target: Floats
    observed: Mask
    start: Array
    step: Step
    past: Values
    known: Values
    static: dict[str, Array] = field(default_factory=dict)
    columns: Columns = field(default_factory=Columns)
    keys: dict[str, Array] = field(default_factory=dict)
    time_type: str = ""
    time_zone: str | None = None
    frame_kind: FrameKind = "pyarrow"
    index: FrameIndex | None = None
    reading: Reading = field(default_factory=Reading)
    source: str = "array"
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lengths(self) -> Integers:
        """Rows of each series, shape (series,)."""
        return np.diff(self.offsets)

    @property
    def rows(self) -> int:
        """Rows of all series together."""
        return int(self.offsets[-1])

    @property
    def period(self) -> str:
        """The frequency of the periods that times came as, such as "M"; empty where they were moments or numbers."""
        if self.start.dtype.kind != "M" or self.time_zone is not None:
            return ""
        if self.index is not None:
            return self.index.period
        kind = self.time_type
        return kind.removeprefix("period[").removesuffix("]") if kind.startswith("period[") else ""

    def values(self, series: int) -> Floats:
        """The target of one series, a view of shape (time,)."""
        return self.target[self.offsets[series] : self.offsets[series + 1]]

    def seen(self, series: int) -> Mask:
        """Which values of one series are not filled, shape (time,)."""
        return self.observed[self.offsets[series] : self.offsets[series + 1]]

    def times(self, series: int, first: int, count: int) -> Array:
        """Time stamps of rows ``first … first + count`` of one series; they may lie beyond its end."""
        return self.step.stamps(self.start[series], first, count)

    def take(self, series: Integers, first: Integers, last: Integers) -> SeriesSet:
        """Rows ``first[k]:last[k]`` of ``series[k]``, as a new set (flat arrays are copied)."""
        begin, end = self.offsets[series] + first, self.offsets[series] + last
        rows = np.concatenate([np.arange(b, e) for b, e in zip(begin, end, strict=True)] or [np.arange(0)])
        starts = [self.step.stamps(self.start[s], int(f), 1)[0] for s, f in zip(series, first, strict=True)]
        return replace(
            self,
            ids=self.ids[series],
            offsets=np.concatenate([[0], np.cumsum(last - first)]).astype(np.int64),
            target=self.target[rows],
            observed=self.observed[rows],
            start=np.asarray(starts, dtype=self.start.dtype),
            past=self.past[rows],
            known=self.known[rows],
            static={name: values[series] for name, values in self.static.items()},
            keys={name: values[series] for name, values in self.keys.items()},
        )

    def head(self, cut: Integers) -> SeriesSet:
        """The first ``cut[s]`` rows of every series; series left with none are dropped."""
        kept = np.flatnonzero(cut > 0)
        return self.take(kept, np.zeros(len(kept), np.int64), np.minimum(cut, self.lengths)[kept])
