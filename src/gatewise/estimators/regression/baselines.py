"""What regressors have to beat, cheapest first."""

from __future__ import annotations

from gatewise.estimators.baseline import Baseline
from gatewise.estimators.regression.constant import MedianRegressor
from gatewise.estimators.regression.ridge import RocketRegressor, StatisticsRegressor
from gatewise.estimators.regression.tabular import BoostingRegressor, RidgeRegressor

__all__ = ["BASELINES"]

BASELINES = (
    Baseline("median", MedianRegressor, "the median of the training part"),
    Baseline("ridge", RidgeRegressor, "ridge regression on the whole sequence at once"),
    Baseline("statistics", StatisticsRegressor, "ridge regression on statistics of each channel"),
    Baseline("MiniRocket", RocketRegressor, "ridge regression on MiniRocket features", per_step=False),
    Baseline("boosting", BoostingRegressor, "gradient-boosted trees on the same (LightGBM)"),
)
