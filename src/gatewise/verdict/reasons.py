"""Why the verdict is what it is, one sentence each, every number from the evidence."""

from __future__ import annotations

import numpy as np

from gatewise.verdict import memory_reason
from gatewise.verdict.doubt import more_units, trained
from gatewise.verdict.evidence import Candidate, Evidence
from gatewise.verdict.influence import deciding_unit, median_difference
from gatewise.verdict.preferences import Prefer
from gatewise.verdict.ranking import Standing, clearly_worse, cost, distinguishable, equal, error_of
from gatewise.verdict.sentences import difference, shown

__all__ = ["about_absent", "about_costs", "about_errors", "about_tested"]

MOST_NAMES = 5


def about_errors(evidence: Evidence, standing: Standing) -> list[str]:
    """Say the errors of all, and how each stands to the choice, with the doubt in numbers."""
    choice = standing.choice
    ranked = sorted([choice, *standing.others], key=error_of)
    errors = ", ".join(f"{c.name} {shown(evidence, error_of(c))}" for c in ranked)
    reasons = [f"{evidence.metric.name} on test data: {errors}."]
    for other in standing.others:
        pair = evidence.difference(other.name, choice.name)
        if pair is None or pair.low is None:
            continue
        reasons.append(
            f"{other.name} {_stands(evidence, other, choice)} {choice.name}: "
            f"{difference(evidence, other, choice)}{_needed(evidence, other, choice)}."
        )
    return [
        *reasons,
        *_about_unstable(evidence),
        *_about_one_unit(evidence, standing),
        *_about_past(evidence, standing),
    ]


def _about_unstable(evidence: Evidence) -> list[str]:
    """Say whose trainings were taken back, as such a cell may be worth more than its error."""
    return [
        f"{cell.name} was unstable: in {cell.training.unstable} of its trainings the loss climbed, or was no number "
        "any more, and they went on from earlier weights at half the rate; a lower learning rate may do better."
        for cell in evidence.cells
        if cell.training is not None and cell.training.unstable
    ]


def _about_one_unit(evidence: Evidence, standing: Standing) -> list[str]:
    """Say which series or group the difference to the best rival hangs on, where there is one."""
    units = evidence.units
    if not standing.others or not units.names or units.group_count < 2:
        return []
    choice, rival = standing.choice, standing.others[0]
    first, second = ([np.array(fold) for fold in c.fit.units] for c in (choice, rival))
    found = deciding_unit(first, second, units) if first and second else None
    if found is None:
        return []
    scale = 100 if evidence.metric.is_share else 1
    middle = median_difference(first, second, units)
    return [
        f"{found.name}, one of {units.group_count} {units.noun}, decides between {choice.name} and {rival.name}: "
        f"without it the mean difference is {found.without * scale:+.3g}; the median of all is {middle * scale:+.3g}."
    ]


def _about_past(evidence: Evidence, standing: Standing) -> list[str]:
    """Say where the past is why cells fell behind the best of them."""
    if not standing.cells or not trained(evidence):
        return []
    winner = min(standing.cells, key=error_of)
    losers = [cell for cell in standing.cells if clearly_worse(evidence, cell, winner)]
    return memory_reason.because(evidence, winner, losers)


def _stands(evidence: Evidence, other: Candidate, choice: Candidate) -> str:
    if not trained(evidence) and distinguishable(evidence, other, choice):
        return "is so far behind" if clearly_worse(evidence, other, choice) else "is so far ahead of"
    if clearly_worse(evidence, other, choice):
        return "is worse than"
    if distinguishable(evidence, other, choice):
        return "is better than"
    if equal(evidence, other, choice):
        return "is shown to be as good as"
    return "cannot be told apart from"


def _needed(evidence: Evidence, other: Candidate, choice: Candidate) -> str:
    """Say how many more units would tell two apart, where that is a number that someone could have."""
    pair = evidence.difference(other.name, choice.name)
    if pair is None or pair.clear or equal(evidence, other, choice):
        return ""
    count = more_units(evidence, pair)
    return "" if count is None else f"; about {count:,} more {evidence.units.noun} would tell"


def about_costs(standing: Standing, prefer: Prefer) -> list[str]:
    """Say what the choice, and the cells that it was taken before, cost, where that was asked for."""
    named = {c.name: c for c in (standing.choice, standing.best, *standing.tied) if c.kind == "cell"}
    if prefer == "accuracy" or standing.choice.kind == "baseline" or len(named) < 2:
        return []
    unit = {
        "latency": "µs per step",
        "memory": "bytes at the peak of training",
        "size": "parameters",
    }[prefer]
    return [f"Cost in {unit}: {', '.join(f'{name} {_cost(cost(c, prefer))}' for name, c in named.items())}."]


def _cost(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def about_tested(evidence: Evidence) -> list[str]:
    """Say who was tested, and what the intervals are about."""
    units = evidence.units
    if not units.groups:
        return []
    tested = f"{units.independent:,} {units.noun}"
    if units.names and units.group_count <= MOST_NAMES:
        names = [units.names[number] for number in sorted({group for fold in units.groups for group in fold})]
        count = sum(map(len, units.groups))
        tested = f"{count:,} test sequences of {_groups(names)}, of whom nothing was learned"
    reasons = [f"Tested on {tested}."]
    if not units.few:
        reasons = [f"Tested on {tested}; the intervals are about {units.about}."]
    return reasons


def about_absent(evidence: Evidence) -> list[str]:
    """Say which baselines were not compared, and what installs them."""
    return [f"Not compared: {', '.join(one.names)} ({one.install})." for one in evidence.absent]


def _groups(names: list[str]) -> str:
    return f"group {names[0]}" if len(names) == 1 else f"groups {', '.join(names[:-1])} and {names[-1]}"
