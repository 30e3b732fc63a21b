"""Forecasts of rows that are known by now, from rolling origins, and their errors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from gatewise.data.arrays import Floats, Rows
from gatewise.data.series import SeriesSet
from gatewise.data.splits import forecast_origins
from gatewise.errors import ConfigurationError, SeriesTooShortError
from gatewise.estimators.config import Point
from gatewise.estimators.forecast.frames import (
    CUTOFF,
    cutoffs,
    forecast_frame,
    given_back,
    id_names,
    ids_of,
    stamps_of,
    time_name,
)
from gatewise.training.metrics import forecast_metrics

__all__ = ["GROUPS", "Backtest", "By", "rolling_windows"]

By = Literal["series", "step", "cutoff"]
GROUPS: tuple[By, ...] = ("series", "step", "cutoff")


def rolling_windows(
    series: SeriesSet, horizon: int, windows: int, step: int | None = None
) -> tuple[Rows, Rows, Rows]:
    """The last ``windows`` origins of every series, ``step`` rows apart, by default a horizon.

    A series too short for all of them has fewer.

    Returns
    -------
    numbers, origins : int64 arrays, shape (windows,)
        Series, and the row in it that is the first to be forecast.
    cut : int64 array, shape (series,)
        The first of these origins, the end of the series where there is none.

    Raises
    ------
    SeriesTooShortError
        No series has a row before its last horizon.
    """
    step = horizon if step is None else step
    for option, value in (("windows", windows), ("step", step)):
        if not isinstance(value, int | np.integer) or value < 1:
            what = "horizon to forecast" if option == "windows" else "row from one forecast to the next"
            raise ConfigurationError(f"expected at least 1 {what}, got {value!r}", option=option)
    last = series.lengths - horizon
    # So many steps back that at least one row is left to be read.
    back = np.minimum(windows - 1, (last - 1) // step)
    enough = last > 0
    if not enough.any():
        raise SeriesTooShortError(
            f"{series.source}: measuring forecasts needs more than {horizon} rows in a series "
            f"(the horizon, and one before it); the longest has {series.lengths.max()}"
        )
    cut = np.where(enough, last - back * step, series.lengths)
    numbers, origins = forecast_origins(cut, series.lengths, horizon, step)
    return numbers, origins, cut


@dataclass(frozen=True, repr=False)
class Backtest:
    """What :meth:`Forecaster.backtest` returns: forecasts of the past beside what came.

    Attributes
    ----------
    forecasts : frame
        Of the kind that was given, as :meth:`Forecaster.predict` gives it, with two more columns, which Nixtla's
        ``cross_validation`` names so: ``unique_id, ds, cutoff, y, y_hat, lo-90, hi-90``, the first two under the names
        and in the types of the data. There is one row for each series, origin and row of the horizon. ``cutoff`` is
        the time of the last row that was read, ``y`` what came, missing where the row was filled.
    total : dict
        Errors of all of them, see :func:`gatewise.training.metrics.forecast_metrics`.
    """

    series: SeriesSet
    numbers: Rows  # (windows,) series
    origins: Rows  # (windows,) first row forecast
    forecast: Floats  # (windows, horizon, 1 + 2 · levels)
    levels: tuple[int, ...]
    scale: Floats  # (windows,) unit of MASE
    point: Point = "median"

    @property
    def horizon(self) -> int:
        """Rows of each forecast."""
        return int(self.forecast.shape[1])

    @cached_property
    def _rows(self) -> Rows:
        first = self.series.offsets[self.numbers] + self.origins
        rows: Rows = first[:, None] + np.arange(self.horizon)
        return rows

    @property
    def forecasts(self) -> Any:
        """Every forecast beside what came, as a frame."""
        actual = np.where(self.series.observed[self._rows], self.series.target[self._rows], np.nan)
        return forecast_frame(
            self.series, self.origins, self.forecast, self.levels, numbers=self.numbers, actual=actual
        )

    @property
    def total(self) -> dict[str, float]:
        """Errors of all forecasts together."""
        return self._errors(slice(None), slice(None))

    def errors(self, by: By) -> Any:
        """Errors by series, by step of the horizon, or by cutoff.

        Parameters
        ----------
        by : {"series", "step", "cutoff"}

        Returns
        -------
        frame
            Of the kind that was given. First come the columns that tell series apart, ``step`` (1 is the row after the
            cutoff) or ``cutoff``; then ``rows``, the number of values that came, and the errors of ``total``, missing
            where no value came.
        """
        if by not in GROUPS:
            raise ConfigurationError(
                f"expected {', '.join(GROUPS[:-1])} or {GROUPS[-1]}, got {by!r}", option="by"
            )
        every = slice(None)
        if by == "step":
            parts: list[Any] = [(every, slice(k, k + 1)) for k in range(self.horizon)]
            labels = {"step": pa.array(np.arange(1, self.horizon + 1))}
        elif by == "series":
            of, members = _grouped(self.numbers)
            parts, labels = [(some, every) for some in members], ids_of(self.series, of)
        else:
            of, members = _grouped(cutoffs(self.series, self.numbers, self.origins))
            parts, labels = [(some, every) for some in members], {CUTOFF: stamps_of(self.series, of)}
        found = [self._errors(*part) for part in parts]
        observed = self.series.observed[self._rows]
        table = labels | {"rows": pa.array([int(observed[part].sum()) for part in parts])}
        table |= {name: pa.array([one[name] for one in found], from_pandas=True) for name in found[0]}
        return given_back(table, self.series, *(name for name in labels if name == CUTOFF))

    def _errors(self, windows: Any, steps: Any) -> dict[str, float]:
        rows, forecast = self._rows[windows, steps], self.forecast[windows, steps]
        return forecast_metrics(
            self.series.target[rows],
            forecast[:, :, 0],
            self.series.observed[rows],
            self.scale[windows],
            {
                level: (forecast[:, :, 1 + 2 * k], forecast[:, :, 2 + 2 * k])
                for k, level in enumerate(self.levels)
            },
            median=self.point == "median",
        )

    def __repr__(self) -> str:
        series, windows = len(np.unique(self.numbers)), len(self.numbers)
        errors = ", ".join(f"{name} {value:.4g}" for name, value in self.total.items())
        return (
            f"Backtest of {series:,} series: {windows:,} forecasts of {self.horizon:,} rows\n{errors}\n"
            f"forecasts: {', '.join(self._names())}\n"
            f"errors(by): {', '.join(GROUPS)}"
        )

    def _names(self) -> list[str]:
        ends = [f"{side}-{level}" for level in self.levels for side in ("lo", "hi")]
        return [*id_names(self.series), time_name(self.series), CUTOFF, "y", "y_hat", *ends]


def _grouped(labels: Any) -> tuple[Any, list[Rows]]:
    """Return the different labels in ascending order, and where each stands."""
    order = np.argsort(labels, kind="stable")
    different, first = np.unique(labels[order], return_index=True)
    return different, np.split(order, first[1:])
