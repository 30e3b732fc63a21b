"""Where the errors of forecasts are: by step, series and time, how residuals behave, and the worst windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.details.common import (
    FIRST,
    MOST_PARTS,
    Answers,
    Floats,
    by_parts,
    residuals,
    rounded,
)
from gatewise.data.series import SeriesSet
from gatewise.verdict.evidence import Details, ErrorsBy, ForecastExample, WorstAnswer

__all__ = ["KeptWindows", "forecast_details"]

Rows = NDArray[np.int64]

WORST = 3
MOST_TIMES = 24
# So long may a picture's past and future be.
MOST_ROWS = 96
MOST_LAGS = 48


@dataclass(frozen=True)
class KeptWindows:
    """The windows of one fold that answers were kept of.

    Attributes
    ----------
    numbers, origins, times : int64 arrays, shape (windows,)
        Series, first forecast row, and place in time of each.
    usable : bool array, shape (windows,)
    scale : float64 array, shape (windows,)
        Unit of the error of each window's series.
    whole : bool
        All windows are there, one horizon apart: every test row is forecast once.
    """

    numbers: Rows
    origins: Rows
    times: Rows
    usable: NDArray[np.bool_]
    scale: Floats
    whole: bool


def forecast_details(
    series: SeriesSet,
    horizon: int,
    season: int,
    folds: list[KeptWindows],
    answers: Answers,
    leaders: tuple[str, ...],
) -> Details:
    """Make details of the forecasts of all folds.

    Parameters
    ----------
    answers : by candidate and fold ``{"forecast": array (windows, horizon, 1 + 2 · levels)}``
    leaders : tuple of str
        The cell and the baseline with the lowest error, the lower first.
    """
    work = _Work(series, horizon, folds, answers)
    numbers, times = (
        np.concatenate([getattr(fold, name) for fold in folds]) for name in ("numbers", "times")
    )
    lead = leaders[0]
    steps = np.tile(np.arange(horizon), (len(numbers), 1))
    by_step = by_parts(
        "step of the horizon",
        [f"{k + 1}" for k in range(horizon)],
        np.where(work.seen, steps, -1).ravel(),
        {name: one.ravel() for name, one in work.error.items()},
        counted="values",
        bias={name: one.ravel() for name, one in work.bias.items()},
        coverage={name: one.ravel() for name, one in work.covered.items()},
    )
    by_series = by_parts(
        "series",
        series.ids.tolist(),
        np.where(work.seen, numbers[:, None], -1).ravel(),
        {name: one.ravel() for name, one in work.error.items()},
        counted="values",
        most=MOST_PARTS,
        leader=lead,
        bias={name: one.ravel() for name, one in work.bias.items()},
        coverage={name: one.ravel() for name, one in work.covered.items()},
    )
    found: list[ErrorsBy] = [by_step[0]] if by_step else []
    if by_series:
        made, places = by_series
        pictures = tuple(
            work.example(int(work.worst_of(lead, numbers == place)[0]), leaders) for place in places
        )
        found.append(made.model_copy(update={"examples": pictures}))
    if (by_time := _by_time(work, folds, times)) is not None:
        found.append(by_time)
    lags = min(MOST_LAGS, max(2 * season, horizon + 1))
    return Details(
        splits=len(folds),
        tested=len(numbers),
        counted="windows",
        unit="× error of the seasonal naive forecast",
        by=tuple(found),
        residuals={
            name: one
            for name in answers
            if (one := residuals(np.where(work.seen, work.bias[name], np.nan).ravel(), work.runs(name), lags))
        },
        worst={
            name: tuple(
                WorstAnswer(
                    title=(example := work.example(k, (name,))).title,
                    error=rounded([float(np.nanmean(np.where(work.seen[k], work.error[name][k], np.nan)))])[
                        0
                    ],
                    forecast=example,
                )
                for k in work.worst_of(name, np.ones(len(numbers), bool))[:WORST]
            )
            for name in leaders
        },
        methods={
            "by": f"mean of absolute errors in units of the seasonal naive error, {FIRST}; bias: predicted minus "
            "actual; coverage: share of values inside the interval",
            "residuals": f"predicted minus actual in units of the seasonal naive error, {FIRST}; autocorrelation of "
            "test rows that follow each other, each forecast once: rows of one window share their past, so "
            f"that some of it below lag {horizon} is to be expected, and beyond it none",
            "worst": "test windows with the largest mean error, those of one series at least a horizon apart",
        },
    )


class _Work:
    """Errors of every window and step, by candidate, all folds below each other."""

    def __init__(self, series: SeriesSet, horizon: int, folds: list[KeptWindows], answers: Answers) -> None:
        self.series, self.horizon, self.folds = series, horizon, folds
        self.numbers = np.concatenate([fold.numbers for fold in folds])
        self.origins = np.concatenate([fold.origins for fold in folds])
        self.scale = np.concatenate([fold.scale for fold in folds])
        usable = np.concatenate([fold.usable for fold in folds])
        rows = (series.offsets[self.numbers] + self.origins)[:, None] + np.arange(horizon)
        self.actual = series.target[rows]
        self.seen = series.observed[rows] & usable[:, None]
        self.forecast = {
            name: np.concatenate([one["forecast"] for one in by_fold]).astype(np.float64)
            for name, by_fold in answers.items()
        }
        self.bias = {
            n: (one[:, :, 0] - self.actual) / self.scale[:, None] for n, one in self.forecast.items()
        }
        self.error = {name: np.abs(one) for name, one in self.bias.items()}
        self.covered = {
            name: ((one[:, :, 1] <= self.actual) & (self.actual <= one[:, :, 2])).astype(np.float64)
            for name, one in self.forecast.items()
            if one.shape[2] > 2
        }

    def worst_of(self, name: str, among: NDArray[np.bool_]) -> list[int]:
        """Windows by their mean error, the worst first, without those that overlap one before them."""
        kept = np.flatnonzero(among & self.seen.any(axis=1))
        error = np.where(self.seen, self.error[name], 0.0).sum(1) / np.maximum(1, self.seen.sum(1))
        found: list[int] = []
        for k in kept[np.argsort(-error[kept], kind="stable")]:
            apart = (
                self.numbers[k] != self.numbers[one]
                or abs(self.origins[k] - self.origins[one]) >= self.horizon
                for one in found
            )
            if all(apart):
                found.append(int(k))
            if len(found) == WORST:
                break
        return found

    def runs(self, name: str) -> list[Floats]:
        """Residuals of rows that follow each other, series by series and fold by fold."""
        found, first = [], 0
        for fold in self.folds:
            last = first + len(fold.numbers)
            if fold.whole:
                values = np.where(self.seen, self.bias[name], np.nan)[first:last]
                for number in np.unique(fold.numbers):
                    own = np.flatnonzero(fold.numbers == number)
                    found.append(values[own[np.argsort(fold.origins[own])]].ravel())
            first = last
        return found

    def example(self, window: int, names: tuple[str, ...]) -> ForecastExample:
        """What came before a window, what came, and what was forecast, at most so many rows of each."""
        number, origin = int(self.numbers[window]), int(self.origins[window])
        back = min(origin, self.horizon)
        every = -(-self.horizon // MOST_ROWS)
        values = self.series.values(number)
        stamps = self.series.times(number, origin - back, back + self.horizon)
        first = str(self.series.times(number, origin, 1)[0])[:16]
        forecast = {name: self.forecast[name][window] for name in names}

        def ends(place: int) -> dict[str, tuple[float, ...]]:
            return {
                name: rounded(one[::every, place], 5) for name, one in forecast.items() if one.shape[1] > 2
            }

        return ForecastExample(
            title=f"{self.series.ids[number]}, from {first}",
            history=rounded(values[origin - back : origin : every], 5),
            actual=rounded(values[origin : origin + self.horizon : every], 5),
            stamps=(str(stamps[0])[:16], str(stamps[-1])[:16]),
            forecasts={name: rounded(one[::every, 0], 5) for name, one in forecast.items()},
            low=ends(1),
            high=ends(2),
        )


def _by_time(work: _Work, folds: list[KeptWindows], times: Rows) -> ErrorsBy | None:
    """Errors along the test part, of at most so many stretches; nothing where there are few windows."""
    later = np.concatenate([np.full(len(fold.times), number) for number, fold in enumerate(folds)])
    _, place = np.unique(np.stack([later, times]), axis=1, return_inverse=True)
    place = place.reshape(-1)
    bins = min(MOST_TIMES, int(place.max()) + 1)
    if bins < 4:
        return None
    part = place * bins // (int(place.max()) + 1)
    firsts = [int(np.flatnonzero(part == one)[0]) for one in range(bins)]
    names = [str(work.series.times(int(work.numbers[k]), int(work.origins[k]), 1)[0])[:10] for k in firsts]
    if len(set(names)) < bins:
        names = [
            str(work.series.times(int(work.numbers[k]), int(work.origins[k]), 1)[0])[:16] for k in firsts
        ]
    found = by_parts(
        "time of the test part",
        names,
        np.where(work.seen, part[:, None], -1).ravel(),
        {name: one.ravel() for name, one in work.error.items()},
        counted="values",
    )
    return None if found is None else found[0]
