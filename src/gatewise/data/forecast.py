"""Batches of windows to forecast from: gathered from flat series, scaled, with covariates beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from gatewise.data.arrays import Floats, Integers, Mask, Values
from gatewise.data.scaling import normalise
from gatewise.data.seasonal import SeasonalMeans
from gatewise.data.windows import context_rows, horizon_rows

__all__ = ["FURTHEST_UNIT", "LEAST_UNIT", "ForecastBatch", "ForecastSource"]

LEAST_UNIT = 0.01
FURTHEST_UNIT = 10.0


@dataclass(frozen=True)
class ForecastBatch:
    """Windows of scaled values and what belongs to them.

    Attributes
    ----------
    values : Tensor, shape (batch, context)
        Target before the origin, in units of the window.
    channels : Tensor, shape (batch, context, channels)
        Other channels of the same rows: the mask of observed rows, past and known covariates.
    future : Tensor, shape (batch, horizon, known)
        Known covariates of the rows to forecast.
    static : Tensor, shape (batch, static)
    unit : Tensor, shape (batch, 1)
        What the series usually moves within a horizon, in units of the window.
    moves : Tensor, shape (batch, columns)
        What each past and known column usually moves within a horizon, in units of ``channels`` and ``future``.
    logs : bool array, shape (batch, 1)
        Whether the (transformed) series are logarithms.
    target, weight : Tensor or None, shape (batch, horizon)
        Values to forecast, in units of the window, and how much they count: zero where they were not observed, or in
        units that make no sense.
    location, scale : float64 arrays, shape (batch, 1)
        ``forecast · scale + location`` is in the units of the (transformed) series, less its season.
    seasonal : float64 array, shape (batch, context + horizon)
        What the season was taken to add to the rows seen and to those to forecast; zero where windows are left as
        they are.
    spread : float64 array, shape (batch, 1)
        Standard deviation of the first differences of each window's series.
    own : int64 array, shape (batch,)
        Rows of each window that are the series' own; those to the left of them repeat its first.
    """

    values: Tensor
    channels: Tensor
    future: Tensor
    static: Tensor
    unit: Tensor
    moves: Tensor
    location: Floats
    scale: Floats
    spread: Floats
    own: Integers
    seasonal: Floats
    logs: Mask
    target: Tensor | None = None
    weight: Tensor | None = None

    def parts(self, size: int) -> Iterator[ForecastBatch]:
        """The same windows, at most ``size`` at once."""
        for first in range(0, len(self.values), size):
            yield self._some(slice(first, first + size))

    def every(self, step: int) -> ForecastBatch:
        """The first window, and each that is ``step`` further."""
        return self if step == 1 else self._some(slice(None, None, step))

    def _some(self, windows: slice) -> ForecastBatch:
        whole = {name: value for name, value in vars(self).items() if value is not None}
        return ForecastBatch(**{name: value[windows] for name, value in whole.items()})

    @property
    def raw(self) -> Floats:
        """The windows in the units of the (transformed) series less its season, shape (batch, context)."""
        return self.values.numpy().astype(np.float64) * self.scale + self.location

    @property
    def seen(self) -> Floats:
        """The windows in the units of the (transformed) series, shape (batch, context)."""
        return self.raw + self.seasonal[:, : self.values.shape[1]]

    @property
    def ahead(self) -> Floats:
        """What the season adds to the rows to forecast, shape (batch, horizon)."""
        return self.seasonal[:, self.values.shape[1] :]

    def restored(self, forecast: Floats) -> Floats:
        """Bring forecasts in units of the window, (batch, horizon, …), into those of the (transformed) series."""
        further = (slice(None), slice(None), *[None] * (forecast.ndim - 2))
        return forecast * self.scale[further] + (self.location + self.ahead)[further]

    def silenced(self, columns: Mask) -> ForecastBatch:
        """Return the batch with some of its past and known columns at their means; ``columns`` says which."""
        heard = torch.from_numpy(~columns).to(self.channels.dtype)
        mask = self.channels.shape[2] - len(heard)
        channels = torch.cat([self.channels[:, :, :mask], self.channels[:, :, mask:] * heard], dim=2)
        return replace(
            self, channels=channels, future=self.future * heard[len(heard) - self.future.shape[2] :]
        )

    def with_windows(self, raw: Floats, move: float, least_unit: float = LEAST_UNIT) -> ForecastBatch:
        """Return the batch with other windows in the units of the series, scaled anew; targets are left out.

        ``move`` is what the target usually moves within a horizon, and ``least_unit`` the least unit of a window, both
        in units of ``spread``.
        """
        values, location, scale = normalise(raw, least_unit * self.spread[:, 0])
        unit = _unit_of(move, self.spread, scale)
        return replace(
            self,
            values=torch.from_numpy(values),
            unit=unit,
            location=location,
            scale=scale,
            target=None,
            weight=None,
        )


@dataclass(frozen=True)
class ForecastSource:
    """Series prepared for one fitted forecaster: transformed target, scaled covariates, encoded statics.

    Attributes
    ----------
    offsets : int64 array, shape (series + 1,)
    target : float64 array, shape (rows,)
    observed : bool array, shape (rows,)
    channels : float32 array, shape (rows, channels)
    known : float32 array, shape (rows, known)
    static : float32 array, shape (series, static)
    spread : float64 array, shape (series,)
        Standard deviation of first differences.
    context, horizon : int
        Rows seen and rows forecast.
    moves : float64 array, shape (1 + columns,)
        What the target usually moves within a horizon, in units of ``spread``, and what each past and known column
        does, in its own.
    logs : bool array, shape (series,)
        Of which series ``target`` is the logarithm.
    least_unit : float, default 0.01
        Windows are never divided by less than this share of ``spread``.
    seasonal : SeasonalMeans or None
        What is taken from windows before they are scaled, and added to their forecasts.
    usual_scale : float or None
        Windows count as their scale in this unit, so that errors are learned in that of the series; ``None``: all
        count alike.
    """

    offsets: Integers
    target: Floats
    observed: Mask
    channels: Values
    known: Values
    static: Values
    spread: Floats
    context: int
    horizon: int
    moves: Floats
    logs: Mask
    least_unit: float = LEAST_UNIT
    seasonal: SeasonalMeans | None = None
    usual_scale: float | None = None

    def batch(
        self,
        series: Integers,
        origin: Integers,
        *,
        future: Values | None = None,
        with_target: bool = False,
    ) -> ForecastBatch:
        """The windows that end before the rows ``origin`` of the flat arrays.

        Nothing at or after the origin is read but known covariates and, ``with_target``, the target.
        ``future`` gives known covariates beyond the end of the series, shape (windows, horizon, known).
        """
        rows = context_rows(origin, self.offsets[series], self.context)
        ahead = horizon_rows(origin, self.horizon)
        windows = self.target.take(rows)
        # Without a season nothing is laid out in memory for it.
        seasonal = np.broadcast_to(0.0, (len(series), self.context + self.horizon))
        if self.seasonal is not None:
            places = np.concatenate([rows, ahead], axis=1) - origin[:, None]
            found = self.seasonal.seen_from(series, origin)
            seasonal = np.take_along_axis(found, places % self.seasonal.season, axis=1)
            windows -= seasonal[:, : self.context]
        values, location, scale = normalise(windows, self.least_unit * self.spread[series])
        if future is None:
            future = self.known[ahead] if self.known.shape[1] else self._no_future(len(series))
        target = weight = None
        if with_target:
            change = self.target[ahead] - seasonal[:, self.context :] - location
            # A series that has never moved has no unit in which a move could be learned.
            measurable = (self.spread[series] > 0)[:, None] | (change == 0)
            target = torch.from_numpy(
                np.divide(change, scale, where=measurable, out=np.zeros_like(change)).astype(np.float32)
            )
            counts = 1.0 if self.usual_scale is None else scale / self.usual_scale
            weight = torch.from_numpy((self.observed[ahead] & measurable) * np.float32(counts))
        return ForecastBatch(
            torch.from_numpy(values),
            torch.from_numpy(self.channels.take(rows, axis=0)),
            torch.from_numpy(np.ascontiguousarray(future)),
            torch.from_numpy(self.static[series]),
            _unit_of(self.moves[0], self.spread[series, None], scale),
            torch.from_numpy(self.moves[1:].astype(np.float32)).expand(len(series), -1),
            location,
            scale,
            self.spread[series, None],
            np.minimum(origin - self.offsets[series], self.context),
            seasonal,
            self.logs[series, None],
            target,
            weight,
        )

    def _no_future(self, windows: int) -> Values:
        return np.zeros((windows, self.horizon, 0), np.float32)


def _unit_of(move: float, spread: Floats, scale: Floats) -> Tensor:
    # A window that is far flatter than its series would make anything of an effect.
    return torch.from_numpy(np.minimum(move * spread / scale, FURTHEST_UNIT).astype(np.float32))
