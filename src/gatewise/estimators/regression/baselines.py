"""What regressors have to beat, cheapest first."""

from __future__ import annotations

from gatewise.estimators.baseline import Baseline
from gatewise.estimators.regression.constant import MedianRegressor
from gatewise.estimators.regression.ridge import RocketRegressor, StatisticsRegressor
from gatewise.estimators.regression.tabular import BoostingRegressor, RidgeRegressor
from gatewise.estimators.regression.texts import TfidfRegressor
from gatewise.estimators.sequence_arguments import InputKind

__all__ = ["BASELINES"]

VALUES: tuple[InputKind, ...] = ("values",)
BASELINES = (
    Baseline("median", MedianRegressor, "the median of the training part"),
    Baseline("ridge", RidgeRegressor, "ridge regression on the whole sequence at once", VALUES),
    Baseline("statistics", StatisticsRegressor, "ridge regression on statistics of each channel", VALUES),
    Baseline(
        "MiniRocket", RocketRegressor, "ridge regression on MiniRocket features", VALUES, per_step=False
    ),
    Baseline("boosting", BoostingRegressor, "gradient-boosted trees on the same (LightGBM)", VALUES),
    Baseline("TF-IDF", TfidfRegressor, "ridge regression on TF-IDF of words and characters", ("text",)),
)
