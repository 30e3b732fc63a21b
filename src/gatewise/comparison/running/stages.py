"""Jobs go to worker processes, results come back in any order and are put in order."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import Any

import joblib

from gatewise.comparison.jobs.interrupts import interrupts_held
from gatewise.comparison.jobs.job import Job, Result, execute
from gatewise.comparison.running.outcome import Outcome
from gatewise.comparison.running.pace import Pace
from gatewise.comparison.running.progress import Finished, Stage
from gatewise.comparison.running.store import Store
from gatewise.comparison.tasks.base import Task

__all__ = ["MORE_SEEDS", "Stages"]

MORE_SEEDS = "more seeds"


class Stages:
    """Runs jobs stage by stage, keeps what comes of them, and tells how far they are."""

    def __init__(
        self,
        task: Task,
        workers: int,
        report: Callable[[Stage], None] | None = None,
        store: Store | None = None,
        outcome: Outcome | None = None,
    ) -> None:
        self.task, self.workers, self.report = task, workers, report
        self.store, self.outcome = store, outcome
        self.pace: Pace | None = None
        self.deadline: float | None = None
        self._handed_on: list[str] = []

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
        calls = (
            joblib.delayed(execute)(self.task, job, *(() if (limit := limits(job)) is None else (limit,)))
            for job in jobs
            if job not in stored and self._begins(job, beside, later)
        )
        self._handed_on.clear()
        with closing(self._executed(calls, len(jobs) - len(stored))) as executed:
            for result in executed:
                self._handed_on.remove(result.job.name)
                if self.store is not None and not result.ended:
                    self.store.keep(result)
                self._add(results, result)
                self.tell(name, len(results), len(jobs), result=result)
        return [results[job] for job in jobs if job in results]

    def _begins(self, job: Job, beside: Sequence[Job], later: Sequence[Job]) -> bool:
        begins = self.pace is None or self.pace.begin(job, beside, later)
        if begins:
            self._handed_on.append(job.name)
        return begins

    def _executed(self, calls: Iterator[Any], count: int) -> Generator[Result]:
        """Results in the order in which they come; closing it ends the workers."""
        if not count:
            return
        timed = self.pace is not None and self.pace.deadline is not None
        parallel = joblib.Parallel(
            n_jobs=min(self.workers, count),
            return_as="generator_unordered",
            # No more than loky hands on at once: it cannot forget jobs that wait when it is stopped. With a budget
            # only when there is somebody for it: by then it may not be due any more.
            pre_dispatch="n_jobs + 1" if timed else "2 * n_jobs",
            batch_size=1,
        )
        with warnings.catch_warnings():
            # loky warns when it replaces a worker that has grown; nothing is lost.
            warnings.filterwarnings("ignore", message="A worker stopped", category=UserWarning)
            # Of jobs that nobody waits for, as the comparison is being stopped.
            warnings.filterwarnings("ignore", message=r"\d+ tasks ", category=UserWarning)
            with interrupts_held():
                results = parallel(calls)
            with closing(results):
                yield from results

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
        running = tuple(self._handed_on[: self.workers])
        self.report(Stage(name, done, total, left, finished, tuple(notes), tuple(planned), running))
