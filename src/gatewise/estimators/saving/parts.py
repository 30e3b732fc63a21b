"""Parts that several estimators save alike: networks, and the end of every series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel
from sklearn.base import BaseEstimator
from torch import nn

from gatewise.data.series import Columns, SeriesSet
from gatewise.data.step import Step

__all__ = [
    "Arrays",
    "columns_from",
    "labels_from",
    "networks_from",
    "pack_labels",
    "pack_networks",
    "pack_parameters",
    "pack_series",
    "parameters_from",
    "series_from",
]

Arrays = dict[str, NDArray[Any]]


def pack_parameters(estimator: BaseEstimator) -> dict[str, Any]:
    """Constructor arguments as JSON values; callbacks are not saved."""
    return {
        name: value.model_dump(mode="json") if isinstance(value, BaseModel) else _plain(value)
        for name, value in estimator.get_params(deep=False).items()
        if name != "progress"
    }


def _plain(value: Any) -> Any:
    """Numbers of numpy, such as a search over a grid sets, as Python's own."""
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        # The keys of JSON objects are text; classes may be numbers.
        return {"pairs": [[_plain(key), _plain(item)] for key, item in value.items()]}
    return value.item() if isinstance(value, np.generic) else value


def parameters_from(saved: dict[str, Any], *, config: type[BaseModel]) -> dict[str, Any]:
    """Constructor arguments from their JSON form."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in saved.items()}
    for name, value in values.items():
        if isinstance(value, dict):
            values[name] = config.model_validate(value) if name == "config" else dict(value["pairs"])
    return values


def pack_networks(networks: Sequence[nn.Module]) -> Arrays:
    """Weights as ``member.name`` arrays."""
    return {
        f"{member}.{name}": tensor.detach().numpy()
        for member, network in enumerate(networks)
        for name, tensor in network.state_dict().items()
    }


def networks_from(arrays: Arrays, networks: Sequence[nn.Module]) -> None:
    """Load what :func:`pack_networks` gave into networks of the same shape."""
    for member, network in enumerate(networks):
        prefix = f"{member}."
        network.load_state_dict(
            {
                name.removeprefix(prefix): torch.from_numpy(array)
                for name, array in arrays.items()
                if name.startswith(prefix)
            }
        )
        network.eval()


def pack_series(series: SeriesSet) -> tuple[dict[str, Any], Arrays]:
    """A series set as JSON values and arrays."""
    is_time = np.issubdtype(series.start.dtype, np.datetime64)
    numeric = {name: v for name, v in series.static.items() if np.issubdtype(v.dtype, np.number)}
    config = {
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
    arrays: Arrays = {
        "series.offsets": series.offsets,
        "series.target": series.target,
        "series.observed": series.observed,
        "series.start": series.start.astype(np.int64),
        "series.past": series.past,
        "series.known": series.known,
        **{f"static.{name}": v.astype(np.float64) for name, v in numeric.items()},
    }
    return config, arrays


def series_from(config: dict[str, Any], arrays: Arrays) -> SeriesSet:
    """What :func:`pack_series` took apart."""
    static: dict[str, NDArray[np.generic]] = {
        name.removeprefix("static."): array for name, array in arrays.items() if name.startswith("static.")
    }
    static |= {name: np.array(values) for name, values in config["static_text"].items()}
    start = arrays["series.start"]
    return SeriesSet(
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
        time_zone=config["time_zone"],
        frame_kind=config["frame_kind"],
        source=config["source"],
    )


def columns_from(saved: dict[str, Any]) -> Columns:
    """The column mapping from its JSON form."""
    fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in saved.items()}
    return Columns(**fields)


def pack_labels(classes: NDArray[Any]) -> tuple[list[str] | None, Arrays]:
    """Class names as text, or as an array where they are numbers."""
    if classes.dtype.kind in "biuf":
        return None, {"classes": classes}
    return classes.astype(str).tolist(), {}


def labels_from(names: list[str] | None, arrays: Arrays) -> NDArray[Any]:
    """What :func:`pack_labels` took apart."""
    return arrays["classes"] if names is None else np.array(names)
