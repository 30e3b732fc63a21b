"""What regressors have to beat, cheapest first."""

from __future__ import annotations

from gatewise.estimators.baseline import Baseline
from gatewise.estimators.regression.tabular import BoostingRegressor, MeanRegressor, RidgeRegressor

__all__ = ["BASELINES"]

BASELINES = (
    Baseline("mean", MeanRegressor, "the mean of the training part"),
    Baseline("ridge", RidgeRegressor, "ridge regression on the whole sequence at once"),
    Baseline("boosting", BoostingRegressor, "gradient-boosted trees on the same (LightGBM)"),
)
