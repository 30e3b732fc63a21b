"""What forecasting baselines share: a point forecast per window, intervals from held-out errors."""

from __future__ import annotations

from abc import abstractmethod
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gatewise.data.forecast import ForecastBatch, ForecastSource
from gatewise.data.windows import Windows
from gatewise.errors import SavedModelError
from gatewise.estimators.config import ForecasterConfig
from gatewise.estimators.forecast.windowed import WindowForecaster
from gatewise.estimators.saving.directory import Saved

__all__ = ["BaselineForecaster", "training_sample"]


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
        """Forecast in units of the window, shape (batch, horizon)."""

    def _answer(self, batch: ForecastBatch) -> NDArray[np.float64]:
        # Intervals start with no width: calibration makes them as wide as held-out errors are large.
        return np.repeat(self._point(batch)[:, :, None], 1 + 2 * len(self.levels), axis=2)

    def _coefficients(self) -> dict[str, NDArray[np.float64]]:
        raise SavedModelError(
            f"{type(self).__name__} cannot be saved without executing code at loading; "
            "fit it again where it is needed, or save a forecaster of another kind"
        )

    def _to_saved(self) -> Saved:
        state, arrays = self._fitted_state()
        return Saved(state, arrays | self._coefficients(), self._card())

    @classmethod
    def _from_saved(cls, saved: Saved) -> Self:
        estimator = cls._from_fitted_state(saved)
        for name in estimator._coefficient_names:
            setattr(estimator, name, saved.arrays[name])
        return estimator

    _coefficient_names: tuple[str, ...] = ()


def training_sample(
    source: ForecastSource, windows: Windows, most: int, random_state: int | None
) -> ForecastBatch:
    """All training windows, or ``most`` of them drawn without replacement."""
    count = len(windows)
    if count <= most:
        numbers = np.arange(count)
    else:
        numbers = np.sort(np.random.default_rng(random_state).choice(count, most, replace=False))
    return source.batch(*windows.locate(numbers), with_target=True)
