"""The learning rate of each cell: the same trials for each, and no rate that only one seed likes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from gatewise.comparison.jobs.job import Job, Result
from gatewise.comparison.planning.budget import cut_lines
from gatewise.comparison.planning.plan import FINALISTS, Plan

with warnings.catch_warnings():
    # Its bar, which is never shown, asks for ipywidgets in notebooks.
    warnings.filterwarnings("ignore", message="IProgress not found")
    import optuna

__all__ = ["Rates", "tune", "tuned", "usual"]

RANGE = (1e-3, 1.2e-2)
Trials = dict[str, list[tuple[float, float]]]


@dataclass(frozen=True)
class Rates:
    """What tuning has found.

    Attributes
    ----------
    chosen : dict of name to float
        The rate with the lowest mean loss, for the model that is shipped.
    used : dict of name to tuple of float
        What each seed of the tuning would have chosen; the seeds of the comparison take them in turn, so that the
        choice is part of what they tell apart. One where both agree.
    trials, tuning_seeds : int
        As there was time for.
    """

    chosen: dict[str, float]
    used: dict[str, tuple[float, ...]]
    trials: int
    tuning_seeds: int


def usual(plan: Plan) -> dict[str, tuple[float, ...]]:
    """The rates that are used where none is chosen."""
    return {name: rates[:1] for name, rates in plan.first_rates.items()}


def tuned(plan: Plan, rates: Rates) -> Plan:
    """The plan with what was really tried."""
    done = replace(plan, trials=rates.trials, tuning_seeds=rates.tuning_seeds)
    return replace(done, cut=plan.cut + cut_lines(plan, done))


def tune(plan: Plan, train: Callable[[list[Job]], list[Result]], fits: Callable[[list[Job]], bool]) -> Rates:
    """Choose rates on data held out of training.

    Parameters
    ----------
    plan : Plan
    train : callable
        Runs jobs and returns their results in the same order.
    fits : callable
        Whether there is time for further jobs.
    """
    if plan.trials == 1:
        used = usual(plan)
        return Rates({name: rate for name, (rate,) in used.items()}, used, 1, 1)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    studies = {name: _Study(plan, rates) for name, rates in plan.first_rates.items()}
    begin = min(plan.trials, *map(len, plan.first_rates.values()))
    done = 0
    for count in filter(None, (begin, plan.trials - begin)):
        # Asked for together and told in order, so that the order of finishing does not matter.
        jobs = plan.tuning({name: study.ask(count) for name, study in studies.items()})
        if done and not fits(jobs):
            break
        for result in train(jobs):
            studies[result.job.name].tell(result)
        done += count
    best = {name: study.best(FINALISTS) for name, study in studies.items()}
    jobs = plan.tuning({name: [rate for rate, _ in found] for name, found in best.items()}, seed=1)
    if plan.tuning_seeds == 1 or not fits(jobs):
        chosen = {name: found[0][0] for name, found in best.items()}
        return Rates(chosen, {name: (rate,) for name, rate in chosen.items()}, done, 1)
    again: Trials = {name: [] for name in best}
    for result in train(jobs):
        again[result.job.name].append((best[result.job.name][result.job.number][0], result.tuning_loss))
    return _settled(best, again, done)


def _settled(before: Mapping[str, list[tuple[float, float]]], again: Trials, trials: int) -> Rates:
    chosen: dict[str, float] = {}
    used: dict[str, tuple[float, ...]] = {}
    for name, first in before.items():
        second = again[name]
        means = [(one + two, rate) for (rate, one), (_, two) in zip(first, second, strict=True)]
        chosen[name] = min(means, key=lambda mean: mean[0])[1]
        likes = (first[0][0], min(second, key=lambda trial: trial[1])[0])
        used[name] = likes if likes[0] != likes[1] else likes[:1]
    return Rates(chosen, used, trials, 2)


class _Study:
    """Rates that were tried for one cell, and which to try next."""

    def __init__(self, plan: Plan, rates: tuple[float, ...]) -> None:
        sampler = optuna.samplers.TPESampler(seed=plan.random_state, n_startup_trials=len(rates))
        self.study = optuna.create_study(sampler=sampler)
        for rate in rates[: plan.trials]:
            self.study.enqueue_trial({"learning_rate": rate})
        # What fit takes for very small or very large networks may lie outside.
        self.range = min(RANGE[0], *rates), max(RANGE[1], *rates)
        self.asked: list[optuna.trial.Trial] = []
        self.found: list[tuple[float, float]] = []

    def ask(self, count: int) -> list[float]:
        self.asked = [self.study.ask() for _ in range(count)]
        return [trial.suggest_float("learning_rate", *self.range, log=True) for trial in self.asked]

    def tell(self, result: Result) -> None:
        trial = self.asked[result.job.number]
        self.study.tell(trial, result.tuning_loss)
        self.found.append((float(trial.params["learning_rate"]), result.tuning_loss))

    def best(self, count: int) -> list[tuple[float, float]]:
        """Rates and losses, the best first; of equal ones the first that was tried."""
        return sorted(self.found, key=lambda trial: trial[1])[:count]
