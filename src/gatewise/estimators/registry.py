"""Every estimator that can be saved, by the name that stands in its files."""

from __future__ import annotations

from gatewise.estimators.baselines.boosting import BoostingForecaster
from gatewise.estimators.baselines.classifiers import LinearClassifier, MajorityClassifier
from gatewise.estimators.baselines.linear import LinearForecaster
from gatewise.estimators.baselines.seasonal_naive import SeasonalNaive
from gatewise.estimators.classifier import SequenceClassifier
from gatewise.estimators.forecaster import SequenceForecaster
from gatewise.estimators.persistence import Savable

__all__ = ["ESTIMATORS"]

ESTIMATORS: dict[str, type[Savable]] = {
    kind.__name__: kind
    for kind in (
        BoostingForecaster,
        LinearClassifier,
        LinearForecaster,
        MajorityClassifier,
        SeasonalNaive,
        SequenceClassifier,
        SequenceForecaster,
    )
}
