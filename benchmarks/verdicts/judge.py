"""Whether a verdict is right, where the truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from benchmarks.verdicts.cases import Case
from gatewise.verdict.recommend import Recommendation

__all__ = ["NEAR", "Judgement", "allowed", "extra_error", "judge"]

# So much above the lowest error an answer is as good.
NEAR = 0.05
# Where the lowest error is about zero: so much of what the simplest baseline makes.
OF_BASELINE = 0.01


class Judgement(StrEnum):
    """What a verdict is worth.

    ``RIGHT``: what the law says, or a tie with it. ``NEAR``: something else, as good within 5 %. ``UNDECIDED``: the
    verdict says so itself. ``WRONG``: an answer whose true error is further from the lowest, or a winner that is
    none.
    """

    RIGHT = "right"
    NEAR = "near"
    UNDECIDED = "undecided"
    WRONG = "wrong"


def judge(case: Case, means: Mapping[str, float], simplest: str, verdict: Recommendation) -> Judgement:
    """Judge a verdict by the true mean errors of all candidates.

    Parameters
    ----------
    case : Case
    means : dict of name to error
    simplest : str
        The cheapest baseline.
    verdict : Recommendation
    """
    if verdict.state == "undecided":
        return Judgement.UNDECIDED
    if verdict.choice is None or means[verdict.choice] > allowed(means, simplest):
        return Judgement.WRONG
    if verdict.state == "winner" and (case.same or means[verdict.choice] > min(means.values())):
        return Judgement.WRONG
    said = {verdict.choice, *verdict.tied} if verdict.state == "tie" else {verdict.choice}
    return Judgement.RIGHT if said & {*case.right} else Judgement.NEAR


def allowed(means: Mapping[str, float], simplest: str) -> float:
    """The largest error that is as good as the lowest."""
    lowest = min(means.values())
    return lowest + max(NEAR * lowest, OF_BASELINE * means[simplest])


def extra_error(means: Mapping[str, float], simplest: str, choice: str) -> float:
    """How far the true error of a choice is above the lowest, as a share of what the simplest baseline makes."""
    return (means[choice] - min(means.values())) / means[simplest]
