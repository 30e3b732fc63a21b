"""What has been run, of which evidence is made."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.jobs.job import Job, Result
from gatewise.comparison.planning.plan import Plan

__all__ = ["Outcome", "errors_of"]


@dataclass
class Outcome:
    """Everything that was run.

    Attributes
    ----------
    plan : Plan
        As carried out.
    rates : dict of name to learning rate
        The chosen ones.
    results : dict of Job to Result
        As they come, of every purpose.
    used : dict of name to tuple of learning rates
        Those that seeds were trained with in turn.
    """

    plan: Plan
    rates: dict[str, float] = field(default_factory=dict)
    results: dict[Job, Result] = field(default_factory=dict)
    used: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def of(self, name: str, purpose: str) -> list[Result]:
        """Results of one candidate for one purpose on the folds of the plan, by fold, number and settings."""
        found = [
            result
            for job, result in self.results.items()
            if (job.name, job.purpose) == (name, purpose) and job.fold < self.plan.folds
        ]
        return sorted(found, key=lambda r: (r.job.fold, r.job.number, repr(r.job.settings)))

    def errors(self, name: str, purpose: str) -> list[NDArray[np.float64]]:
        """Errors of one candidate by fold; see :func:`errors_of`."""
        return errors_of(self.of(name, purpose), self.plan.folds)

    @property
    def trainings(self) -> int:
        """Trainings of networks by now, as :attr:`Plan.jobs` counts them."""
        return sum(job.settings is not None and job.purpose != "probe" for job in self.results)


def errors_of(results: list[Result], folds: int) -> list[NDArray[np.float64]]:
    """Errors of the seeds that did not diverge, fold by fold; none at all where no seed of some fold is left."""
    by_fold: list[list[NDArray[np.float64]]] = [[] for _ in range(folds)]
    for result in results:
        if result.scores is not None:
            by_fold[result.job.fold].append(result.scores.units)
    return [np.stack(units) for units in by_fold] if all(by_fold) else []
