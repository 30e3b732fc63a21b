"""How well a forecaster does on rows that are known by now: every measurement from rolling origins."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Unpack, overload

import numpy as np

from gatewise.data.arrays import Floats, Rows
from gatewise.data.hashes import hashes_of_rows
from gatewise.data.readers.options import SeriesOptions
from gatewise.data.readers.table.frames import Source
from gatewise.data.series import SeriesSet
from gatewise.estimators.config import Point
from gatewise.estimators.forecast.backtest import Backtest, By, rolling_windows
from gatewise.estimators.saving.estimator import SavedEstimator
from gatewise.estimators.saving.fingerprint import not_asked_for_seen_data
from gatewise.estimators.words import takes
from gatewise.training.metrics import naive_scale

__all__ = ["MeasuredForecaster"]


class MeasuredForecaster(SavedEstimator):
    """A forecaster, as far as it is measured."""

    horizon: int
    levels: tuple[int, ...]

    @property
    @abstractmethod
    def season_(self) -> int:
        """Return the season length in rows, 1 where there is none."""

    @property
    @abstractmethod
    def point_(self) -> Point:
        """Return what ``y_hat`` is, "median" or "mean"."""

    @abstractmethod
    def read(self, data: Source | SeriesSet, **columns: Unpack[SeriesOptions]) -> SeriesSet:
        """Read ``data`` with the columns that the model was fitted with, where none are named."""

    @abstractmethod
    def forecast(self, series: SeriesSet, numbers: Rows, origins: Rows) -> Floats:
        """Forecast from inside of ``series``, each time from the rows before its origin only."""

    @takes(SeriesOptions)
    def backtest(
        self,
        data: Source | SeriesSet,
        *,
        windows: int = 5,
        step: int | None = None,
        **columns: Unpack[SeriesOptions],
    ) -> Backtest:
        """Forecast the last horizons of every series, each from the rows before it only.

        Parameters
        ----------
        data : path, frame or SeriesSet
        windows : int, default 5
            Forecasts of each series, the last of which ends with it; a series that is too short has fewer.
        step : int, optional
            Rows from one forecast to the next; by default the horizon, so that none overlap.

        Returns
        -------
        Backtest
            ``forecasts`` beside what came, as a frame; errors in ``total``, and ``errors(by)`` series, step or cutoff.

        Warns
        -----
        SeenDataWarning
            Rows to forecast were seen in training.
        """
        self._check_fitted()
        series = self.read(data, **columns)
        numbers, origins, cut = rolling_windows(series, self.horizon, windows, step)
        self._warn_of_seen(hashes_of_rows(series, cut), "rows")
        forecast = self.forecast(series, numbers, origins)
        return self._measured(series, numbers, origins, forecast, cut)

    @overload
    def evaluate(
        self,
        data: Source | SeriesSet,
        *,
        windows: int = 1,
        by: None = None,
        **columns: Unpack[SeriesOptions],
    ) -> dict[str, float]: ...
    @overload
    def evaluate(
        self, data: Source | SeriesSet, *, windows: int = 1, by: By, **columns: Unpack[SeriesOptions]
    ) -> Any: ...
    @takes(SeriesOptions)
    def evaluate(
        self,
        data: Source | SeriesSet,
        *,
        windows: int = 1,
        by: By | None = None,
        **columns: Unpack[SeriesOptions],
    ) -> Any:
        """Measure errors on the last ``windows`` horizons of every series, each forecast from what came before.

        Parameters
        ----------
        data : path, frame or SeriesSet
        windows : int, default 1
        by : {"series", "step", "cutoff"}, optional
            Errors of each series, of each step of the horizon, or of each time from which was forecast.

        Returns
        -------
        dict or frame
            See :func:`gatewise.training.metrics.forecast_metrics`; with ``by`` as :meth:`Backtest.errors` gives them.

        Warns
        -----
        SeenDataWarning
            Rows to forecast were seen in training.
        """
        found = self.backtest(data, windows=windows, **columns)
        return found.total if by is None else found.errors(by)

    def metrics(
        self, series: SeriesSet, numbers: Rows, origins: Rows, forecast: Floats, cut: Rows
    ) -> dict[str, float]:
        """Measure errors of :meth:`forecast`; MASE is scaled by the first ``cut[s]`` rows of each series."""
        return self._measured(series, numbers, origins, forecast, cut).total

    def _measured(
        self, series: SeriesSet, numbers: Rows, origins: Rows, forecast: Floats, cut: Rows
    ) -> Backtest:
        scale = np.array(
            [
                naive_scale(series.values(s)[:end], self.season_, series.seen(s)[:end])
                for s, end in enumerate(np.maximum(2, cut))
            ]
        )
        return Backtest(series, numbers, origins, forecast, tuple(self.levels), scale[numbers], self.point_)

    @takes(SeriesOptions)
    def score(self, data: Source | SeriesSet, **columns: Unpack[SeriesOptions]) -> float:
        """Return minus the MASE on the last horizon of every series; higher is better, as scikit-learn expects."""
        with not_asked_for_seen_data():
            return -self.evaluate(data, **columns)["MASE"]
