"""Whether a cell fell behind because it makes less of the past: said only where exchanging the past shows that."""

from __future__ import annotations

from gatewise.verdict.evidence import Candidate, Evidence, Past
from gatewise.verdict.sentences import shown

__all__ = ["because", "explains"]

# Of what the winner is better by, the past has to account for at least so much.
LEAST_SHARE = 0.5


def because(evidence: Evidence, winner: Candidate, losers: list[Candidate]) -> list[str]:
    """Say where the past is why cells fell behind, one sentence for each lag.

    Parameters
    ----------
    evidence : Evidence
    winner : Candidate
        The cell with the lowest error.
    losers : list of Candidate
        Cells that are clearly worse than it.

    Returns
    -------
    list of str
        For each loser the farthest lag beyond which the past explains the difference (:func:`explains`); nothing
        where it does not.
    """
    found: dict[int, tuple[Past, list[tuple[Candidate, Past]]]] = {}
    for loser in losers:
        pairs = [(a, b) for a in winner.past for b in loser.past if a.steps == b.steps]
        for own, other in sorted(pairs, key=lambda pair: -pair[0].steps):
            if explains(own, other):
                found.setdefault(own.steps, (own, []))[1].append((loser, other))
                break
    return [
        f"{winner.name} makes more of what lies over {evidence.data.steps(steps)} back: where that is another "
        f"sequence's, its {evidence.metric.name} goes from {_change(evidence, own)}, "
        + ", ".join(f"that of {loser.name} from {_change(evidence, other)}" for loser, other in others)
        + "."
        for steps, (own, others) in sorted(found.items())
    ]


def explains(winner: Past, loser: Past) -> bool:
    """Return whether the past beyond these steps is why one network is better than another.

    All three hold:

    - the winner's rise is one: its 95 % interval lies above zero,
    - it is larger than the loser's: the intervals do not overlap,
    - the rises differ by at least half of what the errors differ by, so that with the past gone at most half of
      the winner's advantage is left.
    """
    ahead = (loser.error - loser.rise.mean) - (winner.error - winner.rise.mean)
    low, high = winner.rise.low, loser.rise.high
    if low is None or high is None or ahead <= 0:
        return False
    return low > max(high, 0.0) and winner.rise.mean - loser.rise.mean >= LEAST_SHARE * ahead


def _change(evidence: Evidence, past: Past) -> str:
    return f"{shown(evidence, past.error - past.rise.mean)} to {shown(evidence, past.error)}"
