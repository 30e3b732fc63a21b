"""A comparison that was stopped before its end, and what there is of it."""

from __future__ import annotations

from dataclasses import replace

from gatewise.comparison.results import Comparison
from gatewise.comparison.running.outcome import Outcome

__all__ = ["Stopped", "so_far"]


class Stopped(KeyboardInterrupt):
    """Ctrl-C, or a signal like it, in the middle of a comparison.

    Attributes
    ----------
    comparison : Comparison or None
        Of the trainings that were done, if there was one of every cell; its verdict says that it is none.
    done, total : int
        Trainings of networks; ``done`` counts those that were stored before, too.
    """

    def __init__(self, comparison: Comparison | None, done: int, total: int) -> None:
        super().__init__(f"the comparison was stopped after {done} of {total} trainings")
        self.comparison, self.done, self.total = comparison, done, total
        if comparison is not None and done < total:
            plan = comparison.evidence.plan.model_copy(update={"jobs": total, "jobs_done": done})
            comparison.evidence = comparison.evidence.model_copy(update={"plan": plan})

    def _render_traceback_(self) -> list[str]:
        """Return what notebooks show: where it stands, and how to get at what there is."""
        found = "" if self.comparison is None else "; what there is: import sys; sys.last_value.comparison"
        return [f"Stopped: {self}{found}"]


def so_far(outcome: Outcome) -> Outcome | None:
    """The part of an outcome from which evidence can be made: folds that every cell was trained on, whole curves.

    ``None`` where there is no such fold.
    """
    plan = outcome.plan
    trained = {(job.name, job.fold) for job in outcome.results if job.purpose == "main"}
    folds = 0
    while folds < plan.folds and all((name, folds) in trained for name in plan.cells):
        folds += 1
    if not folds:
        return None
    whole = outcome.trainings == plan.jobs
    kept = {
        job: result
        for job, result in outcome.results.items()
        if job.fold < folds and (whole or job.purpose not in ("amount", "length"))
    }
    return Outcome(replace(plan, folds=folds), outcome.rates, kept, outcome.used)
