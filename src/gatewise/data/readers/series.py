"""Tables to regular series."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Floats, Texts
from gatewise.data.readers.alike import (
    as_fitted,
    check_times,
    is_counted,
    kept_of,
    refuse_days_of_utc,
    step_of,
)
from gatewise.data.readers.dated import dated
from gatewise.data.readers.returned import check_free, index_of, keys_of, time_type_of
from gatewise.data.readers.statics import Statics, check_statics, statics_beside, statics_within
from gatewise.data.readers.table.columns import Codes, numbers
from gatewise.data.readers.table.covariates import channels, find_levels
from gatewise.data.readers.table.date_numbers import NUMBER
from gatewise.data.readers.table.ends import without_future
from gatewise.data.readers.table.files import Writing
from gatewise.data.readers.table.fill import Filled, fill, refuse_missing
from gatewise.data.readers.table.frames import Source, load
from gatewise.data.readers.table.grid import count_rows, lay_out
from gatewise.data.readers.table.identity import identify, tells_apart
from gatewise.data.readers.table.into_steps import put_into
from gatewise.data.readers.table.joined import joined
from gatewise.data.readers.table.roles import Names, as_names, recognise
from gatewise.data.readers.table.rows import Duplicates, SortedRows, settle_duplicates, sort
from gatewise.data.readers.table.times import Stamps, stamps
from gatewise.data.readers.table.wide import as_long
from gatewise.data.readers.wording import counted
from gatewise.data.reading import Aggregate, Reading
from gatewise.data.series import Columns, SeriesSet
from gatewise.errors import ConfigurationError

__all__ = ["read_series"]

T = TypeVar("T", bound=np.generic)


def read_series(
    source: Source,
    like: SeriesSet | None = None,
    *,
    id: Names | None = None,
    time: Names | None = None,
    target: Names | None = None,
    past: Names = (),
    known: Names = (),
    static: Names = (),
    static_data: Source | None = None,
    every: str | None = None,
    aggregate: Aggregate | None = None,
    impute: Literal["previous"] | None = None,
    duplicates: Duplicates = "error",
    decimal: Literal[".", ","] | None = None,
    encoding: str | None = None,
    date_format: str | None = None,
    day_first: bool | None = None,
    timezone: str | None = None,
    calendar: Names = (),
    holidays: str | None = None,
) -> SeriesSet:
    """Read series to be forecast from a file or frame.

    Parameters
    ----------
    source : path, pandas / polars / pyarrow frame, or ``"sample:NAME"``
        A long table: one row for each series and time. Text files (``.csv``, ``.tsv``, ``.txt``, also ``.gz``),
        Parquet, JSON lines, Excel (``.xlsx``) and ``.tsf`` files. Or a wide one: one row for each series.
    like : SeriesSet, optional
        What a model was fitted on: columns, text among them, numbers and times are read as there where no option says
        otherwise, one row alone included.
    id, time, target : str, optional
        Columns. Left out, they are taken from the layouts of Nixtla (``unique_id, ds, y``), AutoGluon
        (``item_id, timestamp, target``) or pytorch-forecasting (``group, time_idx, value``), or from the only
        column that holds times and the only one that holds numbers. Several targets, or ``"all"``, make one
        series each, named after the column. Several ``id`` columns name a series together. A time that is written in
        several columns, such as a date and a time of day, or a year, month and day, is put together; left out, such
        columns are taken where their names or values make them plain.
    past, known : str or sequence of str
        Covariates known until now, and known for the future too. No other column becomes one. Text becomes a column of
        0 and 1 for each of its values, at most 32; an empty cell is the value ``none``.
    static : str or sequence of str
        Columns with one value for each series. Columns left over that are constant within every series, but
        not the same for all, are taken too, with a note.
    static_data : path or frame, optional
        A table with the id columns and one row for each series: its other columns are static, or those that ``static``
        names.
    every : str, optional
        Put rows into steps of ``"15min"``, ``"1h"``, ``"1D"``, ``"1B"`` (business day), ``"1W"``, ``"1M"``, …; or
        ``"row"``: take rows as equally spaced, whatever their times. By default the most common step must fit.
    aggregate : {"mean", "sum", "last"}, optional
        What becomes of the targets in one step of ``every``, the mean by default; covariates are averaged.
    impute : "previous", optional
        Fill NaN and infinity with the value before; otherwise they are refused by place.
    duplicates : {"error", "first", "last", "mean"}
        What to do with rows of the same series and time.
    decimal : {".", ","}, optional
        What stands before decimals in numbers that are text; the other one then stands between thousands. By default
        the numbers tell, and are refused where they do not.
    encoding : str, optional
        Of a text file, such as ``"cp1252"``; UTF-8 by default, or what its first bytes say.
    date_format : str, optional
        How dates are written, as ``strptime`` has it: ``"%d/%m/%Y"``. Of whole numbers also ``"number"``: they count;
        or ``"s"``, ``"ms"``, ``"us"``, ``"ns"`` since 1970. By default it is found, and said where it was a guess.
    day_first : bool, optional
        Whether ``01/02/2024`` is the first of February; asked for where no day above 12 tells.
    timezone : str, optional
        The zone of time stamps that have none, or in which days begin for those that have one: ``"Europe/Berlin"``.
    calendar : str or sequence of str
        Known columns that are made from the times, by the clocks of their zone, so that no table of the future is
        needed for them: ``"hour"``, ``"weekday"``, ``"day"`` (of the month), ``"week"``, ``"month"`` (a column of 0 and
        1 for each), ``"yearly"`` (waves of a year); or ``"auto"``: what suits the distance of the rows.
    holidays : str, optional
        A country, ``"DE"``, or a part of one, ``"DE-BY"``: a known column of 0 and 1 for each public holiday.

    Returns
    -------
    SeriesSet
        Missing rows (gaps) hold the value before them with ``observed`` false; so do imputed ones. ``notes``
        say what was done. Memory grows with the rows, gaps included.

    Raises
    ------
    ReadError
        One line that names the file, the line and column, what was expected, what came and what to do.
    ConfigurationError
        An option has a value that is not listed here.
    """
    _check(duplicates=duplicates, impute=impute)
    said = Reading(every, aggregate or "mean", date_format, day_first, timezone)
    check_times(every, aggregate, date_format)
    kept = Reading() if like is None else kept_of(like)
    if every == "row":
        # Times tell the order alone, in which whole numbers stand as they are.
        kept = replace(kept, date_format=NUMBER)
    if every is None and kept.every:
        every, aggregate = kept.every, aggregate or kept.aggregate
    fitted = None if like is None else like.columns
    given = Columns(
        as_names(id or ()),
        "+".join(as_names(time or ())) or None,
        as_names(target or ()),
        as_names(past),
        as_names(known),
        as_names(static),
    )
    named = given.time or given.target or given.past or given.known
    given = given if fitted is None else as_fitted(given, fitted)
    writing = Writing(decimal or "", encoding or "", given.decimal)
    table = load(source, given.id, writing)
    if not named and (fitted is None or not set(fitted.target) <= set(table.names)):
        table = as_long(table)
    table, joining = joined(table, as_names(time or given.time or ()))
    static_names = given.static
    if static_data is not None:
        given = replace(given, static=())
    elif like is not None and not static:
        check_statics(table, given.static)
    columns = recognise(table, given, count_rows=every == "row")
    check_free(table, columns)
    if table.arrow.num_rows < 2 and like is None:
        raise table.error("has one row of data; expected at least two, better hundreds")

    ids, keys = identify(table, columns.id) if columns.id else (None, {})
    clock = Stamps(np.arange(table.arrow.num_rows))
    if columns.time:
        clock = stamps(table, columns.time, said, kept, None if ids is None else ids.number)
    if like is not None and every is None and is_counted(like) and clock.values.dtype.kind == "M":
        every = "row"
    if like is not None and clock.zone == "UTC" and like.time_zone is not None and timezone is None:
        clock = replace(clock, zone=like.time_zone)
    levels, about_text = find_levels(
        table, (*columns.past, *columns.known), None if fitted is None else fitted.levels
    )
    columns = replace(columns, levels=levels)
    values = {name: numbers(table, name) for name in columns.target}
    values |= channels(table, (*columns.past, *columns.known), levels)
    number = np.zeros(table.arrow.num_rows, np.int32) if ids is None else ids.number
    rows, note = sort(number, clock.values, 1 if ids is None else len(ids.values), clock.zone)
    notes = [*table.notes, *joining, *about_text, *clock.notes, *note]
    rows, note = without_future(table, rows, columns, values)
    notes += note
    if impute is None:
        for name, column in values.items():
            refuse_missing(table, rows, name, column)

    if every == "row":
        grid = count_rows(rows)
    else:
        taken = (str(columns.time), *columns.target, *columns.past, *columns.known, *columns.static)
        rows, note = settle_duplicates(
            table, rows, ids, duplicates, partial(tells_apart, table, rows, columns.id, taken)
        )
        notes += note
        step = step_of(every, clock)
        if step and clock.zone == "UTC" and timezone is None:
            refuse_days_of_utc(table, str(columns.time), step)
        if step:
            rows, note = put_into(rows, step)
            step = step.anchored(rows.times)
            notes += note
        on = like.step.within(clock.zone) if like else None
        grid, note = lay_out(table, rows, str(columns.time), step, on)
        notes += note

    covariates = [values[name] for name in (*columns.past_channels, *columns.known_channels)]
    parts = [fill(rows, grid, values[name], covariates, aggregate or "mean") for name in columns.target]
    notes += _filling_notes(rows, columns, values, parts)
    if not any(len(part.series) for part in parts):
        raise table.error(f"no value of {', '.join(columns.target)} is a number; nothing is left to read")
    statics = statics_within(table, rows, columns, ids, None if fitted is None else fitted.found)
    if static_data is not None:
        beside = statics_beside(static_data, columns, ids, static_names, writing)
        statics = Statics(statics.values | beside.values, statics.found, statics.notes + beside.notes)
    notes += statics.notes
    series = SeriesSet(
        ids=np.concatenate(
            [_names(columns, ids, part, name) for part, name in zip(parts, columns.target, strict=True)]
        ),
        offsets=np.concatenate([[0], np.cumsum(np.concatenate([np.diff(part.offsets) for part in parts]))]),
        target=_joined([part.target for part in parts]),
        observed=_joined([part.observed for part in parts]),
        start=_joined([part.start for part in parts]),
        step=grid.step,
        past=_joined([part.covariates[:, : len(columns.past_channels)] for part in parts]),
        known=_joined([part.covariates[:, len(columns.past_channels) :] for part in parts]),
        static={
            name: np.concatenate([value[part.series] for part in parts])
            for name, value in statics.values.items()
        },
        columns=replace(
            columns, static=tuple(statics.values), found=statics.found, decimal=decimal or table.decimal
        ),
        keys=keys_of(columns, keys, parts),
        time_type="" if every == "row" else time_type_of(table, columns, clock),
        time_zone=None if every == "row" else clock.zone,
        frame_kind=table.frame_kind,
        index=index_of(table, columns),
        reading=Reading(
            every,
            aggregate or "mean",
            clock.date_format or date_format,
            clock.day_first if day_first is None else day_first,
            timezone or kept.timezone,
        ),
        source=table.name,
        notes=tuple(notes),
    )
    return dated(series, as_names(calendar), holidays or "", fitted)


def _check(*, duplicates: str, impute: str | None) -> None:
    if duplicates not in ("error", "first", "last", "mean"):
        raise ConfigurationError(
            f"expected error, first, last or mean, got {duplicates!r}", option="duplicates"
        )
    if impute not in (None, "previous"):
        raise ConfigurationError(f"expected previous, or nothing, got {impute!r}", option="impute")


def _filling_notes(
    rows: SortedRows, columns: Columns, values: dict[str, Floats], parts: list[Filled]
) -> list[str]:
    notes = []
    for name, column in values.items():
        bad = int((~np.isfinite(column if rows.order is None else column[rows.order])).sum())
        if bad:
            notes.append(
                f"{counted(bad, 'cell')} of {name!r} empty, NaN or infinite, filled with the last value "
                f"before them"
            )
    for name, part in zip(columns.target, parts, strict=True):
        if part.cut:
            notes.append(
                f"{counted(part.cut, 'row')} before the first value of {name!r} or its covariates cut off"
            )
        if len(part.series) < rows.series:
            notes.append(f"{rows.series - len(part.series):,} series dropped, without any value of {name!r}")
    return notes


def _names(columns: Columns, ids: Codes | None, part: Filled, target: str) -> Texts:
    if ids is None:
        return np.array([target])[part.series]
    names = ids.values[part.series]
    return names if len(columns.target) == 1 else np.array([f"{name}/{target}" for name in names], np.str_)


def _joined(parts: list[NDArray[T]]) -> NDArray[T]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
