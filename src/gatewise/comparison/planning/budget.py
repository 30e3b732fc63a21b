"""What trainings cost, and what is left out of a plan to keep a budget."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from gatewise.comparison.planning.plan import FEWEST_STEPS, Plan, counted
from gatewise.errors import ConfigurationError
from gatewise.spelling import spelled
from gatewise.validation import sayable
from gatewise.verdict.doubt import FEWEST_SEEDS, TRAINED

__all__ = [
    "Costs",
    "cut_lines",
    "deadline_of",
    "fit_to_budget",
    "fitted",
    "full_budget",
    "reckoned",
    "seconds_of",
    "shipped_seconds",
]

# Part of a budget that is planned for; the rest absorbs what a busy machine takes longer.
PLANNED_SHARE = 0.85
# And of the whole budget, what is kept for the report and for what no job counts.
RESERVE_SHARE = 0.05
TUNING_SHARE = 1 / 3
# With fewer seeds an interval is very wide, with one rate a cell may just have had the wrong one.
FEWEST_TRIALS = 2
# A budget that is promised to do is reckoned with costs so much higher: the next run measures its own.
MARGIN = 1.15
SAYABLE = (
    *range(10, 60, 10), 60, 90,
    *(60 * minutes for minutes in (*range(2, 11), 12, 15, 20, 25, 30, 40, 50)),
    *(3600 * hours for hours in (1, 1.5, *range(2, 13), 18, 24)),
)  # fmt: skip


@dataclass(frozen=True)
class Costs:
    """What was measured by probing: wall-clock seconds with all workers busy.

    Attributes
    ----------
    step : dict of name to float
        One update.
    overhead : dict of name to float
        Everything else in one training: windows, calibration, test forecasts.
    baselines : dict of name to float
        Each on one fold.
    left : tuple of str
        Baselines that took longer than they may before anything is trained; they are tried once more, with more time.
    """

    step: dict[str, float]
    overhead: dict[str, float]
    baselines: dict[str, float] = field(default_factory=dict)
    left: tuple[str, ...] = ()


def reckoned(plan: Plan, costs: Costs) -> dict[str, float]:
    """Seconds of work by kind of job; of baselines, what is left when the first fold has told their cost."""
    each = sum(plan.steps[name] * costs.step[name] + costs.overhead[name] for name in plan.cells)
    work = {kind: count * each for kind, count in plan.trainings.items()}
    again = sum(seconds for name, seconds in costs.baselines.items() if name in costs.left)
    return work | {"baseline": (plan.folds - 1) * sum(costs.baselines.values()) + again}


def shipped_seconds(plan: Plan, costs: Costs) -> float:
    """Seconds for the model that is shipped, which one process trains; of the dearest cell."""
    return max(plan.steps[name] * costs.step[name] + costs.overhead[name] for name in plan.cells)


def seconds_of(plan: Plan, costs: Costs, workers: int) -> float:
    """Estimated wall clock, with ``workers`` busy, then one for the model that is shipped."""
    return sum(reckoned(plan, costs).values()) / workers + shipped_seconds(plan, costs)


def fit_to_budget(plan: Plan, costs: Costs, workers: int, seconds: float) -> Plan:
    """The largest part of ``plan`` that fits into ``seconds``, with a list of what was cut.

    Given up in this order: folds that nobody has asked for, so long as enough groups are tested for an interval, what
    tuning takes beyond a third of the time, seeds above four, trials above three, the second seed of the curves, the
    curves, seeds down to three, folds down to one, trials down to two, the second seed of tuning, tuning, and at last,
    as networks that have not settled say little, the length of every training.
    """
    planned = PLANNED_SHARE * seconds
    smallest = plan
    for smallest in _rungs(plan, costs, workers, seconds):
        if seconds_of(smallest, costs, workers) <= planned:
            return replace(smallest, cut=cut_lines(plan, smallest))
    whole = seconds_of(smallest, costs, workers)
    fixed = seconds_of(replace(smallest, steps=dict.fromkeys(plan.cells, 0)), costs, workers)
    share = max(0.0, planned - fixed) / max(1e-9, whole - fixed)
    steps = {
        name: min(count, max(FEWEST_STEPS, math.floor(share * count)))
        for name, count in smallest.steps.items()
    }
    return replace(smallest, steps=steps, cut=cut_lines(plan, smallest))


def _rungs(plan: Plan, costs: Costs, workers: int, seconds: float) -> Iterator[Plan]:
    """Ever smaller plans."""

    def less(**changes: Any) -> Plan:
        kept = {name: min(value, getattr(plan, name)) for name, value in changes.items()}
        return _tuned__left_of(replace(plan, **kept), costs, workers, TUNING_SHARE * seconds)

    yield less()
    folds = plan.folds if plan.fewest_folds is None else plan.fewest_folds
    yield from (less(folds=count) for count in range(plan.folds - 1, folds - 1, -1))
    yield from (less(folds=folds, seeds=seeds) for seeds in range(plan.seeds - 1, 3, -1))
    few = {"folds": folds, "seeds": 4, "trials": 3}
    yield less(**few)
    yield less(**few, curve_seeds=1)
    yield less(**few, curve_seeds=0)
    fewest = few | {"seeds": FEWEST_SEEDS, "curve_seeds": 0}
    yield from (less(**fewest | {"folds": count}) for count in range(folds, 0, -1))
    fewest |= {"folds": 1}
    yield less(**fewest | {"trials": FEWEST_TRIALS})
    yield less(**fewest | {"trials": FEWEST_TRIALS}, tuning_seeds=1)
    yield less(**fewest | {"trials": 1}, tuning_seeds=1)


def _tuned__left_of(plan: Plan, costs: Costs, workers: int, seconds: float) -> Plan:
    """The plan with as many trials as tuning has time for."""
    if plan.trials == 1:
        return plan
    sizes = [(trials, plan.tuning_seeds) for trials in range(plan.trials, 1, -1)]
    for trials, seeds in [*sizes, (2, 1)]:
        kept = replace(plan, trials=trials, tuning_seeds=seeds)
        if reckoned(kept, costs)["tune"] / workers <= seconds:
            return kept
    return replace(plan, trials=1, tuning_seeds=1)


def _left_of(budget: float, spent: float) -> float:
    """Seconds of a budget that are left for what is still to be run."""
    return budget * (1 - RESERVE_SHARE) - spent


def deadline_of(budget: float | None, started: float) -> float | None:
    """When a run must have ended that has ``started`` then."""
    return None if budget is None else started + _left_of(budget, 0.0)


def full_budget(plan: Plan, costs: Costs, workers: int, spent: float) -> float:
    """The smallest budget, a round one, that trains every cell of ``plan`` in full.

    With at least three seeds and two rates for each, or as many as were asked for, and with folds that test on enough
    groups for an interval. ``spent`` are the seconds until trainings begin.
    """
    dearer = Costs(
        {name: MARGIN * seconds for name, seconds in costs.step.items()},
        {name: MARGIN * seconds for name, seconds in costs.overhead.items()},
        {name: MARGIN * seconds for name, seconds in costs.baselines.items()},
        costs.left,
    )

    def does(budget: float) -> bool:
        kept = fit_to_budget(plan, dearer, workers, _left_of(budget, MARGIN * spent))
        enough = kept.seeds >= min(FEWEST_SEEDS, plan.seeds) and kept.trials >= min(
            FEWEST_TRIALS, plan.trials
        )
        enough = enough and kept.folds >= (plan.fewest_folds or 1)
        return kept.steps == plan.steps and enough

    seconds = 0.0
    while not does(seconds := _next(seconds)):
        pass
    return seconds


def _next(seconds: float) -> float:
    """The next round number of seconds: whole days beyond the first."""
    return next((float(one) for one in SAYABLE if one > seconds), 86400.0 * (seconds // 86400 + 1))


def fitted(plan: Plan, costs: Costs, workers: int, budget: float, spent: float) -> Plan:
    """The plan as a budget allows it, ``spent`` seconds after its start.

    Raises
    ------
    ConfigurationError
        Not even the smallest plan fits: a few updates of every network.
    """
    kept = fit_to_budget(plan, costs, workers, _left_of(budget, spent))
    full = full_budget(plan, costs, workers, spent)
    steps = dict.fromkeys(plan.cells, FEWEST_STEPS)
    least = seconds_of(replace(kept, steps=steps), costs, workers)
    if kept.steps == steps and spent + least > budget:
        smallest = _at_least((spent + least / PLANNED_SHARE) / (1 - RESERVE_SHARE))
        raise ConfigurationError(
            f"{budget:.0f} s are too short: {spent:.0f} s went by until the first training, and a few updates of each "
            f"network take {math.ceil(least)} s; {sayable(smallest)} would do for that, {sayable(full)} trains all of "
            "them in full",
            option="budget",
        )
    lines = kept.cut
    short = [name for name in plan.cells if kept.steps[name] < plan.steps[name]]
    if short:
        most = max(short, key=lambda name: plan.steps[name])
        nothing = ": too few to compare cells by" if kept.steps[most] < TRAINED * plan.steps[most] else ""
        lines += (
            f"the budget of {sayable(budget)} trains {kept.steps[most]} of {plan.steps[most]:,} updates{nothing}; "
            f"{spelled('budget', sayable(full))} trains all of them",
        )
    return replace(kept, full_seconds=full, cut=lines)


def _at_least(seconds: float) -> float:
    """The smallest round budget of at least so many seconds."""
    return _next(math.nextafter(seconds, 0.0))


def cut_lines(wanted: Plan, kept: Plan) -> tuple[str, ...]:
    """What ``kept`` lacks, one sentence each."""
    cut = []
    for what, one in (("folds", "fold"), ("seeds", "seed"), ("trials", "learning rate")):
        before, after = getattr(wanted, what), getattr(kept, what)
        if after < before:
            few = what == "folds" and after < (wanted.fewest_folds or 1)
            why = ": the groups that they test on are too few for an interval" if few else ""
            cut.append(f"{counted(after, one)} instead of {before}, to keep the budget{why}")
    if kept.tuning_seeds < wanted.tuning_seeds and kept.trials > 1:
        cut.append("learning rates chosen by one seed instead of two, to keep the budget")
    if wanted.curve_seeds and not kept.curve_seeds:
        cut.append("no curves against sequence length and amount of data, to keep the budget")
    elif kept.curve_seeds < wanted.curve_seeds:
        cut.append(f"{counted(kept.curve_seeds, 'seed')} per point of the curves, to keep the budget")
    return tuple(cut)
