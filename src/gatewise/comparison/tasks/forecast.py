"""Forecasting: rolling origins, errors in units of the naive forecast."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from sklearn.base import clone

from gatewise.comparison.tasks.base import Scores, Settings, Task
from gatewise.data.series import SeriesSet
from gatewise.data.splits import forecast_origins, rolling_cuts
from gatewise.errors import ConfigurationError, DataError, SeriesTooShortError, TrainingError
from gatewise.estimators.config import BATCH_SIZE
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.training.metrics import naive_scale
from gatewise.verdict.evidence import DataFacts, Examples, ForecastExample, Metric

__all__ = ["ForecastTask"]

MANY_SERIES = 10
MOST_BLOCKS = 30
MOST_WINDOWS = 20_000
EXAMPLES = 3
MOST_NAMES = 10


class ForecastTask(Task):
    """Series, the rows that each fold trains and tests on, and what a test unit is.

    A test unit is a series where there are at least ten of them, else a stretch of time: errors inside a
    unit depend on each other, so only differences between units count as evidence.
    """

    name = "forecast"
    metric = Metric(
        name="MASE",
        unit="× error of the seasonal naive forecast inside the training rows",
        method="absolute error, divided for each series by the mean absolute error of the seasonal naive forecast "
        "inside its training rows (Hyndman & Koehler 2006); origins one horizon apart",
    )
    length_label = "rows of history seen"

    def __init__(
        self,
        data: SeriesSet,
        prototype: SequenceForecaster,
        *,
        test: None = None,  # noqa: ARG002 - every series has its own
        folds: int = 1,
        random_state: int = 0,
    ) -> None:
        super().__init__(prototype, random_state)
        series, horizon = data, prototype.horizon
        if horizon < 1:
            raise ConfigurationError(f"expected at least 1 row, got {horizon}", option="horizon")
        self.series, self.horizon, self.folds = series, horizon, folds
        self.cuts = [
            (np.minimum(train, series.lengths), test)
            for train, test in rolling_cuts(series.lengths, horizon, folds)
        ]
        needed = 2 * horizon + 2
        if not (self.cuts[0][0][self.cuts[0][0] < series.lengths] >= needed - horizon).any():
            raise SeriesTooShortError(
                f"{series.source}: comparing at horizon {horizon} needs a series of at least {needed + horizon} rows, "
                f"the longest has {series.lengths.max()}; give more rows or a shorter horizon"
            )
        probe: SequenceForecaster = clone(prototype)
        probe.prepare(series.head(self.cuts[0][0]))
        # Found once, on rows that no fold tests on, so that every candidate sees the same season.
        self.season = probe.season_
        self.context = probe.preparation_.geometry.context
        self.config = self.config.model_copy(update={"season_length": self.season})
        self._probe = probe
        self.untested = series.ids[~np.isfinite(self._scale(0)) | (self.cuts[0][0] == series.lengths)]
        if len(self.untested) == len(series):
            often = f" or repeats itself exactly every {self.season} rows" if self.season > 1 else ""
            raise DataError(
                f"{series.source}: expected a target that varies, got one that is constant{often}; there is "
                "nothing to compare, as the naive forecast is never wrong"
            )

    @classmethod
    def check_test(cls, test: Any) -> None:  # noqa: ARG003 - whatever it is
        raise ConfigurationError("forecasting tests on the end of every series; leave it out", option="test")

    def _config_of(self, settings: Settings, members: int) -> BaseModel:
        config = super()._config_of(settings, members)
        if settings.length < 1:
            geometry = self._probe.preparation_.geometry
            whole = max(1, round(settings.length * geometry.context / geometry.segment))
            config = config.model_copy(update={"context_length": max(whole * geometry.segment, 2)})
        return config

    def fit(self, estimator: Any, fold: int, settings: Settings | None = None) -> None:
        training = self.series.head(self.cuts[fold][0])
        if settings is not None and settings.amount < 1:
            training = self._part_of(training, settings)
        estimator.fit(training)

    def _part_of(self, training: SeriesSet, settings: Settings) -> SeriesSet:
        """Some of the series where there are many, else the latest rows of each."""
        if len(training) >= 2 * MANY_SERIES:
            count = max(MANY_SERIES, round(settings.amount * len(training)))
            kept = np.sort(np.random.default_rng(settings.seed).choice(len(training), count, replace=False))
            return training.take(kept, np.zeros(count, np.int64), training.lengths[kept])
        rows = np.maximum(
            np.minimum(training.lengths, 3 * self.horizon), (settings.amount * training.lengths).astype(int)
        )
        return training.take(np.arange(len(training)), training.lengths - rows, training.lengths)

    def fit_for_tuning(self, estimator: Any, fold: int, settings: Settings) -> float:
        # The estimator holds the end of every series out of training anyway.
        self.fit(estimator, fold, settings)
        evaluations = estimator.histories_[0].evaluations
        return float(evaluations[-1][2]) if evaluations else float(estimator.histories_[0].loss[-1])

    def fit_all(self, estimator: Any) -> None:
        estimator.fit(self.series)

    def windows(self, fold: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Series and origins of the test windows, at most 20,000 of them, evenly spaced."""
        numbers, origins = forecast_origins(*self.cuts[fold], self.horizon)
        every = -(-len(numbers) // MOST_WINDOWS)
        return numbers[::every], origins[::every]

    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:  # noqa: ARG002, a shorter history is the estimator's own
        numbers, origins = self.windows(fold)
        train_end, test_end = self.cuts[fold]
        visible = self.series.head(test_end)
        forecast = estimator.forecast(visible, numbers, origins)
        if not np.isfinite(forecast).all():
            raise TrainingError("some forecasts are infinite or not a number")
        metrics = estimator.metrics(visible, numbers, origins, forecast, train_end)
        rows = (visible.offsets[numbers] + origins)[:, None] + np.arange(self.horizon)
        seen = visible.observed[rows]
        error = np.abs(visible.target[rows] - forecast[:, :, 0])
        scale = self._scale(fold)
        total = np.where(seen, error, 0.0).sum(1) / np.maximum(1, seen.sum(1)) / scale[numbers]
        # From the data alone: the units have to be the same for every candidate.
        usable = np.isfinite(scale[numbers]) & seen.any(1)
        units = _mean_by(self._unit_of(numbers)[usable], total[usable])
        return Scores(units, metrics, forecast[self._example_windows(len(numbers))])

    def _scale(self, fold: int) -> NDArray[np.float64]:
        """The unit of MASE of each series, NaN where its training rows are constant."""
        ends = self.cuts[fold][0]
        return np.array(
            [naive_scale(self.series.values(s)[: ends[s]], self.season) for s in range(len(self.series))]
        )

    def _unit_of(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        if len(self.series) >= MANY_SERIES:
            return numbers
        # Consecutive origins of one series, in at most 30 stretches.
        position = np.arange(len(numbers)) - np.searchsorted(numbers, numbers)
        most = int(position.max()) + 1 if len(position) else 1
        return numbers * most + position // max(1, -(-most // MOST_BLOCKS))

    def _example_windows(self, count: int) -> NDArray[np.int64]:
        return np.unique(np.linspace(0, count - 1, EXAMPLES).astype(np.int64))

    def sample(self, estimator: SequenceForecaster, count: int) -> Any:
        numbers, origins = self.windows(0)
        kept = np.linspace(0, len(numbers) - 1, count).astype(np.int64)
        source = estimator.preparation_.source(self.series, self.cuts[0][0])
        return source.batch(
            numbers[kept], self.series.offsets[numbers[kept]] + origins[kept], with_target=True
        )

    def batch_size(self) -> int:
        return int(self.config.training.batch_size or BATCH_SIZE)

    def default_steps(self) -> int:
        training = self.config.training
        windows = int(np.maximum(0, self.cuts[0][0] - self.context - self.horizon).sum())
        passes = int(self.config.epochs * windows / self.batch_size())
        return int(training.steps or min(max(passes, self.config.fewest_steps), self.config.most_steps))

    def facts(self) -> DataFacts:
        series, geometry = self.series, self._probe.preparation_.geometry
        numbers, _ = self.windows(0)
        plural = (
            "series"
            if len(series) == 1
            else f"series of {series.lengths.min():,}–{series.lengths.max():,} rows"
        )
        return DataFacts(
            source=series.source,
            task=self.name,
            summary=f"{len(series):,} {plural}, {series.rows:,} rows of {series.step.describe()}",
            facts={
                "columns": series.columns.describe(),
                "horizon": f"{self.horizon} rows",
                "season": f"{self.season} rows" if self.season > 1 else "none found",
                "window": f"{geometry.context} rows, read in steps of {geometry.segment}",
                "test": f"{len(numbers):,} forecasts in {self.folds} fold{'s' if self.folds > 1 else ''}",
            },
            notes=(*series.notes, *self._about_untested()),
        )

    def _about_untested(self) -> list[str]:
        count = len(self.untested)
        if not count:
            return []
        names = ", ".join(map(str, self.untested[:MOST_NAMES])) + (", …" if count > MOST_NAMES else "")
        return [f"{count} of {len(self.series):,} series not tested on, too short or constant: {names}"]

    def examples(self, answers: dict[str, NDArray[Any]]) -> Examples:
        numbers, origins = self.windows(0)
        pictures = []
        for k, window in enumerate(self._example_windows(len(numbers))):
            s, origin = int(numbers[window]), int(origins[window])
            back = min(origin, max(2 * self.horizon, self.season))
            values = self.series.values(s)
            stamps = self.series.times(s, origin - back, back + self.horizon)
            pictures.append(
                ForecastExample(
                    title=f"{self.series.ids[s]}, from {str(stamps[back])[:16]}",
                    history=tuple(values[origin - back : origin]),
                    actual=tuple(values[origin : origin + self.horizon]),
                    stamps=tuple(str(stamp)[:16] for stamp in stamps),
                    forecasts={name: tuple(answer[k, :, 0]) for name, answer in answers.items()},
                    low={name: tuple(answer[k, :, 1]) for name, answer in answers.items()},
                    high={name: tuple(answer[k, :, 2]) for name, answer in answers.items()},
                )
            )
        return Examples(forecasts=tuple(pictures))


def _mean_by(unit: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of ``values`` in each unit, in order of the unit's number."""
    _, place = np.unique(unit, return_inverse=True)
    means: NDArray[np.float64] = np.bincount(place, values) / np.bincount(place)
    return means
