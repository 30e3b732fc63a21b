"""Forecasts as a long data frame of the user's kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from gatewise.data.arrays import Array, Floats, Rows
from gatewise.data.index import as_index
from gatewise.data.series import FrameKind, SeriesSet
from gatewise.estimators.config import Point

__all__ = ["cutoffs", "forecast_frame", "ids_of", "stamps_of", "to_kind", "widen"]


def forecast_frame(
    series: SeriesSet,
    origins: Rows,
    forecast: Floats,
    levels: tuple[int, ...],
    *,
    numbers: Rows | None = None,
    actual: Floats | None = None,
) -> Any:
    """Return one row per window and row forecast: ``unique_id, ds, y_hat, lo-90, hi-90, …``.

    Series and time stand in the index where they did in the frame that was read.

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
    columns = {"unique_id": ids_of(series, np.repeat(numbers, horizon)), "ds": stamps_of(series, stamps)}
    if actual is not None:
        columns["cutoff"] = stamps_of(series, np.repeat(cutoffs(series, numbers, origins), horizon))
        columns["y"] = pa.array(actual.ravel(), from_pandas=True)
    columns["y_hat"] = pa.array(forecast[:, :, 0].ravel())
    for k, level in enumerate(levels):
        columns[f"lo-{level}"] = pa.array(forecast[:, :, 1 + 2 * k].ravel())
        columns[f"hi-{level}"] = pa.array(forecast[:, :, 2 + 2 * k].ravel())
    frame = to_kind(pa.table(columns), series.frame_kind)
    return frame if series.index is None else as_index(frame, series.index, id="unique_id", time="ds")


def cutoffs(series: SeriesSet, numbers: Rows, origins: Rows) -> Array:
    """Return the time of the last row before each origin, shape (windows,)."""
    found = [series.times(s, int(origin) - 1, 1) for s, origin in zip(numbers, origins, strict=True)]
    return np.concatenate(found)


def ids_of(series: SeriesSet, numbers: Rows) -> pa.Array:
    """Return the names of some of the series as a column."""
    return pa.array(series.ids[numbers].astype(object), pa.string())


def stamps_of(series: SeriesSet, stamps: Array) -> pa.Array:
    """Return time stamps of the series as a column, in the zone in which they were given."""
    if series.time_zone is None:
        return pa.array(stamps)
    return pa.array(stamps, pa.timestamp("ns", "UTC")).cast(pa.timestamp("ns", series.time_zone))


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
    """
    names = []
    for name in table.column_names:
        side, _, level = name.partition("-")
        if layout == "nixtla":
            names.append({"y_hat": model}.get(name, f"{model}-{name}" if side in ("lo", "hi") else name))
        elif side in ("lo", "hi"):
            tail = (1 - int(level) / 100) / 2
            names.append(f"{tail if side == 'lo' else 1 - tail:.4g}")
        else:
            names.append(
                {"unique_id": "item_id", "ds": "timestamp", "y_hat": "mean" if point == "mean" else "0.5"}[
                    name
                ]
            )
    return table.rename_columns(names)
