"""Gradient-boosted trees on lags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Floats, Integers, Values
from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.windows import Windows
from gatewise.estimators.boosting import boosted
from gatewise.estimators.forecast.baseline import BaselineForecaster, training_sample
from gatewise.estimators.forecast.features import LagFeatures, features_of_version_0_1
from gatewise.estimators.saving.parts import Attribute, saves
from gatewise.estimators.saving.trees import BoostedTrees, Trees

if TYPE_CHECKING:
    import lightgbm

__all__ = ["BoostingForecaster"]

MOST_ROWS, FEWEST_WINDOWS = 40_000, 5_000
MOST_HELD_OUT, FEWEST_HELD_OUT = 20_000, 50
ROUNDS, RATE = 400, 0.1
UNWATCHED_ROUNDS = 100
# Of a first fit, by which it is found how the target is given.
ROUGH_ROUNDS, ROUGH_RATE = 50, 0.2
# Levels are what is not known after a shift: they are taken only where they are far better.
CLEARLY = 0.8
AT_ONCE = 100_000

# Windows, and those of their rows of the horizon that are looked at, shape (windows, rows).
Held = list[tuple[ForecastBatch, Integers]]


class BoostingForecaster(BaselineForecaster):
    """Gradient-boosted trees (LightGBM) on lags, differences, rolling statistics and all columns.

    One model for all rows of the horizon and all series, fitted to absolute errors (squared ones where means are
    forecast) on 40,000 rows of at least 5,000 windows, where there are as many. The target is the change since the
    origin, in units of the window, or the value itself where a small fit forecasts rows held out of training far
    better by it; these rows also say how many trees there are. What is read stands in
    :class:`~gatewise.estimators.forecast.features.LagFeatures`.

    Attributes
    ----------
    unit_ : float64 array, shape (2,)
        The median unit and level of training windows; empty in models of version 0.1.0, which had less features.
    in_levels_ : bool
        Whether the target is the value itself.
    """

    parts = saves(
        BoostedTrees(),
        Attribute("in_levels_", default=False),
        Attribute("unit_", array=True, default=(), restore_as=np.asarray),
    )
    model_: lightgbm.Booster | Trees

    def _learn(self, source: ForecastSource, windows: Windows, held_out: list[ForecastBatch]) -> None:
        most = max(FEWEST_WINDOWS, MOST_ROWS // self.horizon)
        sample = training_sample(source, windows, most, self.random_state)
        self.unit_ = np.array([np.median(sample.scale), np.median(sample.location)])
        random = np.random.default_rng(self.random_state)
        rows = self._some_rows(len(sample.values), MOST_ROWS, random)
        share = MOST_HELD_OUT / max(1, sum(len(batch.values) for batch in held_out))
        watched = [
            (batch, self._some_rows(len(batch.values), int(share * len(batch.values)), random))
            for batch in held_out
        ]
        self.in_levels_ = False
        if sum((_rows_of(*held, "weight") > 0).sum() for held in watched) < FEWEST_HELD_OUT:
            self._fit_trees(sample, rows, [], rounds=UNWATCHED_ROUNDS)
            return
        errors = {}
        for self.in_levels_ in (False, True):
            some = rows[:, : max(1, rows.shape[1] // 4)]
            self._fit_trees(sample, some, watched, rounds=ROUGH_ROUNDS, learning_rate=ROUGH_RATE)
            errors[self.in_levels_] = self._error(watched)
        self.in_levels_ = errors[True] < CLEARLY * errors[False]
        self._fit_trees(sample, rows, watched)

    def _some_rows(self, windows: int, most: int, random: np.random.Generator) -> Integers:
        """Draw rows of the horizon for each window, ``most`` of all windows together: (windows, rows)."""
        count = int(np.clip(most // windows, 1, self.horizon))
        order: Integers = random.random((windows, self.horizon)).argsort(axis=1)[:, :count]
        return order

    def _fit_trees(
        self,
        sample: ForecastBatch,
        rows: Integers,
        watched: Held,
        rounds: int = ROUNDS,
        learning_rate: float = RATE,
    ) -> None:
        self.model_ = boosted(
            *self._table([(sample, rows)]),
            rounds=rounds,
            held_out=self._table(watched) if watched else None,
            seed=self.random_state,
            objective="l2" if self.point_ == "mean" else "l1",
            learning_rate=learning_rate,
        )

    def _table(self, windows: Held) -> tuple[Values, Floats]:
        """Features and targets of rows that are to be learned from."""
        columns, targets = [], []
        for batch, rows in windows:
            target = _rows_of(batch, rows, "target")
            if self.in_levels_:
                unit, level = self.unit_
                target = (target * batch.scale + batch.location - level) / unit
            columns.append(self._features(batch, rows))
            targets.append(target.ravel())
        seen = np.concatenate([_rows_of(*one, "weight").ravel() > 0 for one in windows])
        if not seen.any():
            # Series that move along a straight line have no unit; their changes are taken for none.
            seen[:] = True
        return np.concatenate(columns)[seen], np.concatenate(targets)[seen]

    def _error(self, watched: Held) -> float:
        """The sum of errors, in units of their windows."""
        size = np.square if self.point_ == "mean" else np.abs
        errors = [
            _rows_of(*one, "weight") * size(self._answers(*one) - _rows_of(*one, "target")) for one in watched
        ]
        return float(sum(one.sum() for one in errors))

    def _answers(self, batch: ForecastBatch, rows: Integers) -> Floats:
        answers = np.asarray(self.model_.predict(self._features(batch, rows))).reshape(rows.shape)
        if self.in_levels_:
            unit, level = self.unit_
            answers = (answers * unit + level - batch.location) / batch.scale
        return answers

    def _features(self, batch: ForecastBatch, rows: Integers) -> Values:
        if not len(self.unit_):
            return features_of_version_0_1(batch, self.season_)
        mask, (unit, level) = self.preparation_.mask, self.unit_
        return LagFeatures(self.season_, self.horizon, mask, unit, level, self.in_levels_)(batch, rows)

    def _point(self, batch: ForecastBatch) -> NDArray[np.float64]:
        every = np.arange(self.horizon)
        parts = batch.parts(max(1, AT_ONCE // self.horizon))
        return np.concatenate([self._answers(part, np.tile(every, (len(part.values), 1))) for part in parts])


def _rows_of(batch: ForecastBatch, rows: Integers, name: str) -> Floats:
    return np.take_along_axis(getattr(batch, name).numpy(), rows, axis=1).astype(np.float64)
