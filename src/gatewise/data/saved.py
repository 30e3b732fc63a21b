"""Series, sequences and texts as JSON values and arrays, and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.data.corpus import Corpus
from gatewise.data.index import FrameIndex
from gatewise.data.reading import Reading
from gatewise.data.sequences import SequenceSet, kind_of
from gatewise.data.series import Columns, SeriesSet
from gatewise.data.step import Step

__all__ = ["columns_from", "from_saved", "series_from", "series_saved", "to_saved"]

Arrays = dict[str, NDArray[Any]]


def to_saved(data: SeriesSet | SequenceSet | Corpus) -> tuple[dict[str, Any], Arrays]:
    """Take data apart, without notes and groups; recordings stay where they are and are named by their paths."""
    if isinstance(data, SeriesSet):
        config, arrays = series_saved(data)
        return {"series": config}, arrays
    if isinstance(data, Corpus):
        return {"text": data.text, "source": data.source}, {}
    arrays, kind = {}, kind_of(data.sequences)
    config = {"kind": kind, "task": data.task, "channels": data.channels, "source": data.source}
    config["ids"] = None if data.ids is None else data.ids.tolist()
    if kind == "values":
        arrays = {f"sequence.{number}": np.asarray(one) for number, one in enumerate(data.sequences)}
    else:
        config["sequences"] = [str(one) if isinstance(one, Path) else one for one in data.sequences]
    if data.target is not None:
        each = [one.tolist() if isinstance(one, np.ndarray) else one for one in data.target]
        config["whole"] = isinstance(data.target, np.ndarray)
        config["target"] = [one.item() if isinstance(one, np.generic) else one for one in each]
    return {"sequences": config}, arrays


def from_saved(
    config: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> SeriesSet | SequenceSet | Corpus:
    """Put together what :func:`to_saved` took apart."""
    if "series" in config:
        return series_from(config["series"], arrays)
    if "text" in config:
        return Corpus(config["text"], source=config["source"])
    saved = config["sequences"]
    sequences: Any
    if saved["kind"] == "values":
        sequences = [arrays[f"sequence.{number}"] for number in range(len(arrays))]
    else:
        sequences = [Path(one) if saved["kind"] == "audio" else one for one in saved["sequences"]]
    target, task = saved.get("target"), saved["task"]
    if target is not None and task == "regression" and isinstance(target[0], list) and not saved.get("whole"):
        target = [np.asarray(one, np.float64) for one in target]
    elif target is not None and task != "tagging":
        target = np.asarray(target)
    ids = None if saved["ids"] is None else np.array(saved["ids"], dtype=str)
    return SequenceSet(
        sequences, target, task, channels=tuple(saved["channels"]), ids=ids, source=saved["source"]
    )


def columns_from(saved: Mapping[str, Any]) -> Columns:
    """Return the column mapping of series from its JSON form."""
    fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in saved.items()}
    # Models of 0.1.0 have one column of names, or none.
    id = saved["id"] or ()
    fields["id"] = (id,) if isinstance(id, str) else tuple(id)
    fields["levels"] = {name: tuple(levels) for name, levels in saved.get("levels", {}).items()}
    return Columns(**fields)


def series_saved(series: SeriesSet) -> tuple[dict[str, Any], Arrays]:
    """Take series apart."""
    numeric = {name: v for name, v in series.static.items() if np.issubdtype(v.dtype, np.number)}
    names = {name: v for name, v in series.keys.items() if v.dtype.kind == "U"}
    config = {
        "ids": series.ids.astype(str).tolist(),
        "step": series.step.to_json(),
        "time_stamps": bool(np.issubdtype(series.start.dtype, np.datetime64)),
        "time_zone": series.time_zone,
        "frame_kind": series.frame_kind,
        "index": None if series.index is None else vars(series.index),
        "reading": vars(series.reading),
        "source": series.source,
        "columns": vars(series.columns),
        "keys": list(series.keys),
        "key_text": {name: v.tolist() for name, v in names.items()},
        "time_type": series.time_type,
        "static_text": {
            name: v.astype(str).tolist() for name, v in series.static.items() if name not in numeric
        },
    }
    return config, {
        "series.offsets": series.offsets,
        "series.target": series.target,
        "series.observed": series.observed,
        "series.start": series.start.astype(np.int64),
        "series.past": series.past,
        "series.known": series.known,
        **{f"static.{name}": v.astype(np.float64) for name, v in numeric.items()},
        **{f"key.{name}": v for name, v in series.keys.items() if name not in names},
    }


def series_from(config: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> SeriesSet:
    """Put together what :func:`series_saved` took apart."""
    static: dict[str, NDArray[np.generic]] = {
        name.removeprefix("static."): v for name, v in arrays.items() if name.startswith("static.")
    }
    static |= {name: np.array(values) for name, values in config["static_text"].items()}
    found = {name: arrays[f"key.{name}"] for name in config.get("keys", ()) if f"key.{name}" in arrays}
    found |= {name: np.array(values, str) for name, values in config.get("key_text", {}).items()}
    columns = columns_from(config["columns"])
    ids = np.array(config["ids"], dtype=str)
    # In the order in which they were read; models of 0.1.0 have none, and the names instead.
    keys = {name: found[name] for name in config.get("keys", ())}
    if "keys" not in config and columns.id and len(columns.target) == 1:
        keys = {columns.id[0]: ids}
    start, index = arrays["series.start"], config.get("index")
    return SeriesSet(
        ids=ids,
        offsets=arrays["series.offsets"],
        target=arrays["series.target"],
        observed=arrays["series.observed"].astype(bool),
        start=start.view("datetime64[ns]") if config["time_stamps"] else start,
        step=Step.from_json(config["step"]),
        past=arrays["series.past"],
        known=arrays["series.known"],
        static=static,
        columns=columns,
        keys=keys,
        time_type=config.get("time_type", ""),
        # Models of 0.1.0 know of no index, nor of how times were read.
        reading=Reading(**config.get("reading", {})),
        index=None
        if index is None
        else FrameIndex(**index | {part: tuple(index[part]) for part in ("columns", "names")}),
        **{name: config[name] for name in ("time_zone", "frame_kind", "source")},
    )
