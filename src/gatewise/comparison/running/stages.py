"""Jobs go to worker processes, results come back in any order and are put in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing

import joblib

from gatewise.comparison.jobs.job import Job, Result, execute
from gatewise.comparison.running.outcome import Outcome
from gatewise.comparison.running.pace import Pace
from gatewise.comparison.running.progress import Finished, Stage
from gatewise.comparison.running.store import Store
from gatewise.comparison.running.workers import WorkerKilledError, executed
from gatewise.comparison.tasks.base import Task

__all__ = ["MORE_SEEDS", "Stages"]

MORE_SEEDS = "more seeds"
_KILLED = "its process was ended from outside, each time; perhaps it needs more memory than there is"


class Stages:
    """Runs jobs stage by stage, keeps what comes of them, and tells how far they are."""

    def __init__(
        self,
        task: Task,
        workers: int,
        report: Callable[[Stage], None] | None = None,
        store: Store | None = None,
        outcome: Outcome | None = None,
        stop: Callable[[], None] = lambda: None,
    ) -> None:
        self.task, self.workers, self.report = task, workers, report
        self.store, self.outcome = store, outcome
        # Raises where this is to be stopped; asked after each job, before anything is made of it.
        self.stop = stop
        self.pace: Pace | None = None
        self.deadline: float | None = None
        # Jobs that were begun and have not ended, in order.
        self._handed_on: list[Job] = []
        # After a worker was ended from outside as the only one: one job at a time.
        self._alone = False

    def run(
        self,
        name: str,
        jobs: list[Job],
        *,
        limits: Callable[[Job], float | None] = lambda _: None,
        later: Sequence[Job] = (),
    ) -> list[Result]:
        """Results in the order of the jobs; without those for which there was no time.

        Parameters
        ----------
        limits : callable
            Seconds that a job may take, asked when it begins.
        later : sequence of Job
            What comes after this stage, and has its time before the last seeds of the comparison do.
        """
        if not jobs:
            return []
        stored = {} if self.store is None else self.store.results(jobs)
        results: dict[Job, Result] = {}
        for result in stored.values():
            self._add(results, result)
        self.tell(name, len(results), len(jobs))
        beside = jobs if name == "training" else ()
        waiting = [job for job in jobs if job not in stored]
        while waiting:
            self._handed_on.clear()
            begun = (job for job in waiting if self._begins(job, beside, later))
            try:
                self._work_through(name, begun, limits, results, len(jobs))
                break
            except WorkerKilledError:
                # Whichever of them was the worker's: all that run are lost with it, and are tried again.
                for job in self._handed_on if self._alone else ():
                    self._take(name, Result(job, failure=_KILLED), results, len(jobs))
                waiting = [job for job in waiting if job not in results]
                self._fewer(name, len(results), len(jobs))
        return [results[job] for job in jobs if job in results]

    def _work_through(
        self,
        name: str,
        jobs: Iterable[Job],
        limits: Callable[[Job], float | None],
        results: dict[Job, Result],
        total: int,
    ) -> None:
        calls = (
            joblib.delayed(execute)(self.task, job, *(() if (limit := limits(job)) is None else (limit,)))
            for job in jobs
        )
        timed = self.pace is not None and self.pace.deadline is not None
        workers = min(self.workers, total - len(results))
        with closing(executed(calls, workers, timed=timed, alone=self._alone)) as answers:
            for result in answers:
                self.stop()
                self._handed_on.remove(result.job)
                self._take(name, result, results, total)

    def _take(self, name: str, result: Result, results: dict[Job, Result], total: int) -> None:
        if self.store is not None and not (result.ended or result.failure == _KILLED):
            self.store.keep(result)
        self._add(results, result)
        self.tell(name, len(results), total, result=result)

    def _fewer(self, name: str, done: int, total: int) -> None:
        """Go on with half of the workers, as together they may have taken more memory than there is."""
        before, self.workers = self.workers, max(1, self.workers // 2)
        self._alone = self.workers == 1
        if self.pace is not None:
            self.pace.workers = self.workers
        after = "one training at a time" if self._alone else f"{self.workers} workers instead of {before}"
        self.tell(
            name, done, total,
            notes=(f"a worker was ended from outside, as when memory runs out; going on with {after}",),
        )  # fmt: skip

    def _begins(self, job: Job, beside: Sequence[Job], later: Sequence[Job]) -> bool:
        begins = self.pace is None or self.pace.begin(job, beside, later)
        if begins:
            self._handed_on.append(job)
        return begins

    def _add(self, results: dict[Job, Result], result: Result) -> None:
        results[result.job] = result
        if self.outcome is not None:
            self.outcome.results[result.job] = result
        if self.pace is not None:
            self.pace.add(result)

    def tell(
        self,
        name: str,
        done: int,
        total: int,
        *,
        result: Result | None = None,
        notes: Sequence[str] = (),
        planned: Sequence[str] = (),
    ) -> None:
        """Report where the comparison stands."""
        if self.report is None:
            return
        left = None if self.pace is None else self.pace.seconds_left
        if left is None and self.deadline is not None:
            left = self.deadline - time.perf_counter()
        finished = None
        if result is not None and self.outcome is not None:
            plan, more = self.outcome.plan, name == MORE_SEEDS
            count = (done, total) if more else (self.outcome.trainings, plan.jobs)
            finished = Finished.of(result, self.task.metric.name, *count, folds=plan.folds, more=more)
        # Those that were handed on first are at work, the others wait for a worker.
        running = tuple(job.name for job in self._handed_on[: self.workers])
        self.report(Stage(name, done, total, left, finished, tuple(notes), tuple(planned), running))
