"""Tables to regular series."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Array, Floats, Texts
from gatewise.data.index import FrameIndex
from gatewise.data.readers.alike import check_times, is_counted, kept_of, refuse_days_of_utc, step_of
from gatewise.data.readers.table.columns import Codes, encode, is_number, is_text, numbers
from gatewise.data.readers.table.date_numbers import NUMBER
from gatewise.data.readers.table.ends import without_future
from gatewise.data.readers.table.fill import Filled, fill, refuse_missing
from gatewise.data.readers.table.frames import Source, Table, load
from gatewise.data.readers.table.grid import count_rows, lay_out
from gatewise.data.readers.table.into_steps import put_into
from gatewise.data.readers.table.joined import joined
from gatewise.data.readers.table.roles import Names, as_names, recognise
from gatewise.data.readers.table.rows import Duplicates, SortedRows, settle_duplicates, sort
from gatewise.data.readers.table.times import Stamps, stamps
from gatewise.data.readers.wording import counted
from gatewise.data.reading import Aggregate, Reading
from gatewise.data.series import Columns, SeriesSet
from gatewise.errors import ConfigurationError, ReadError
from gatewise.spelling import spelled

__all__ = ["read_series"]

T = TypeVar("T", bound=np.generic)
Static = dict[str, Array]


def read_series(
    source: Source,
    like: SeriesSet | None = None,
    *,
    id: str | None = None,
    time: Names | None = None,
    target: Names | None = None,
    past: Names = (),
    known: Names = (),
    static: Names = (),
    every: str | None = None,
    aggregate: Aggregate | None = None,
    impute: Literal["previous"] | None = None,
    duplicates: Duplicates = "error",
    date_format: str | None = None,
    day_first: bool | None = None,
    timezone: str | None = None,
) -> SeriesSet:
    """Read series to be forecast from a file or frame.

    Parameters
    ----------
    source : path, pandas / polars / pyarrow frame, or ``"sample:NAME"``
        A long table: one row for each series and time. CSV, TSV (also ``.gz``) and Parquet files.
    like : SeriesSet, optional
        What a model was fitted on: rows are read as it was where no option says otherwise, one alone included.
    id, time, target : str, optional
        Columns. Left out, they are taken from the layouts of Nixtla (``unique_id, ds, y``), AutoGluon
        (``item_id, timestamp, target``) or pytorch-forecasting (``group, time_idx, value``), or from the only
        column that holds times and the only one that holds numbers. Several targets, or ``"all"``, make one
        series each, named after the column. A time that is written in several columns, such as a date and a time of
        day, or a year, month and day, is put together; left out, such columns are taken where their names or values
        make them plain.
    past, known : str or sequence of str
        Covariates known until now, and known for the future too. No other column becomes one.
    static : str or sequence of str
        Columns with one value for each series. Columns left over that are constant within every series, but
        not the same for all, are taken too, with a note.
    every : str, optional
        Put rows into steps of ``"15min"``, ``"1h"``, ``"1D"``, ``"1B"`` (business day), ``"1W"``, ``"1M"``, …; or
        ``"row"``: take rows as equally spaced, whatever their times. By default the most common step must fit.
    aggregate : {"mean", "sum", "last"}, optional
        What becomes of the targets in one step of ``every``, the mean by default; covariates are averaged.
    impute : "previous", optional
        Fill NaN and infinity with the value before; otherwise they are refused by place.
    duplicates : {"error", "first", "last", "mean"}
        What to do with rows of the same series and time.
    date_format : str, optional
        How dates are written, as ``strptime`` has it: ``"%d/%m/%Y"``. Of whole numbers also ``"number"``: they count;
        or ``"s"``, ``"ms"``, ``"us"``, ``"ns"`` since 1970. By default it is found, and said where it was a guess.
    day_first : bool, optional
        Whether ``01/02/2024`` is the first of February; asked for where no day above 12 tells.
    timezone : str, optional
        The zone of time stamps that have none, or in which days begin for those that have one: ``"Europe/Berlin"``.

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
    given = Reading(every, aggregate or "mean", date_format, day_first, timezone)
    check_times(every, aggregate, date_format)
    kept = Reading() if like is None else kept_of(like)
    if every == "row":
        # Times tell the order alone, in which whole numbers stand as they are.
        kept = replace(kept, date_format=NUMBER)
    if every is None and kept.every:
        every, aggregate = kept.every, aggregate or kept.aggregate
    table, note = joined(load(source, (id,)), as_names(time or ()))
    notes = [*table.notes, *note]
    asked = Columns(
        id,
        "+".join(as_names(time or ())) or None,
        as_names(target or ()),
        as_names(past),
        as_names(known),
        as_names(static),
    )
    columns = recognise(table, asked, count_rows=every == "row")
    if table.arrow.num_rows < 2 and like is None:
        raise table.error("has one row of data; expected at least two, better hundreds")

    ids = encode(table, columns.id) if columns.id else None
    clock = Stamps(np.arange(table.arrow.num_rows))
    if columns.time:
        clock = stamps(table, columns.time, given, kept, None if ids is None else ids.number)
    if like is not None and every is None and is_counted(like) and clock.values.dtype.kind == "M":
        every = "row"
    if like is not None and clock.zone == "UTC" and like.time_zone is not None and timezone is None:
        clock = replace(clock, zone=like.time_zone)
    values = {name: numbers(table, name) for name in (*columns.target, *columns.past, *columns.known)}
    number = np.zeros(table.arrow.num_rows, np.int32) if ids is None else ids.number
    notes += clock.notes
    rows, note = sort(number, clock.values, 1 if ids is None else len(ids.values), clock.zone)
    notes += note
    rows, note = without_future(table, rows, columns, values)
    notes += note
    if impute is None:
        for name, column in values.items():
            refuse_missing(table, rows, name, column)

    if every == "row":
        grid = count_rows(rows)
    else:
        rows, note = settle_duplicates(table, rows, ids, duplicates)
        notes += note
        step = step_of(every, clock)
        if step and clock.zone == "UTC" and timezone is None:
            refuse_days_of_utc(table, str(columns.time), step)
        if step:
            rows, note = put_into(rows, step)
            step = step.anchored(rows.times)
            notes += note
        fitted = like.step.within(clock.zone) if like else None
        grid, note = lay_out(table, rows, str(columns.time), step, fitted)
        notes += note

    covariates = [values[name] for name in (*columns.past, *columns.known)]
    parts = [fill(rows, grid, values[name], covariates, aggregate or "mean") for name in columns.target]
    notes += _filling_notes(rows, columns, values, parts)
    if not any(len(part.series) for part in parts):
        raise table.error(f"no value of {', '.join(columns.target)} is a number; nothing is left to read")
    statics, note = _statics(table, rows, columns, ids)
    notes += note
    return SeriesSet(
        ids=np.concatenate(
            [_names(columns, ids, part, name) for part, name in zip(parts, columns.target, strict=True)]
        ),
        offsets=np.concatenate([[0], np.cumsum(np.concatenate([np.diff(part.offsets) for part in parts]))]),
        target=_joined([part.target for part in parts]),
        observed=_joined([part.observed for part in parts]),
        start=_joined([part.start for part in parts]),
        step=grid.step,
        past=_joined([part.covariates[:, : len(columns.past)] for part in parts]),
        known=_joined([part.covariates[:, len(columns.past) :] for part in parts]),
        static={
            name: np.concatenate([value[part.series] for part in parts]) for name, value in statics.items()
        },
        columns=Columns(
            columns.id, columns.time, columns.target, columns.past, columns.known, tuple(statics)
        ),
        time_zone=None if every == "row" else clock.zone,
        frame_kind=table.frame_kind,
        index=_index(table, columns),
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


def _index(table: Table, columns: Columns) -> FrameIndex | None:
    """Return the index of the frame, if its levels play the parts that they are for."""
    index = table.index
    if index is None or columns.time != index.time or (index.id and columns.id != index.id):
        return None
    return index


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


def _statics(table: Table, rows: SortedRows, columns: Columns, ids: Codes | None) -> tuple[Static, list[str]]:
    """Columns with one value for each series: those named, and those that happen to be so."""
    found: Static = {}
    for name in columns.static:
        found[name], change = _first_values(table, rows, name)
        if change is not None:
            raise table.error(
                f"column {name!r} is given as {spelled('static')} but changes here within its series; "
                f"name it with {spelled('past')} or {spelled('known')} instead",
                rows.table_row(change),
            )
    used = {columns.id, columns.time, *columns.target, *columns.past, *columns.known, *columns.static}
    spare = [name for name in table.names if name not in used]
    recognised = []
    for name in spare if ids is not None and rows.series > 1 else ():
        try:
            first, change = _first_values(table, rows, name)
        except ReadError:
            continue
        if change is None and (first != first[0]).any():
            found[name] = first
            recognised.append(name)
    ignored = [name for name in spare if name not in recognised]
    notes = []
    if recognised:
        notes.append(f"taken as static, as they never change within a series: {', '.join(recognised)}")
    if ignored:
        use = f"{spelled('past')} or {spelled('known')}"
        notes.append(f"columns not used: {', '.join(ignored)} (name them with {use} to use them)")
    return found, notes


def _first_values(table: Table, rows: SortedRows, name: str) -> tuple[Array, int | None]:
    """The value of each series' first row, and the first row that differs from the one above it."""
    kind = table.arrow[name].type
    if is_text(kind):
        codes = encode(table, name)
        column: Array = rows.pick(codes.number)
        first: Array = codes.values[column[rows.offsets[:-1]]]
    elif is_number(kind):
        column = rows.pick(numbers(table, name))
        first = column[rows.offsets[:-1]]
    else:
        raise table.error(f"column {name!r} holds {kind}; expected numbers or text")
    changes = (column[1:] != column[:-1]) & (np.diff(rows.number) == 0)
    return first, int(np.argmax(changes)) + 1 if changes.any() else None


def _names(columns: Columns, ids: Codes | None, part: Filled, target: str) -> Texts:
    if ids is None:
        return np.array([target])[part.series]
    names = ids.values[part.series]
    return names if len(columns.target) == 1 else np.array([f"{name}/{target}" for name in names], np.str_)


def _joined(parts: list[NDArray[T]]) -> NDArray[T]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
