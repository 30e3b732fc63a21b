"""What boosted trees read of a window and of the row to forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Integers, Values
from gatewise.data.forecast import ForecastBatch
from gatewise.estimators.forecast.baseline import covariates, ratio

__all__ = ["LagFeatures", "features_of_version_0_1"]

# The last values: a whole season, where it is not longer than two days of hours.
FEWEST_RECENT, MOST_RECENT = 12, 48
RECENT_COVARIATES = 4
SEASONS = 5
SPANS = (4, 12)


@dataclass(frozen=True)
class LagFeatures:
    """Features of rows to forecast, as they are read from windows.

    Of the target: the last values, over a whole season; the values one to five seasons before the row, their mean and
    their neighbours; the value a horizon before it; means, deviations and changes of means over spans from four rows to
    the whole window. Of past and known covariates: the last four values, the mean of a season, the values one season
    and a horizon before the row. Of known ones: the row itself and those around it, and the change since the last known
    row. Static columns, the unit of the window, and how far ahead the row is.

    Attributes
    ----------
    season, horizon : int
    mask : bool
        Whether the first channel says which rows were observed, which is not read.
    unit, level : float
        What a window's unit and location are seen from.
    in_levels : bool
        Values as they are, in that unit, not as changes since the origin in the window's.
    """

    season: int
    horizon: int
    mask: bool
    unit: float
    level: float
    in_levels: bool

    def __call__(self, batch: ForecastBatch, rows: Integers) -> Values:
        """Return one line for each window and each of its ``rows`` of the horizon, shape (batch · rows, features)."""
        values = batch.values.numpy()
        if self.in_levels:
            values = (values * batch.scale + batch.location - self.level) / self.unit
            values = values.astype(np.float32)
        before, future = covariates(batch, mask=self.mask), batch.future.numpy()
        unit = ratio(batch, self.unit).astype(np.float32)
        of_window = [*self._of_target(values), unit, batch.static.numpy()]
        of_rows = [rows.astype(np.float32), *self._of_target_at(values, rows)]
        for column in range(before.shape[2]):
            one = before[:, :, column]
            last = one[:, -RECENT_COVARIATES:]
            of_window += [last, one[:, -self._recent(one) :].mean(1, keepdims=True)]
            lags = [_at(one, rows - self.horizon), _at(one, rows - self.horizon - 1)]
            if self.season > 1:
                lags.append(_at(one, rows % self.season - self.season))
            of_rows += lags
            if not self.in_levels:
                of_window.append((last[:, :-1] - last[:, -1:]) * unit)
                of_rows += [(lags[0] - last[:, -1:]) * unit, (lags[0] - lags[1]) * unit]
        for column in range(future.shape[2]):
            past = before[:, :, column - future.shape[2]]
            ahead = future[:, :, column]
            whole = np.concatenate([past[:, -1:], ahead, ahead[:, -1:]], axis=1)
            previous, here, following = (np.take_along_axis(whole, rows + shift, 1) for shift in range(3))
            change = here - past[:, -1:]
            of_rows += [previous, here, following, change]
            if not self.in_levels:
                of_rows.append(change * unit)
        both = [np.broadcast_to(one[:, None], (*rows.shape, one.shape[1])) for one in of_window]
        features = np.concatenate([*both, np.stack(of_rows, axis=2)], axis=2, dtype=np.float32)
        return features.reshape(rows.size, -1)

    def _recent(self, values: Values) -> int:
        wanted = self.season if self.season <= MOST_RECENT else 0
        return min(int(values.shape[1]), max(FEWEST_RECENT, wanted))

    def _of_target(self, values: Values) -> list[Values]:
        context = values.shape[1]
        found = [values[:, -self._recent(values) :]]
        spans = {*SPANS, self.season, 2 * self.season, 4 * self.season, context}
        for span in sorted(one for one in spans if 2 <= one <= context):
            last = values[:, -span:]
            found.append(np.stack([last.mean(1), last.std(1)], axis=1))
            if 2 * span <= context:
                found.append((last.mean(1) - values[:, -2 * span : -span].mean(1))[:, None])
        return [*found, np.stack([values.min(1), values.max(1)], axis=1)]

    def _of_target_at(self, values: Values, rows: Integers) -> list[Values]:
        found = [_at(values, rows - self.horizon), _at(values, rows - self.horizon - 1)]
        if self.season == 1:
            return found
        context = values.shape[1]
        first = rows % self.season - self.season
        seasons = range(max(1, min(SEASONS, context // self.season)))
        lags = [_at(values, first - number * self.season) for number in seasons]
        # How the row differed from the last one a season ago.
        change = lags[0] - values[:, -min(context, self.season + 1)][:, None]
        return [*found, *lags, np.mean(lags, axis=0), change, _at(values, first - 1), _at(values, first + 1)]


def _at(values: Values, lags: Integers) -> Values:
    """Values so many rows back (negative), as far as the window goes: (batch, lags)."""
    place = np.clip(lags, -values.shape[1], -1) + values.shape[1]
    found: Values = np.take_along_axis(values, place, axis=1)
    return found


def features_of_version_0_1(batch: ForecastBatch, season: int) -> NDArray[np.float32]:
    """Return what boosted trees of version 0.1.0 read, of all rows of the horizon."""
    values, future = batch.values.numpy(), batch.future.numpy()
    (windows, context), horizon = values.shape, future.shape[1]
    ahead = np.arange(horizon)
    blocks = [np.broadcast_to(ahead[None, :, None], (windows, horizon, 1))]
    for back in range(1, 4):
        lag = ahead % season - back * season
        blocks.append(values[:, np.maximum(lag, -context)][:, :, None])
    window = np.concatenate([values[:, -min(8, context) :], values.mean(1, keepdims=True)], axis=1)
    blocks.append(np.broadcast_to(window[:, None, :], (windows, horizon, window.shape[1])))
    return np.concatenate([*blocks, future], axis=2).reshape(windows * horizon, -1).astype(np.float32)
