"""Forecasts as a long data frame of the user's kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gatewise.data.index import as_index
from gatewise.data.series import FrameKind, SeriesSet

__all__ = ["forecast_frame", "to_kind", "widen"]


def forecast_frame(
    series: SeriesSet, origins: NDArray[np.int64], forecast: NDArray[np.float64], levels: tuple[int, ...]
) -> Any:
    """Return one row per series and row forecast: ``unique_id, ds, y_hat, lo-90, hi-90, …``.

    Series and time stand in the index where they did in the frame that was read."""
    horizon = forecast.shape[1]
    stamps = np.concatenate([series.times(s, int(origin), horizon) for s, origin in enumerate(origins)])
    if series.time_zone is not None:
        when = pa.array(stamps, pa.timestamp("ns", "UTC")).cast(pa.timestamp("ns", series.time_zone))
    else:
        when = pa.array(stamps)
    columns = {"unique_id": pa.array(np.repeat(series.ids, horizon).astype(object), pa.string()), "ds": when}
    columns["y_hat"] = pa.array(forecast[:, :, 0].ravel())
    for k, level in enumerate(levels):
        columns[f"lo-{level}"] = pa.array(forecast[:, :, 1 + 2 * k].ravel())
        columns[f"hi-{level}"] = pa.array(forecast[:, :, 2 + 2 * k].ravel())
    frame = to_kind(pa.table(columns), series.frame_kind)
    return frame if series.index is None else as_index(frame, series.index, id="unique_id", time="ds")


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
            names.append({"unique_id": "item_id", "ds": "timestamp", "y_hat": "mean"}[name])
    return table.rename_columns(names)
