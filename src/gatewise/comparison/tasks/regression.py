"""Values of sequences and texts: one for each, or one for each step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.details.common import Answers, rounded
from gatewise.comparison.details.sequences import value_details
from gatewise.comparison.tasks.base import Scores, Settings, timed
from gatewise.comparison.tasks.sequences import SequenceTask
from gatewise.data.arrays import Floats, Rows
from gatewise.data.sequences import SequenceSet
from gatewise.errors import DataError
from gatewise.verdict.evidence import DataFacts, Details, Examples, Metric

__all__ = ["RegressionTask"]

SHOWN = 400


class RegressionTask(SequenceTask):
    """Sequences with a value each, or with a value at every step."""

    name = "regression"
    metric = Metric(
        name="MAE",
        unit="units of the target",
        method="mean absolute error of the test sequences; where there is a value at every step, the mean over "
        "the steps of each",
    )

    def __init__(
        self,
        data: SequenceSet,
        prototype: Any,
        *,
        test: SequenceSet | None = None,
        folds: int | None = 1,
        random_state: int = 0,
    ) -> None:
        if test is not None and data.per_step:
            test = test.with_steps()
        elif test is not None and test.per_step:
            raise DataError(
                f"{test.source}: has a value at every step; expected one for each sequence, as in {data.source}"
            )
        self.stepwise = data.per_step  # type: ignore[misc]  # known only now
        super().__init__(data, prototype, test=test, folds=folds, random_state=random_state)

    def _outputs(self, rows: Rows) -> Floats | None:
        return None if self.stepwise else np.asarray(self.targets[rows], np.float64)[:, None]

    def _prepare(self, sequences: list[Any]) -> None:
        self._probe.kind_ = "text" if self.data.kind == "tokens" else self.data.kind
        self._probe.prepare(sequences, self.picked(self.rows[0][0])[1])

    def _tuning_loss(self, metrics: dict[str, float]) -> float:
        return float(metrics["RMSE"])

    def default_steps(self) -> int:
        return int(self.config.training.steps or self._probe.default_steps(len(self.rows[0][0])))

    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:
        sequences, targets = self.picked(self.rows[fold][1], 1.0 if settings is None else settings.length)
        predicted, seconds = timed(estimator.predict, sequences)
        pairs = zip(targets, predicted, strict=True)
        units = np.array([np.abs(np.asarray(actual) - answer).mean() for actual, answer in pairs])
        metrics = estimator.evaluate(sequences, targets)
        shown = _flat(predicted).astype(np.float32)
        return Scores(units, metrics, {"values": shown}, seconds / len(sequences))

    def _shown(self, targets: Any) -> NDArray[np.int64]:
        """Places of the values that a picture shows, at most 400."""
        count = len(_flat(targets))
        return np.unique(np.linspace(0, count - 1, min(count, SHOWN)).astype(np.int64))

    def facts(self, folds: int | None = None) -> DataFacts:
        values = _flat(self.targets)
        return DataFacts(
            source=self.data.source,
            task=self.name,
            summary=f"{self.summary()}, a value {'at every step' if self.stepwise else 'each'}",
            facts={"target": f"{values.min():.4g} to {values.max():.4g}, mean {values.mean():.4g}"}
            | self.common_facts(folds),
            notes=self.data.notes,
            step_unit=self.step_unit(),
        )

    def examples(self, answers: Answers) -> Examples:
        targets = self.picked(self.rows[0][1])[1]
        shown = self._shown(targets)
        return Examples(
            actual=rounded(_flat(targets)[shown], 6),
            predicted={name: rounded(by_fold[0]["values"][shown], 6) for name, by_fold in answers.items()},
        )

    def details(self, answers: Answers, leaders: tuple[str, ...]) -> Details:
        return value_details(self.tested(len(next(iter(answers.values())))), answers, leaders)


def _flat(values: Any) -> NDArray[np.float64]:
    return np.concatenate([np.atleast_1d(np.asarray(value, np.float64)) for value in values])
