"""The verdict in one sentence, and what it says of the cells; every number from the evidence."""

from __future__ import annotations

from gatewise.verdict.doubt import Doubt
from gatewise.verdict.evidence import Candidate, Evidence
from gatewise.verdict.preferences import Prefer
from gatewise.verdict.ranking import MARGIN, Standing, clearly_worse, cost, equal, error_of

__all__ = ["NONE_LEFT", "difference", "lasting", "listed", "of_cells", "shown", "verdict"]

NONE_LEFT = "Use none of them: every candidate is out."
_CHEAP = {"latency": "faster per step", "memory": "less memory to train", "size": "fewer parameters"}


def verdict(evidence: Evidence, state: str, standing: Standing, doubts: list[Doubt], prefer: Prefer) -> str:
    """Return the verdict: what to use, how sure that is, and what a baseline costs."""
    found = _verdict(evidence, state, standing, doubts, prefer)
    return found if standing.choice.kind == "cell" else f"{found}{_its_cost(standing)}"


def _verdict(evidence: Evidence, state: str, standing: Standing, doubts: list[Doubt], prefer: Prefer) -> str:
    choice, best, tied, cells = standing.choice, standing.best, standing.tied, standing.cells
    name, metric = _full_name(choice), evidence.metric.name
    if state == "undecided":
        whys = "; ".join(doubt.why for doubt in doubts)
        return f"Undecided: {whys}. {_so_far(standing, metric, prefer)}"
    if choice is not best:
        return f"Use the {name}: {_cheaper(choice, best, metric, prefer)}."
    if state == "baseline":
        if not cells:
            return f"Use the {name}: every cell is out." if evidence.cells else f"Use the {name}."
        if all(clearly_worse(evidence, cell, choice) for cell in cells):
            return f"Use the {name}: it beats every cell."
        if standing.lowest:
            return f"Use the {name}: its {metric} is the lowest, and it is simpler than a cell."
        if all(error_of(choice) <= error_of(cell) for cell in cells):
            return f"Use the {name}: no cell has a lower {metric}, and it is simpler."
        return f"Use the {name}: no cell is shown to be better, and it is simpler."
    if state == "winner":
        if len(evidence.cells) > 1 and len(cells) == 1:
            return f"Use the {name}: it is the only cell that is left, and it beats the baselines."
        if len(cells) == 1:
            return f"Use the {name}: it beats the baselines."
        return f"Use the {name}: its {metric} is the lowest, and no interval allows a tie."
    if not tied:
        return f"Use the {name}: nothing else was compared."
    verb = (
        "are shown to be equal" if all(equal(evidence, c, choice) for c in tied) else "cannot be told apart"
    )
    return f"Use the {name}, whose {metric} is the lowest; {listed([choice, *tied])} {verb}."


def _its_cost(standing: Standing) -> str:
    """Return how long the choice takes to fit, beside the cell that stands next to it."""
    choice, cell = standing.choice, standing.cell
    if choice.cost is None:
        return ""
    beside = f", the {cell.name} in {lasting(cell.cost.fit_seconds)}" if cell and cell.cost else ""
    return f" It fits in {lasting(choice.cost.fit_seconds)}{beside}."


def lasting(seconds: float) -> str:
    """Return a time as it is read: ``under 0.1 s``, ``2.3 s``, ``47 s``, ``5 min``."""
    if seconds < 0.1:
        return "under 0.1 s"
    if seconds < 120:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"


def of_cells(evidence: Evidence, standing: Standing) -> str:
    """Return which cell to take, with its interval against the best baseline."""
    cell, baselines = standing.cell, standing.baselines
    if cell is None:
        return ""
    lead = f"Of the cells: {cell.name}, {evidence.metric.name} {shown(evidence, error_of(cell))}"
    if not baselines:
        return f"{lead}."
    rival = min(baselines, key=error_of)
    return (
        f"{lead}; the best baseline, {rival.name}, has {shown(evidence, error_of(rival))}: "
        f"{difference(evidence, cell, rival)}."
    )


def difference(evidence: Evidence, first: Candidate, second: Candidate) -> str:
    """Return the difference of two errors with its interval."""
    found = evidence.difference(first.name, second.name)
    if found is None:
        return "not compared"
    unit = " percentage points" if evidence.metric.is_share else ""
    scale = 100 if evidence.metric.is_share else 1
    if found.low is None or found.high is None:
        return f"difference {found.mean * scale:+.3g}{unit}, too few {evidence.units.noun} for an interval"
    return (
        f"difference {found.mean * scale:+.3g}{unit}, 99 % interval {found.low * scale:+.3g} to "
        f"{found.high * scale:+.3g}"
    )


def shown(evidence: Evidence, value: float) -> str:
    """Return an error as it is read: shares in percent."""
    return f"{100 * value:.3g} %" if evidence.metric.is_share else f"{value:.3g}"


def listed(candidates: list[Candidate]) -> str:
    """Return names as a list."""
    names = [candidate.name for candidate in candidates]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _full_name(candidate: Candidate) -> str:
    return f"{candidate.name} baseline" if candidate.kind == "baseline" else candidate.name


def _so_far(standing: Standing, metric: str, prefer: Prefer) -> str:
    choice, best = standing.choice, standing.best
    if choice is not best:
        return f"So far the {_full_name(choice)}: {_cheaper(choice, best, metric, prefer)}."
    place = "the lowest" if standing.lowest else "all but the lowest, and which is simpler"
    return f"Until then use the {_full_name(choice)}, whose {metric} is {place}."


def _cheaper(choice: Candidate, best: Candidate, metric: str, prefer: Prefer) -> str:
    within = f"its {metric} is shown to be at most {100 * MARGIN:.0f} % above the lowest, of {best.name}"
    if prefer == "accuracy":
        return within
    if not cost(choice, prefer):
        return f"{within}, and it is simpler"
    less = 1 - cost(choice, prefer) / cost(best, prefer)
    return f"{100 * less:.0f} % {_CHEAP[prefer]}, and {within}"
