"""From evidence, preferences and limits to a verdict; the measurements do not change."""

from __future__ import annotations

from functools import partial
from typing import Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from gatewise.validation import Options
from gatewise.verdict import reasons
from gatewise.verdict.evidence import Candidate, Evidence
from gatewise.verdict.ranking import Prefer, clearly_worse, cost, distinguishable, error_of

__all__ = ["PreferenceOptions", "Preferences", "Recommendation", "recommend"]


class Preferences(Options):
    """What matters to a user besides the error.

    Attributes
    ----------
    prefer : {"accuracy", "latency", "memory", "size"}
        Which cell to take among those that no interval tells apart from the best: the cheapest in
        multiply-adds per step, the fastest per step, the one with the lowest peak while training, or the
        one with the fewest parameters. Cells of clearly larger error stay out.
    max_parameters, max_step_latency_us, max_state_bytes
        Candidates beyond a limit are not recommended.
    """

    prefer: Prefer = Field(default="accuracy", description="What counts among cells of equal error.")
    max_parameters: int | None = Field(default=None, ge=1, description="Limit of the whole network.")
    max_step_latency_us: float | None = Field(
        default=None, gt=0, description="Limit of one step, in microseconds."
    )
    max_state_bytes: int | None = Field(default=None, ge=1, description="Limit of the state of one stream.")


class PreferenceOptions(TypedDict, total=False):
    """The fields of :class:`Preferences` as keyword arguments."""

    prefer: Prefer
    max_parameters: int | None
    max_step_latency_us: float | None
    max_state_bytes: int | None


class Recommendation(BaseModel):
    """The verdict of a comparison.

    Attributes
    ----------
    choice : str or None
        Name of the candidate to use: a cell or a baseline; ``None`` if every one is out.
    kind : {"cell", "baseline", "none"}
    clear_winner : bool
        One cell is better than every other, and its interval excludes a tie.
    sentence : str
        The verdict in one sentence.
    reasons : tuple of str
        Why, one sentence each, with the numbers.
    tied : tuple of str
        Cells that no interval tells apart from the best.
    excluded : dict of str to str
        Candidates out of the running, with the limit they break.
    """

    model_config = ConfigDict(frozen=True)

    choice: str | None
    kind: Literal["cell", "baseline", "none"]
    clear_winner: bool
    sentence: str
    reasons: tuple[str, ...]
    tied: tuple[str, ...]
    excluded: dict[str, str]


def recommend(evidence: Evidence, preferences: Preferences | None = None) -> Recommendation:
    """Recommend which candidate to use.

    1. Candidates beyond a limit are out, and so are cells of which a training diverged.
    2. Cells that no interval tells apart from the one with the lowest error are tied with it.
    3. If a baseline's error is not clearly larger than that of any of these, the baseline is the answer: it is
       cheaper in every respect. Otherwise only the tied cells that clearly beat every baseline stay.
       Of several such baselines, the simplest is taken that is not clearly worse than the best of them.
    4. If one cell is left and every other cell is clearly worse, it is the clear winner; else the cheapest of
       those left in the preferred respect is taken.
    """
    preferences = preferences or Preferences()
    excluded = {c.name: why for c in evidence.candidates if (why := _broken_limit(c, preferences))}
    cells = sorted((c for c in evidence.cells if c.name not in excluded), key=error_of)
    baselines = sorted((c for c in evidence.baselines if c.name not in excluded), key=error_of)
    tied = [c for c in cells if c is cells[0] or not distinguishable(evidence, c, cells[0])]
    left = [c for c in tied if all(clearly_worse(evidence, b, c) for b in baselines)]
    known = (
        *reasons.about_cells(evidence, cells, tied),
        *(f"{name} is out: {why}." for name, why in excluded.items()),
    )
    verdict = partial(Recommendation, clear_winner=False, tied=tuple(c.name for c in tied), excluded=excluded)
    if left:
        choice = min(left, key=lambda c: cost(c, preferences.prefer))
        return verdict(
            choice=choice.name,
            kind="cell",
            clear_winner=len(tied) == 1 and len(cells) > 1,
            sentence=reasons.for_cell(evidence, choice, cells, tied, preferences.prefer),
            reasons=(
                *known,
                *reasons.about_costs(tied, preferences.prefer),
                *reasons.beaten(evidence, choice, baselines),
            ),
        )
    # The baselines that no tied cell clearly beats; without cells, all of them. A baseline is cheaper in every
    # respect, so not being beaten is enough.
    unbeaten = [b for b in baselines if not any(clearly_worse(evidence, b, c) for c in tied)] or baselines
    if unbeaten:
        # They stand in the evidence in the order of their cost.
        simplest = next(
            b for b in evidence.baselines if b in unbeaten and not clearly_worse(evidence, b, unbeaten[0])
        )
        return verdict(
            choice=simplest.name,
            kind="baseline",
            sentence=reasons.for_baseline(evidence, simplest, cells, tied),
            reasons=(
                *known,
                *reasons.unbeaten(evidence, simplest, cells),
                *reasons.simpler(evidence, simplest, unbeaten),
            ),
        )
    return verdict(choice=None, kind="none", sentence="Use none of them: every cell is out.", reasons=known)


def _broken_limit(candidate: Candidate, preferences: Preferences) -> str | None:
    """Return why a candidate is out of the running; ``None`` where it is not."""
    structure = candidate.structure
    if candidate.training is not None and candidate.training.diverged:
        return f"{candidate.training.diverged} of its trainings diverged"
    if structure is None:
        return None
    if preferences.max_parameters is not None and structure.parameters > preferences.max_parameters:
        return f"{structure.parameters:,} parameters, the limit is {preferences.max_parameters:,}"
    if preferences.max_state_bytes is not None and structure.state_bytes > preferences.max_state_bytes:
        return f"{structure.state_bytes:,} bytes of state, the limit is {preferences.max_state_bytes:,}"
    latency, limit = candidate.step_latency_us, preferences.max_step_latency_us
    if limit is not None and latency is not None and latency > limit:
        return f"{latency:.4g} µs per step, the limit is {limit:.4g} µs"
    return None
