"""What forecasters have to beat, cheapest first."""

from __future__ import annotations

from gatewise.estimators.baseline import Baseline
from gatewise.estimators.config import ForecasterConfig
from gatewise.estimators.forecast.boosting import BoostingForecaster
from gatewise.estimators.forecast.drift import DriftForecaster
from gatewise.estimators.forecast.linear import LinearForecaster
from gatewise.estimators.forecast.seasonal_naive import SeasonalNaive
from gatewise.estimators.forecast.statistical import STATISTICAL, AutoETSForecaster, AutoThetaForecaster

__all__ = ["BASELINES"]


def _naive(config: ForecasterConfig) -> str:
    season = config.season_length or 1
    if season == 1:
        return "the last value, repeated"
    return f"the last {season} values or the last one, repeated: whichever is better on held-out rows"


BASELINES = (
    Baseline("naive", SeasonalNaive, _naive),
    Baseline("drift", DriftForecaster, "the last value and the mean slope of the window"),
    Baseline("linear", LinearForecaster, "ridge regression on the window and all columns"),
    Baseline(
        "boosting",
        BoostingForecaster,
        "gradient-boosted trees on lags, differences and all columns (LightGBM)",
    ),
    Baseline(
        "AutoTheta", AutoThetaForecaster, "the theta method on each window (statsforecast)", extra=STATISTICAL
    ),
    Baseline(
        "AutoETS",
        AutoETSForecaster,
        "exponential smoothing of each window (statsforecast)",
        extra=STATISTICAL,
    ),
)
