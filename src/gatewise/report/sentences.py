"""What the numbers of each dimension mean, in a sentence; nothing is said that they do not carry."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from gatewise.report.text import (
    compact,
    duration,
    error_format,
    interval,
    join,
    number,
    percent,
    share_left,
    short_percent,
    size,
    times,
)
from gatewise.verdict.doubt import trained
from gatewise.verdict.evidence import Candidate, Curve, Difference, Evidence, GradientCurve

__all__ = [
    "along_amount",
    "along_length",
    "fit_sentence",
    "gradient_sentence",
    "memory_sentence",
    "structure_sentence",
    "training_sentence",
]

# Above it a bound that is there for rare outliers is part of every update.
MOSTLY_CLIPPED = 0.5


def fit_sentence(evidence: Evidence) -> str:
    """Say who has the lowest error, which ties its intervals exclude, and what the best baseline has."""
    metric, show = evidence.metric, error_format(evidence.metric)
    cells, baselines = _ranked(evidence.cells), _ranked(evidence.baselines)
    if not cells:
        return "No cell finished its trainings with an error that can be compared."
    best = cells[0]
    bounds = interval(best.fit.error, metric)
    equal = [c for c in cells if c.fit.error.mean == best.fit.error.mean]
    verb = "has" if len(equal) == 1 else "have"
    lead = f"{verb} the lowest error of the cells," if len(evidence.cells) > 1 else verb
    so_far = "" if trained(evidence) else "So far "
    sentences = [
        f"{so_far}{join(c.name for c in equal)} {lead} {metric.name} {show(best.fit.error.mean)}"
        + (f" (95 % interval {bounds})" if bounds and len(equal) == 1 else "")
        + _ties(evidence, best, cells[len(equal) :])
        + "."
    ]
    if baselines:
        rival = baselines[0]
        sentences.append(
            f"The best baseline, {rival.name}, has {show(rival.fit.error.mean)}"
            + _against_baseline(evidence.difference(best.name, rival.name))
            + "."
        )
    return " ".join(sentences)


def _ties(evidence: Evidence, best: Candidate, others: list[Candidate]) -> str:
    if evidence.units.few:
        return f"; there are too few {evidence.units.noun} for intervals" if others else ""
    pairs = {other.name: evidence.difference(best.name, other.name) for other in others}
    clear = [name for name, pair in pairs.items() if pair is not None and pair.clear]
    open_ = [name for name, pair in pairs.items() if pair is not None and not pair.clear]
    said = []
    if clear:
        said.append(f"excludes a tie with {join(clear)}")
    if open_:
        said.append(f"does not exclude a tie with {join(open_, 'or')}")
    return f"; the interval of the paired difference {join(said, 'and')}" if said else ""


def _against_baseline(pair: Difference | None) -> str:
    if pair is None:
        return ""
    if pair.low is None:
        return ""
    if not pair.clear:
        return "; the interval of their paired difference does not exclude a tie"
    return f", which is clearly {'higher' if pair.mean < 0 else 'lower'}"


def along_amount(evidence: Evidence) -> str:
    """Say who is best with the least data and who with most."""
    curves = _curves(evidence, lambda c: c.fit.by_amount)
    if len(curves) < 2:
        return ""
    show = error_format(evidence.metric)
    said = []
    for x in _common_ends(curves):
        values = {name: next(p.y for p in curve.points if p.x == x) for name, curve in curves.items()}
        name = min(values, key=lambda key: values[key].mean)
        top = values[name].high
        near = [
            other
            for other, y in values.items()
            if other != name and top is not None and y.low is not None and y.low <= top
        ]
        overlap = f"; its interval overlaps with that of {join(near)}" if near else ""
        place = _places(next(iter(curves.values())), (x,))
        said.append(f"At {place} {name} has the lowest mean, {show(values[name].mean)}{overlap}.")
    return " ".join(said)


def along_length(evidence: Evidence) -> str:
    """Say how each candidate's error changes from the shortest to the longest."""
    curves = _curves(evidence, lambda c: c.fit.by_length)
    ends = _common_ends(curves)
    if len(ends) < 2:
        return ""
    show = error_format(evidence.metric)
    changes = []
    for name, curve in curves.items():
        first, last = (next(p.y.mean for p in curve.points if p.x == x) for x in ends)
        changes.append(f"from {show(first)} to {show(last)} for {name}")
    return f"Between {_places(next(iter(curves.values())), ends)} the mean goes {join(changes)}."


def gradient_sentence(evidence: Evidence) -> str:
    """Say at which lag half of the gradient is gone after training, what is left, and how often it was clipped."""
    cells = [(c.name, c.gradient) for c in evidence.cells if c.gradient is not None]
    said = []
    for when, curves in (
        ("After training", [(name, g.trained) for name, g in cells if g.trained is not None]),
        ("At the start", [(name, g.initial) for name, g in cells if g.initial is not None]),
    ):
        if curves:
            said.append(f"{when}, {_courses(evidence, curves)}.")
            break
    if cells:
        rates = [f"{percent(g.clip_rate, 2)} for {name}" for name, g in cells]
        fired = any(g.clip_rate > 0 for _, g in cells)
        said.append(
            f"Share of updates that were clipped: {join(rates)}." if fired else "No update was clipped."
        )
        often = [name for name, g in cells if g.clip_rate > MOSTLY_CLIPPED]
        if often:
            said.append(
                f"In {join(often)} the bound on the gradient, not the gradient, set the size of most updates: a lower "
                "learning rate or a higher clip_norm may do better."
            )
    return " ".join(said)


def _courses(evidence: Evidence, curves: list[tuple[str, GradientCurve]]) -> str:
    """Write the first lag at which half is gone, by name, and the share that is left at the longest lag of each."""
    halved = [(name, curve.half_life) for name, curve in curves if curve.half_life is not None]
    never = [name for name, curve in curves if curve.half_life is None]
    said = []
    if halved:
        lags = join(f"{evidence.data.steps(lag)} back in {name}" for name, lag in halved)
        said.append(f"falls to half or less {lags}")
    if never:
        said.append(f"never {'to' if halved else 'falls to'} half in {join(never, 'or')}")
    text = f"the gradient {join(said)}"
    longest = {curve.lags[-1] for _, curve in curves}
    if len(longest) == 1 and (lag := longest.pop()):
        left = join(f"{share_left(curve.left)} in {name}" for name, curve in curves)
        text += f"; what is left of it {evidence.data.steps(lag)} back is {left}"
    return text


def training_sentence(evidence: Evidence) -> str:
    """Say who reaches the common loss first, who was unstable, and who diverged."""
    cells = [(c.name, c.training) for c in evidence.cells if c.training is not None]
    reached = sorted(
        (training.seconds_to_target, name)
        for name, training in cells
        if training.seconds_to_target is not None
    )
    said = []
    if reached:
        (fastest, first), *rest = reached
        target = next(training.target_loss for _, training in cells)
        said.append(
            f"{first} reached the common training loss of {number(target)} first, in {duration(fastest)}"
            if rest
            else f"{first} reached the training loss of {number(target)} in {duration(fastest)}"
        )
        if rest and fastest > 0:
            said.append(_ratios([(name, seconds / fastest) for seconds, name in rest], "as long"))
    never = [name for name, training in cells if training.seconds_to_target is None]
    if never:
        said.append(f"{join(never)} never reached {'it' if reached else 'the common loss'}")
    sentences = ["; ".join(said) + "."] if said else []
    unstable = [f"{number(t.unstable)} of {name}" for name, t in cells if t.unstable]
    if unstable:
        sentences.append(
            "Unstable trainings, whose loss climbed, or was no number any more, until they went back to earlier "
            f"weights at half the rate: {join(unstable)}."
        )
    diverged = [f"{number(t.diverged)} of {name}" for name, t in cells if t.diverged]
    if diverged:
        sentences.append(f"Trainings that diverged: {join(diverged)}.")
    return " ".join(sentences)


def memory_sentence(evidence: Evidence) -> str:
    """Say who needs the least memory, and how much more the others do."""
    cells = [(c.name, c.memory) for c in evidence.cells if c.memory is not None]
    if not cells:
        return ""
    peaks = _least([(name, memory.peak_training_bytes) for name, memory in cells])
    states = _least([(name, memory.state_bytes) for name, memory in cells])
    return f"Training peaks lowest with {peaks}. Between two steps of a stream, least is carried by {states}."


def structure_sentence(evidence: Evidence) -> str:
    """Say what the matched budget buys each cell, and what a step costs."""
    cells = [(c.name, c.structure) for c in evidence.cells if c.structure is not None]
    if not cells:
        return ""
    hidden = join(f"{number(s.hidden_size)} for {name}" for name, s in cells)
    counts = sorted({s.parameters for _, s in cells})
    total = number(counts[0]) if len(counts) == 1 else f"{number(counts[0])} to {number(counts[-1])}"
    cost = _least([(name, s.multiply_adds_per_step) for name, s in cells], number)
    return (
        f"Networks of {total} parameters have a hidden size of {hidden}. "
        f"A step needs the fewest multiply-adds with {cost}."
    )


def _least(values: list[tuple[str, int]], show: Callable[[float], str] = size) -> str:
    low = min(value for _, value in values)
    same = [name for name, value in values if value == low]
    more = _ratios([(name, value / low) for name, value in values if value > low > 0], "as much")
    return f"{join(same)}, {show(low)}" + (f"; {more}" if more else "")


def _ratios(ratios: list[tuple[str, float]], ending: str) -> str:
    """Write ``1.4 times as much for LSTM``; names with the same rounded ratio share one phrase."""
    names: dict[str, list[str]] = {}
    for name, ratio in sorted(ratios, key=lambda pair: pair[1]):
        names.setdefault(times(ratio), []).append(name)
    return join(f"{shown} {ending} for {join(those)}" for shown, those in names.items()) if names else ""


def _ranked(candidates: tuple[Candidate, ...]) -> list[Candidate]:
    finite = [c for c in candidates if math.isfinite(c.fit.error.mean)]
    return sorted(finite, key=lambda c: c.fit.error.mean)


def _curves(evidence: Evidence, curve_of: Callable[[Candidate], Curve | None]) -> dict[str, Curve]:
    return {c.name: curve for c in evidence.candidates if (curve := curve_of(c)) is not None and curve.points}


def _common_ends(curves: dict[str, Curve]) -> list[float]:
    """Return the smallest and the largest place that every curve has."""
    places = [{p.x for p in curve.points if math.isfinite(p.y.mean)} for curve in curves.values()]
    shared = set.intersection(*places) if places else set()
    return sorted({min(shared), max(shared)}) if shared else []


def _places(curve: Curve, places: Sequence[float]) -> str:
    """Write places of a curve: ``10 % of the training data``, ``24 and 168 rows``."""
    share, _, of = curve.label.partition(" of ")
    if share == "share" and of:
        return f"{join(map(short_percent, places))} of {of}"
    return f"{join(map(compact, places))} {curve.label}"
