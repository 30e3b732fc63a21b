"""Errors: of every candidate, of pairs of them, and along the amount and the length of the data."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from gatewise.report.pictures.canvas import Canvas, Picture, clip
from gatewise.report.pictures.scale import FAR_APART, Scale, linear, logarithmic, rows
from gatewise.report.sentences import along_amount, along_length
from gatewise.report.style import INK, MUTED, Style, styles
from gatewise.report.text import capital, change_format, compact, error_format, interval, short_percent
from gatewise.verdict.evidence import Candidate, Curve, Difference, Evidence

__all__ = ["by_amount", "by_length", "differences", "error_label", "error_ticks", "errors"]

_PAIR = Style(INK, "circle", True, "●")
_ROW = 27


def errors(evidence: Evidence) -> Picture | None:
    """Draw dot and whisker of the deciding metric, the lowest on top."""
    metric, style_of = evidence.metric, styles(evidence)
    finite = [c for c in evidence.candidates if math.isfinite(c.fit.error.mean)]
    failed = [c for c in evidence.candidates if not math.isfinite(c.fit.error.mean)]
    if not finite:
        return None
    ranked = sorted(finite, key=lambda c: c.fit.error.mean)
    show = error_format(metric)
    ends = [value for c in ranked for value in _ends(c.fit.error.low, c.fit.error.mean, c.fit.error.high)]
    means = [c.fit.error.mean for c in ranked]
    far = min(means) > 0 and max(means) > 20 * min(means)
    across = logarithmic(ends, error_ticks(evidence)) if far else linear(ends, error_ticks(evidence))
    names = rows([clip(c.name) for c in (*ranked, *failed)])
    canvas = Canvas(
        across.labelled(error_label(evidence)), names, height=52 + _ROW * len(evidence.candidates), grid="x"
    )
    for row, candidate in enumerate(ranked):
        style, error = style_of[candidate.name], candidate.fit.error
        if error.low is not None and error.high is not None:
            canvas.line((max(error.low, across.low), error.high), (row, row), style.colour)
        if len(candidate.fit.by_seed) > 1:
            for seed in candidate.fit.by_seed:
                if across.low <= seed <= across.high:
                    canvas.dot(seed, row + 0.33, style.colour, size=1.7)
        canvas.mark(error.mean, row, style, size=4)
        bounds = interval(error, metric)
        spoken = f"{candidate.name}: {show(error.mean)}" + (f"; 95 % interval {bounds}" if bounds else "")
        canvas.spot(error.mean, row, spoken)
    for row, _ in enumerate(failed, start=len(ranked)):
        canvas.text(across.low, row, "diverged", colour=MUTED, move=(6, 0))
    parts = [
        f"{c.name} {show(c.fit.error.mean)}"
        + (f" ({bounds})" if (bounds := interval(c.fit.error, metric)) else "")
        for c in ranked
    ] + [f"{c.name} diverged" for c in failed]
    alt = f"{metric.name} of each candidate with its 95 % interval, lower is better: {'; '.join(parts)}."
    return Picture(
        f"{capital(metric.name)} with 95 % interval",
        canvas.svg(alt),
        note="Small dots: each seed. Each interval is of one candidate alone; two that overlap may still be told "
        "apart: the paired differences say.",
        method=metric.method,
    )


def differences(evidence: Evidence) -> tuple[Picture, ...]:
    """Draw paired differences with their intervals, on either side of a tie.

    Cells against baselines have a picture of their own: baselines may be far away, and on one axis they would hide
    what stands between the cells.
    """
    cells = {c.name for c in evidence.cells}
    finite = [d for d in evidence.differences if math.isfinite(d.mean)]
    between = [d for d in finite if {d.first, d.second} <= cells]
    against = [d for d in finite if len({d.first, d.second} & cells) == 1]
    name = evidence.metric.name
    found = (
        _differences(evidence, f"Paired differences of {name}: cells", between),
        _differences(evidence, f"Paired differences of {name}: cells and baselines", against),
    )
    return tuple(picture for picture in found if picture is not None)


def _differences(evidence: Evidence, title: str, pairs: list[Difference]) -> Picture | None:
    if not pairs:
        return None
    show = change_format(evidence.metric)
    ends = [value for pair in pairs for value in _ends(pair.low, pair.mean, pair.high)]
    across = linear([*ends, 0.0], _change_ticks(evidence), count=4, room=0.08)
    unit = ", percentage points" if evidence.metric.is_share else ""
    canvas = Canvas(
        across.labelled(f"◂ first is better{unit}\u2003second is better ▸"),
        rows([f"{clip(pair.first, 14)} − {clip(pair.second, 18)}" for pair in pairs]),
        height=52 + 24 * len(pairs),
        grid="x",
    )
    canvas.rule(x=0.0)
    parts = []
    for row, pair in enumerate(pairs):
        said = f"{pair.first} minus {pair.second} {show(pair.mean)}"
        if pair.low is not None and pair.high is not None:
            canvas.line((pair.low, pair.high), (row, row), INK)
            tie = "excludes" if pair.clear else "includes"
            said += f" ({show(pair.low)} to {show(pair.high)}, {tie} a tie)"
        canvas.mark(pair.mean, row, _PAIR if pair.clear else replace(_PAIR, filled=False), size=3.2)
        canvas.spot(pair.mean, row, said)
        parts.append(said)
    few = evidence.units.few
    return Picture(
        title,
        canvas.svg(f"Differences of error with 99 % intervals: {'; '.join(parts)}."),
        note="too few test units for intervals"
        if few
        else "● the 99 % interval excludes a tie · ○ it does not. 99 % here and 95 % elsewhere: these "
        "intervals decide, and hold for all pairs of the picture together.",
        method=evidence.methods.get("differences", ""),
    )


def by_amount(evidence: Evidence) -> Picture | None:
    """Draw the error against the amount of training data."""
    return _curves(evidence, "the amount of training data", lambda c: c.fit.by_amount, along_amount(evidence))


def by_length(evidence: Evidence) -> Picture | None:
    """Draw the error against the length of the sequences."""
    return _curves(evidence, "length", lambda c: c.fit.by_length, along_length(evidence))


def _curves(
    evidence: Evidence, what: str, curve_of: Callable[[Candidate], Curve | None], note: str
) -> Picture | None:
    found = [(c, curve) for c in evidence.candidates if (curve := curve_of(c)) is not None and curve.points]
    if not found:
        return None
    style_of, label, show = styles(evidence), found[0][1].label, error_format(evidence.metric)
    places = sorted({point.x for _, curve in found for point in curve.points})
    logarithmic_x = places[0] > 0 and places[-1] > 6 * places[0]
    show_place = short_percent if label.startswith("share") else compact
    ends = [value for _, curve in found for p in curve.points for value in _ends(p.y.low, p.y.mean, p.y.high)]
    across = _along(places, logarithmic_x, show_place).labelled(label)
    means = [p.y.mean for _, curve in found for p in curve.points if math.isfinite(p.y.mean)]
    far = bool(means) and min(means) > 0 and max(means) > FAR_APART * min(means)
    # Where means are far apart, the whiskers may end outside.
    up = logarithmic(means, error_ticks(evidence)) if far else linear(ends, error_ticks(evidence))
    canvas = Canvas(across, up.labelled(error_label(evidence)))
    step = 0.012 * (math.log(places[-1] / places[0]) if logarithmic_x else places[-1] - places[0])
    for index, (candidate, curve) in enumerate(found):
        style, points = style_of[candidate.name], sorted(curve.points, key=lambda point: point.x)
        # Side by side, so that whiskers at the same place do not cover each other.
        aside = step * (index - (len(found) - 1) / 2)
        xs = [p.x * math.exp(aside) if logarithmic_x else p.x + aside for p in points]
        ys = [p.y.mean for p in points]
        for x, point in zip(xs, points, strict=True):
            if point.y.low is not None and point.y.high is not None:
                low, high = max(point.y.low, up.low), min(point.y.high, up.high)
                canvas.line((x, x), (low, high), style.colour, width=1.2)
            canvas.spot(x, point.y.mean, f"{candidate.name}, {show_place(point.x)}: {show(point.y.mean)}")
        canvas.line(xs, ys, style.colour, dash=style.dash)
        canvas.marks(xs, ys, style)
    parts = [
        f"{c.name} " + ", ".join(f"{show(p.y.mean)} at {show_place(p.x)}" for p in curve.points)
        for c, curve in found
    ]
    title = f"{capital(evidence.metric.name)} against {what}"
    return Picture(
        title,
        canvas.svg(f"{title} ({label}): {'; '.join(parts)}."),
        tuple(c.name for c, _ in found),
        note,
        f"{found[0][1].method}; 95 % intervals",
    )


def _along(places: list[float], log: bool, show: Callable[[float], str]) -> Scale:
    position = [math.log(place) for place in places] if log else places
    room = 0.04 * ((position[-1] - position[0]) or abs(position[-1]) or 1.0)
    low, high = position[0] - room, position[-1] + room
    ticks = tuple((place, show(place)) for place in _separate(places, position))
    return Scale(math.exp(low) if log else low, math.exp(high) if log else high, ticks, log=log)


def _separate(places: list[float], position: list[float]) -> list[float]:
    """Return those places whose labels do not touch, first and last among them."""
    gap = 0.12 * (position[-1] - position[0])
    kept = [len(places) - 1]
    for index in range(len(places) - 2, -1, -1):
        if position[kept[-1]] - position[index] >= gap:
            kept.append(index)
    return [places[index] for index in reversed(kept)]


def _ends(low: float | None, mean: float, high: float | None) -> list[float]:
    return [value for value in (low, mean, high) if value is not None]


def error_ticks(evidence: Evidence) -> Callable[[float], str]:
    """Return how values of the deciding metric are written along an axis."""
    return short_percent if evidence.metric.is_share else compact


def _change_ticks(evidence: Evidence) -> Callable[[float], str]:
    return (lambda value: compact(100 * value)) if evidence.metric.is_share else compact


def error_label(evidence: Evidence) -> str:
    """Return the label of an axis of errors."""
    return f"{evidence.metric.name}, lower is better"
