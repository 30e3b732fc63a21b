"""Carrying out a plan: jobs go to worker processes, results come back in any order and are put in order."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field

import joblib
import optuna

from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.interrupts import interrupts_held
from gatewise.comparison.jobs import Job, Result, execute
from gatewise.comparison.plan import FEWEST_STEPS, RATES, Costs, Plan, fit_to_budget
from gatewise.comparison.progress import Finished, Stage
from gatewise.comparison.store import Store
from gatewise.comparison.tasks.base import Task

__all__ = ["Outcome", "Stage", "estimate_run", "run", "worker_count"]

RESERVE_SHARE = 0.05


@dataclass
class Outcome:
    """Everything that was run.

    Attributes
    ----------
    plan : Plan
        As carried out.
    rates : dict of name to learning rate
    results : dict of Job to Result
        As they come, of every purpose.
    """

    plan: Plan
    rates: dict[str, float] = field(default_factory=dict)
    results: dict[Job, Result] = field(default_factory=dict)

    def of(self, name: str, purpose: str) -> list[Result]:
        """Results of one candidate for one purpose on the folds of the plan, by fold, number and settings."""
        found = [
            result
            for job, result in self.results.items()
            if (job.name, job.purpose) == (name, purpose) and job.fold < self.plan.folds
        ]
        return sorted(found, key=lambda r: (r.job.fold, r.job.number, repr(r.job.settings)))

    @property
    def trainings(self) -> int:
        """Trainings of networks by now, as :attr:`Plan.jobs` counts them."""
        return sum(job.settings is not None and job.purpose != "probe" for job in self.results)


def worker_count(config: ComparisonConfig) -> int:
    """Processes to use: as asked, else one per core that this process may use."""
    if config.workers is not None:
        return config.workers
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    task: Task,
    plan: Plan,
    config: ComparisonConfig,
    *,
    started: float,
    report: Callable[[Stage], None] | None = None,
    store: Store | None = None,
    outcome: Outcome | None = None,
) -> Outcome:
    """Probe, tune, train, and draw curves; what is in the ``store`` is taken from there.

    An ``outcome`` that is given is filled as results come, so that they are there if this is interrupted.

    Jobs are handed to joblib, one thread of arithmetic each: processes on this machine by default, a cluster
    under ``joblib.parallel_config(backend=…)``. What a job computes depends on the job alone, and results
    are put in order before anything is made of them, so the order in which they finish changes nothing.
    """
    workers = worker_count(config)
    outcome = Outcome(plan) if outcome is None else outcome
    stages = _Stages(task, workers, report, store, outcome)
    plan, costs, _ = _planned(stages, plan, config, started)
    plan = stages.settle(plan)
    stages.expect(plan.seconds(costs, workers))
    outcome.rates = _tune(plan, stages)
    stages.run("training", plan.main(outcome.rates))
    stages.run("curves", plan.curve_jobs(outcome.rates))
    return outcome


def estimate_run(task: Task, plan: Plan, config: ComparisonConfig) -> tuple[Plan, float]:
    """The plan as :func:`run` would carry it out, and about how many seconds that takes from now on."""
    workers = worker_count(config)
    plan, costs, _ = _planned(_Stages(task, workers), plan, config, time.perf_counter())
    return plan, plan.seconds(costs, workers)


def _planned(
    stages: _Stages, plan: Plan, config: ComparisonConfig, started: float
) -> tuple[Plan, Costs, list[Result]]:
    """Probe every cell and run the baselines, then settle what can be afforded."""
    probed = stages.run("probing", plan.probes(plan.first_rates[0]))
    jobs = [
        Job(name, "baseline", fold, 0, None) for fold in range(plan.folds) for name in stages.task.baselines()
    ]
    baselines = stages.run("baselines", jobs)
    costs = _costs(probed, baselines)
    if config.match == "time":
        plan = _equal_time(plan, costs)
    if config.budget is not None:
        left = config.budget * (1 - RESERVE_SHARE) - (time.perf_counter() - started)
        plan = fit_to_budget(plan, costs, stages.workers, left)
    return plan, costs, baselines


class _Stages:
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
        self.end: float | None = None

    def settle(self, plan: Plan) -> Plan:
        """The plan to carry out: the one that was settled before an interruption, if there was one."""
        plan = plan if self.store is None else self.store.settled(plan)
        if self.outcome is not None:
            self.outcome.plan = plan
        return plan

    def expect(self, seconds: float) -> None:
        self.end = time.perf_counter() + seconds

    def run(self, name: str, jobs: list[Job]) -> list[Result]:
        if not jobs:
            return []
        stored = {} if self.store is None else self.store.results(jobs)
        results: dict[Job, Result] = {}
        for result in stored.values():
            self._add(results, result)
        self._tell(name, len(results), len(jobs))
        with closing(self._executed([job for job in jobs if job not in stored])) as executed:
            for result in executed:
                if self.store is not None:
                    self.store.keep(result)
                self._add(results, result)
                self._tell(name, len(results), len(jobs), result)
        return [results[job] for job in jobs]

    def _executed(self, jobs: list[Job]) -> Generator[Result]:
        """Results in the order in which they come; closing it ends the workers."""
        if not jobs:
            return
        parallel = joblib.Parallel(
            n_jobs=min(self.workers, len(jobs)),
            return_as="generator_unordered",
            # No more than loky hands on at once: it cannot forget jobs that wait when it is stopped.
            pre_dispatch="2 * n_jobs",
            batch_size=1,
        )
        with warnings.catch_warnings():
            # loky warns when it replaces a worker that has grown; nothing is lost.
            warnings.filterwarnings("ignore", message="A worker stopped", category=UserWarning)
            # Of jobs that nobody waits for, as the comparison is being stopped.
            warnings.filterwarnings("ignore", message=r"\d+ tasks ", category=UserWarning)
            with interrupts_held():
                results = parallel(joblib.delayed(execute)(self.task, job) for job in jobs)
            with closing(results):
                yield from results

    def _add(self, results: dict[Job, Result], result: Result) -> None:
        results[result.job] = result
        if self.outcome is not None:
            self.outcome.results[result.job] = result

    def _tell(self, name: str, done: int, total: int, result: Result | None = None) -> None:
        if self.report is None:
            return
        left = None if self.end is None else max(0.0, self.end - time.perf_counter())
        finished = None
        if result is not None and self.outcome is not None:
            plan = self.outcome.plan
            finished = Finished.of(
                result, self.task.metric.name, self.outcome.trainings, plan.jobs, folds=plan.folds
            )
        self.report(Stage(name, done, total, left, finished))


def _costs(probed: list[Result], baselines: list[Result]) -> Costs:
    step = {r.job.name: r.history.step_seconds for r in probed if r.history is not None}
    # A probe that diverged tells nothing of its cost: take the dearest of the others.
    dearest = max(step.values(), default=0.1)
    names = [result.job.name for result in probed]
    step = {name: step.get(name, dearest) for name in names}
    # What is not updates is much the same for all cells, but for the first job of a process, which warms it up.
    whole = [result for result in probed if result.history is not None] or probed
    rest = min(max(0.0, r.seconds - FEWEST_STEPS * step[r.job.name]) for r in whole)
    overhead = dict.fromkeys(names, rest)
    folds = len({result.job.fold for result in baselines}) or 1
    return Costs(step, overhead, sum(result.seconds for result in baselines) / folds)


def _equal_time(plan: Plan, costs: Costs) -> Plan:
    """Updates of each cell such that all train for as long as the fastest does by default."""
    seconds = min(plan.steps[name] * costs.step[name] for name in plan.cells)
    steps = {name: max(FEWEST_STEPS, round(seconds / costs.step[name])) for name in plan.cells}
    return Plan(**{**vars(plan), "steps": steps})


def _tune(plan: Plan, stages: _Stages) -> dict[str, float]:
    """Each cell's learning rate: the same number of trials for each, chosen on rows held out of training."""
    if plan.trials == 1:
        return dict.fromkeys(plan.cells, plan.first_rates[0])
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    studies = {}
    for name in plan.cells:
        sampler = optuna.samplers.TPESampler(seed=plan.random_state, n_startup_trials=len(plan.first_rates))
        studies[name] = optuna.create_study(sampler=sampler)
        for rate in plan.first_rates[: plan.trials]:
            studies[name].enqueue_trial({"learning_rate": rate})
    rounds = [min(plan.trials, len(plan.first_rates)), max(0, plan.trials - len(plan.first_rates))]
    for count in filter(None, rounds):
        # Asked for together and told in order, so that the order of finishing does not matter.
        asked = {name: [study.ask() for _ in range(count)] for name, study in studies.items()}
        rates = {
            name: [trial.suggest_float("learning_rate", *RATES, log=True) for trial in trials]
            for name, trials in asked.items()
        }
        for result in stages.run("tuning", plan.tuning(rates)):
            study, trial = studies[result.job.name], asked[result.job.name][result.job.number]
            study.tell(trial, result.tuning_loss)
    return {name: float(study.best_params["learning_rate"]) for name, study in studies.items()}
