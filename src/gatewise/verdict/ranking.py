"""How candidates stand to each other: by error, by interval, by cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from gatewise.verdict.evidence import Candidate, Evidence
from gatewise.verdict.preferences import Prefer

__all__ = [
    "CHEAPER",
    "MARGIN",
    "SHARE",
    "Standing",
    "cheapest_as_good",
    "clearly_worse",
    "cost",
    "distinguishable",
    "equal",
    "error_of",
    "least_error",
    "risk",
]


# A simpler baseline is taken whose error is within this share of a standard error of the lowest: what more or less
# costs is in docs/statistics.md.
SHARE = 0.1
# Errors that are shown to differ by no more than this share count as equal.
MARGIN = 0.05
# A cost counts as lower from this share on: hidden sizes are whole numbers, and equal parameters are nearly equal.
CHEAPER = 0.05


@dataclass(frozen=True)
class Standing:
    """Where the candidates that are left stand.

    Attributes
    ----------
    choice : Candidate
        To be used.
    best : Candidate
        What costs least in expected error; another one where the choice is as good and cheaper.
    others, tied : list of Candidate
        All but the choice, by error; those of them that no interval tells apart from it.
    cells, baselines : list of Candidate
        The cells by error, the baselines by cost.
    """

    choice: Candidate
    best: Candidate
    others: list[Candidate]
    tied: list[Candidate]
    cells: list[Candidate]
    baselines: list[Candidate]

    @property
    def lowest(self) -> bool:
        """Return whether nothing has a lower error than the choice."""
        return all(error_of(self.choice) <= error_of(other) for other in self.others)

    @property
    def cell(self) -> Candidate | None:
        """Return the cell to take if it has to be one."""
        return self.choice if self.choice.kind == "cell" else next(iter(self.cells), None)


def error_of(candidate: Candidate) -> float:
    """Return the mean of the deciding error."""
    return candidate.fit.error.mean


def distinguishable(evidence: Evidence, first: Candidate, second: Candidate) -> bool:
    """Return whether the interval of the difference of two candidates excludes a tie."""
    difference = evidence.difference(first.name, second.name)
    return difference is not None and difference.clear


def clearly_worse(evidence: Evidence, first: Candidate, second: Candidate) -> bool:
    """Return whether ``first`` has the larger error and the interval of the difference excludes a tie."""
    difference = evidence.difference(first.name, second.name)
    return difference is not None and difference.clear and difference.mean > 0


def equal(evidence: Evidence, first: Candidate, second: Candidate) -> bool:
    """Return whether the interval lies within 5 % of the error of ``second``: shown to be equal, not just not shown
    to differ."""
    return _within(evidence, first, second) and _within(evidence, second, first)


def _within(evidence: Evidence, first: Candidate, second: Candidate) -> bool:
    """Return whether ``first`` is shown to be worse than ``second`` by at most 5 % of the error of that."""
    difference = evidence.difference(first.name, second.name)
    return (
        difference is not None
        and difference.high is not None
        and difference.high <= MARGIN * abs(error_of(second))
    )


def risk(evidence: Evidence, choice: Candidate, rival: Candidate) -> float:
    """Return the chance that the true error of ``rival`` is more than 5 % below that of ``choice``.

    ``F((−0.05 e − d) / s)`` with the error ``e`` of the choice, the paired difference ``d`` of the rival and its
    standard error ``s``, and Student's distribution ``F``. Nothing is below no error at all.
    """
    difference = evidence.difference(rival.name, choice.name)
    if difference is None or not difference.error or not error_of(choice):
        return 0.0
    distance = (-MARGIN * abs(error_of(choice)) - difference.mean) / difference.error
    return float(stdtr(difference.freedom or np.inf, distance))


def least_error(evidence: Evidence, candidates: list[Candidate]) -> Candidate:
    """Return the candidate that costs least in expected error: the lowest mean, with simplicity as a tie-break.

    A baseline goes before the lowest if its error is within a tenth of a standard error of it (of the paired
    difference): the one-standard-error rule of Breiman et al. 1984 with the share that pays. They stand in
    ``candidates`` in the order of their cost, before the cells.
    """
    best = min(candidates, key=error_of)
    for candidate in candidates:
        difference = evidence.difference(candidate.name, best.name)
        if candidate is best:
            break
        if candidate.kind == "cell" or difference is None or difference.error is None:
            continue
        if difference.mean <= SHARE * difference.error:
            return candidate
    return best


def cheapest_as_good(
    evidence: Evidence, best: Candidate, candidates: list[Candidate], prefer: Prefer
) -> Candidate:
    """Return the cheapest candidate that is shown to be as good as ``best``, or ``best``.

    It costs less by more than 5 % of what the user prefers, and its error is shown to be at most 5 % higher
    (equivalence: the upper end of its interval, not an interval that happens to hold zero).
    """
    if prefer == "accuracy":
        return best
    cheaper = [
        c
        for c in candidates
        if cost(c, prefer) < (1 - CHEAPER) * cost(best, prefer) and _within(evidence, c, best)
    ]
    return min(cheaper, key=lambda c: (cost(c, prefer), error_of(c)), default=best)


def cost(candidate: Candidate, prefer: Prefer) -> float:
    """Return what a candidate costs in the preferred respect: multiply-adds per step by default, 0 of a baseline."""
    if candidate.structure is None:
        return 0.0
    if prefer == "latency" and candidate.step_latency_us is not None:
        return candidate.step_latency_us
    if prefer == "memory" and candidate.memory is not None:
        return candidate.memory.peak_training_bytes
    if prefer == "size":
        return candidate.structure.parameters
    return candidate.structure.multiply_adds_per_step
