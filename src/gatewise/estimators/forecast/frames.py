"""Forecasts as a long data frame of the user's kind."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.arrays import Array, Floats, Rows
from gatewise.data.index import as_index, as_periods
from gatewise.data.series import FrameKind, SeriesSet
from gatewise.estimators.config import Point

__all__ = [
    "CUTOFF",
    "cutoffs",
    "forecast_frame",
    "given_back",
    "id_names",
    "ids_of",
    "stamps_of",
    "time_name",
    "to_kind",
    "widen",
]

CUTOFF = "cutoff"


def forecast_frame(
    series: SeriesSet,
    origins: Rows,
    forecast: Floats,
    levels: tuple[int, ...],
    *,
    numbers: Rows | None = None,
    actual: Floats | None = None,
) -> Any:
    """Return one row per window and row forecast: what tells series apart, the time, ``y_hat, lo-90, hi-90, …``.

    Series and time have the user's names and types, ``unique_id`` and ``ds`` where there were no such columns; they
    stand in the index where they did in the frame that was read.

    Parameters
    ----------
    series : SeriesSet
    origins : int64 array, shape (windows,)
        Row of its series that is the first of each window to be forecast.
    forecast : float64 array, shape (windows, horizon, 1 + 2 · levels)
    levels : tuple of int
    numbers : int64 array, shape (windows,), optional
        Series of each window; by default one window of each.
    actual : float64 array, shape (windows, horizon), optional
        What came, NaN where nothing was observed. Before the forecast there are then ``cutoff``, the time of the last
        row that was read, and ``y``.
    """
    horizon = forecast.shape[1]
    numbers = np.arange(len(series)) if numbers is None else numbers
    stamps = np.concatenate(
        [series.times(s, int(origin), horizon) for s, origin in zip(numbers, origins, strict=True)]
    )
    times = {time_name(series): stamps}
    if actual is not None:
        times[CUTOFF] = np.repeat(cutoffs(series, numbers, origins), horizon)
    columns = ids_of(series, np.repeat(numbers, horizon))
    columns |= {name: stamps_of(series, one) for name, one in times.items()}
    if actual is not None:
        columns["y"] = pa.array(actual.ravel(), from_pandas=True)
    columns["y_hat"] = pa.array(forecast[:, :, 0].ravel())
    for k, level in enumerate(levels):
        columns[f"lo-{level}"] = pa.array(forecast[:, :, 1 + 2 * k].ravel())
        columns[f"hi-{level}"] = pa.array(forecast[:, :, 2 + 2 * k].ravel())
    frame = given_back(columns, series, *times)
    return frame if series.index is None else as_index(frame, series.index)


def given_back(columns: dict[str, pa.Array], series: SeriesSet, *times: str) -> Any:
    """Return a frame of the kind that was read, with periods in the columns of ``times`` where there were periods."""
    frame = to_kind(pa.table(columns), series.frame_kind)
    period = series.period
    return as_periods(frame, times, period) if period and series.frame_kind == "pandas" else frame


def cutoffs(series: SeriesSet, numbers: Rows, origins: Rows) -> Array:
    """Return the time of the last row before each origin, shape (windows,)."""
    found = [series.times(s, int(origin) - 1, 1) for s, origin in zip(numbers, origins, strict=True)]
    return np.concatenate(found)


def id_names(series: SeriesSet) -> tuple[str, ...]:
    """Return what the columns are called that tell series apart."""
    return tuple(series.keys) or ("unique_id",)


def time_name(series: SeriesSet) -> str:
    """Return what the column of times is called."""
    return series.columns.time or "ds"


def ids_of(series: SeriesSet, numbers: Rows) -> dict[str, pa.Array]:
    """Return the columns that tell series apart, a row for each of ``numbers``."""
    keys = series.keys or {"unique_id": series.ids}
    return {name: _column(values[numbers]) for name, values in keys.items()}


def _column(values: Array) -> pa.Array:
    return pa.array(values.astype(object), pa.string()) if values.dtype.kind == "U" else pa.array(values)


def stamps_of(series: SeriesSet, stamps: Array) -> pa.Array:
    """Return times of the series as a column, in the zone and the type of the user's if it can hold them."""
    if series.time_zone is not None:
        when = pa.array(stamps, pa.timestamp("ns", "UTC")).cast(pa.timestamp("ns", series.time_zone))
    else:
        when = pa.array(stamps)
    kind = series.time_type
    if not kind or kind.startswith("period["):
        return when
    if kind.startswith("timestamp["):
        wanted = pa.timestamp(kind.removeprefix("timestamp[").removesuffix("]"), series.time_zone)
    else:
        wanted = pa.type_for_alias(kind)
    with suppress(pa.ArrowInvalid, pa.ArrowNotImplementedError):
        when = when.cast(wanted)
    return when


def to_kind(table: pa.Table, kind: FrameKind) -> Any:
    """Return ``table`` as a pandas, polars or pyarrow frame; the first two are imported only when asked for."""
    if kind == "pandas":
        return table.to_pandas()
    if kind == "polars":
        import polars

        return polars.from_arrow(table)
    return table


def widen(table: pa.Table, layout: str, model: str, point: Point = "median") -> pa.Table:
    """Return the long forecast in another library's layout.

    ``"nixtla"``: ``unique_id, ds, GRU, GRU-lo-90, GRU-hi-90`` (the model's name as the column).
    ``"autogluon"``: ``item_id, timestamp, 0.5, 0.05, 0.95`` (quantiles as columns); where ``point`` is "mean",
    ``mean`` in the place of ``0.5``.
    Several columns that tell series apart become one, with slashes.
    """
    *keys, time = table.column_names[: table.column_names.index("y_hat")]
    parts = [table[name].cast(pa.string()) for name in keys]
    id = table[keys[0]] if len(keys) == 1 else pc.binary_join_element_wise(*parts, "/")
    series, when = ("unique_id", "ds") if layout == "nixtla" else ("item_id", "timestamp")
    columns = {series: id, when: table[time]}
    for name in table.column_names[len(keys) + 1 :]:
        side, _, level = name.partition("-")
        if layout == "nixtla":
            columns[model if name == "y_hat" else f"{model}-{name}"] = table[name]
        elif side in ("lo", "hi"):
            tail = (1 - int(level) / 100) / 2
            columns[f"{tail if side == 'lo' else 1 - tail:.4g}"] = table[name]
        else:
            columns["mean" if point == "mean" else "0.5"] = table[name]
    return pa.table(columns)
