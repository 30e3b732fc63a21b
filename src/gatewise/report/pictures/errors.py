"""Errors: of every candidate, of pairs of them, and along the amount and the length of the data."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from gatewise.report.pictures.canvas import Picture, clip, draw, label_axis, label_rows, log_axis, tidy
from gatewise.report.sentences import along_amount, along_length
from gatewise.report.style import INK, MUTED, SURFACE, styles
from gatewise.report.text import capital, compact, error_format, interval, number, short_percent
from gatewise.verdict.evidence import Candidate, Curve, Evidence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["by_amount", "by_length", "differences", "errors"]


def errors(evidence: Evidence) -> Picture | None:
    """Draw dot and whisker of the deciding metric, the lowest on top."""
    metric, style_of = evidence.metric, styles(evidence)
    finite = [c for c in evidence.candidates if math.isfinite(c.fit.error.mean)]
    failed = [c for c in evidence.candidates if not math.isfinite(c.fit.error.mean)]
    if not finite:
        return None
    ranked = sorted(finite, key=lambda c: c.fit.error.mean)
    show = error_format(metric)

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        means = [c.fit.error.mean for c in ranked]
        if min(means) > 0 and max(means) > 20 * min(means):
            axes.set_xscale("log")
        for row, candidate in enumerate(ranked):
            style, error = style_of[candidate.name], candidate.fit.error
            if error.low is not None and error.high is not None:
                axes.plot((error.low, error.high), (row, row), color=style.colour, solid_capstyle="butt")
            axes.plot(
                error.mean, row, style.marker, color=style.colour, markerfacecolor=style.face, markersize=8
            )
        for row, _ in enumerate(failed, start=len(ranked)):
            axes.text(0.02, row, "diverged", color=MUTED, va="center", transform=axes.get_yaxis_transform())
        _named_rows(axes, [clip(c.name) for c in (*ranked, *failed)])
        _error_axis(axes, evidence, horizontal=True)
        axes.set_xlabel(_error_label(evidence))

    parts = [
        f"{c.name} {show(c.fit.error.mean)}"
        + (f" ({bounds})" if (bounds := interval(c.fit.error, metric)) else "")
        for c in ranked
    ] + [f"{c.name} diverged" for c in failed]
    alt = f"{metric.name} of each candidate with its 95 % interval, lower is better: {'; '.join(parts)}."
    height = 66 + 30 * len(evidence.candidates)
    return Picture(
        f"{capital(metric.name)} with 95 % interval",
        draw("errors", alt, paint, height=height),
        method=metric.method,
    )


def differences(evidence: Evidence) -> Picture | None:
    """Draw paired differences with their intervals, on either side of a tie."""
    cells = {c.name for c in evidence.cells}
    finite = [d for d in evidence.differences if math.isfinite(d.mean)]
    between = [d for d in finite if {d.first, d.second} <= cells]
    against = [d for d in finite if len({d.first, d.second} & cells) == 1]
    groups = [group for group in (between, against) if group]
    if not groups:
        return None

    def paint(figure: Figure) -> None:
        # Baselines may be far away: on one axis they would hide what stands between the cells.
        ratios = [len(group) + 0.6 for group in groups]
        for axes, group in zip(
            figure.subplots(len(groups), height_ratios=ratios, squeeze=False)[:, 0], groups, strict=True
        ):
            axes.axvline(0, color=INK, linewidth=1)
            for row, pair in enumerate(group):
                if pair.low is not None and pair.high is not None:
                    axes.plot((pair.low, pair.high), (row, row), color=INK, solid_capstyle="butt")
                axes.plot(pair.mean, row, "o", color=INK, markerfacecolor=INK if pair.clear else SURFACE)
            _named_rows(axes, [f"{clip(pair.first, 14)} − {clip(pair.second, 18)}" for pair in group])
            label_axis(axes.xaxis, _error_ticks(evidence))
            axes.margins(x=0.08)
        axes.set_xlabel("◂ first is better\u2003\u2003second is better ▸")

    parts = [
        f"{d.first} minus {d.second} {number(d.mean)}"
        + (
            f" ({number(d.low)} to {number(d.high)}, {'excludes' if d.clear else 'includes'} a tie)"
            if d.low is not None
            else ""
        )
        for d in finite
    ]
    return Picture(
        f"Paired differences of {evidence.metric.name}",
        draw(
            "differences",
            f"Differences of error with intervals: {'; '.join(parts)}.",
            paint,
            height=72 + 30 * len(finite) + 16 * len(groups),
        ),
        note="● the interval excludes a tie · ○ it does not"
        if not evidence.units.few
        else "too few test units for intervals",
        method=evidence.methods.get("differences", ""),
    )


def by_amount(evidence: Evidence) -> Picture | None:
    """Draw the error against the amount of training data."""
    return _curves(evidence, "amount", lambda c: c.fit.by_amount, along_amount(evidence))


def by_length(evidence: Evidence) -> Picture | None:
    """Draw the error against the length of the sequences."""
    return _curves(evidence, "length", lambda c: c.fit.by_length, along_length(evidence))


def _curves(
    evidence: Evidence, what: str, curve_of: Callable[[Candidate], Curve | None], note: str
) -> Picture | None:
    found = [(c, curve) for c in evidence.candidates if (curve := curve_of(c)) is not None and curve.points]
    if not found:
        return None
    style_of, label = styles(evidence), found[0][1].label
    places = sorted({point.x for _, curve in found for point in curve.points})
    logarithmic = places[0] > 0 and places[-1] > 6 * places[0]
    show_place = short_percent if label.startswith("share") else compact

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        step = 0.012 * (math.log(places[-1] / places[0]) if logarithmic else places[-1] - places[0])
        for index, (candidate, curve) in enumerate(found):
            style, points = style_of[candidate.name], sorted(curve.points, key=lambda point: point.x)
            # Side by side, so that whiskers at the same place do not cover each other.
            aside = step * (index - (len(found) - 1) / 2)
            xs = [p.x * math.exp(aside) if logarithmic else p.x + aside for p in points]
            for x, point in zip(xs, points, strict=True):
                if point.y.low is not None and point.y.high is not None:
                    axes.plot((x, x), (point.y.low, point.y.high), color=style.colour, linewidth=1.2)
            axes.plot(
                xs,
                [p.y.mean for p in points],
                style.marker,
                linestyle=style.line,
                color=style.colour,
                markerfacecolor=style.face,
            )
        if logarithmic:
            axes.set_xscale("log")
        axes.set_xticks(_separate(places, logarithmic), minor=False)
        axes.set_xticks([], minor=True)
        axes.set_xticklabels([show_place(tick) for tick in axes.get_xticks()])
        _error_axis(axes, evidence, horizontal=False)
        axes.set_xlabel(label)
        axes.set_ylabel(_error_label(evidence))
        tidy(axes)

    show = error_format(evidence.metric)
    parts = [
        f"{c.name} " + ", ".join(f"{show(p.y.mean)} at {show_place(p.x)}" for p in curve.points)
        for c, curve in found
    ]
    title = f"{capital(evidence.metric.name)} against {'the amount of training data' if what == 'amount' else 'length'}"
    alt = f"{title} ({label}): {'; '.join(parts)}."
    return Picture(title, draw(what, alt, paint), tuple(c.name for c, _ in found), note, found[0][1].method)


def _separate(places: list[float], logarithmic: bool) -> list[float]:
    """Return those places whose labels do not touch, first and last among them."""
    position = [math.log(place) for place in places] if logarithmic else places
    gap = 0.12 * (position[-1] - position[0])
    kept = [len(places) - 1]
    for index in range(len(places) - 2, -1, -1):
        if position[kept[-1]] - position[index] >= gap:
            kept.append(index)
    return [places[index] for index in reversed(kept)]


def _named_rows(axes: Axes, names: list[str]) -> None:
    label_rows(axes, names)
    axes.tick_params(axis="y", labelsize=12)
    tidy(axes, grid="x")
    axes.spines["left"].set_visible(False)


def _error_axis(axes: Axes, evidence: Evidence, horizontal: bool) -> None:
    axis = axes.xaxis if horizontal else axes.yaxis
    low, high = axis.get_view_interval()
    if not horizontal and low > 0 and high > 30 * low:
        axes.set_yscale("log")
    if axis.get_scale() == "log":
        log_axis(axis, _error_ticks(evidence))
    else:
        label_axis(axis, _error_ticks(evidence))


def _error_ticks(evidence: Evidence) -> Callable[[float], str]:
    if evidence.metric.is_share:
        return short_percent
    return compact


def _error_label(evidence: Evidence) -> str:
    return f"{evidence.metric.name}, lower is better"
