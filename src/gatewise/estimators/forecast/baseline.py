"""What forecasting baselines share: a point forecast per window, intervals from held-out errors."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.windows import Windows
from gatewise.errors import ExportError
from gatewise.estimators.config import ForecasterConfig
from gatewise.estimators.forecast.windowed import WindowForecaster
from gatewise.estimators.graphs.windows import Window
from gatewise.graphs.build import Builder, Value

__all__ = ["LARGEST_RATIO", "BaselineForecaster", "covariates", "ratio", "training_sample"]

# A window that hardly moves is small beside the others: bound what covariates weigh there.
LARGEST_RATIO = 5.0


class BaselineForecaster(WindowForecaster):
    """A forecaster without a network.

    Parameters
    ----------
    horizon : int, default 1
    levels : tuple of int, default (90,)
    random_state : int, optional
    config : ForecasterConfig, optional
        Windows and transform; what concerns networks is not used.
    """

    def __init__(
        self,
        horizon: int = 1,
        *,
        levels: tuple[int, ...] = (90,),
        random_state: int | None = None,
        config: ForecasterConfig | None = None,
    ) -> None:
        self.horizon = horizon
        self.levels = levels
        self.random_state = random_state
        self.config = config

    @abstractmethod
    def _point(self, batch: ForecastBatch) -> NDArray[np.float64]:
        """Return the forecast in units of the window, shape (batch, horizon)."""

    def _answer(self, batch: ForecastBatch) -> NDArray[np.float64]:
        # Intervals start with no width: calibration makes them as wide as held-out errors are large.
        return np.repeat(self._point(batch)[:, :, None], 1 + 2 * len(self.levels), axis=2)

    def _written_point(self, builder: Builder, window: Window) -> Value:  # noqa: ARG002 - who has one, reads it
        """Write down :meth:`_point`, (batch, horizon) of float64."""
        raise ExportError(f"a {type(self).__name__} has no written form; call predict, or serve it")

    def _written(self, builder: Builder, window: Window) -> Value:
        same = np.zeros((1, 1, 1 + 2 * len(self.levels)))
        return self._written_point(builder, window).widened(2) + same


def training_sample(
    source: ForecastSource, windows: Windows, most: int, random_state: int | None
) -> ForecastBatch:
    """Return all training windows, or ``most`` of them drawn without replacement."""
    count = len(windows)
    if count <= most:
        numbers = np.arange(count)
    else:
        numbers = np.sort(np.random.default_rng(random_state).choice(count, most, replace=False))
    return source.batch(*windows.locate(numbers), with_target=True)


def covariates(batch: ForecastBatch, *, mask: bool) -> NDArray[np.float32]:
    """Return past and then known covariates of the rows before the origin, (batch, context, columns)."""
    return batch.channels.numpy()[:, :, int(mask) :]


def ratio(batch: ForecastBatch, unit: float) -> NDArray[np.float64]:
    """Return how many times ``unit`` a window's own unit fits: what covariates are multiplied by, (batch, 1).

    The target is in units of its window. What adds three degrees for each unit of a covariate adds that many units of
    the window only if the covariate is divided by them as well.
    """
    return np.minimum(unit / batch.scale, LARGEST_RATIO)
