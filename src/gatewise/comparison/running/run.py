"""Carrying out a plan: probe, tune, train, draw curves, train more of what decides."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace

from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.jobs.job import Job
from gatewise.comparison.planning.budget import Costs, cut_lines, deadline_of, seconds_of
from gatewise.comparison.planning.plan import Plan, counted
from gatewise.comparison.running.outcome import Outcome
from gatewise.comparison.running.pace import Pace
from gatewise.comparison.running.probing import baseline_limit, costs_of, first_jobs, settle
from gatewise.comparison.running.progress import Stage
from gatewise.comparison.running.stages import MORE_SEEDS, Stages
from gatewise.comparison.running.store import Store
from gatewise.comparison.running.tuning import tune, tuned, usual
from gatewise.comparison.tasks.base import Task
from gatewise.verdict.doubt import FEWEST_SEEDS
from gatewise.verdict.seeds import FEWEST, seeds_wanted

__all__ = ["estimate_run", "run", "worker_count"]

MOST_SEEDS = 10


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
    stop: Callable[[], None] = lambda: None,
) -> Outcome:
    """Probe, tune, train, draw curves, and train more seeds of what the verdict hangs on.

    What is in the ``store`` is taken from there. An ``outcome`` that is given is filled as results come, so that they
    are there if this is interrupted; ``stop`` raises where it is to be, though nobody else has noticed.

    Jobs are handed to joblib, one thread of arithmetic each: processes on this machine by default, a cluster
    under ``joblib.parallel_config(backend=…)``. What a job computes depends on the job alone, and results
    are put in order before anything is made of them, so the order in which they finish changes nothing. With a budget
    how long they take decides what is left out.
    """
    outcome = Outcome(plan) if outcome is None else outcome
    stages = Stages(task, worker_count(config), report, store, outcome, stop)
    stages.deadline = deadline_of(config.budget, started)
    plan, costs = _planned(stages, plan, config, started)
    outcome.plan = plan
    pace = stages.pace = Pace(plan, costs, stages.workers, stages.deadline)
    first = len(plan.cells) + len(task.baselines())
    stages.tell("probing", first, first, notes=plan.cut, planned=plan.describe(cut=False))
    must = [job for job in plan.main(usual(plan)) if job.number < FEWEST_SEEDS]
    found = tune(plan, lambda jobs: stages.run("tuning", jobs), lambda jobs: pace.fits(jobs, other=must))
    pace.drop("tune")
    outcome.plan, outcome.rates, outcome.used = tuned(plan, found), found.chosen, found.used
    _train(stages, outcome, pace, costs)
    _draw_curves(stages, outcome, pace)
    _train_more(stages, outcome, pace, config)
    return outcome


def estimate_run(task: Task, plan: Plan, config: ComparisonConfig) -> tuple[Plan, float]:
    """The plan as :func:`run` would carry it out, and about how many seconds that takes from now on."""
    stages = Stages(task, worker_count(config))
    plan, costs = _planned(stages, plan, config, time.perf_counter())
    return plan, seconds_of(plan, costs, stages.workers)


def _planned(stages: Stages, plan: Plan, config: ComparisonConfig, started: float) -> tuple[Plan, Costs]:
    """Probe every cell and run the baselines on one fold, then settle what can be afforded, if it is not yet."""
    limit = baseline_limit(config)
    jobs = first_jobs(plan, list(stages.task.baselines()))
    first = stages.run("probing", jobs, limits=lambda job: limit if job.purpose == "baseline" else None)
    costs, store = costs_of(first), stages.store
    if store is not None and (settled := store.settled(plan)) is not None:
        return settled, costs
    plan = settle(plan, costs, config, stages.workers, time.perf_counter() - started)
    if store is not None:
        store.keep_plan(plan)
    return plan, costs


def _train(stages: Stages, outcome: Outcome, pace: Pace, costs: Costs) -> None:
    """The main comparison, with the baselines on all other folds, and once more those that took too long at first.

    These begin first, with the time that the plan keeps for them: the strongest rival is often the dearest, and what
    trainings take longer than reckoned would be taken from it.
    """
    plan, names = outcome.plan, list(stages.task.baselines())
    jobs = [Job(name, "baseline", fold, 0, None) for fold in range(plan.folds) for name in names]
    stages.run(
        "training",
        [
            *(job for job in jobs if job.name in costs.left),
            *(job for job in jobs if job.fold and job.name not in costs.left),
            *plan.main(outcome.used),
        ],
        limits=lambda job: _limit(job, pace, costs),
        later=plan.curve_jobs(outcome.used),
    )
    cut = plan.cut
    if pace.seeds < plan.seeds:
        slower = pace.factor("main")
        why = f": trainings take {slower:.1f} times as long as reckoned" if slower > 1.05 else ""
        cut += (f"{counted(pace.seeds, 'seed')} instead of {plan.seeds}, to keep the budget{why}",)
    left_out = [name for name in names if any(result.ended for result in outcome.of(name, "baseline"))]
    cut += tuple(f"the {name} baseline left out, to keep the budget: it takes too long" for name in left_out)
    for job in list(outcome.results):
        # Of a seed that was begun before a stop, and for which there is no time now, some cells may have results.
        if job.name in left_out or (job.purpose == "main" and job.number >= pace.seeds):
            del outcome.results[job]
    outcome.plan = replace(plan, seeds=pace.seeds, cut=cut)
    pace.drop("main")
    pace.drop("baseline")


def _limit(job: Job, pace: Pace, costs: Costs) -> float | None:
    """Seconds that a job may take which begins now: a baseline what is left, or what is kept for it."""
    if job.purpose != "baseline" or pace.limit is None:
        return None
    return min(pace.limit, pace.cost(job)) if job.name in costs.left else pace.limit


def _draw_curves(stages: Stages, outcome: Outcome, pace: Pace) -> None:
    """The curves, as far as there is time for them."""
    plan = kept = outcome.plan
    while kept.curve_seeds and not pace.fits(kept.curve_jobs(outcome.used)):
        kept = replace(kept, curve_seeds=kept.curve_seeds - 1)
    outcome.plan = replace(kept, cut=plan.cut + cut_lines(plan, kept))
    stages.run("curves", kept.curve_jobs(outcome.used))
    pace.drop("curves")


def _train_more(stages: Stages, outcome: Outcome, pace: Pace, config: ComparisonConfig) -> None:
    """More seeds of the cells whose seeds decide; without a budget at most twice as many.

    A number below five is what somebody asked for, and is kept: less than that tells no variance to go by.
    """
    if config.seeds < FEWEST:
        return
    most = MOST_SEEDS if config.budget is not None else min(MOST_SEEDS, 2 * outcome.plan.seeds)
    units = stages.task.units().of_folds(outcome.plan.folds)
    while True:
        plan, used = outcome.plan, outcome.used
        # A cell that diverged is out, and without enough test units there is nothing for seeds to decide.
        whole = [
            name
            for name in plan.cells
            if not units.few and all(result.scores for result in outcome.of(name, "main"))
        ]
        wanted = seeds_wanted({name: outcome.errors(name, "main") for name in whole}, units, most=most)
        jobs: list[Job] = []
        for number in range(plan.seeds, most):
            these = {
                name: used[name] for name, count in wanted.items() if plan.seeds_of(name) <= number < count
            }
            jobs += plan.round(these, number)
        while jobs and not pace.fits(jobs):
            jobs = [job for job in jobs if job.number < jobs[-1].number]
        if not jobs:
            return
        more = {
            name: plan.more_seeds.get(name, 0) + sum(job.name == name for job in jobs) // plan.folds
            for name in plan.cells
        }
        outcome.plan = replace(plan, more_seeds=more)
        pace.expect(jobs)
        stages.run(MORE_SEEDS, jobs)
        pace.drop("main")
