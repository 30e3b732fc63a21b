"""The forecaster: one recurrent network over all series."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gatewise.data.arrays import Floats, Rows
from gatewise.data.batch import shuffled
from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.hashes import Hashes
from gatewise.data.series import SeriesSet
from gatewise.data.windows import Windows
from gatewise.errors import ConfigurationError, DataError, SeriesTooShortError
from gatewise.estimators.config import BATCH_SIZE, ForecasterConfig, given_or_default
from gatewise.estimators.forecast.calibration import quantiles_of
from gatewise.estimators.forecast.helping import Helping, helping_columns
from gatewise.estimators.forecast.logarithms import as_windows_are, restored
from gatewise.estimators.forecast.losses import of_windows, pinball, squared_point
from gatewise.estimators.forecast.shown import window_shown, window_without
from gatewise.estimators.forecast.windowed import LEAST_ROWS, WindowForecaster
from gatewise.estimators.graphs.forecast_networks import forecast_networks
from gatewise.estimators.graphs.windows import Window
from gatewise.estimators.members import about_members, fit_members
from gatewise.estimators.saving.parts import Attribute, Networks, saves
from gatewise.estimators.tracing import Named, Shown, Traced, as_floats
from gatewise.graphs.build import Builder, Value
from gatewise.models.forecast import ForecastNetwork, ForecastShape
from gatewise.nn import Cell
from gatewise.spelling import spelled
from gatewise.training.watching import ShownProgress

__all__ = ["SequenceForecaster"]

# "Yesterday's promotion counts": rows before and after a known one.
REACH = 2


class SequenceForecaster(Traced, WindowForecaster):
    """Forecast many series with one recurrent network.

    The network reads a window cut into segments of a season, scaled by itself, and gives all rows of the
    horizon at once, as a median (or mean, see ``ForecasterConfig.point``) and as quantiles; a linear skip lets it
    start at the naive forecast. The intervals are calibrated on what is held out of training: learned quantiles, or
    errors in units of those of late, whichever scores better there.

    Parameters
    ----------
    cell : str or Cell, default "GRU"
        "RNN", "LSTM", "GRU", another name of :mod:`gatewise.nn.cells`, or a cell of your own.
    horizon : int, default 1
        Rows to forecast.
    hidden_size : int, default 64
    levels : tuple of int, default (90,)
        Prediction intervals in percent.
    max_seconds : float or str, optional
        End the training, annealed, within this wall-clock time: seconds, or ``"90s"``, ``"10m"``.
    random_state : int, optional
        Seed; the same seed, data and number of threads give the same bits.
    config : ForecasterConfig, optional
    progress : bool or callable, optional
        ``True``: what was read is told, and how far the training is, in a terminal, a notebook or a log. A function is
        called with a :class:`~gatewise.training.history.Progress`. By default nothing is told, as a search or a
        pipeline fits many.

    Attributes
    ----------
    networks_ : list of ForecastNetwork
    histories_ : list of History
        One per network; empty after loading.
    helping_ : Helping or None
        What columns were worth on held-out rows, and which were left out for it; ``None`` without columns or such rows.
    preparation_, offsets_, skipped_, series_, season_
        As in :class:`~gatewise.estimators.forecast.windowed.WindowForecaster`.

    References
    ----------
    Salinas et al. 2020 (one network over all series); Lin et al. 2023 (segments); Romano et al. 2019
    (calibrated quantiles).

    Examples
    --------
    >>> import gatewise, pandas
    >>> frame = pandas.DataFrame({"ds": range(200), "y": [float(t % 7) + 1 for t in range(200)]})
    >>> model = gatewise.SequenceForecaster("GRU", 7, random_state=0).fit(frame)
    >>> model.predict().columns.tolist()
    ['unique_id', 'ds', 'y_hat', 'lo-90', 'hi-90']
    """

    adjusts = True
    parts = saves(
        Networks(lambda shape: ForecastShape(**shape)),
        Attribute(
            "helping_",
            default={},
            pack_as=lambda one: {} if one is None else vars(one),
            restore_as=lambda one: Helping(one["helped"], tuple(one["left_out"])) if one else None,
        ),
    )

    def __init__(
        self,
        cell: str | Cell = "GRU",
        horizon: int = 1,
        *,
        hidden_size: int = 64,
        levels: tuple[int, ...] = (90,),
        max_seconds: float | str | None = None,
        random_state: int | None = None,
        config: ForecasterConfig | None = None,
        progress: ShownProgress = None,
    ) -> None:
        self.cell = cell
        self.horizon = horizon
        self.hidden_size = hidden_size
        self.levels = levels
        self.max_seconds = max_seconds
        self.random_state = random_state
        self.config = config
        self.progress = progress

    def _to_go_on_from(self) -> list[Hashes]:
        fitted, now = self.preparation_.geometry.horizon, self.horizon
        expected: dict[str, Any] = {"horizon": fitted, "point": self.preparation_.point}
        given: dict[str, Any] = {"horizon": now, "point": self.point_}
        if fitted == now:
            shape = self.networks_[0].shape
            expected |= vars(shape)
            # How networks of 0.1.0 read columns no option says.
            given |= vars(replace(self._shape(), past=shape.past, reach=shape.reach))
        for name, value in expected.items():
            if str(given[name]) != str(value):
                option, of = ("levels", " numbers per row") if name == "outputs" else (name, "")
                raise ConfigurationError(
                    f"the fitted networks have {value}{of}, and training goes on from them: expected the same, got "
                    f"{given[name]}; leave {spelled('warm_start')} out to begin anew",
                    option=option,
                )
        return [] if self.fingerprint_ is None else [self.fingerprint_.hashes]

    def _begin_anew(self) -> None:
        if hasattr(self, "networks_"):
            del self.networks_

    def prepare(self, series: SeriesSet) -> Rows:
        if not hasattr(self, "networks_"):
            return super().prepare(series)
        cut = self._training_end(series, given_or_default(self.config, ForecasterConfig))
        self.preparation_ = self.preparation_.going_on(series.head(cut))
        return cut

    def _learn(self, source: ForecastSource, windows: Windows, held_out: list[ForecastBatch]) -> None:
        config = given_or_default(self.config, ForecasterConfig)
        size = config.training.batch_size or BATCH_SIZE
        quantiles = torch.tensor(quantiles_of(self.levels), dtype=torch.float32, device="cpu")
        point_loss = squared_point if self.point_ == "mean" else pinball

        def loss_of(network: nn.Module, batch: ForecastBatch) -> Tensor:
            return point_loss(network(batch), batch, quantiles)

        def batches(random: np.random.Generator) -> Iterator[ForecastBatch]:
            for numbers in shuffled(len(windows), size, random):
                yield source.batch(*windows.locate(numbers), with_target=True)

        def validate(network: nn.Module) -> float:
            return float(np.mean([loss_of(network, batch).item() for batch in held_out]))

        # Bounded on both sides: few windows have to be seen often, and of many a part is enough.
        passes = int(config.epochs * len(windows) / size)
        fitted = [copy.deepcopy(network) for network in getattr(self, "networks_", [])]
        self.networks_, self.histories_ = fit_members(
            iter(fitted).__next__ if fitted else self._network,
            batches,
            loss_of,
            config.training.within(self.max_seconds),
            members=len(fitted) or config.members,
            steps=config.training.steps or min(max(passes, config.fewest_steps), config.most_steps),
            random_state=self.random_state,
            validate=validate if held_out else None,
            report=self.progress,
        )
        self.helping_: Helping | None = None
        if held_out and self.columns_.covariates:
            self._leave_out(held_out)

    def _leave_out(self, held_out: list[ForecastBatch]) -> None:
        """Do without columns that harm on rows that were not learned from."""
        power = 2 if self.point_ == "mean" else 1

        def losses(batch: ForecastBatch) -> Floats:
            return of_windows(self._answer(batch)[:, :, 0], batch, power)

        self.helping_, silent = helping_columns(losses, held_out, self.columns_.covariates)
        self.preparation_ = self.preparation_.without(silent)

    def _network(self) -> ForecastNetwork:
        return self._build(self._shape())

    def _shape(self) -> ForecastShape:
        config, preparation = given_or_default(self.config, ForecasterConfig), self.preparation_
        return ForecastShape(
            context=preparation.geometry.context,
            segment=preparation.geometry.segment,
            season=preparation.geometry.season,
            horizon=preparation.geometry.horizon,
            outputs=1 + 2 * len(self.levels),
            channels=preparation.channels,
            known=len(preparation.known),
            static=preparation.static.width,
            cell=self.cell,
            hidden_size=self.hidden_size,
            num_layers=config.num_layers,
            dropout=config.dropout,
            past=len(preparation.past),
            reach=REACH,
        )

    def _build(self, shape: ForecastShape) -> ForecastNetwork:
        return ForecastNetwork(shape)

    def shown(self, X: Any = None) -> Iterator[Shown]:
        """Give the last window of each series: before its last ``horizon`` rows, or without data at its end.

        What is forecast of data that are given can so be held against what came.
        """
        series = self.series_ if X is None else self.read(X)
        if X is None and self.columns_.known:
            raise DataError(
                "trace: the model was fitted with columns that are known ahead; give data, of which the last "
                f"{self.horizon} rows have them"
            )
        for number in range(len(series)):
            origin = int(series.lengths[number]) - (0 if X is None else self.horizon)
            if origin < LEAST_ROWS:
                raise SeriesTooShortError(
                    f"{series.source}: series {str(series.ids[number])!r} has {series.lengths[number]} rows; to look "
                    f"into its last forecast takes at least {self.horizon + LEAST_ROWS}"
                )
            yield window_shown(self.preparation_, series, number, origin, known=X is not None)

    def without(self, shown: Shown, first: int, last: int, channel: int | None = None) -> Shown:
        """Return a window as if some of its rows had not been observed; see :meth:`Traced.without`."""
        return window_without(self.preparation_, shown, first, last, channel)

    def answers(self, network: ForecastNetwork, batch: ForecastBatch) -> NDArray[np.float64]:
        """Return the forecast rows, shape (rows, horizon)."""
        return restored(batch.restored(as_floats(network(batch)[:, :, 0])), batch.logs)

    def answered(self, shown: Shown) -> Named:
        """Return the stamps."""
        return shown.stamps, "value"

    def changed(self, shown: Shown, step: int, channel: int, value: Any) -> Shown:
        """Return a window with another value of the target in one row, scaled anew; columns stay as they are."""
        if channel:
            raise DataError(
                f"change: expected the target, {shown.channels[0]!r}, got {shown.channels[channel]!r}; "
                "other columns are held"
            )
        batch, given = shown.batch, np.array(shown.given)
        raw = batch.raw
        # To the left of a young series its first row stands in for those that it has not got.
        first = raw.shape[1] - int(batch.own[0])
        rows = slice(0, first + 1) if step <= first else slice(step, step + 1)
        raw[0, rows] = as_windows_are(np.array([[float(value)]]), batch)[0] - batch.seasonal[0, rows]
        given[rows, 0] = value
        move = (self.preparation_.moves or (1.0,))[0]
        return replace(shown, given=given, batch=batch.with_windows(raw, move, self.preparation_.least_unit))

    def _card(self) -> list[str]:
        shape = self.networks_[0].shape
        worth: list[str] = []
        if self.helping_:
            about = "Columns, and how much larger errors on held-out rows are without them"
            worth = [f"- {about}: {self.helping_.describe()}."]
        return [
            *super()._card(),
            *worth,
            f"- {len(self.networks_)} × {self.cell}, {shape.hidden_size} units.",
            *about_members(len(self.networks_), self.config_type),
        ]

    def _written(self, builder: Builder, window: Window) -> Value:
        return forecast_networks(builder, self.networks_, self.preparation_.moves or (1.0,), window)

    def _answer(self, batch: ForecastBatch) -> NDArray[np.float64]:
        with torch.inference_mode():
            members = torch.stack([network(batch) for network in self.networks_])
        return members.mean(0).numpy().astype(np.float64)
