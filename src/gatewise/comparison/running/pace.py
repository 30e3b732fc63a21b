"""How long jobs take against what was reckoned, and what still fits into the time that is left."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from gatewise.comparison.jobs.job import Job, Result
from gatewise.comparison.planning.budget import Costs, reckoned, shipped_seconds
from gatewise.comparison.planning.plan import Plan
from gatewise.verdict.doubt import FEWEST_SEEDS

__all__ = ["Pace"]


class Pace:
    """What is still to be done, corrected by how long finished jobs took.

    Parameters
    ----------
    plan : Plan
    costs : Costs
        As probed.
    workers : int
    deadline : float or None
        When all must have ended, on ``time.perf_counter``'s clock.

    Attributes
    ----------
    seeds : int
        Seeds of the main comparison that there is time for; fewer than planned where jobs take longer than reckoned.
    """

    def __init__(self, plan: Plan, costs: Costs, workers: int, deadline: float | None) -> None:
        self.plan, self.costs, self.workers, self.deadline = plan, costs, workers, deadline
        self.seeds = plan.seeds
        self._due = reckoned(plan, costs)
        self._reckoned: dict[str, float] = defaultdict(float)
        self._measured: dict[str, float] = defaultdict(float)
        self._running: set[Job] = set()
        self._decided = min(FEWEST_SEEDS, plan.seeds)

    def cost(self, job: Job) -> float:
        """Seconds that were reckoned for a job."""
        if job.settings is None:
            return self.costs.baselines.get(job.name, 0.0)
        return job.settings.steps * self.costs.step[job.name] + self.costs.overhead[job.name]

    def add(self, result: Result) -> None:
        """Take note of a job that has ended."""
        self._running.discard(result.job)
        kind = _kind(result.job)
        self._reckoned[kind] += self.cost(result.job)
        self._measured[kind] += result.seconds

    def factor(self, kind: str) -> float:
        """How many times as long as reckoned jobs of a kind take; of all trainings, where there was none of it yet."""
        if self._reckoned[kind] > 0:
            return self._measured[kind] / self._reckoned[kind]
        kinds = [one for one in self._reckoned if one != "baseline" and self._reckoned[one] > 0]
        if kind == "baseline" or not kinds:
            return 1.0
        return sum(self._measured[one] for one in kinds) / sum(self._reckoned[one] for one in kinds)

    @property
    def seconds_left(self) -> float:
        """Until the model is fitted, if all goes on as it did."""
        work = sum(
            max(0.0, due - self._reckoned[kind]) * self.factor(kind) for kind, due in self._due.items()
        )
        return work / self.workers + self._shipped

    @property
    def _shipped(self) -> float:
        return shipped_seconds(self.plan, self.costs) * self.factor("main")

    @property
    def limit(self) -> float | None:
        """Seconds that a single job may take which begins now."""
        if self.deadline is None:
            return None
        return max(0.0, self.deadline - time.perf_counter() - self._shipped)

    def fits(self, jobs: Iterable[Job], *, other: Iterable[Job] = ()) -> bool:
        """Whether these jobs, and others that must come, end in time beside those that are running."""
        limit = self.limit
        if limit is None:
            return True
        each = [self.cost(job) * self.factor(_kind(job)) for job in (*jobs, *other, *self._running)]
        return max(sum(each) / self.workers, max(each, default=0.0)) <= limit

    def begin(self, job: Job, beside: Sequence[Job], later: Sequence[Job]) -> bool:
        """Whether a job may begin; asked once for each, in order.

        From the fourth seed on a seed begins only if all cells have time for it, so that all have the same seeds.

        Parameters
        ----------
        beside : sequence of Job
            The stage of the main comparison; in others, where all is to be run, none.
        later : sequence of Job
            What has its time before a fifth seed has.
        """
        if beside and job.purpose == "main":
            if self._decided <= job.number < self.seeds:
                self._decided = job.number + 1
                alike = [one for one in beside if one.purpose == "main" and one.number == job.number]
                other = [one for one in beside if one.purpose == "baseline"]
                if not self.fits(alike, other=[*other, *(later if job.number > FEWEST_SEEDS else ())]):
                    self._drop_from(job.number)
            if job.number >= self.seeds:
                return False
        self._running.add(job)
        return True

    def _drop_from(self, number: int) -> None:
        self._due["main"] *= number / self.seeds
        self.seeds = number

    def drop(self, kind: str) -> None:
        """Reckon no more with jobs of a kind."""
        self._due[kind] = 0.0

    def expect(self, jobs: list[Job]) -> None:
        """Reckon with further jobs."""
        for job in jobs:
            self._due[_kind(job)] = self._due.get(_kind(job), 0.0) + self.cost(job)


def _kind(job: Job) -> str:
    return "curves" if job.purpose in ("amount", "length") else job.purpose
