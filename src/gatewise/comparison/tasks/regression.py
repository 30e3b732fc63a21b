"""Values of sequences: one for each, or one for each step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.tasks.base import Scores, Settings
from gatewise.comparison.tasks.sequences import Rows, SequenceTask
from gatewise.data.sequences import SequenceSet
from gatewise.data.splits import folds_of
from gatewise.errors import DataError
from gatewise.estimators.config import RegressorConfig
from gatewise.estimators.regression.baselines import (
    BoostingRegressor,
    MeanRegressor,
    RidgeRegressor,
)
from gatewise.estimators.regression.network import SequenceRegressor
from gatewise.verdict.evidence import DataFacts, Examples, Metric

__all__ = ["RegressionTask"]

SHOWN = 400


class RegressionTask(SequenceTask):
    """Sequences with a value each, or with a value at every step."""

    metric = Metric(
        name="MAE",
        unit="units of the target",
        method="mean absolute error of the test sequences; where there is a value at every step, the mean over "
        "the steps of each",
    )

    def __init__(
        self,
        data: SequenceSet,
        *,
        test: SequenceSet | None = None,
        folds: int = 1,
        seed: int = 0,
        bidirectional: bool | None = None,
        config: RegressorConfig | None = None,
    ) -> None:
        self.seed, self.bidirectional = seed, bidirectional
        if test is not None and data.per_step:
            test = test.with_steps()
        elif test is not None and test.per_step:
            raise DataError(
                f"{test.source}: has a value at every step; expected one for each sequence, as in {data.source}"
            )
        self.config = config or RegressorConfig()
        self.stepwise = data.per_step  # type: ignore[misc]  # known only now
        super().__init__(data, data.target, test=None if test is None else (test, test.target), folds=folds)

    def _splits(self, rows: Rows, folds: int) -> list[tuple[Rows, Rows]]:
        return folds_of(len(rows), None if self.groups is None else self.groups[rows], folds, self.seed)

    def _prepared(self, sequences: list[Any]) -> SequenceRegressor:
        probe = SequenceRegressor("GRU", bidirectional=self.bidirectional, config=self.config)
        probe.prepare(sequences, per_step=self.stepwise)
        return probe

    def _tuning_loss(self, metrics: dict[str, float]) -> float:
        return float(metrics["RMSE"])

    def estimator(self, settings: Settings, *, members: int = 1) -> SequenceRegressor:
        return SequenceRegressor(
            settings.cell,
            hidden_size=settings.hidden_size,
            bidirectional=self.bidirectional,
            random_state=settings.seed,
            config=self.config.model_copy(
                update={"training": self.training_config(settings), "members": members}
            ),
        )

    def default_steps(self) -> int:
        return int(self.config.training.steps or self._probe.default_steps(len(self.rows[0][0])))

    def baselines(self) -> dict[str, tuple[str, Any]]:
        return {
            "mean": ("the mean of the training part", MeanRegressor()),
            "ridge": ("ridge regression on the whole sequence at once", RidgeRegressor()),
            "boosting": ("gradient-boosted trees on the same (scikit-learn)", BoostingRegressor()),
        }

    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:
        sequences, targets = self.picked(self.rows[fold][1], 1.0 if settings is None else settings.length)
        predicted = estimator.predict(sequences)
        pairs = zip(targets, predicted, strict=True)
        units = np.array([np.abs(np.asarray(actual) - answer).mean() for actual, answer in pairs])
        return Scores(units, estimator.evaluate(sequences, targets), _flat(predicted)[self._shown(targets)])

    def _shown(self, targets: Any) -> NDArray[np.int64]:
        """Places of the values that a picture shows, at most 400."""
        count = len(_flat(targets))
        return np.unique(np.linspace(0, count - 1, min(count, SHOWN)).astype(np.int64))

    def facts(self) -> DataFacts:
        values = _flat(self.targets)
        return DataFacts(
            source=self.data.source,
            task="regression",
            summary=f"{self.summary()}, a value {'at every step' if self.stepwise else 'each'}",
            facts={"target": f"{values.min():.4g} to {values.max():.4g}, mean {values.mean():.4g}"}
            | self.common_facts(),
            notes=self.data.notes,
        )

    def examples(self, answers: dict[str, NDArray[Any]]) -> Examples:
        targets = self.picked(self.rows[0][1])[1]
        actual = _flat(targets)[self._shown(targets)]
        return Examples(
            actual=tuple(map(float, actual)),
            predicted={name: tuple(map(float, answer)) for name, answer in answers.items()},
        )


def _flat(values: Any) -> NDArray[np.float64]:
    return np.concatenate([np.atleast_1d(np.asarray(value, np.float64)) for value in values])
