"""What every forecaster does: read, fit, predict, score; networks and baselines alike."""

from __future__ import annotations

from abc import abstractmethod
from itertools import chain
from typing import Any, Self, Unpack

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from gatewise.data.arrays import Floats, Rows
from gatewise.data.dated import calendar_ahead
from gatewise.data.hashes import Hashes, hashes_of_rows
from gatewise.data.readers import read_future, read_series
from gatewise.data.readers.options import SeriesOptions
from gatewise.data.readers.table.frames import Source
from gatewise.data.series import SeriesSet
from gatewise.data.step import Step
from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.forecast.frames import forecast_frame
from gatewise.estimators.forecast.measuring import MeasuredForecaster
from gatewise.estimators.forecast.updating import continued
from gatewise.estimators.saving.fingerprint import Fingerprint
from gatewise.estimators.words import takes
from gatewise.spelling import spelled
from gatewise.training.watching import tell_what_was_read

__all__ = ["Forecaster", "as_series"]


def as_series(
    data: Source | SeriesSet, like: SeriesSet | None = None, **columns: Unpack[SeriesOptions]
) -> SeriesSet:
    """Return ``data`` itself if it is a :class:`SeriesSet` already, else what :func:`read_series` makes of it."""
    return data if isinstance(data, SeriesSet) else read_series(data, like, **columns)


class Forecaster(MeasuredForecaster):
    """Base of all forecasters; a subclass gives ``_fit`` and ``_forecast``.

    Attributes
    ----------
    series_ : SeriesSet
        The end of every series that was fitted: what :meth:`predict` continues.
    season_ : int
        Season length in rows, 1 where there is none.
    """

    def _commands(self) -> tuple[str, ...]:
        known = " --future FILE" if self.columns_.known else ""
        return (
            f"gatewise predict {{path}}{known}",
            f"gatewise predict {{path}} DATA{known}",
            "gatewise evaluate {path} DATA",
            "gatewise backtest {path} DATA",
            "gatewise update {path} NEWER_ROWS",
        )

    def _to_go_on_from(self) -> list[Hashes] | None:
        """Return the hashes of what was learned, where training goes on from it."""
        return None

    def _begin_anew(self) -> None:
        """Forget what training would go on from."""

    @abstractmethod
    def _fit(self, series: SeriesSet) -> None:
        """Learn from ``series``, all of which is the past."""

    @abstractmethod
    def _forecast(
        self, series: SeriesSet, numbers: Rows, origins: Rows, future: NDArray[np.float32] | None
    ) -> Floats:
        """Forecast window ``k`` of series ``numbers[k]`` from row ``origins[k]`` of that series on.

        Returns median, then low and high of each level, shape (windows, horizon, 1 + 2 · levels). Must not
        read rows of the target or past covariates at or after the origin.
        """

    @property
    @abstractmethod
    def _memory(self) -> int:
        """The number of rows at the end of a series that a forecast reads."""

    @takes(SeriesOptions)
    def fit(
        self, data: Source | SeriesSet, *, warm_start: bool = False, **columns: Unpack[SeriesOptions]
    ) -> Self:
        """Fit on a path, a data frame or a :class:`SeriesSet`.

        Parameters
        ----------
        data : path, pandas, polars or pyarrow frame, or SeriesSet
        warm_start : bool, default False
            Train a fitted network on, from its weights and with its transform, season, windows and scalers, on these
            data alone; they are read with the columns that were fitted. Baselines, which are quickly fitted, begin
            anew.
        **columns
            ``id, time, target, past, known, static, static_data, every, aggregate, impute, duplicates, decimal,
            encoding, date_format, day_first, timezone, calendar, holidays``, as
            :func:`gatewise.data.readers.read_series` takes them; recognised layouts need none. How times were read is
            kept, and newer rows are read alike.

        Returns
        -------
        self
        """
        self._check()
        fitted = warm_start and hasattr(self, "series_")
        series = self.read(data, **columns) if fitted else as_series(data, **columns)
        seen = self._to_go_on_from() if fitted else None
        if seen is None:
            self._begin_anew()
        tell_what_was_read(getattr(self, "progress", None), series.source, series.notes)
        self.columns_ = series.columns
        self._fit(series)
        self.fingerprint_ = Fingerprint.of(chain(seen or (), hashes_of_rows(series)))
        tail = np.minimum(series.lengths, self._memory)
        self.series_ = series.take(np.arange(len(series)), series.lengths - tail, series.lengths)
        return self

    @takes(SeriesOptions)
    def predict(
        self,
        data: Source | SeriesSet | None = None,
        *,
        future: Source | None = None,
        **columns: Unpack[SeriesOptions],
    ) -> Any:
        """Forecast the ``horizon`` rows after the end of every series.

        Parameters
        ----------
        data : path, frame or SeriesSet, optional
            Series to continue, with the columns that were fitted; default: the fitted ones.
        future : path or frame, optional
            Known covariates of the rows to forecast; needed where the model was fitted with some, but not for
            columns that ``calendar`` and ``holidays`` make.

        Returns
        -------
        frame
            Of the kind that was given, in the order of the series: the columns that tell series apart and the time,
            which goes on, both under the names and in the types that they have in the data; then ``y_hat, lo-90,
            hi-90`` (one pair per level). Data without such columns get ``unique_id`` and ``ds``. Where series and time
            stood in the index of a pandas frame (``DatetimeIndex``, ``PeriodIndex``, or a ``MultiIndex``) they do here,
            too.
        """
        self._check_fitted()
        series = self.series_ if data is None else self.read(data, **columns)
        known = None
        if self.columns_.known:
            if future is None:
                names = ", ".join(self.columns_.known)
                raise DataError(
                    f"future: the model was fitted with known covariates ({names}); give their future values"
                )
            known = read_future(future, series, self.horizon)
        numbers = np.arange(len(series))
        known = calendar_ahead(series, numbers, series.lengths, self.horizon, known)
        forecast = self._forecast(series, numbers, series.lengths, known)
        return forecast_frame(series, series.lengths, forecast, self.levels)

    @takes(SeriesOptions)
    def update(self, data: Source | SeriesSet, **columns: Unpack[SeriesOptions]) -> Self:
        """Take newer rows behind the fitted ones, without training: :meth:`predict` goes on from there.

        Parameters
        ----------
        data : path, frame or SeriesSet
            Rows of the fitted series, of some of them, or of new ones, with the columns that were fitted. Gaps are laid
            out. Rows that were there before have to agree; they need not be left out.

        Returns
        -------
        self

        Raises
        ------
        DataError
            A row has another value than before, or stands between the steps of its series.
        """
        self._check_fitted()
        newer = self.read(data, **columns)
        counted = self.columns_.time is None or newer.reading.every == "row"
        before, self.series_ = (
            self.series_,
            continued(self.series_, newer, self._memory, counted=counted),
        )
        self._updated(before, newer)
        return self

    def _updated(self, before: SeriesSet, newer: SeriesSet) -> None:
        """Learn what is kept of each series beside its end; a subclass that keeps something says what."""

    @takes(SeriesOptions)
    def read(self, data: Source | SeriesSet, **columns: Unpack[SeriesOptions]) -> SeriesSet:
        """Read ``data`` as the model's own were, where no option says otherwise: columns, numbers, times and step.

        Rows stand on the grid of the model if they fit there, few as they may be.
        """
        series = as_series(data, self.series_, **columns)
        found, expected = series.step, self.series_.step
        if (found.kind, found.size) != (expected.kind, expected.size):
            raise DataError(
                f"{series.source}: rows are {found.describe()} apart, the model was fitted on rows "
                f"{expected.describe()} apart; {_other_step(found, expected, columns.get('every'))}"
            )
        return series

    def forecast(self, series: SeriesSet, numbers: Rows, origins: Rows) -> Floats:
        """Forecast from inside of ``series``, each time from the rows before its origin only.

        Known covariates of the rows to forecast are those of ``series``, which must reach so far.

        Parameters
        ----------
        series : SeriesSet
        numbers, origins : int64 arrays, shape (windows,)
            Series, and the row in it, counted from its start, that is the first to be forecast.

        Returns
        -------
        float64 array, shape (windows, horizon, 1 + 2 · levels)
            Median, then low and high of each level, in the user's units.

        Raises
        ------
        DataError
            An origin has no row before it, or lacks known covariates after it.
        """
        self._check_fitted()
        last = series.lengths[numbers] - (self.horizon if self.columns_.known else 0)
        wrong = (origins < 1) | (origins > last)
        if wrong.any():
            k = int(np.argmax(wrong))
            raise DataError(
                f"origins[{k}] of series {str(series.ids[numbers[k]])!r}: "
                f"expected a row from 1 to {last[k]}, got {origins[k]}"
            )
        inside = bool(self.columns_.known) or (origins + self.horizon <= series.lengths[numbers]).all()
        future = None if inside else calendar_ahead(series, numbers, origins, self.horizon)
        return self._forecast(series, numbers, origins, future)

    def _check(self) -> None:
        if not isinstance(self.horizon, int | np.integer) or self.horizon < 1:
            raise ConfigurationError(
                f"expected a whole number of rows, at least 1, got {self.horizon!r}", option="horizon"
            )
        whole = isinstance(self.levels, tuple | list) and all(
            isinstance(k, int | np.integer) for k in self.levels
        )
        if not (whole and all(0 < level < 100 for level in self.levels)):
            raise ConfigurationError(
                f"expected whole percentages from 1 to 99, got {self.levels!r}", option="levels"
            )
        if len(set(self.levels)) < len(self.levels):
            raise ConfigurationError(f"expected each only once, got {self.levels!r}", option="levels")

    def _check_fitted(self) -> None:
        if not hasattr(self, "series_"):
            raise NotFittedError(f"this {type(self).__name__} is not fitted yet; call fit first")


def _other_step(found: Step, expected: Step, every: str | None) -> str:
    """Say what to do with rows that are not as far apart as a model's."""
    if every is not None:
        return f"leave {spelled('every')} out"
    finer = found.kind == "duration" and expected.kind != "count" and found.size < expected.least
    if finer and expected.text:
        return f"average them with {spelled('every', expected.text)}"
    return f"give rows that are {expected.describe()} apart"
