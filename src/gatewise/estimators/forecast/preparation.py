"""From series in the user's units to what the forecasting network reads, and back."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from gatewise.data.arrays import Mask
from gatewise.data.forecast import LEAST_UNIT, ForecastBatch, ForecastSource
from gatewise.data.scaling import ColumnScaler, difference_spread, moves_within
from gatewise.data.season import detect_season, usual_season
from gatewise.data.seasonal import SeasonalMeans
from gatewise.data.series import SeriesSet
from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.config import Point
from gatewise.estimators.forecast.bounds import never_below_zero, raised_to_zero
from gatewise.estimators.forecast.geometry import Geometry
from gatewise.estimators.forecast.logarithms import logarithms

__all__ = ["Preparation", "StaticEncoder"]

Transform = Literal["auto", "log", "none"]

MOST_CATEGORIES = 32
# Of a mean, whose errors are squared: what follows a window that hardly moves must not count for all others.
LEAST_UNIT_OF_MEANS = 1.0


class StaticEncoder(BaseModel):
    """Static columns as numbers: scaled where numeric, one column per category otherwise.

    Those that are ``optional``, which the user never named, may be missing later: they then say nothing of a series.
    """

    model_config = ConfigDict(frozen=True)

    numeric: dict[str, tuple[float, float]] = {}
    categories: dict[str, tuple[str, ...]] = {}
    optional: tuple[str, ...] = ()

    @classmethod
    def of(cls, static: dict[str, NDArray[np.generic]], optional: tuple[str, ...] = ()) -> StaticEncoder:
        """Learn means, deviations and categories; an unknown category becomes all zeros later."""
        numeric, categories = {}, {}
        for name, values in static.items():
            if np.issubdtype(values.dtype, np.number):
                deviation = float(values.astype(np.float64).std())
                numeric[name] = (float(values.astype(np.float64).mean()), deviation or 1.0)
            else:
                levels, counts = np.unique(values.astype(str), return_counts=True)
                frequent = np.sort(levels[np.argsort(-counts, kind="stable")[:MOST_CATEGORIES]])
                categories[name] = tuple(str(level) for level in frequent)
        return cls(numeric=numeric, categories=categories, optional=optional)

    @property
    def width(self) -> int:
        """The number of columns that come out."""
        return len(self.numeric) + sum(len(levels) for levels in self.categories.values())

    def __call__(self, static: dict[str, NDArray[np.generic]], series: int) -> NDArray[np.float32]:
        """Encode columns of each series, shape (series, width)."""
        missing = [name for name in (*self.numeric, *self.categories) if name not in static]
        demanded = [name for name in missing if name not in self.optional]
        if demanded:
            raise DataError(
                f"static column {demanded[0]!r} was there when the model was fitted and is missing now"
            )
        # The mean of a number, and no category.
        none = np.zeros(series)
        columns = [
            none if name in missing else (static[name].astype(np.float64) - mean) / deviation
            for name, (mean, deviation) in self.numeric.items()
        ]
        columns += [
            none if name in missing else (static[name].astype(str) == level).astype(np.float64)
            for name, levels in self.categories.items()
            for level in levels
        ]
        encoded = np.stack(columns, axis=1) if columns else np.zeros((series, 0))
        return encoded.astype(np.float32)


class Preparation(BaseModel):
    """What a fitted forecaster knows about the data it was fitted on; everything from training rows only.

    Attributes
    ----------
    geometry : Geometry
    log_floor : float or None
        A tenth of the least training value, where logarithms are read, each series' own
        (:mod:`~gatewise.estimators.forecast.logarithms`); ``None``: values are left as they are.
    mask : bool
        Whether the network sees which rows were filled.
    past, known : tuple of (name, mean, deviation)
    static : StaticEncoder
    adjusted : bool
        Whether the season is taken out of windows and added to forecasts, as two of them in a window do not tell it as
        well as all that went before (:class:`~gatewise.data.seasonal.SeasonalMeans`).
    moves : tuple of float
        What target, past and known columns usually move within a horizon: the target in units of its change from row
        to row, the columns as they are scaled. Empty without columns, and in models that were saved before it was.
    least_unit : float
        The least that a window is divided by, in units of its series' change from row to row.
    above_zero : bool
        Whether no training value was below zero: then no forecast is, of a window without one.
    """

    # A constant column is divided by infinity, for which JSON has no number.
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")

    geometry: Geometry
    log_floor: float | None
    mask: bool
    past: tuple[tuple[str, float, float], ...]
    known: tuple[tuple[str, float, float], ...]
    static: StaticEncoder
    moves: tuple[float, ...] = ()
    least_unit: float = LEAST_UNIT
    above_zero: bool = False
    adjusted: bool = False

    @classmethod
    def of(
        cls,
        training: SeriesSet,
        horizon: int,
        *,
        transform: Transform,
        season: int | None,
        segment: int | None,
        context: int | None,
        point: Point = "median",
        learned: bool = True,
        adjusts: bool = False,
    ) -> Preparation:
        """Learn from training rows: transform, season and geometry, scalers, categories.

        Parameters
        ----------
        learned : bool
            Whether something is learned from windows, so that they are to be many.
        adjusts : bool
            Whether the season may be taken out of them.
        """
        transform = _transform_for(point, transform)
        log_floor = _log_floor(training.target, transform)
        target = training.target if log_floor is None else np.log(training.target)
        if season is None:
            season = detect_season(
                [target[b:e] for b, e in zip(training.offsets, training.offsets[1:], strict=False)],
                usual_season(training.step),
            )
        past, known = (
            _scalers(training.columns.past_channels, training.past),
            _scalers(training.columns.known_channels, training.known),
        )
        columns = np.concatenate([_scaled(training.past, past), _scaled(training.known, known)], axis=1)
        rows = int(np.median(training.lengths)) if learned else None
        geometry = Geometry.of(horizon, season, rows, segment=segment, context=context)
        return cls(
            geometry=geometry,
            log_floor=log_floor,
            mask=not bool(training.observed.all()),
            past=past,
            known=known,
            static=StaticEncoder.of(training.static, training.columns.found),
            moves=_moves(target, columns, training, horizon),
            least_unit=LEAST_UNIT_OF_MEANS if point == "mean" else LEAST_UNIT,
            above_zero=never_below_zero(training),
            adjusted=adjusts and geometry.short and season > 1,
        )

    def going_on(self, training: SeriesSet) -> Preparation:
        """Return the same for a model that is trained on with other rows: only its bound may fall."""
        return self.model_copy(update={"above_zero": self.above_zero and never_below_zero(training)})

    def without(self, columns: Mask) -> Preparation:
        """Return the same with some of the past and known columns at their means, as constant ones are."""
        scalers = [
            (name, mean, np.inf if silent else deviation)
            for (name, mean, deviation), silent in zip((*self.past, *self.known), columns, strict=True)
        ]
        past = len(self.past)
        return self.model_copy(update={"past": tuple(scalers[:past]), "known": tuple(scalers[past:])})

    @property
    def point(self) -> Point:
        """Return what windows are scaled for."""
        return "mean" if self.least_unit == LEAST_UNIT_OF_MEANS else "median"

    @property
    def channels(self) -> int:
        """The number of channels of a window besides the target."""
        return int(self.mask) + len(self.past) + len(self.known)

    def source(self, series: SeriesSet, before: NDArray[np.int64]) -> ForecastSource:
        """Return series as the network reads them.

        ``before[s]`` rows of each series are the past: nothing is learned from what comes after them.
        """
        target, logs = series.target, np.zeros(len(series), bool)
        if self.log_floor is not None:
            target, logs = logarithms(target, series.offsets, before)
        known = self.scale_known(series.known)
        parts = [series.observed[:, None].astype(np.float32)] if self.mask else []
        parts += [_scaled(series.past, self.past), known]
        begin = series.offsets[:-1]
        spread = [
            difference_spread(target[b : b + n], np.array([0, n]), series.observed[b : b + n])[0]
            for b, n in zip(begin, before, strict=True)
        ]
        return ForecastSource(
            offsets=series.offsets,
            target=target,
            observed=series.observed,
            channels=np.concatenate(parts, axis=1),
            known=known,
            static=self.static(series.static, len(series)),
            spread=np.asarray(spread),
            context=self.geometry.context,
            horizon=self.geometry.horizon,
            moves=np.array(self.moves or (1.0,)),
            least_unit=self.least_unit,
            seasonal=self._seasonal(target, series.offsets),
            usual_scale=self._usual_scale(np.asarray(spread)),
            logs=logs,
        )

    def _seasonal(self, target: NDArray[np.float64], offsets: NDArray[np.int64]) -> SeasonalMeans | None:
        return SeasonalMeans.of(target, offsets, self.geometry.season) if self.adjusted else None

    def _usual_scale(self, spread: NDArray[np.float64]) -> float | None:
        by_level = self.geometry.short and self.log_floor is not None
        return float(spread.mean()) or None if by_level else None

    def scale_known(self, known: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return known covariates as the network reads them, shape (…, known)."""
        return _scaled(known, self.known)

    def bound(self, batch: ForecastBatch, forecast: NDArray[np.float64]) -> NDArray[np.float64]:
        """Raise forecasts in the user's units to zero where neither training values nor the window's were below."""
        return raised_to_zero(batch, forecast) if self.above_zero else forecast


def _transform_for(point: Point, transform: Transform) -> Transform:
    if point == "mean" and transform == "log":
        raise ConfigurationError(
            "expected auto or none where means are forecast, as the mean of logarithms is not the logarithm of the "
            "mean, got 'log'",
            option="transform",
        )
    return "none" if point == "mean" else transform


def _log_floor(target: NDArray[np.float64], transform: str) -> float | None:
    least = float(target.min())
    if transform == "none" or (transform == "auto" and least <= 0):
        return None
    if least <= 0:
        raise DataError(
            f"transform='log' needs a target above zero everywhere; the smallest value is {least:g}"
        )
    return least / 10


def _moves(
    target: NDArray[np.float64], columns: NDArray[np.float32], training: SeriesSet, horizon: int
) -> tuple[float, ...]:
    if not columns.shape[1]:
        return ()
    offsets = training.offsets
    spread = np.repeat(difference_spread(target, offsets, training.observed), np.diff(offsets))
    relative = np.divide(target, spread, where=spread > 0, out=np.zeros_like(target))
    of_target, of_columns = (
        moves_within(horizon, values, offsets) for values in (relative[:, None], columns.astype(np.float64))
    )
    return (*of_target.tolist(), *of_columns.tolist())


def _scalers(names: tuple[str, ...], rows: NDArray[np.float32]) -> tuple[tuple[str, float, float], ...]:
    if not names:
        return ()
    scaler = ColumnScaler.of(rows)
    return tuple(zip(names, scaler.mean.tolist(), scaler.deviation.tolist(), strict=True))


def _scaled(rows: NDArray[np.float32], scalers: tuple[tuple[str, float, float], ...]) -> NDArray[np.float32]:
    if rows.shape[-1] != len(scalers):
        names = ", ".join(name for name, _, _ in scalers) or "none"
        raise DataError(
            f"covariates: the model was fitted with {names}; the data have {rows.shape[-1]} columns"
        )
    if not scalers:
        return rows
    _, mean, deviation = zip(*scalers, strict=True)
    return ColumnScaler(np.array(mean), np.array(deviation))(rows)
