"""Forecasts as a long data frame of the user's kind."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gatewise.data.arrays import Array
from gatewise.data.index import as_index, as_periods
from gatewise.data.series import FrameKind, SeriesSet

__all__ = ["forecast_frame", "to_kind", "widen"]


def forecast_frame(
    series: SeriesSet, origins: NDArray[np.int64], forecast: NDArray[np.float64], levels: tuple[int, ...]
) -> Any:
    """Return one row per series and row forecast: what tells series apart, the time, ``y_hat, lo-90, hi-90, …``.

    Series and time have the user's names and types, ``unique_id`` and ``ds`` where there were no such columns; they
    stand in the index where they did in the frame that was read.
    """
    horizon = forecast.shape[1]
    keys = series.keys or {"unique_id": series.ids}
    columns = {name: _repeated(values, horizon) for name, values in keys.items()}
    time = series.columns.time or "ds"
    columns[time] = _times(series, origins, horizon)
    columns["y_hat"] = pa.array(forecast[:, :, 0].ravel())
    for k, level in enumerate(levels):
        columns[f"lo-{level}"] = pa.array(forecast[:, :, 1 + 2 * k].ravel())
        columns[f"hi-{level}"] = pa.array(forecast[:, :, 2 + 2 * k].ravel())
    frame = to_kind(pa.table(columns), series.frame_kind)
    if series.index is not None:
        return as_index(frame, series.index)
    if series.frame_kind == "pandas" and series.time_type.startswith("period["):
        return as_periods(frame, time, series.time_type.removeprefix("period[").removesuffix("]"))
    return frame


def _repeated(values: Array, times: int) -> pa.Array:
    repeated = np.repeat(values, times)
    return (
        pa.array(repeated.astype(object), pa.string()) if repeated.dtype.kind == "U" else pa.array(repeated)
    )


def _times(series: SeriesSet, origins: NDArray[np.int64], horizon: int) -> pa.Array:
    """The stamps of the rows forecast, in the type of the user's if it can hold them."""
    stamps = np.concatenate([series.times(s, int(origin), horizon) for s, origin in enumerate(origins)])
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


def widen(table: pa.Table, layout: str, model: str) -> pa.Table:
    """Return the long forecast in another library's layout.

    ``"nixtla"``: ``unique_id, ds, GRU, GRU-lo-90, GRU-hi-90`` (the model's name as the column).
    ``"autogluon"``: ``item_id, timestamp, mean, 0.05, 0.95`` (quantiles as columns).
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
            columns["mean"] = table[name]
    return pa.table(columns)
