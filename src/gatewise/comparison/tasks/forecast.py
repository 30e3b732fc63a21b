"""Forecasting: rolling origins, errors in units of the naive forecast."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from sklearn.base import clone

from gatewise.comparison.checks.series import series_checks
from gatewise.comparison.details.common import Answers, rounded
from gatewise.comparison.details.forecasts import KeptWindows, forecast_details
from gatewise.comparison.tasks.base import Scores, Settings, Task, timed
from gatewise.comparison.tasks.sequences import span
from gatewise.comparison.tasks.windows import MANY_SERIES, Windows, end_together, origin_spacing
from gatewise.data.readers.wording import counted
from gatewise.data.series import SeriesSet
from gatewise.data.splits import TEST_SHARE, rolling_cuts
from gatewise.errors import ConfigurationError, DataError, SeriesTooShortError, TrainingError
from gatewise.estimators.config import BATCH_SIZE
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.training.history import History
from gatewise.training.metrics import naive_scale
from gatewise.verdict.evidence import DataChecks, DataFacts, Details, Examples, ForecastExample, Metric
from gatewise.verdict.units import FEWEST_UNITS, Units

__all__ = ["ForecastTask"]

EXAMPLES = 3
# Forecast values that are kept of one training.
MOST_ANSWERS = 60_000
MOST_NAMES = 10


class ForecastTask(Task):
    """Series, the rows that each fold trains and tests on, and what a test unit is.

    A test unit is a series where there are at least ten of them, else a stretch of time of all of them; where
    many series end on the same day, a stretch of time of a series, as what happens then happens to all.
    """

    name = "forecast"
    metric = Metric(
        name="MASE",
        unit="× error of the seasonal naive forecast inside the training rows",
        method="absolute error, divided for each series by the mean absolute error of the seasonal naive forecast "
        "inside its training rows (Hyndman & Koehler 2006); origins one horizon apart, closer where few fit",
    )
    length_label = "rows of history seen"

    def __init__(
        self,
        data: SeriesSet,
        prototype: SequenceForecaster,
        *,
        test: None = None,  # noqa: ARG002 - every series has its own
        folds: int | None = 1,
        random_state: int = 0,
    ) -> None:
        super().__init__(prototype, random_state)
        series, horizon = data, prototype.horizon
        if horizon < 1:
            raise ConfigurationError(f"expected at least 1 row, got {horizon}", option="horizon")
        if prototype.point_ == "mean":
            raise ConfigurationError(
                "a comparison decides by MASE, of absolute errors, which medians make smallest: expected median; "
                "fit takes mean",
                option="point",
            )
        folds = folds or 1
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
        self.spacing = origin_spacing(self.cuts, horizon)
        probe: SequenceForecaster = clone(prototype)
        probe.prepare(series.head(self.cuts[0][0]))
        # Found once, on rows that no fold tests on, so that every candidate sees the same season.
        self.season = probe.season_
        self.context = probe.preparation_.geometry.context
        self.config = self.config.model_copy(update={"season_length": self.season})
        self._probe = probe
        self._scales = [self._scale(ends) for ends, _ in self.cuts]
        self.together = end_together(series)
        self.untested = series.ids[~np.isfinite(self._scales[0]) | (self.cuts[0][0] == series.lengths)]
        if len(self.untested) == len(series):
            often = f" or repeats itself exactly every {self.season} rows" if self.season > 1 else ""
            raise DataError(
                f"{series.source}: expected a target that varies, got one that is constant{often}; there is "
                "nothing to compare, as the naive forecast is never wrong"
            )

    @classmethod
    def check_test(cls, test: Any) -> None:  # noqa: ARG003 - whatever it is
        raise ConfigurationError("forecasting tests on the end of every series; leave it out", option="test")

    def _config_of(self, settings: Settings) -> BaseModel:
        config = super()._config_of(settings)
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
        history = History.of_model(estimator.histories_)
        return float(history.evaluations[-1][2] if history.evaluations else history.loss[-1])

    def fit_all(self, estimator: Any, *, with_test: bool = False) -> None:  # noqa: ARG002 - every series has its own
        estimator.fit(self.series)

    def windows(self, fold: int) -> Windows:
        """The test windows of a fold."""
        return Windows.between(*self.cuts[fold], self.horizon, self.spacing)

    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:  # noqa: ARG002, a shorter history is the estimator's own
        windows = self.windows(fold)
        numbers, origins = windows.numbers, windows.origins
        train_end, test_end = self.cuts[fold]
        visible = self.series.head(test_end)
        forecast, seconds = timed(estimator.forecast, visible, numbers, origins)
        if not np.isfinite(forecast).all():
            raise TrainingError("some forecasts are infinite or not a number")
        metrics = estimator.metrics(visible, numbers, origins, forecast, train_end)
        rows = self._test_rows(windows)
        seen = self.series.observed[rows]
        error = np.abs(self.series.target[rows] - forecast[:, :, 0])
        total = np.where(seen, error, 0.0).sum(1) / np.maximum(1, seen.sum(1)) / self._scales[fold][numbers]
        usable = self._usable(fold, windows)
        unit, number, _ = self._units_of(windows, usable)
        units = np.bincount(unit, total[usable]) / np.bincount(unit)
        if len(self.series) >= MANY_SERIES:
            # One series can decide a mean; it cannot decide a median.
            by_series = [units[number == one].mean() for one in np.unique(number)]
            metrics["median MASE"] = float(np.median(by_series))
        shown = forecast[self._kept_windows(len(numbers))].astype(np.float32)
        return Scores(units, metrics, {"forecast": shown}, seconds / len(numbers))

    def _kept_windows(self, count: int) -> NDArray[np.int64]:
        """Those whose forecasts are kept to be looked at: all, or as many as are not too much to keep."""
        most = min(count, max(EXAMPLES, MOST_ANSWERS // self.horizon))
        return np.unique(np.linspace(0, count - 1, most).astype(np.int64))

    def _test_rows(self, windows: Windows) -> NDArray[np.int64]:
        first = self.series.offsets[windows.numbers] + windows.origins
        rows: NDArray[np.int64] = first[:, None] + np.arange(self.horizon)
        return rows

    def _usable(self, fold: int, windows: Windows) -> NDArray[np.bool_]:
        """Windows with a value to forecast, of series with a unit: from the data, the same for every candidate."""
        seen = self.series.observed[self._test_rows(windows)].any(1)
        usable: NDArray[np.bool_] = np.isfinite(self._scales[fold][windows.numbers]) & seen
        return usable

    def _units_of(
        self, windows: Windows, usable: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        many = len(self.series) >= MANY_SERIES
        return windows.units(usable, by_series=many, by_time=not many or self.together)

    def units(self) -> Units:
        groups, times, later = [], [], 0
        for fold in range(self.folds):
            windows = self.windows(fold)
            _, series, time = self._units_of(windows, self._usable(fold, windows))
            groups.append(tuple(map(int, series)))
            times.append(tuple(int(one) + later for one in time))
            later += int(time.max(initial=-1)) + 1
        windows = self.windows(0)
        many = len(self.series) >= MANY_SERIES
        history = "history" if len(self.series) == 1 else "every series"
        found = Units(
            noun="series" if many else "test windows without overlap",
            about=f"new windows of {'this' if len(self.series) == 1 else 'these'} series",
            groups=tuple(groups),
            names=tuple(map(str, self.series.ids)) if many else (),
            times=tuple(times) if not many or self.together else None,
            another="" if many else f"{round(self.horizon / TEST_SHARE)} more rows of {history}",
            overlap=windows.stretch(-(-self.horizon // self.spacing)),
        )
        if not many:
            return found
        same = self.together and found.time_count < FEWEST_UNITS
        return found.model_copy(update={"about": "new series at the same dates" if same else "new series"})

    def _scale(self, ends: NDArray[np.int64]) -> NDArray[np.float64]:
        """The unit of MASE of each series, NaN where its training rows are constant."""
        return np.array(
            [
                naive_scale(self.series.values(s)[:end], self.season, self.series.seen(s)[:end])
                for s, end in enumerate(ends)
            ]
        )

    def _example_windows(self, count: int) -> NDArray[np.int64]:
        return np.unique(np.linspace(0, count - 1, EXAMPLES).astype(np.int64))

    def few(self, count: int) -> SeriesSet:
        """Return the rows before and in the last test window of some series."""
        windows, ends = self.windows(0), self.cuts[0][1]
        numbers = np.unique(windows.numbers)[:count]
        last = np.minimum(ends, self.series.lengths)[numbers]
        seen = np.maximum(0, last - self.horizon - 2 * self.context)
        return self.series.take(numbers, seen, last)

    def sample(self, estimator: SequenceForecaster, count: int) -> Any:
        windows = self.windows(0)
        numbers, origins = windows.numbers, windows.origins
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

    def facts(self, folds: int | None = None) -> DataFacts:
        series, geometry = self.series, self._probe.preparation_.geometry
        folds = folds or self.folds
        count = len(self.windows(0).numbers)
        apart = (
            ""
            if self.spacing == self.horizon
            else f", {self.spacing} row{'s' if self.spacing > 1 else ''} apart,"
        )
        plural = "series" if len(series) == 1 else f"series of {span(series.lengths)} rows"
        return DataFacts(
            source=series.source,
            task=self.name,
            summary=f"{len(series):,} {plural}, {series.rows:,} rows of {series.step.describe()}",
            facts={
                "columns": series.columns.describe(),
                "horizon": counted(self.horizon, "row"),
                "season": f"{self.season} rows" if self.season > 1 else "none found",
                "window": f"{counted(geometry.context, 'row')}, read in steps of {geometry.segment}",
                "test": f"{counted(count, 'forecast')}{apart} in {counted(folds, 'fold')}",
            },
            notes=(*series.notes, *self._about_untested()),
            step_unit="rows" if geometry.segment == 1 else f"steps of {geometry.segment} rows",
        )

    def _about_untested(self) -> list[str]:
        count = len(self.untested)
        if not count:
            return []
        names = ", ".join(map(str, self.untested[:MOST_NAMES])) + (", …" if count > MOST_NAMES else "")
        return [f"{count} of {len(self.series):,} series not tested on, too short or constant: {names}"]

    def details(self, answers: Answers, leaders: tuple[str, ...]) -> Details:
        folds = len(next(iter(answers.values())))
        tested = []
        for fold in range(folds):
            windows = self.windows(fold)
            kept = self._kept_windows(len(windows.numbers))
            whole = self.spacing == self.horizon and len(kept) == len(windows.numbers)
            numbers = windows.numbers[kept]
            tested.append(
                KeptWindows(
                    numbers,
                    windows.origins[kept],
                    windows.times[kept],
                    self._usable(fold, windows)[kept],
                    self._scales[fold][numbers],
                    whole,
                )
            )
        return forecast_details(self.series, self.horizon, self.season, tested, answers, leaders)

    def checks(self) -> DataChecks:
        return series_checks(self.series, self.cuts[0], self.season, self.untested)

    def examples(self, answers: Answers) -> Examples:
        windows = self.windows(0)
        numbers, origins = windows.numbers, windows.origins
        pictures = []
        kept = self._kept_windows(len(numbers))
        shown = self._example_windows(len(kept))
        first = {name: by_fold[0]["forecast"][shown].astype(np.float64) for name, by_fold in answers.items()}
        for k, window in enumerate(kept[shown]):
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
                    forecasts={name: rounded(answer[k, :, 0], 6) for name, answer in first.items()},
                    low={name: rounded(answer[k, :, 1], 6) for name, answer in first.items()},
                    high={name: rounded(answer[k, :, 2], 6) for name, answer in first.items()},
                )
            )
        return Examples(forecasts=tuple(pictures))
