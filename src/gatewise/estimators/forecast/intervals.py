"""The intervals of a forecaster: how wide they are, and in which units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gatewise.data.arrays import Floats
from gatewise.data.forecast import ForecastSource
from gatewise.estimators.forecast.calibration import calibrate, calibrate_in_units, interval_score
from gatewise.estimators.forecast.held_out import Answer, HeldOut, RecentErrors, recent_errors

__all__ = ["Intervals", "as_of_drift", "calibrated"]

# What units of recent errors must gain on held-out rows: each of these is one more forecast.
CLEARLY = 0.98


@dataclass(frozen=True)
class Intervals:
    """What calibration found.

    Attributes
    ----------
    offsets : float64 array, shape (levels, horizon)
        How far both ends are moved outwards, in units of the window; or how wide an interval is to either side, in
        units of the errors that its series made of late.
    ratio : float or None
        How many times its change from row to row is usually missed of a series, where units are errors; ``None``:
        they are the window's.
    """

    offsets: Floats
    ratio: float | None = None

    @classmethod
    def by_window(cls, held: HeldOut, levels: tuple[int, ...]) -> Intervals:
        """Calibrate what is forecast of ends of intervals, in units of the window."""
        return cls(calibrate(held.forecast, held.target, held.observed, levels))

    @classmethod
    def by_errors(
        cls, held: HeldOut, recent: RecentErrors, spread: Floats, levels: tuple[int, ...]
    ) -> Intervals | None:
        """Calibrate errors in units of recent ones; ``None`` where nothing ever moved or was missed."""
        counts = held.counts[:, None] * held.observed
        moved = float((counts * spread[:, None]).sum())
        ratio = float((counts * held.errors).sum()) / moved if moved > 0 else 0.0
        if not ratio > 0:
            return None
        units = recent.units(spread, ratio)[:, None]
        errors = np.divide(held.errors, units, out=np.zeros_like(held.errors), where=units > 0)
        return cls(calibrate_in_units(errors, held.observed & (units > 0), held.counts, levels), ratio)

    def applied(self, forecast: Floats, scale: Floats, units: Floats | None) -> Floats:
        """Return forecasts (windows, horizon, outputs), in units of windows of this ``scale``, with calibrated ends."""
        moved = forecast.copy()
        if units is None:
            moved[:, :, 1::2] -= self.offsets.T
            moved[:, :, 2::2] += self.offsets.T
            return moved
        width = self.offsets.T * (units / scale)[:, None, None]
        moved[:, :, 1::2] = forecast[:, :, :1] - width
        moved[:, :, 2::2] = forecast[:, :, :1] + width
        return moved

    def score(self, held: HeldOut, spread: Floats, units: Floats | None, levels: tuple[int, ...]) -> float:
        """Return the mean interval score of all levels, every series in its spread and counting alike."""
        ends = self.applied(held.forecast, held.scale, units)
        moving = held.observed & (spread > 0)[:, None]
        unit = np.where(spread > 0, held.scale / np.where(spread > 0, spread, 1), 0)[:, None]
        counts = held.counts[:, None] * moving
        scores = [
            interval_score(ends[:, :, 1 + 2 * k], ends[:, :, 2 + 2 * k], held.target, level) * unit
            for k, level in enumerate(levels)
        ]
        return float(sum((one * counts).sum() for one in scores) / max(1e-300, counts.sum()))


def calibrated(
    answer: Answer, source: ForecastSource, held: HeldOut, levels: tuple[int, ...], *, again: bool
) -> Intervals:
    """Return the intervals that score best on held-out windows: in units of the window, or of recent errors.

    ``again`` says whether to forecast the horizons before each window as well is cheap enough.
    """
    by_window = Intervals.by_window(held, levels)
    if not (again and levels):
        return by_window
    spread = source.spread[held.series]
    recent = recent_errors(answer, source, held.series, held.origins)
    by_errors = Intervals.by_errors(held, recent, spread, levels)
    if by_errors is None or by_errors.ratio is None:
        return by_window
    units = recent.units(spread, by_errors.ratio)
    gained = by_errors.score(held, spread, units, levels) < CLEARLY * by_window.score(
        held, spread, None, levels
    )
    return by_errors if gained else by_window


def as_of_drift(source: ForecastSource, levels: tuple[int, ...]) -> Intervals:
    """Return intervals as wide as those of a drift forecast, where nothing can be held out.

    ``q · spread · √(k (1 + k / n))``: ``q`` is the quantile of the changes from row to row of all series, each in units
    of its spread, ``k`` how many rows ahead, and ``n`` the number of changes. What is made of rows that were learned
    from would be too narrow; and a network does better than a line, or is of no use.

    References
    ----------
    Hyndman & Athanasopoulos 2021, "Forecasting: principles and practice", 5.5.
    """
    changes = [
        np.abs(np.diff(source.target[begin:end])[source.observed[begin + 1 : end]]) / spread
        for begin, end, spread in zip(source.offsets[:-1], source.offsets[1:], source.spread, strict=True)
        if spread > 0
    ]
    scores = np.concatenate(changes) if changes else np.zeros(1)
    of_one = calibrate_in_units(
        scores[:, None], np.ones((len(scores), 1), bool), np.ones(len(scores)), levels
    )
    ahead, number = np.arange(1, source.horizon + 1), len(scores) / max(1, len(changes))
    return Intervals(of_one * np.sqrt(ahead * (1 + ahead / number)), 1.0)
