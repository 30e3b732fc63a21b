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
        Name of the candidate to use: a cell or a baseline; ``None`` if every one breaks a limit.
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
    3. If there is one such cell, it is the clear winner; else the cheapest of the tied in the preferred
       respect is taken.
    4. If a baseline's error is not clearly larger than that cell's, the baseline is the answer: it is
       cheaper in every respect.
    """
    preferences = preferences or Preferences()
    excluded = {c.name: why for c in evidence.candidates if (why := _breaks(c, preferences))}
    cells = sorted((c for c in evidence.cells if c.name not in excluded), key=lambda c: c.fit.error.mean)
    baselines = sorted((c for c in evidence.baselines if c.name not in excluded), key=lambda c: c.fit.error.mean)
    if not cells and not baselines:
        return Recommendation(
            choice=None,
            kind="none",
            clear_winner=False,
            sentence="Nothing that was compared keeps within the limits.",
            reasons=tuple(f"{name}: {why}." for name, why in excluded.items()),
            tied=(),
            excluded=excluded,
        )
    tied = [c for c in cells if c is cells[0] or not _clear(evidence, c, cells[0])]
    choice = min(tied, key=lambda c: _cost(c, preferences.prefer)) if tied else None
    clear = len(tied) == 1 and len(cells) > 1
    reasons = [*_about_cells(evidence, cells, tied, choice, preferences), *_about_limits(excluded)]
    for baseline in baselines:
        if choice is None or not _clearly_worse(evidence, baseline, choice):
            return _for_baseline(evidence, baseline, choice, tied, excluded, reasons)
    assert choice is not None
    if baselines:
        reasons.append(_beats(evidence, choice, baselines[0]))
    if clear:
        sentence = f"Use the {choice.name}: its {evidence.metric.name} is the lowest, and no interval allows a tie."
    elif len(cells) == 1:
        sentence = f"Use the {choice.name}: it is the only cell within the limits, and it beats the baselines."
    else:
        sentence = f"No clear winner among {_list([c.name for c in tied])}; use the {choice.name}, {_why(preferences)}."
    return Recommendation(
        choice=choice.name,
        kind="cell",
        clear_winner=clear,
        sentence=sentence,
        reasons=tuple(reasons),
        tied=tuple(c.name for c in tied),
        excluded=excluded,
    )


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
        return f"{latency:.0f} µs per step, the limit is {limit:.0f} µs"
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


def _why(preferences: Preferences) -> str:
    return {
        "accuracy": "the cheapest of them per step",
        "latency": "the fastest of them per step",
        "memory": "the one that needs the least memory to train",
        "size": "the one with the fewest parameters",
    }[preferences.prefer]


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _about_cells(
    evidence: Evidence, cells: list[Candidate], tied: list[Candidate], choice: Candidate | None, preferences: Preferences
) -> list[str]:
    if not cells or choice is None:
        return []
    metric, best = evidence.metric.name, cells[0]
    shown = ", ".join(f"{c.name} {_number(c.fit.error.mean)}" for c in cells)
    reasons = [f"{metric} on test data: {shown}."]
    for other in cells[1:]:
        mean, low, high, clear = _between(evidence, other, best)
        verb = "is worse than" if clear else "cannot be told apart from"
        reasons.append(
            f"{other.name} {verb} {best.name}: difference {mean:+.3g}, 95 % interval {low:+.3g} to {high:+.3g}."
        )
    if len(tied) > 1 and choice.structure is not None:
        costs = ", ".join(f"{c.name} {_cost_text(c, preferences.prefer)}" for c in tied)
        reasons.append(f"Among the tied, the cheapest counts: {costs}.")
    vanishing = [
        f"{c.name} (half-life {c.gradient.trained.half_life:.1f} steps)"
        for c in cells
        if c not in tied and c.gradient and c.gradient.trained and c.gradient.trained.verdict == "vanishing"
        and c.gradient.trained.half_life is not None
    ]
    if vanishing:
        reasons.append(f"The gradient vanishes with distance in {_list(vanishing)}, so what came long ago is not learned.")
    return reasons


def _cost_text(candidate: Candidate, prefer: Prefer) -> str:
    cost = _cost(candidate, prefer)
    unit = {"latency": "µs per step", "memory": "bytes at the peak of training", "size": "parameters"}
    return f"{cost:,.0f} {unit.get(prefer, 'multiply-adds per step')}"


def _about_limits(excluded: dict[str, str]) -> list[str]:
    return [f"{name} is out: {why}." for name, why in excluded.items()]


def _beats(evidence: Evidence, choice: Candidate, baseline: Candidate) -> str:
    mean, low, high, _ = _between(evidence, baseline, choice)
    return (
        f"The best baseline, {baseline.name}, has {evidence.metric.name} {_number(baseline.fit.error.mean)}: "
        f"worse than the {choice.name} by {mean:.3g} ({low:.3g} to {high:.3g})."
    )


def _for_baseline(
    evidence: Evidence,
    baseline: Candidate,
    choice: Candidate | None,
    tied: list[Candidate],
    excluded: dict[str, str],
    reasons: list[str],
) -> Recommendation:
    if choice is None:
        sentence = f"Use the {baseline.name} baseline: no cell keeps within the limits."
    else:
        mean, low, high, clear = _between(evidence, baseline, choice)
        sentence = f"Use the {baseline.name} baseline: " + (
            "it beats every cell." if clear else "no recurrent cell is clearly better than it."
        )
        reasons = [
            *reasons,
            f"{baseline.name} has {evidence.metric.name} {_number(baseline.fit.error.mean)}, the best cell, {choice.name}, "
            f"{_number(choice.fit.error.mean)}: difference {mean:+.3g}, 95 % interval {low:+.3g} to {high:+.3g}.",
        ]
    return Recommendation(
        choice=baseline.name,
        kind="baseline",
        clear_winner=False,
        sentence=sentence,
        reasons=tuple(reasons),
        tied=tuple(c.name for c in tied),
        excluded=excluded,
    )


def _number(value: float) -> str:
    return f"{value:.3g}"
