"""Ridge regression from window to horizon."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from gatewise.data.arrays import Floats, Integers
from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.windows import Windows
from gatewise.errors import ExportError
from gatewise.estimators.forecast.baseline import BaselineForecaster, training_sample
from gatewise.estimators.forecast.columns import LinearColumns, columns_of_version_0_1
from gatewise.estimators.graphs.forecast_baselines import ridge
from gatewise.estimators.graphs.windows import Window
from gatewise.estimators.saving.parts import Attribute, saves
from gatewise.graphs.build import Builder, Value

__all__ = ["LinearForecaster"]

MOST_WINDOWS, FEWEST_WINDOWS = 30_000, 1_000
MOST_NUMBERS = 5 * 10**7
BLOCK = 2048
PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
# Of covariates, beside those of the target's own lags. Few rows are held out: that columns which somebody has named
# say nothing is believed only where it makes errors smaller by 2 %.
FACTORS = {1.0: 1.0, 100.0: 1.02}
# Columns of the rows to forecast share one effect, which rests on horizon times as many values.
OF_SHARED = 0.01
SHARED_ROWS = 12
FURTHEST_TARGET = 10.0


@dataclass(frozen=True)
class Moments:
    """Sums of products over training windows.

    ``W`` are columns of windows, ``X`` columns of each row of the horizon, ``Y`` targets.
    """

    rows: Integers  # of the horizon, by which shared effects are found
    ww: Floats  # (p, p)
    wy: Floats  # (p, horizon)
    wx: Floats  # (p, horizon, q)
    xx: Floats  # (q, q), over these rows
    xy: Floats  # (q,)

    def solve(self, penalty: Floats, shared: float) -> tuple[Floats, Floats]:
        """Return the weights of ``W``, (p, horizon), and those of ``X``, (q,), that are best together.

        ``Y[:, k] = W Θ[:, k] + X[k] β``: ``W`` is partialled out of ``X`` and ``Y`` for each row ``k``, which leaves a
        regression for ``β`` alone (Frisch & Waugh 1933).
        """
        factor = cho_factor(self.ww + np.diag(penalty))
        effects = np.zeros(len(self.xx))
        if len(effects):
            some = self.wx[:, self.rows]
            left = cho_solve(factor, some.reshape(len(some), -1)).reshape(some.shape)
            gram = self.xx - np.einsum("pkq,pkr->qr", some, left, optimize=True)
            moment = self.xy - np.einsum("pkq,pk->q", left, self.wy[:, self.rows])
            effects = np.linalg.solve(gram + shared * np.eye(len(gram)), moment)
        return cho_solve(factor, self.wy - self.wx @ effects), effects


class LinearForecaster(BaselineForecaster):
    """Linear maps from the scaled window and its covariates to all rows of the horizon, fitted at once.

    ``ŷ[k] = w Θ[k] + x[k] β``, by ridge regression over all series. ``w``: the target's lags, the lags of past and
    known covariates, static columns. ``x[k]``, whose effects ``β`` all rows of the horizon share: known covariates at
    and around the row, their change since the last known row, and that times static columns. Covariates are in units of
    the window, as the target is. Two penalties, of the target's lags and of all else, are those that are best on rows
    held out of training. See :class:`~gatewise.estimators.forecast.columns.LinearColumns`.

    Attributes
    ----------
    weights_ : float64 array, shape (columns, horizon)
    effects_ : float64 array, shape (columns,)
    unit_ : float64 array, shape (2,)
        The median unit and level of training windows; empty in models of version 0.1.0, which had less columns.

    References
    ----------
    Zeng et al. 2023, "Are transformers effective for time series forecasting?"
    """

    adjusts = True
    # As models have called it from the beginning.
    parts = saves(
        Attribute("weights_", array=True, key="weights_"),
        Attribute("effects_", array=True, default=(), restore_as=np.asarray),
        Attribute("unit_", array=True, default=(), restore_as=np.asarray),
    )

    def _learn(self, source: ForecastSource, windows: Windows, held_out: list[ForecastBatch]) -> None:
        width, known = source.channels.shape[1], source.known.shape[1]
        numbers = source.context * (1 + width) + self.horizon * (1 + 5 * known)
        most = int(np.clip(MOST_NUMBERS // numbers, FEWEST_WINDOWS, MOST_WINDOWS))
        sample = training_sample(source, windows, most, self.random_state)
        self.unit_ = np.array([np.median(sample.scale), np.median(sample.location)])
        moments = self._moments(sample)
        own = source.context
        unit = np.trace(moments.ww[: own + 1, : own + 1]) / (own + 1)
        covariates = len(moments.ww) > own + 1 or len(moments.xx)
        watched = [(*self._columns(batch), self._target(batch), _counts(batch)) for batch in held_out]
        size = np.square if self.point_ == "mean" else np.abs
        best = np.inf
        for penalty, of_others in product(PENALTIES, FACTORS if covariates else [1.0]):
            each = np.full(len(moments.ww), unit * penalty)
            each[own + 1 :] *= of_others
            shared = unit * penalty * of_others * OF_SHARED * len(moments.rows)
            weights, effects = moments.solve(each, shared)
            error = sum(
                (size(w @ weights + x @ effects - target) * counts).sum() for w, x, target, counts in watched
            )
            error *= FACTORS[of_others]
            # Without held-out rows take the penalties in the middle.
            middle = (penalty, of_others) == (PENALTIES[len(PENALTIES) // 2], 1.0)
            if error < best if held_out else middle:
                # In the order in which saved ones come back: another one sums in another order.
                best, self.weights_, self.effects_ = error, np.ascontiguousarray(weights), effects

    def _moments(self, sample: ForecastBatch) -> Moments:
        rows = np.unique(np.linspace(0, self.horizon - 1, SHARED_ROWS).astype(np.int64))
        sums: list[Floats] = []
        for part in sample.parts(BLOCK):
            w, x = self._columns(part)
            root = np.sqrt(_counts(part))
            w, x, y = w * root, x * root[:, :, None], self._target(part) * root
            some = x[:, rows]
            products = [
                w.T @ w,
                w.T @ y,
                (w.T @ x.reshape(len(x), -1)).reshape(w.shape[1], *x.shape[1:]),
                np.tensordot(some, some, ((0, 1), (0, 1))),
                np.tensordot(some, y[:, rows], ((0, 1), (0, 1))),
            ]
            sums = [a + b for a, b in zip(sums, products, strict=True)] if sums else products
        return Moments(rows, *sums)

    def _columns(self, batch: ForecastBatch) -> tuple[Floats, Floats]:
        if not len(self.unit_):
            return columns_of_version_0_1(batch)
        unit, level = self.unit_
        return LinearColumns(unit, level, self.preparation_.mask)(batch)

    def _point(self, batch: ForecastBatch) -> NDArray[np.float64]:
        of_window, of_rows = self._columns(batch)
        effects = self.effects_ if len(self.effects_) else np.zeros(of_rows.shape[2])
        return of_window @ self.weights_ + of_rows @ effects

    def _written_point(self, builder: Builder, window: Window) -> Value:
        if not len(self.unit_):
            raise ExportError("a model of version 0.1.0 has no written form; fit it anew")
        preparation = self.preparation_
        geometry, known = preparation.geometry, len(preparation.known)
        sizes = (
            geometry.context,
            geometry.horizon,
            len(preparation.past) + known,
            known,
            preparation.static.width,
        )
        unit, level = map(float, self.unit_)
        return ridge(builder, window, self.weights_, self.effects_, (unit, level), sizes)

    def _target(self, batch: ForecastBatch) -> Floats:
        assert batch.target is not None
        target = batch.target.numpy().astype(np.float64)
        # A window that was flat until its origin has targets of any size: bound what one can weigh. Not where means
        # are forecast, which it would make too small; units are never as small there.
        return target if self.point_ == "mean" else np.clip(target, -FURTHEST_TARGET, FURTHEST_TARGET)


def _counts(batch: ForecastBatch) -> Floats:
    """Return how much each window counts, (batch, 1); those that nothing was observed of, or without a unit, as one."""
    assert batch.weight is not None
    weight: Floats = batch.weight.numpy().max(axis=1, keepdims=True).astype(np.float64)
    return np.where(weight > 0, weight, 1.0)
