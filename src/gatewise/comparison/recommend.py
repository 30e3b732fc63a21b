"""From evidence, preferences and limits to a verdict; the measurements do not change."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gatewise.comparison.evidence import Candidate, Evidence

__all__ = ["Preferences", "Recommendation", "recommend"]

Prefer = Literal["accuracy", "latency", "memory", "size"]


class Preferences(BaseModel):
    """What matters beside the error.

    Attributes
    ----------
    prefer : {"accuracy", "latency", "memory", "size"}
        Which cell to take among those that no interval tells apart from the best: the cheapest in
        multiply-adds per step, the fastest per step, the one with the lowest peak while training, or the
        one with the fewest parameters. Cells of clearly larger error stay out.
    max_parameters, max_step_latency_us, max_state_bytes
        Candidates beyond a limit are not recommended.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prefer: Prefer = "accuracy"
    max_parameters: int | None = Field(default=None, ge=1)
    max_step_latency_us: float | None = Field(default=None, gt=0)
    max_state_bytes: int | None = Field(default=None, ge=1)


class Recommendation(BaseModel):
    """The verdict.

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
    """Which candidate to use.

    1. Candidates beyond a limit are out, and so are cells of which a training diverged.
    2. Cells that no interval tells apart from the one with the lowest error are tied with it.
    3. If a baseline's error is not clearly larger than that of any of these, the baseline is the answer: it is
       cheaper in every respect. Otherwise only the tied cells that clearly beat every baseline stay.
    4. If one cell is left and every other cell is clearly worse, it is the clear winner; else the cheapest of
       those left in the preferred respect is taken.
    """
    preferences = preferences or Preferences()
    excluded = {c.name: why for c in evidence.candidates if (why := _breaks(c, preferences))}
    cells = sorted((c for c in evidence.cells if c.name not in excluded), key=_error)
    baselines = sorted((c for c in evidence.baselines if c.name not in excluded), key=_error)
    tied = [c for c in cells if c is cells[0] or not _clear(evidence, c, cells[0])]
    left = [c for c in tied if all(_clearly_worse(evidence, b, c) for b in baselines)]
    reasons = (
        *_about_cells(evidence, cells, tied),
        *(f"{name} is out: {why}." for name, why in excluded.items()),
    )
    names = tuple(c.name for c in tied)
    if left:
        choice = min(left, key=lambda c: _cost(c, preferences.prefer))
        clear = len(tied) == 1 and len(cells) > 1
        return Recommendation(
            choice=choice.name,
            kind="cell",
            clear_winner=clear,
            sentence=_for_cell(evidence, choice, cells, tied, clear, preferences),
            reasons=(
                *reasons,
                *_about_costs(tied, preferences.prefer),
                *_beaten(evidence, choice, baselines),
            ),
            tied=names,
            excluded=excluded,
        )
    # The best of the baselines that no tied cell clearly beats; without cells, the best of all.
    unbeaten = [b for b in baselines if not any(_clearly_worse(evidence, b, c) for c in tied)] or baselines
    if unbeaten:
        return Recommendation(
            choice=unbeaten[0].name,
            kind="baseline",
            clear_winner=False,
            sentence=_for_baseline(evidence, unbeaten[0], cells),
            reasons=(*reasons, *_unbeaten(evidence, unbeaten[0], cells)),
            tied=names,
            excluded=excluded,
        )
    sentence = "Use none of them: every cell is out."
    return Recommendation(
        choice=None,
        kind="none",
        clear_winner=False,
        sentence=sentence,
        reasons=reasons,
        tied=names,
        excluded=excluded,
    )


def _error(candidate: Candidate) -> float:
    return candidate.fit.error.mean


def _breaks(candidate: Candidate, preferences: Preferences) -> str | None:
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


def _between(evidence: Evidence, first: Candidate, second: Candidate) -> tuple[float, float, float, bool]:
    """Error of ``first`` minus error of ``second``: mean, low, high, clear."""
    for d in evidence.differences:
        if (d.first, d.second) == (first.name, second.name):
            return d.mean, d.low, d.high, d.clear
        if (d.second, d.first) == (first.name, second.name):
            return -d.mean, -d.high, -d.low, d.clear
    raise KeyError(f"{first.name} and {second.name} were not compared")


def _clear(evidence: Evidence, first: Candidate, second: Candidate) -> bool:
    return _between(evidence, first, second)[3]


def _clearly_worse(evidence: Evidence, first: Candidate, second: Candidate) -> bool:
    mean, _, _, clear = _between(evidence, first, second)
    return clear and mean > 0


def _cost(candidate: Candidate, prefer: Prefer) -> float:
    if candidate.structure is None:
        return 0.0
    if prefer == "latency" and candidate.step_latency_us is not None:
        return candidate.step_latency_us
    if prefer == "memory" and candidate.memory is not None:
        return candidate.memory.peak_training_bytes
    if prefer == "size":
        return candidate.structure.parameters
    return candidate.structure.multiply_adds_per_step


def _for_cell(
    evidence: Evidence,
    choice: Candidate,
    cells: list[Candidate],
    tied: list[Candidate],
    clear: bool,
    preferences: Preferences,
) -> str:
    if clear:
        return (
            f"Use the {choice.name}: its {evidence.metric.name} is the lowest, and no interval allows a tie."
        )
    if len(cells) == 1:
        alone = "" if len(evidence.cells) == 1 else "it is the only cell that is left, and "
        return f"Use the {choice.name}: {alone}it beats the baselines."
    why = {
        "accuracy": "the cheapest of them per step",
        "latency": "the fastest of them per step",
        "memory": "the one that needs the least memory to train",
        "size": "the one with the fewest parameters",
    }[preferences.prefer]
    return f"No clear winner among {_list(tied)}; use the {choice.name}, {why}."


def _for_baseline(evidence: Evidence, baseline: Candidate, cells: list[Candidate]) -> str:
    if not cells:
        return f"Use the {baseline.name} baseline: every cell is out."
    beaten = all(_clearly_worse(evidence, cell, baseline) for cell in cells)
    why = "it beats every cell" if beaten else "no recurrent cell is clearly better than it"
    return f"Use the {baseline.name} baseline: {why}."


def _about_cells(evidence: Evidence, cells: list[Candidate], tied: list[Candidate]) -> list[str]:
    if not cells:
        return []
    best = cells[0]
    shown = ", ".join(f"{c.name} {_number(_error(c))}" for c in cells)
    reasons = [f"{evidence.metric.name} on test data: {shown}."]
    for other in cells[1:]:
        mean, low, high, clear = _between(evidence, other, best)
        verb = "is worse than" if clear else "cannot be told apart from"
        reasons.append(f"{other.name} {verb} {best.name}: {_difference(mean, low, high)}.")
    vanishing = [c for c in cells if c not in tied and _vanishes(c)]
    if vanishing:
        reasons.append(
            f"After training, the gradient vanishes with distance in {_list(vanishing)}: "
            "what came long ago is not learned."
        )
    return reasons


def _vanishes(candidate: Candidate) -> bool:
    gradient = candidate.gradient
    return bool(gradient and gradient.trained and gradient.trained.verdict == "vanishing")


def _about_costs(tied: list[Candidate], prefer: Prefer) -> list[str]:
    if len(tied) < 2:
        return []
    unit = {
        "accuracy": "multiply-adds per step",
        "latency": "µs per step",
        "memory": "bytes at the peak of training",
        "size": "parameters",
    }[prefer]
    return [f"Cost in {unit}: {', '.join(f'{c.name} {_cost(c, prefer):,.0f}' for c in tied)}."]


def _beaten(evidence: Evidence, choice: Candidate, baselines: list[Candidate]) -> list[str]:
    if not baselines:
        return []
    mean, low, high, _ = _between(evidence, baselines[0], choice)
    return [
        f"The best baseline, {baselines[0].name}, has {evidence.metric.name} {_number(_error(baselines[0]))}: "
        f"worse than {choice.name}, {_difference(mean, low, high)}."
    ]


def _unbeaten(evidence: Evidence, baseline: Candidate, cells: list[Candidate]) -> list[str]:
    if not cells:
        return []
    mean, low, high, _ = _between(evidence, baseline, cells[0])
    return [
        f"{baseline.name} has {evidence.metric.name} {_number(_error(baseline))}, the best cell, {cells[0].name}, "
        f"{_number(_error(cells[0]))}: {_difference(mean, low, high)}."
    ]


def _difference(mean: float, low: float, high: float) -> str:
    # Adding zero turns −0.0, which a difference of equals can be, into 0.0.
    return f"difference {mean + 0.0:+.3g}, 95 % interval {low + 0.0:+.3g} to {high + 0.0:+.3g}"


def _list(candidates: list[Candidate]) -> str:
    names = [candidate.name for candidate in candidates]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _number(value: float) -> str:
    return f"{value:.3g}"
