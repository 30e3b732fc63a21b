"""What is said of columns and times, by the user and by the model that was fitted before."""

from __future__ import annotations

from dataclasses import replace

from gatewise.data.calendar import DAY
from gatewise.data.readers.table.date_numbers import NUMBER, check_format
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.times import Stamps
from gatewise.data.readers.table.zones import zone_of_offsets
from gatewise.data.reading import Reading
from gatewise.data.series import Columns, SeriesSet
from gatewise.data.step import Step
from gatewise.errors import ConfigurationError
from gatewise.spelling import spelled

__all__ = ["as_fitted", "check_times", "is_counted", "kept_of", "refuse_days_of_utc", "step_of"]


def is_counted(like: SeriesSet) -> bool:
    """Return whether rows were counted, or numbered, when a model was fitted."""
    return like.start.dtype.kind != "M"


def kept_of(like: SeriesSet) -> Reading:
    """What was found in the table that a model was fitted on; whole numbers that counted go on counting."""
    counts = is_counted(like) and like.reading.date_format is None
    return replace(like.reading, date_format=NUMBER) if counts else like.reading


def as_fitted(given: Columns, fitted: Columns) -> Columns:
    """The columns that a model was fitted with, where others are not named; static ones that nobody named may lack."""
    named = tuple(name for name in fitted.static if name not in fitted.found)
    return Columns(
        given.id or fitted.id,
        given.time or fitted.time,
        given.target or fitted.target,
        given.past or fitted.past,
        given.known or fitted.known,
        given.static or named,
        decimal=fitted.decimal,
    )


def check_times(every: str | None, aggregate: str | None, date_format: str | None) -> None:
    """Refuse values of options that are not known, and ``aggregate`` where nothing is put together."""
    if aggregate not in (None, "mean", "sum", "last"):
        raise ConfigurationError(f"expected mean, sum or last, got {aggregate!r}", option="aggregate")
    if aggregate is not None and every in (None, "row"):
        raise ConfigurationError(
            f"says what becomes of rows in one step; name the step with {spelled('every')}, such as "
            f"{spelled('every', '1M')}",
            option="aggregate",
        )
    if date_format is not None:
        check_format(date_format)


def step_of(every: str | None, clock: Stamps) -> Step | None:
    """The step that rows are to be put into, in the zone of their times."""
    if every is None:
        return None
    step = Step.parse(every)
    if clock.values.dtype.kind != "M":
        raise ConfigurationError(
            f"{spelled('every', every)} needs dates, but times are whole numbers; use {spelled('every', 'row')}"
        ).suggesting(every="row")
    return step.within(clock.zone)


def refuse_days_of_utc(table: Table, time: str, step: Step) -> None:
    """Refuse days, weeks and months of UTC where times are written in a zone whose clocks change."""
    if step.least % DAY != 0:
        return
    zone = zone_of_offsets(table, time)
    if zone:
        raise table.error(
            f"column {time!r}: {step.describe()} would begin at midnight of UTC, but distances from it are those of "
            f"{zone}; name the zone with {spelled('timezone', zone)}, or {spelled('timezone', 'UTC')}"
        ).suggesting(timezone=zone)
