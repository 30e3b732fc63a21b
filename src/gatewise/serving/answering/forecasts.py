"""Forecasters: columns of a table in, columns of a table out."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gatewise.estimators.forecast.base import Forecaster
from gatewise.estimators.forecast.frames import id_names, time_name
from gatewise.serving.answering.base import Answering, answering
from gatewise.serving.config import ServingConfig
from gatewise.serving.fields import Described
from gatewise.serving.refusal import Refusal

__all__ = ["ForecastAnswering"]

Array = NDArray[Any]
# Of columns whose values are known of the rows that are forecast.
FUTURE = "future."


class ForecastAnswering(Answering):
    """What comes after the rows of a request, or, where it brings none, after those that were fitted."""

    def __init__(self, model: Forecaster, config: ServingConfig) -> None:
        # As a file has it, whatever frame it was fitted on.
        self.model = copy.copy(model)
        self.model.series_ = replace(model.series_, frame_kind="pyarrow", index=None)
        self._most = config.max_length
        columns, counted = model.columns_, model.series_.step.kind == "count"
        time = () if columns.time is None else (columns.time,)
        texts = {*columns.id, *columns.levels, *(() if counted else time)}

        def described(name: str, prefix: str = "") -> Described:
            kind = "BYTES" if name in texts else "INT64" if name in time else "FP64"
            return Described(prefix + name, kind, (-1,), optional=True, gaps=True)

        past = (*columns.id, *time, *columns.target, *columns.past, *columns.known, *columns.static)
        ahead = (*columns.id, *time, *columns.known) if columns.known else ()
        self.inputs = (*map(described, dict.fromkeys(past)), *(described(name, FUTURE) for name in ahead))
        bands = [f"{side}-{level}" for level in self.model.levels for side in ("lo", "hi")]
        self.outputs = (
            *(Described(name, "BYTES", (-1,)) for name in id_names(self.model.series_)),
            Described(time_name(self.model.series_), "INT64" if counted else "BYTES", (-1,)),
            *(Described(name, "FP64", (-1,)) for name in ("y_hat", *bands)),
        )

    def answer(self, given: Mapping[str, Array], parameters: Mapping[str, Any]) -> dict[str, Array]:  # noqa: ARG002 - there are none
        """Return one row for each row that is forecast."""
        past = self._table({name: one for name, one in given.items() if not name.startswith(FUTURE)})
        future = self._table(
            {name.removeprefix(FUTURE): one for name, one in given.items() if name.startswith(FUTURE)}
        )
        table = self.model.predict(past, future=future)
        return {one.name: _as_array(table[one.name], one.datatype) for one in self.outputs}

    def _table(self, columns: Mapping[str, Array]) -> pa.Table | None:
        if not columns:
            return None
        lengths = {len(one) for one in columns.values()}
        if len(lengths) > 1:
            raise Refusal(400, f"inputs: expected as many rows in each column, got {sorted(lengths)}")
        if (length := lengths.pop()) > self._most:
            raise Refusal(413, f"inputs: expected at most {self._most} rows, got {length}")
        return pa.table({name: pa.array(one, from_pandas=True) for name, one in columns.items()})


def _as_array(column: Any, datatype: str) -> Array:
    if datatype == "FP64":
        return np.asarray(column.to_numpy(), np.float64)
    if datatype == "INT64":
        return np.asarray(column.to_numpy(), np.int64)
    found = np.empty(len(column), object)
    found[:] = [str(one).removesuffix(" 00:00:00") for one in column.to_pylist()]
    return found


answering.register(Forecaster, ForecastAnswering)
