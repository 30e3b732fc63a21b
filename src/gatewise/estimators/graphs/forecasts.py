"""Forecasters written down: at every new row, and for whole series; with intervals, in the user's units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gatewise.errors import ExportError
from gatewise.estimators.forecast.bounds import ROUNDING
from gatewise.estimators.forecast.held_out import HORIZONS, LEAST_ROWS, USUAL_COUNTS_AS
from gatewise.estimators.forecast.preparation import Preparation
from gatewise.estimators.graphs.histories import rows_so_far, whole_series
from gatewise.estimators.graphs.windows import History, Window, logarithm, stacked, window_of
from gatewise.graphs.build import Builder, Value
from gatewise.graphs.graph import Field, Graph

__all__ = ["Answer", "forecast_steps", "forecast_whole"]

# From windows to forecasts in their units, (batch, horizon, outputs) of float64.
Answer = Callable[[Builder, Window], Value]


def forecast_steps(forecaster: Any, answer: Answer) -> Graph:
    """Write down the forecast at every new row of a series."""
    written = _Written.of(forecaster, answer)
    builder = Builder(type(forecaster).__name__)
    history = rows_so_far(builder, forecaster, written.rows)
    return written.finish(builder, history)


def forecast_whole(forecaster: Any, answer: Answer) -> Graph:
    """Write down the forecast after the end of series."""
    written = _Written.of(forecaster, answer)
    builder = Builder(type(forecaster).__name__)
    history = whole_series(builder, forecaster, written.rows)
    return written.finish(builder, history)


@dataclass(frozen=True)
class _Written:
    """A forecaster, and how many rows of its series it looks at."""

    forecaster: Any
    answer: Answer
    rows: int
    horizons: int  # before the origin, of which errors are looked at

    @classmethod
    def of(cls, forecaster: Any, answer: Answer) -> _Written:
        preparation: Preparation = forecaster.preparation_
        if preparation.adjusted:
            raise ExportError(
                f"its season of {preparation.geometry.season} rows is taken out by means over up to ten seasons, which "
                "is not written down; call predict, or serve it"
            )
        looks_back = forecaster.ratio_ is not None and forecaster.calibration_ != "drift"
        horizons = HORIZONS if looks_back else 0
        return cls(forecaster, answer, preparation.geometry.context + horizons * forecaster.horizon, horizons)

    def finish(self, builder: Builder, history: History) -> Graph:
        forecaster, preparation = self.forecaster, self.forecaster.preparation_
        horizon, known, width = forecaster.horizon, len(preparation.known), preparation.static.width
        future = static = None
        if known:
            names = [name for name, _, _ in preparation.known]
            future = builder.input("future", "float32", ("batch", horizon, known), names)
        if width:
            static = builder.input("static", "float32", ("batch", width))
        windows = [
            window_of(builder, preparation, history, self.rows, number * horizon, future, static)
            for number in range(1 + self.horizons)
        ]
        outputs = 1 + 2 * len(forecaster.levels)
        every = self.answer(builder, stacked(builder, windows))
        forecast, earlier = every, None
        if self.horizons:
            apart = every.shaped(1 + self.horizons, -1, horizon, outputs)
            forecast = apart.part(0, 1, 0).narrowed(0)
            earlier = apart.part(1, None, 0)
        now = windows[0]
        units = self._units(builder, history, windows[1:], earlier, now)
        forecast = self._with_intervals(builder, forecast, now, units)
        builder.output(
            self._bounded(builder, _in_units(builder, forecast, now), now),
            Field("forecast", "float64", ("batch", horizon, outputs), _names(forecaster.levels)),
        )
        return builder.graph(_about(forecaster))

    def _units(
        self,
        builder: Builder,
        history: History,
        windows: Sequence[Window],
        earlier: Value | None,
        now: Window,
    ) -> Value | None:
        """Return what error to expect, (batch, 1); see :class:`RecentErrors`. ``None``: units are those of windows."""
        ratio = self.forecaster.ratio_
        if ratio is None:
            return None
        usual = now.spread * np.float64(ratio)
        if earlier is None:
            return usual
        horizon, seen = self.forecaster.horizon, now
        means, counts = [], []
        for number, window in enumerate(windows):
            first = self.rows - (number + 1) * horizon
            came = history.target.part(first, first + horizon, 1)
            if seen.logs is not None:
                came = logarithm(builder, seen.logs, came)
            point = earlier.part(number, number + 1, 0).narrowed(0).part(0, 1, 2).narrowed(2)
            missed = builder("Abs", (point * window.scale + window.location) - came)
            there = builder(
                "GreaterOrEqual", history.rows, np.array([(number + 1) * horizon + LEAST_ROWS], np.int64)
            )
            observed = missed * np.zeros(1) + np.ones(1)
            if history.observed is not None:
                observed = history.observed.part(first, first + horizon, 1).as_type("float64")
            of = builder("ReduceSum", observed, axis=1, keepdims=1)
            total = builder("ReduceSum", missed * observed, axis=1, keepdims=1)
            counted = builder("And", there, builder("Greater", of, np.zeros(1))).as_type("float64")
            counts.append(counted)
            means.append(
                builder("Where", there, total / builder("Max", of, np.ones(1)), np.zeros(1)) * counted
            )
        number_of = builder("ReduceSum", builder("Concat", *counts, axis=1), axis=1, keepdims=1)
        # The mean over horizons, times their number.
        errors = builder("ReduceSum", builder("Concat", *means, axis=1), axis=1, keepdims=1)
        return (errors + usual * np.float64(USUAL_COUNTS_AS)) / (number_of + np.float64(USUAL_COUNTS_AS))

    def _with_intervals(
        self, builder: Builder, forecast: Value, window: Window, units: Value | None
    ) -> Value:
        levels, offsets = self.forecaster.levels, self.forecaster.offsets_
        if not levels:
            return forecast
        point = forecast.part(0, 1, 2)
        inner_first = [int(place) for place in np.argsort(levels)]
        lows: dict[int, Value] = {}
        highs: dict[int, Value] = {}
        for place in inner_first:
            width: Any = np.ascontiguousarray(offsets[place][:, None])
            low, high = (forecast.part(k, k + 1, 2) for k in (1 + 2 * place, 2 + 2 * place))
            if units is not None:
                width = (units / window.scale).widened(2) * width
                low = high = point
            lows[place], highs[place] = low - width, high + width
        # The median stays inside every interval, and a narrower level inside a wider one.
        low = high = point
        if self.forecaster.point_ == "mean":
            first = inner_first[0]
            low = high = (lows[first] + highs[first]) / np.float64(2)
        for place in inner_first:
            lows[place] = low = builder("Min", low, lows[place])
            highs[place] = high = builder("Max", high, highs[place])
        ends = [end for place in range(len(levels)) for end in (lows[place], highs[place])]
        return builder("Concat", point, *ends, axis=2)

    def _bounded(self, builder: Builder, forecast: Value, window: Window) -> Value:
        if not self.forecaster.preparation_.above_zero:
            return forecast
        seen = window.seen if window.logs is None else builder("Where", window.logs, np.ones(1), window.seen)
        least = builder("ReduceMin", seen, axis=1, keepdims=1)
        largest = builder("ReduceMax", builder("Abs", seen), axis=1, keepdims=1)
        never = builder("GreaterOrEqual", least, largest * np.float64(-ROUNDING)).widened(2)
        return builder("Where", never, builder("Max", forecast, np.zeros(1)), forecast)


def _in_units(builder: Builder, forecast: Value, window: Window) -> Value:
    found = forecast * window.scale.widened(2) + window.location.widened(2)
    return window.restored(builder, found, axes=3)


def _names(levels: Sequence[int]) -> tuple[str, ...]:
    return ("y_hat", *[f"{side}-{level}" for level in levels for side in ("lo", "hi")])


def _about(forecaster: Any) -> dict[str, Any]:
    static = forecaster.preparation_.static
    outside = ["a regular calendar: rows that are missing are to be filled"]
    if static.width:
        outside.append("static columns as numbers")
    target = forecaster.series_.target
    return {
        "outside": "; ".join(outside),
        "typical": {"y": [float(np.mean(target)), float(np.std(target))]},
        "horizon": forecaster.horizon,
        "static": static.model_dump(mode="json") if static.width else {},
    }
