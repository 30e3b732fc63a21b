"""The verdict and its reasons in words, every number from the evidence."""

from __future__ import annotations

from gatewise.verdict.evidence import Candidate, Evidence
from gatewise.verdict.ranking import Prefer, clearly_worse, cost, distinguishable, error_of

__all__ = ["about_cells", "about_costs", "beaten", "for_baseline", "for_cell", "simpler", "unbeaten"]

# Below this share of the default updates a verdict speaks of networks that have hardly been trained.
FEW_UPDATES = 0.5


def for_cell(
    evidence: Evidence, choice: Candidate, cells: list[Candidate], tied: list[Candidate], prefer: Prefer
) -> str:
    """Return the verdict where a cell is to be used."""
    if len(cells) == 1:
        alone = "" if len(evidence.cells) == 1 else "it is the only cell that is left, and "
        sentence = f"Use the {choice.name}: {alone}it beats the baselines."
    elif len(tied) == 1:
        metric = evidence.metric.name
        sentence = f"Use the {choice.name}: its {metric} is the lowest, and no interval allows a tie."
    else:
        why = {
            "accuracy": "the cheapest of them per step",
            "latency": "the fastest of them per step",
            "memory": "the one that needs the least memory to train",
            "size": "the one with the fewest parameters",
        }[prefer]
        sentence = f"No clear winner among {_list(tied)}; use the {choice.name}, {why}."
    return sentence + _caution(evidence)


def for_baseline(
    evidence: Evidence, baseline: Candidate, cells: list[Candidate], tied: list[Candidate]
) -> str:
    """Return the verdict where no cell earns its cost."""
    if not cells:
        return f"Use the {baseline.name} baseline: every cell is out."
    if all(clearly_worse(evidence, cell, baseline) for cell in cells):
        sentence = f"Use the {baseline.name} baseline: it beats every cell."
    else:
        behind = [cell for cell in cells if cell not in tied]
        verb = "falls" if len(behind) == 1 else "fall"
        clause = f"; {_list(behind)} clearly {verb} behind {_list(tied)}" if behind else ""
        sentence = f"Use the {baseline.name} baseline: no recurrent cell is clearly better than it{clause}."
    return sentence + _caution(evidence)


def about_cells(evidence: Evidence, cells: list[Candidate], tied: list[Candidate]) -> list[str]:
    """Say the errors of the cells, how they differ, and what the gradient says of those that fell behind."""
    if not cells:
        return []
    best = cells[0]
    shown = ", ".join(f"{c.name} {_number(error_of(c))}" for c in cells)
    reasons = [f"{evidence.metric.name} on test data: {shown}."]
    for other in cells[1:]:
        verb = "is worse than" if distinguishable(evidence, other, best) else "cannot be told apart from"
        reasons.append(f"{other.name} {verb} {best.name}: {_difference(evidence, other, best)}.")
    vanishing = [c for c in cells if c not in tied and _vanishes(c)]
    if vanishing:
        reasons.append(
            f"After training, the gradient vanishes with distance in {_list(vanishing)}: "
            "what came long ago is not learned."
        )
    return reasons


def about_costs(tied: list[Candidate], prefer: Prefer) -> list[str]:
    """Say what the tied cells cost, where there is a choice."""
    if len(tied) < 2:
        return []
    unit = {
        "accuracy": "multiply-adds per step",
        "latency": "µs per step",
        "memory": "bytes at the peak of training",
        "size": "parameters",
    }[prefer]
    return [f"Cost in {unit}: {', '.join(f'{c.name} {cost(c, prefer):,.0f}' for c in tied)}."]


def beaten(evidence: Evidence, choice: Candidate, baselines: list[Candidate]) -> list[str]:
    """Say by how much the chosen cell beats the best baseline."""
    if not baselines:
        return []
    best = baselines[0]
    return [
        f"The best baseline, {best.name}, has {evidence.metric.name} {_number(error_of(best))}: "
        f"worse than {choice.name}, {_difference(evidence, best, choice)}."
    ]


def unbeaten(evidence: Evidence, baseline: Candidate, cells: list[Candidate]) -> list[str]:
    """Say how the recommended baseline stands to the best cell."""
    if not cells:
        return []
    lower = error_of(cells[0]) < error_of(baseline)
    doubt = f"{cells[0].name} has the lower error, but not beyond doubt: more test data could settle it."
    return [
        *([doubt] if lower else []),
        f"{baseline.name} has {evidence.metric.name} {_number(error_of(baseline))}, the best cell, {cells[0].name}, "
        f"{_number(error_of(cells[0]))}: {_difference(evidence, baseline, cells[0])}.",
    ]


def simpler(evidence: Evidence, baseline: Candidate, rivals: list[Candidate]) -> list[str]:
    """Say why a simpler baseline is taken than the one with the lowest error."""
    best = rivals[0]
    if best is baseline:
        return []
    return [
        f"{best.name} has {evidence.metric.name} {_number(error_of(best))}, but cannot be told apart from the "
        f"simpler {baseline.name}: {_difference(evidence, baseline, best)}."
    ]


def _caution(evidence: Evidence) -> str:
    plan = evidence.plan
    if plan.steps >= FEW_UPDATES * plan.full_steps:
        return ""
    return f" But the networks had only {plan.steps} of {plan.full_steps:,} updates: give them more time."


def _vanishes(candidate: Candidate) -> bool:
    gradient = candidate.gradient
    return bool(gradient and gradient.trained and gradient.trained.verdict == "vanishing")


def _difference(evidence: Evidence, first: Candidate, second: Candidate) -> str:
    found = evidence.difference(first.name, second.name)
    if found is None:
        return "not compared"
    return f"difference {found.mean:+.3g}, 99 % interval {found.low:+.3g} to {found.high:+.3g}"


def _list(candidates: list[Candidate]) -> str:
    names = [candidate.name for candidate in candidates]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _number(value: float) -> str:
    return f"{value:.3g}"
