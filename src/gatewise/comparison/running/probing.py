"""What trainings and baselines cost here, and the plan that can be afforded."""

from __future__ import annotations

from dataclasses import replace

from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.jobs.job import Job, Result
from gatewise.comparison.planning.budget import Costs, fitted, full_budget
from gatewise.comparison.planning.plan import FEWEST_STEPS, Plan

__all__ = ["baseline_limit", "costs_of", "first_jobs", "settle"]

# What a baseline may take before anything is trained, and for how many times as long its next attempt is planned.
BASELINE_SHARE, FEWEST_SECONDS, LONGER = 0.1, 1.0, 3.0


def first_jobs(plan: Plan, baselines: list[str]) -> list[Job]:
    """A few updates of every cell, and all baselines on one fold: nothing waits for the dearest of them."""
    return [*plan.probes(), *(Job(name, "baseline", 0, 0, None) for name in baselines)]


def baseline_limit(config: ComparisonConfig) -> float | None:
    """Seconds that a baseline may take at first."""
    return None if config.budget is None else max(FEWEST_SECONDS, BASELINE_SHARE * config.budget)


def settle(plan: Plan, costs: Costs, config: ComparisonConfig, workers: int, spent: float) -> Plan:
    """What can be afforded of a plan, ``spent`` seconds after the start."""
    if config.match == "time":
        plan = _equal_time(plan, costs)
    plan = replace(plan, full_steps=plan.steps)
    if config.budget is None:
        return replace(plan, full_seconds=full_budget(plan, costs, workers, spent))
    return fitted(plan, costs, workers, config.budget, spent)


def costs_of(results: list[Result]) -> Costs:
    """Costs from the results of :func:`first_jobs`."""
    probed = [result for result in results if result.job.purpose == "probe"]
    step = {r.job.name: r.history.step_seconds for r in probed if r.history is not None}
    # A probe that diverged tells nothing of its cost: take the dearest of the others.
    dearest = max(step.values(), default=0.1)
    names = [result.job.name for result in probed]
    step = {name: step.get(name, dearest) for name in names}
    # What is not updates is much the same for all cells, but for the first job of a process, which warms it up.
    whole = [result for result in probed if result.history is not None] or probed
    rest = min(max(0.0, r.seconds - FEWEST_STEPS * step[r.job.name]) for r in whole)
    baselines = [result for result in results if result.job.purpose == "baseline"]
    return Costs(
        step,
        dict.fromkeys(names, rest),
        {r.job.name: r.seconds * (LONGER if r.ended else 1.0) for r in baselines},
        tuple(r.job.name for r in baselines if r.ended),
    )


def _equal_time(plan: Plan, costs: Costs) -> Plan:
    """Updates of each cell such that all train for as long as the fastest does by default."""
    seconds = min(plan.steps[name] * costs.step[name] for name in plan.cells)
    steps = {name: max(FEWEST_STEPS, round(seconds / costs.step[name])) for name in plan.cells}
    return replace(plan, steps=steps)
