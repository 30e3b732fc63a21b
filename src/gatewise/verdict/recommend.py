"""From evidence, preferences and limits to a verdict; the measurements do not change."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field

from gatewise.verdict import reasons, sentences
from gatewise.verdict.doubt import doubts_about
from gatewise.verdict.evidence import Candidate, Evidence
from gatewise.verdict.preferences import Preferences
from gatewise.verdict.ranking import (
    Standing,
    cheapest_as_good,
    clearly_worse,
    distinguishable,
    error_of,
    least_error,
)

__all__ = ["Recommendation", "State", "recommend"]

State = Literal["winner", "tie", "baseline", "undecided", "none"]


class Recommendation(BaseModel):
    """The verdict of a comparison.

    Attributes
    ----------
    state : {"winner", "tie", "baseline", "undecided", "none"}
        A cell is better than all else, and no interval allows a tie; several cannot be told apart; a baseline is to
        be used; training, test units or seeds are too few to tell; everything is out.
    choice : str or None
        Name of the candidate to use, whatever the state: a cell or a baseline; ``None`` if every one is out.
    kind : {"cell", "baseline", "none"}
        Of the choice.
    sentence : str
        The verdict in one sentence.
    cell : str or None
        The cell to take if it has to be one.
    of_cells : str
        That in a sentence, with its interval against the best baseline.
    would_settle : tuple of str
        What would decide it, where the state is "undecided".
    reasons : tuple of str
        Why, one sentence each, with the numbers.
    tied : tuple of str
        The choice and all candidates that no interval tells apart from it.
    excluded : dict of str to str
        Candidates out of the running, with the limit they break.
    """

    model_config = ConfigDict(frozen=True)

    state: State
    choice: str | None
    kind: Literal["cell", "baseline", "none"]
    sentence: str
    cell: str | None = None
    of_cells: str = ""
    would_settle: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    excluded: dict[str, str] = Field(default_factory=dict)

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way
    @property
    def clear_winner(self) -> bool:
        """Return whether one cell is better than all else, and no interval allows a tie."""
        return self.state == "winner"


def recommend(evidence: Evidence, preferences: Preferences | None = None) -> Recommendation:
    """Recommend which candidate to use.

    1. Candidates beyond a limit are out, and so are cells of which a training diverged.
    2. The choice is what costs least in expected error (:func:`~gatewise.verdict.ranking.least_error`), or what is
       shown to be as good and is cheaper in what the user prefers
       (:func:`~gatewise.verdict.ranking.cheapest_as_good`).
    3. What is too little to tell it from the others makes the verdict "undecided", with what would settle it
       (:func:`~gatewise.verdict.doubt.doubts_about`); the choice stays.
    4. Otherwise it is a "baseline"; a "winner" where every other candidate is clearly worse; else a "tie".
    """
    preferences = preferences or Preferences()
    excluded = {c.name: why for c in evidence.candidates if (why := _broken_limit(c, preferences))}
    cells = sorted((c for c in evidence.cells if c.name not in excluded), key=error_of)
    baselines = [c for c in evidence.baselines if c.name not in excluded]
    out = tuple(f"{name} is out: {why}." for name, why in excluded.items())
    if not cells and not baselines:
        return Recommendation(
            state="none",
            choice=None,
            kind="none",
            sentence=sentences.NONE_LEFT,
            reasons=(*reasons.about_absent(evidence), *out),
            excluded=excluded,
        )
    field = [*baselines, *cells]
    best = least_error(evidence, field)
    choice = cheapest_as_good(evidence, best, field, preferences.prefer)
    others = sorted((c for c in field if c is not choice), key=error_of)
    tied = [c for c in others if not distinguishable(evidence, c, choice)]
    standing = Standing(choice, best, others, tied, cells, baselines)
    doubts = doubts_about(evidence, standing)
    state = "undecided" if doubts else _state(evidence, standing)
    return Recommendation(
        state=state,
        choice=choice.name,
        kind=choice.kind,
        sentence=sentences.verdict(evidence, state, standing, doubts, preferences.prefer),
        cell=standing.cell.name if standing.cell else None,
        of_cells=sentences.of_cells(evidence, standing),
        would_settle=tuple(doubt.remedy for doubt in doubts),
        reasons=(
            *reasons.about_errors(evidence, standing),
            *reasons.about_costs(standing, preferences.prefer),
            *reasons.about_tested(evidence),
            *reasons.about_absent(evidence),
            *out,
        ),
        tied=(choice.name, *(c.name for c in tied)),
        excluded=excluded,
    )


def _state(evidence: Evidence, standing: Standing) -> State:
    if standing.choice.kind == "baseline":
        return "baseline"
    beaten = all(clearly_worse(evidence, c, standing.choice) for c in standing.others)
    return "winner" if standing.others and beaten else "tie"


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
