"""Known covariates of the rows to be forecast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Array, Floats, Integers, Mask, Texts, Values
from gatewise.data.readers.table.covariates import channels
from gatewise.data.readers.table.files import Writing
from gatewise.data.readers.table.frames import Source, Table, load
from gatewise.data.readers.table.identity import identify
from gatewise.data.readers.table.joined import joined
from gatewise.data.readers.table.roles import check_names
from gatewise.data.readers.table.rows import sort, written
from gatewise.data.readers.table.times import stamps
from gatewise.data.readers.wording import such_rows
from gatewise.data.series import SeriesSet

__all__ = ["read_future"]


def read_future(source: Source, like: SeriesSet, horizon: int) -> Values:
    """The known covariates of the ``horizon`` rows after the end of each series.

    Parameters
    ----------
    source : path or frame
        A long table with the id, time and known columns of ``like``; it may hold other series, and rows
        before and after those asked for. Where rows are only counted, each series has either the ``horizon``
        rows themselves, or its whole history and then those.
    like : SeriesSet
        The history.
    horizon : int

    Returns
    -------
    float32 array, shape (series, horizon, known)

    Raises
    ------
    ReadError
        A series lacks a row or has one twice, or a value is not a finite number.
    """
    columns = like.columns
    shape = (horizon, len(columns.known_read))
    if not columns.known:
        return np.zeros((len(like), *shape), np.float32)
    table = load(source, columns.id, Writing(usual=columns.decimal))
    if columns.time is not None:
        table, _ = joined(table, (columns.time,))
    for role, names in (("id", columns.id), ("time", (columns.time,)), ("known", columns.known)):
        check_names(table, role, *names)

    bases, first, base = np.unique(_base_names(like), return_index=True, return_inverse=True)
    number = _numbers(table, columns.id, bases)
    place = _places(table, like, number, first, horizon)
    used = (number >= 0) & (place >= 0) & (place < horizon)
    found = channels(table, columns.known, columns.levels)
    known = np.stack(list(found.values()), axis=1)
    _refuse_missing(table, tuple(found), known, used)
    if used.sum() > len(np.unique(number[used].astype(np.int64) * horizon + place[used])):
        raise table.error("rows of the future repeat a time of their series; keep one row for each time")
    values = np.full((len(bases), *shape), np.nan, np.float32)
    values[number[used], place[used]] = known[used]
    lacking = np.isnan(values[base, :, 0])
    if lacking.any():
        series, step = np.argwhere(lacking)[0]
        when = written(like.times(series, int(like.lengths[series] + step), 1)[0], like.time_zone)
        raise table.error(
            f"series {str(like.ids[series])!r} has no row for {when}; expected {horizon:,} rows after its "
            f"end with the known columns {', '.join(columns.known)}"
        )
    return values[base]


def _numbers(table: Table, id: tuple[str, ...], bases: Texts) -> NDArray[np.int32]:
    """Return the number of the one of ``bases`` that each row belongs to, −1 for none of them."""
    if not id:
        return np.zeros(table.arrow.num_rows, np.int32)
    codes, _ = identify(table, id)
    known = {str(name): number for number, name in enumerate(bases)}
    return np.array([known.get(str(name), -1) for name in codes.values], np.int32)[codes.number]


def _places(
    table: Table, like: SeriesSet, number: NDArray[np.int32], first: Integers, horizon: int
) -> Integers:
    """Return each row's distance, in rows, from the first to be forecast; ``first`` are series, one a name."""
    clock = None if like.columns.time is None else stamps(table, like.columns.time, kept=like.reading)
    counted = clock is None or (like.start.dtype.kind != "M" and clock.values.dtype.kind == "M")
    if clock is None or counted:
        rows, _ = sort(number + 1, np.arange(len(number)) if clock is None else clock.values, len(first) + 1)
        size = np.diff(rows.offsets)
        rank = np.arange(len(rows)) - np.repeat(rows.offsets[:-1], size)
        # Either the horizon alone, or the history and then the horizon.
        # Rows are counted from the beginning, of which ``like`` may hold the end only.
        history = np.concatenate([[0], like.start[first].astype(np.int64) + like.lengths[first]])
        rank -= np.repeat(np.where(size == horizon, 0, history), size)
        places = np.empty_like(rank)
        places[slice(None) if rows.order is None else rows.order] = rank
        return places
    if (clock.zone is None) != (like.time_zone is None) or clock.values.dtype.kind != like.start.dtype.kind:
        expected, found = _kind(like.start, like.time_zone), _kind(clock.values, clock.zone)
        raise table.error(
            f"column {like.columns.time!r}: expected {expected} as in the history, found {found}"
        )
    ends = np.concatenate([like.times(series, int(like.lengths[series]), 1) for series in first])
    places, exact = like.step.locate(ends[np.maximum(number, 0)], clock.values)
    return np.where(exact, places, -1)


def _kind(times: Array, zone: str | None) -> str:
    if times.dtype.kind != "M":
        return "whole numbers"
    return f"time stamps {'without' if zone is None else 'with'} a zone"


def _refuse_missing(table: Table, names: tuple[str, ...], known: Floats, used: Mask) -> None:
    bad = used & ~np.isfinite(known).all(axis=1)
    if bad.any():
        row = int(np.argmax(bad))
        name = names[int(np.argmin(np.isfinite(known[row])))]
        raise table.error(
            f"column {name!r}: expected a number for the future, found an empty cell, NaN or infinity "
            f"({such_rows(bad)}); give every known covariate a value",
            row,
        )


def _base_names(like: SeriesSet) -> list[str]:
    """The id in the table that each series belongs to; several targets share one."""
    targets = like.columns.target
    if not like.columns.id:
        return [""] * len(like)
    if len(targets) == 1:
        return [str(name) for name in like.ids]
    endings = sorted((f"/{target}" for target in targets), key=len, reverse=True)
    return [
        next((str(name).removesuffix(ending) for ending in endings if str(name).endswith(ending)), str(name))
        for name in like.ids
    ]
