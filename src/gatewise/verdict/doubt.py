"""What keeps a comparison from being decided, and what would settle it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gatewise.spelling import spelled
from gatewise.validation import sayable
from gatewise.verdict.evidence import Candidate, Difference, Evidence
from gatewise.verdict.ranking import MARGIN, Standing, distinguishable, equal, error_of, risk
from gatewise.verdict.units import FEWEST_UNITS

__all__ = ["FEWEST_SEEDS", "TRAINED", "Doubt", "doubts_about", "more_units", "trained"]

# Below this share of the updates that the defaults take, an error is that of networks that are not trained yet.
TRAINED = 0.8
FEWEST_SEEDS = 3
# With fewer units an interval is so wide that only great differences show.
ENOUGH_UNITS = 20
# A choice is undecided while the chance that a rival is better by more than the margin is above this.
RISK = 0.05
HALF = 0.5
# More than so many times what was tested is not asked for by its number.
MOST_TIMES = 20


@dataclass(frozen=True)
class Doubt:
    """One thing that is too little.

    Attributes
    ----------
    why : str
        "the networks had 20 of 300 updates".
    remedy : str
        What would settle it, as a sentence: "`--budget 9m` trains all of them."
    """

    why: str
    remedy: str


def doubts_about(evidence: Evidence, standing: Standing) -> list[Doubt]:
    """List what is too little to tell the choice from its rivals; nothing where that is decided, or a tie.

    Networks that had less than four fifths of their updates, and fewer than six independent test units, leave
    everything open. Fewer than three seeds or twenty units leave open what no interval decides, and so does a chance
    of more than 5 % that a rival is more than 5 % better. A comparison that was stopped decides nothing.
    """
    plan, units, choice = evidence.plan, evidence.units, standing.choice
    if plan.partial:
        return [
            Doubt(
                f"this is partial, {plan.jobs_done} of {plan.jobs} trainings",
                f"`{spelled('resume', True)}` does the rest.",
            )
        ]
    # Of a baseline that is to be used nothing but a cell can be in its way.
    rivals = standing.cells if choice.kind == "baseline" else standing.others
    doubts = []
    # What makes no error at all cannot be beaten by networks that learn for longer.
    if not trained(evidence) and error_of(choice) > 0:
        doubts.append(
            Doubt(f"the networks had {plan.steps:,} of {plan.full_steps:,} updates", _more_time(evidence))
        )
    if units.few:
        count = FEWEST_UNITS - units.independent
        doubts.append(
            Doubt(
                f"{units.counted(units.independent)} {'is' if units.independent == 1 else 'are'} too few to tell",
                f"{units.more(count)} would allow intervals.",
            )
        )
    open_ = [
        rival
        for rival in rivals
        if not distinguishable(evidence, choice, rival) and not equal(evidence, rival, choice)
    ]
    if not open_ or units.few:
        return doubts
    nearest = max(open_, key=lambda rival: risk(evidence, choice, rival))
    pair = evidence.difference(nearest.name, choice.name)
    chance = risk(evidence, choice, nearest)
    seeds = min((len(c.fit.by_seed) for c in (choice, nearest) if c.kind == "cell"), default=FEWEST_SEEDS)
    if seeds < FEWEST_SEEDS:
        doubts.append(Doubt(f"{seeds} seeds are too few to tell", f"`{spelled('seeds', 5)}` or more."))
    if units.groups and units.independent < ENOUGH_UNITS:
        remedy = _more_evidence(evidence, pair, choice, nearest)
        doubts.append(Doubt(f"{units.independent} {units.noun} are too few to tell", remedy))
    elif chance > RISK and seeds >= FEWEST_SEEDS:
        why = f"{nearest.name} may be more than {MARGIN:.0%} better, the chance is {chance:.0%}".replace(
            "%", " %"
        )
        doubts.append(Doubt(why, _more_evidence(evidence, pair, choice, nearest)))
    return doubts


def _more_evidence(evidence: Evidence, pair: Difference | None, choice: Candidate, rival: Candidate) -> str:
    more = None if pair is None else more_units(evidence, pair)
    named, units = f"{choice.name} from {rival.name}", evidence.units
    if pair is not None and (pair.seeds_share or 0.0) > HALF:
        seeds = max(len(c.fit.by_seed) for c in (choice, rival))
        return f"`{spelled('seeds', 2 * seeds)}`: seeds differ more than {units.noun}."
    if more is None and units.independent < ENOUGH_UNITS:
        enough = units.more(ENOUGH_UNITS - units.independent)
        return f"{enough} would do to say whether it matters, far more to tell {named}."
    if more is None:
        return f"Far more {units.noun} would be needed to tell {named}."
    return f"About {units.more(more)} like these would tell {named}."


def trained(evidence: Evidence) -> bool:
    """Return whether the networks had at least four fifths of the updates that the defaults take."""
    return not evidence.cells or evidence.plan.steps >= TRAINED * evidence.plan.full_steps


def more_units(evidence: Evidence, pair: Difference) -> int | None:
    """Estimate how many more test units would make a pair clear; ``None`` where there is no telling, or too many.

    The half width of the interval falls with the square root of their number, so far as it comes from them.
    """
    count = evidence.units.independent
    if pair.clear or pair.low is None or pair.high is None or not pair.mean or not evidence.units.groups:
        return None
    # The end that would have to come to zero.
    ratio = (pair.mean - pair.low if pair.mean > 0 else pair.high - pair.mean) / abs(pair.mean)
    from_units = ratio**2 * (1 - (pair.seeds_share or 0.0))
    left = 1 - ratio**2 * (pair.seeds_share or 0.0)
    if left <= 0:
        return None
    more = math.ceil(count * (from_units / left - 1))
    return more if 0 < more <= MOST_TIMES * count else None


def _more_time(evidence: Evidence) -> str:
    seconds = evidence.plan.full_seconds
    if seconds is None:
        return "More time trains all of them."
    return f"`{spelled('budget', sayable(seconds))}` trains all of them."
