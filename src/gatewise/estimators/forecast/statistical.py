"""Exponential smoothing and the theta method, as statsforecast chooses among their forms."""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Floats, Rows
from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.series import SeriesSet
from gatewise.data.windows import Windows
from gatewise.estimators.extra import Extra
from gatewise.estimators.forecast.baseline import BaselineForecaster
from gatewise.estimators.forecast.logarithms import as_windows_are, restored

__all__ = ["STATISTICAL", "AutoETSForecaster", "AutoThetaForecaster"]

STATISTICAL = Extra("forecast", "statsforecast")

# A form is chosen and fitted for every window: enough rows to choose by, and not more windows than can be waited for.
FEWEST_ROWS, SEASONS, MOST_ROWS = 100, 5, 720
MOST_HELD_OUT = 48
FEWEST_CHOSEN_BY = 8
# Of exponential smoothing: longer ones have too many states to be fitted.
LONGEST_SEASON = 24


class StatisticalForecaster(BaselineForecaster):
    """A model of statsforecast, chosen and fitted anew to the rows before each forecast.

    It reads the window that others read, but at least five seasons and 100 rows, and not more than 720, in the user's
    units. Nothing is learned from other series or windows, so that nothing but the end of every series is saved.
    Intervals are calibrated on at most 48 windows that others hold out of training. A window that does not move is
    continued as it is.
    """

    learned = False
    looks_back = False

    method: ClassVar[str]

    def prepare(self, series: SeriesSet) -> Rows:
        cut = super().prepare(series)
        geometry = self.preparation_.geometry
        rows = max(geometry.context, min(MOST_ROWS, max(FEWEST_ROWS, SEASONS * geometry.season)))
        longer = geometry.model_copy(update={"context": rows})
        self.preparation_ = self.preparation_.model_copy(update={"geometry": longer})
        return cut

    def _held_out(self, series: SeriesSet, cut: Rows) -> tuple[Rows, Rows]:
        numbers, rows = super()._held_out(series, cut)
        some = np.unique(np.linspace(0, len(numbers) - 1, MOST_HELD_OUT).astype(np.int64))
        return (numbers[some], rows[some]) if len(numbers) else (numbers, rows)

    def _learn(self, source: ForecastSource, windows: Windows, held_out: list[ForecastBatch]) -> None:
        """Learn nothing: every window has its own model."""

    def _point(self, batch: ForecastBatch) -> NDArray[np.float64]:
        values = restored(batch.seen, batch.logs)
        ahead = [self._continued(row[-own:]) for row, own in zip(values, batch.own, strict=True)]
        return (as_windows_are(np.array(ahead), batch) - batch.location) / batch.scale

    def _continued(self, values: Floats) -> Floats:
        season = self.season_ if 1 < self.season_ <= LONGEST_SEASON and len(values) > 2 * self.season_ else 1
        last = np.full(self.horizon, values[-1])
        if len(values) < FEWEST_CHOSEN_BY or np.ptp(values) <= 1e-9 * np.abs(values).max():
            return last
        models = import_module(f"{STATISTICAL.load().__name__}.models")
        model = getattr(models, self.method)(season_length=season)
        # It looks for the best of many forms, some of which do not exist for some windows.
        with np.errstate(all="ignore"):
            forecast = np.asarray(model.forecast(values, self.horizon)["mean"], np.float64)
        return np.where(np.isfinite(forecast), forecast, last)


class AutoETSForecaster(StatisticalForecaster):
    """Exponential smoothing, its error, trend, damping and season chosen by AICc; needs ``gatewise[forecast]``.

    References
    ----------
    Hyndman, Koehler, Snyder & Grose 2002, "A state space framework for automatic forecasting using exponential
    smoothing methods".
    """

    method = "AutoETS"


class AutoThetaForecaster(StatisticalForecaster):
    """The best of four theta methods by their errors in the window; needs ``gatewise[forecast]``.

    References
    ----------
    Fiorucci et al. 2016, "Models for optimising the theta method and their relationship to state space models".
    """

    method = "AutoTheta"
