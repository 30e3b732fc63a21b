"""What a forecaster saves of the data that it was fitted on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.data.series import Columns, SeriesSet
from gatewise.data.step import Step
from gatewise.estimators.saving.directory import SavedState
from gatewise.estimators.saving.parts import Part

__all__ = ["FittedSeries", "columns_from"]


def columns_from(saved: dict[str, Any]) -> Columns:
    """Return the column mapping from its JSON form."""
    fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in saved.items()}
    return Columns(**fields)


class FittedSeries(Part):
    """``series_``: the end of every series."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        series: SeriesSet = estimator.series_
        is_time = np.issubdtype(series.start.dtype, np.datetime64)
        numeric = {name: v for name, v in series.static.items() if np.issubdtype(v.dtype, np.number)}
        saved.config["series"] = {
            "ids": series.ids.astype(str).tolist(),
            "step": series.step.to_json(),
            "time_stamps": bool(is_time),
            "time_zone": series.time_zone,
            "frame_kind": series.frame_kind,
            "source": series.source,
            "columns": vars(series.columns),
            "static_text": {
                name: v.astype(str).tolist() for name, v in series.static.items() if name not in numeric
            },
        }
        saved.arrays.update(
            {
                "series.offsets": series.offsets,
                "series.target": series.target,
                "series.observed": series.observed,
                "series.start": series.start.astype(np.int64),
                "series.past": series.past,
                "series.known": series.known,
                **{f"static.{name}": v.astype(np.float64) for name, v in numeric.items()},
            }
        )

    def restore(self, estimator: Any, saved: SavedState) -> None:
        config, arrays = saved.config["series"], saved.arrays
        static: dict[str, NDArray[np.generic]] = {
            name.removeprefix("static."): v for name, v in arrays.items() if name.startswith("static.")
        }
        static |= {name: np.array(values) for name, values in config["static_text"].items()}
        start = arrays["series.start"]
        estimator.series_ = SeriesSet(
            ids=np.array(config["ids"], dtype=str),
            offsets=arrays["series.offsets"],
            target=arrays["series.target"],
            observed=arrays["series.observed"].astype(bool),
            start=start.view("datetime64[ns]") if config["time_stamps"] else start,
            step=Step.from_json(config["step"]),
            past=arrays["series.past"],
            known=arrays["series.known"],
            static=static,
            columns=columns_from(config["columns"]),
            **{name: config[name] for name in ("time_zone", "frame_kind", "source")},
        )
