"""What every windowed forecaster does: cut windows, hold out the end, forecast, calibrate."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Array, Floats, Rows
from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.saved import columns_from
from gatewise.data.seasonal import MOST_SEASONS
from gatewise.data.series import SeriesSet
from gatewise.data.windows import Windows
from gatewise.errors import DataError, ExportError, SeriesTooShortError
from gatewise.estimators.config import ForecasterConfig, Point, given_or_default
from gatewise.estimators.forecast.base import Forecaster
from gatewise.estimators.forecast.held_out import HORIZONS, HeldOut, RecentErrors, recent_errors
from gatewise.estimators.forecast.intervals import Intervals, as_of_drift, calibrated
from gatewise.estimators.forecast.logarithms import restored
from gatewise.estimators.forecast.observing import observed
from gatewise.estimators.forecast.preparation import Preparation
from gatewise.estimators.forecast.saving import FittedSeries
from gatewise.estimators.graphs.forecasts import forecast_steps, forecast_whole
from gatewise.estimators.graphs.windows import Window
from gatewise.estimators.saving.parts import Attribute, saves
from gatewise.graphs.build import Builder, Value
from gatewise.graphs.graph import Field, Graph

__all__ = ["WindowForecaster"]

Future = NDArray[np.float32] | None

VALIDATION_WINDOWS = 2048
PREDICTION_BATCH = 2048
LEAST_ROWS = 2
# Series enough to hold some of them out whole, and which of them.
MANY_SERIES, EVERY_HELD_OUT = 20, 5
CALIBRATED = {
    "rows": "calibrated on rows held out of training",
    "series": "calibrated on series held out of training, as most are too short to hold rows out",
    "drift": "as wide as those of a drift forecast, as nothing could be held out of training",
    "nothing": "as they were learned, not calibrated, as validation_fraction is 0",
}


def _dumped(preparation: Preparation) -> dict[str, Any]:
    return preparation.model_dump(mode="json")


class WindowForecaster(Forecaster):
    """A forecaster that reads scaled windows; a subclass gives ``_learn`` and ``_answer``.

    Attributes
    ----------
    preparation_ : Preparation
        Transform, season, windows and scalers, from training rows only.
    offsets_ : float64 array, shape (levels, horizon)
        What calibration adds to each side of the intervals, in units of the window; or how far they go to each side of
        the forecast, in units of the errors that the series made of late.
    ratio_ : float or None
        How many times its change from row to row is usually missed of a series, where units are errors; else ``None``.
    calibration_ : {"rows", "series", "drift", "nothing"}
        What was held out of training to find the intervals; "drift": nothing could be, and they are as wide as
        those of a drift forecast; "nothing": they are what was learned (``validation_fraction=0``).
    spread_ : float64 array, shape (series,)
        How much each fitted series moves from row to row; the unit of a window that does not move at all.
    skipped_ : tuple of str
        Series too short to be trained on; they are still forecast.
    """

    # Whether something is learned from windows, which are then to be many; whether that can do without the season; and
    # whether to forecast once more, for the errors of late, is cheap.
    learned: ClassVar[bool] = True
    adjusts: ClassVar[bool] = False
    looks_back: ClassVar[bool] = True
    config_type = ForecasterConfig
    config: ForecasterConfig | None
    parts = saves(
        Attribute("preparation_", pack_as=_dumped, restore_as=Preparation.model_validate),
        Attribute("columns_", pack_as=vars, restore_as=columns_from),
        FittedSeries(),
        Attribute("skipped_", restore_as=tuple),
        Attribute("ratio_", default=0.0, restore_as=lambda saved: saved or None),
        Attribute("calibration_", default="rows"),
        arrays=("offsets_", "spread_"),
    )

    @abstractmethod
    def _learn(self, source: ForecastSource, windows: Windows, held_out: list[ForecastBatch]) -> None:
        """Fit on ``windows`` of ``source``; ``held_out`` windows are for watching, and for leaving columns out."""

    @abstractmethod
    def _answer(self, batch: ForecastBatch) -> Floats:
        """Forecast the point, then low and high of each level, in units of the window: (batch, horizon, outputs)."""

    def _written(self, builder: Builder, window: Window) -> Value:  # noqa: ARG002 - who has one, reads it
        """Write down :meth:`_answer` for windows."""
        raise ExportError(f"a {type(self).__name__} has no written form; call predict, or serve it")

    def step_graph(self) -> Graph:
        """Write down the forecast at every new row of a series."""
        self._check_fitted()
        return forecast_steps(self, self._written)

    def observation(self, x: Any, batch: int | None, fields: Sequence[Field]) -> dict[str, Array]:
        """Return the newest row as a step reads it: its value, or a mapping where there are columns.

        Raises
        ------
        DataError
            Something is missing, or has another shape; or a value is NaN, and training had no gaps.
        """
        found = observed(x, fields, batch)
        if not self.preparation_.mask and np.isnan(found["y"]).any():
            raise DataError("step: y is NaN, and training had no gaps; give the value before it again")
        return found

    def whole_graph(self) -> Graph:
        """Write down the forecast after the end of series."""
        self._check_fitted()
        return forecast_whole(self, self._written)

    @property
    def season_(self) -> int:
        """Return the season length in rows, 1 where there is none."""
        return self.preparation_.geometry.season

    @property
    def point_(self) -> Point:
        """Return what ``y_hat`` is, "median" or "mean"."""
        return given_or_default(self.config, ForecasterConfig).point

    @property
    def _memory(self) -> int:
        geometry = self.preparation_.geometry
        seasons = (MOST_SEASONS + 2) * geometry.season if self.preparation_.adjusted else 0
        back = HORIZONS * self.horizon if self.ratio_ is not None else 0
        return max(geometry.context, seasons) + back

    def _fit(self, series: SeriesSet) -> None:
        cut = self.prepare(series)
        # Of a series that is held out whole, all but its last horizon is the past.
        past = np.where(cut > 0, cut, series.lengths - self.horizon)
        source = self.preparation_.source(series, past)
        windows = self._training_windows(series, cut)
        numbers, rows = self._held_out(series, cut)
        batches = _batches(len(numbers))
        held_out = [source.batch(numbers[part], rows[part], with_target=True) for part in batches]
        learned_with = self.preparation_
        self._learn(source, windows, held_out)
        if self.preparation_ is not learned_with:
            source = self.preparation_.source(series, past)
        self.calibration_ = self._held_out_were(cut, numbers)
        found = self._calibrate(source, numbers, rows)
        self.offsets_, self.ratio_ = found.offsets, found.ratio
        self.spread_ = self.preparation_.source(series, series.lengths).spread

    def prepare(self, series: SeriesSet) -> Rows:
        """Set ``preparation_`` from the rows to be trained on, and return their number, shape (series,)."""
        config = given_or_default(self.config, ForecasterConfig)
        cut = self._training_end(series, config)
        self.preparation_ = Preparation.of(
            series.head(cut),
            self.horizon,
            transform=config.transform,
            season=config.season_length,
            segment=config.segment_length,
            context=config.context_length,
            point=self.point_,
            learned=self.learned,
            adjusts=self.adjusts,
        )
        return cut

    def _training_end(self, series: SeriesSet, config: ForecasterConfig) -> Rows:
        """Return the rows of each series that are trained on; the rest, at least one horizon, is held out.

        A series that would be left with less than a horizon of them is trained on whole. Where most would be, and there
        are many, every fifth of them is held out whole: it has no rows to be trained on.
        """
        held = np.maximum(self.horizon, (series.lengths * config.validation_fraction).astype(np.int64))
        if config.validation_fraction == 0:
            held = np.zeros_like(held)
        cut = series.lengths - held
        cut = np.where(cut < 2 * self.horizon + LEAST_ROWS, series.lengths, cut)
        usable = series.lengths >= self.horizon + LEAST_ROWS
        whole = np.flatnonzero(usable & (cut == series.lengths))
        most = len(whole) >= MANY_SERIES and 2 * len(whole) > usable.sum()
        if most and config.validation_fraction > 0:
            cut[whole[::EVERY_HELD_OUT]] = 0
        return cut

    def _training_windows(self, series: SeriesSet, cut: Rows) -> Windows:
        """Return the windows whose horizon lies in the training rows.

        A series shorter than the window gives its last origin only, with its first row repeated.
        """
        last = cut - self.horizon
        long_enough = last >= LEAST_ROWS
        self.skipped_ = tuple(str(name) for name in series.ids[~long_enough & (cut > 0)])
        if not long_enough.any():
            raise SeriesTooShortError(
                f"{series.source}: horizon {self.horizon} needs series of at least "
                f"{self.horizon + LEAST_ROWS} rows, the longest has "
                f"{series.lengths.max()}; give more rows or a shorter horizon"
            )
        first = np.where(long_enough, np.minimum(self.preparation_.geometry.context, last), last + 1)
        return Windows.of(series, first, last)

    def _held_out(self, series: SeriesSet, cut: Rows) -> tuple[Rows, Rows]:
        """Return series and origins of evenly spaced windows whose horizon was not trained on."""
        first = np.where(series.lengths - cut >= self.horizon, cut, series.lengths)
        first = np.where(cut > 0, first, series.lengths - self.horizon)
        windows = Windows.of(series, first, series.lengths - self.horizon)
        every = max(1, -(-len(windows) // VALIDATION_WINDOWS))
        return windows.locate(np.arange(0, len(windows), every))

    def _held_out_were(self, cut: Rows, numbers: Rows) -> str:
        """Say what intervals can be found by."""
        if len(numbers):
            return "rows" if cut.all() else "series"
        fraction = given_or_default(self.config, ForecasterConfig).validation_fraction
        return "drift" if fraction > 0 else "nothing"

    def _calibrate(self, source: ForecastSource, numbers: Rows, rows: Rows) -> Intervals:
        """Find the intervals by windows that were held out, or without any."""
        if len(numbers):
            held = HeldOut.of(self._answer, source, numbers, rows)
            return calibrated(self._answer, source, held, self.levels, again=self.looks_back)
        if self.calibration_ == "nothing":
            return Intervals(np.zeros((len(self.levels), self.horizon)))
        return as_of_drift(source, self.levels)

    def _units(self, source: ForecastSource, numbers: Rows, rows: Rows) -> Floats | None:
        """Return what error to expect of each window; ``None`` where intervals are in units of the window."""
        if self.ratio_ is None:
            return None
        recent = RecentErrors.none(len(rows))
        if self.calibration_ != "drift":
            recent = recent_errors(self._answer, source, numbers, rows)
        return recent.units(source.spread[numbers], self.ratio_)

    def _updated(self, before: SeriesSet, newer: SeriesSet) -> None:
        # How much a fitted series moves was learned from more rows than are kept of it.
        added = np.flatnonzero(~np.isin(newer.ids, before.ids))
        of_newer = self.preparation_.source(newer, newer.lengths).spread
        self.spread_ = np.concatenate([self.spread_, of_newer[added]])

    def _forecast(self, series: SeriesSet, numbers: Rows, origins: Rows, future: Future) -> Floats:
        before = series.lengths.copy()
        np.minimum.at(before, numbers, origins)
        source = self.preparation_.source(series, before)
        if series is self.series_ and (before == series.lengths).all():
            # These are the ends of what was fitted, too short to tell how much each series moves.
            source = replace(source, spread=self.spread_)
        known = None if future is None else self.preparation_.scale_known(future)
        rows = series.offsets[numbers] + origins
        units = self._units(source, numbers, rows)
        forecasts = [
            self._forecast_batch(
                source.batch(numbers[part], rows[part], future=None if known is None else known[part]),
                None if units is None else units[part],
            )
            for part in _batches(len(numbers))
        ]
        return np.concatenate(forecasts)

    def _forecast_batch(self, batch: ForecastBatch, units: Floats | None) -> Floats:
        """Forecast windows in the user's units, with calibrated intervals."""
        found = Intervals(self.offsets_, self.ratio_)
        forecast = found.applied(self._answer(batch), batch.scale[:, 0], units)
        # The median stays inside every interval, and a narrower level inside a wider one.
        inner_first = np.argsort(self.levels)
        low, high = 1 + 2 * inner_first, 2 + 2 * inner_first
        # A mean may lie outside of a narrow one, of which the middle stays inside.
        middle = forecast[:, :, [0]]
        if self.point_ == "mean" and len(low):
            middle = forecast[:, :, [low[0], high[0]]].mean(axis=2, keepdims=True)
        for ends, outer in ((low, np.minimum), (high, np.maximum)):
            within = np.concatenate([middle, forecast[:, :, ends]], axis=2)
            forecast[:, :, ends] = outer.accumulate(within, axis=2)[:, :, 1:]
        return self.preparation_.bound(batch, restored(batch.restored(forecast), batch.logs[:, :, None]))

    def _card(self) -> list[str]:
        series, geometry = self.series_, self.preparation_.geometry
        levels = ", ".join(f"{level} %" for level in self.levels)
        taken_out = ", taken out before" if self.preparation_.adjusted else ""
        return [
            f"- Forecasts {self.horizon} rows of {series.step.describe()} for {len(series)} series "
            f"from {series.source}.",
            f"- Columns: {self.columns_.describe()}.",
            f"- Reads the last {geometry.context} rows; season {geometry.season} rows{taken_out}; "
            f"{'logarithm of the target' if self.preparation_.log_floor else 'target as it is'}.",
            f"- Forecasts aim at the {self.point_} of what may come"
            f"{', and none is below zero' if self.preparation_.above_zero else ''}.",
            f"- Intervals: {levels or 'none'}, {CALIBRATED[self.calibration_]}.",
            "- Continues the fitted series; name new data to continue those.",
        ]


def _batches(windows: int) -> list[slice]:
    """Return which windows are forecast at once, so that many of them do not fill the memory."""
    return [slice(first, first + PREDICTION_BATCH) for first in range(0, windows, PREDICTION_BATCH)]
