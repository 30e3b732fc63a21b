"""Values of sequences and texts: one or several for each, or one for each step."""

from __future__ import annotations

from dataclasses import replace
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


# Of several targets, which have units of their own.
SCALED = Metric(
    name="scaled MAE",
    unit="deviations of the targets",
    method="mean absolute error of the test sequences, of each target divided by its standard deviation in the "
    "training part, mean over the targets",
)


class RegressionTask(SequenceTask):
    """Sequences with a value or several each, or with a value at every step."""

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
        several = 0 if data.per_step or data.target.ndim == 1 else data.target.shape[1]
        named = () if data.columns is None else data.columns.targets
        self.target_names = named or tuple(f"target {number}" for number in range(1, several + 1))
        if several:
            self.metric = SCALED
        if test is not None and not data.per_step and test.target.shape[1:] != data.target.shape[1:]:
            raise DataError(f"{test.source}: expected as many targets as in {data.source}")
        super().__init__(data, prototype, test=test, folds=folds, random_state=random_state)

    def _outputs(self, rows: Rows) -> Floats | None:
        if self.stepwise:
            return None
        values = np.asarray(self.targets[rows], np.float64)
        return _standard(values, values) if self.target_names else values[:, None]

    def _prepare(self, sequences: list[Any]) -> None:
        self._probe.kind_ = "text" if self.data.kind == "tokens" else self.data.kind
        self._probe.target_names_ = self.target_names
        self._probe.prepare(sequences, self.picked(self.rows[0][0])[1])

    def _tuning_loss(self, metrics: dict[str, float]) -> float:
        return float(metrics["scaled RMSE" if self.target_names else "RMSE"])

    def _fit(self, estimator: Any, rows: Rows, length: float = 1.0) -> None:
        if not self.target_names:
            super()._fit(estimator, rows, length)
            return
        # As a set: an array as wide as sequences are long would be one of values of steps.
        sequences, targets = self.picked(rows, length)
        groups = None if self.groups is None else self.groups[rows]
        estimator.fit(replace(self.data, sequences=sequences, target=targets, groups=groups, ids=None))

    def default_steps(self) -> int:
        return int(self.config.training.steps or self._probe.default_steps(len(self.rows[0][0])))

    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:
        sequences, targets = self.picked(self.rows[fold][1], 1.0 if settings is None else settings.length)
        predicted, seconds = timed(estimator.predict, sequences)
        pairs = zip(targets, predicted, strict=True)
        unit = np.array(estimator.target_deviations_) if self.target_names else 1.0
        units = np.array([np.abs((np.asarray(actual) - answer) / unit).mean() for actual, answer in pairs])
        metrics = estimator.evaluate(sequences, targets)
        shown = _flat(self._in_one_unit(predicted)).astype(np.float32)
        return Scores(units, metrics, {"values": shown}, seconds / len(sequences))

    def _in_one_unit(self, values: Any) -> Any:
        """Return values as pictures and details show them: several targets standardised as those first learned."""
        return _standard(values, self.targets[self.rows[0][0]]) if self.target_names else values

    def _shown(self, targets: Any) -> NDArray[np.int64]:
        """Places of the values that a picture shows, at most 400."""
        count = len(_flat(targets))
        return np.unique(np.linspace(0, count - 1, min(count, SHOWN)).astype(np.int64))

    def facts(self, folds: int | None = None) -> DataFacts:
        columns = self.targets.T if self.target_names else [_flat(self.targets)]
        ranges = [f"{one.min():.4g} to {one.max():.4g}, mean {one.mean():.4g}" for one in columns]
        many = f"{len(ranges)} values" if self.target_names else "a value"
        return DataFacts(
            source=self.data.source,
            task=self.name,
            summary=f"{self.summary()}, {many} {'at every step' if self.stepwise else 'each'}",
            facts=dict(zip(self.target_names or ("target",), ranges, strict=True)) | self.common_facts(folds),
            notes=self.data.notes,
            step_unit=self.step_unit(),
        )

    def examples(self, answers: Answers) -> Examples:
        targets = self._in_one_unit(self.picked(self.rows[0][1])[1])
        shown = self._shown(targets)
        return Examples(
            actual=rounded(_flat(targets)[shown], 6),
            predicted={name: rounded(by_fold[0]["values"][shown], 6) for name, by_fold in answers.items()},
        )

    def details(self, answers: Answers, leaders: tuple[str, ...]) -> Details:
        tested = self.tested(len(next(iter(answers.values()))))
        tested.targets = self._in_one_unit(tested.targets)
        return value_details(tested, answers, leaders, self.target_names)


def _standard(values: Floats, learned: Floats) -> Floats:
    """Return several targets standardised by those that were learned."""
    deviations = learned.std(axis=0)
    standard: Floats = (values - learned.mean(axis=0)) / np.where(deviations > 0, deviations, 1.0)
    return standard


def _flat(values: Any) -> NDArray[np.float64]:
    return np.concatenate([np.atleast_1d(np.asarray(value, np.float64)) for value in values])
