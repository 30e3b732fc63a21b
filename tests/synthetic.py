"""Small series and estimators for the tests above the layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.data.series import Columns, SeriesSet
from gatewise.data.step import Step
from gatewise.estimators.config import ForecasterConfig
from gatewise.estimators.forecast.boosting import BoostingForecaster
from gatewise.estimators.forecast.drift import DriftForecaster
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive
from gatewise.estimators.forecast.statistical import STATISTICAL, AutoETSForecaster, AutoThetaForecaster
from gatewise.training.config import TrainingConfig

HOUR = 3_600 * 10**9
TINY = ForecasterConfig(
    context_length=24, season_length=12, training=TrainingConfig(steps=20, batch_size=32, learning_rate=0.01)
)


def series_set(values: Sequence[NDArray[np.float64]], **changes: Any) -> SeriesSet:
    """Hourly series named a, b, c, … of the given values."""
    rows = sum(len(one) for one in values)
    parts: dict[str, Any] = {
        "ids": np.array([chr(97 + number) for number in range(len(values))]),
        "offsets": np.cumsum([0, *(len(one) for one in values)]).astype(np.int64),
        "target": np.concatenate(values).astype(np.float64),
        "observed": np.ones(rows, bool),
        "start": np.full(len(values), np.datetime64("2024-01-01", "ns")),
        "step": Step("duration", HOUR),
        "past": np.zeros((rows, 0), np.float32),
        "known": np.zeros((rows, 0), np.float32),
        "columns": Columns(("unique_id",), "ds", ("y",)),
        "frame_kind": "pyarrow",
        "source": "test data",
    }
    return SeriesSet(**parts | changes)


def waves(length: int, *, seed: int = 0, season: int = 12, noise: float = 0.1) -> NDArray[np.float64]:
    """A seasonal wave above zero, with noise."""
    random = np.random.default_rng(seed)
    place = np.arange(length)
    return 10 + 2 * np.sin(2 * np.pi * place / season) + noise * random.normal(size=length)


def forecasters(horizon: int, **options: Any) -> list[Any]:
    """One small forecaster of every kind that is installed."""
    options = {"config": TINY, "random_state": 0} | options
    return [
        *(SequenceForecaster(cell, horizon, hidden_size=8, **options) for cell in ("RNN", "LSTM", "GRU")),
        SeasonalNaive(horizon, **options),
        DriftForecaster(horizon, **options),
        LinearForecaster(horizon, **options),
        BoostingForecaster(horizon, **options),
        *(
            kind(horizon, **options)
            for kind in (AutoThetaForecaster, AutoETSForecaster)
            if STATISTICAL.at_hand
        ),
    ]


def name_of(forecaster: Any) -> str:
    """What a parametrised test is called."""
    return str(getattr(forecaster, "cell", type(forecaster).__name__))
