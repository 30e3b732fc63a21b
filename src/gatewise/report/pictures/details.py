"""Errors by step and over time, residuals, and how good probabilities are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from gatewise.report.pictures.canvas import Canvas, Picture
from gatewise.report.pictures.errors import error_label, error_ticks
from gatewise.report.pictures.examples import interval_level, shown_in_panels
from gatewise.report.pictures.scale import Scale, between, covering, linear
from gatewise.report.style import INK, MUTED, styles
from gatewise.report.text import capital, compact, error_format, number, percent, short_percent
from gatewise.verdict.evidence import Details, ErrorsBy, Evidence, Probabilities, Residuals

__all__ = ["along", "autocorrelations", "curves", "histograms"]

_LINES = ("step of the horizon", "time of the test part")


def along(evidence: Evidence, choice: str | None) -> tuple[Picture, ...]:
    """Draw errors, bias and coverage along steps and over time."""
    details = evidence.details
    if details is None:
        return ()
    found: list[Picture | None] = [_along_text(evidence, choice)] if evidence.data.task == "language" else []
    level = interval_level(evidence)
    for by in details.by:
        if by.what not in _LINES:
            continue
        label = _where(by)
        found.append(
            _lines(evidence, choice, by, by.errors, f"{capital(evidence.metric.name)} by {label}", error=True)
        )
        if by.bias:
            found.append(_lines(evidence, choice, by, by.bias, f"Bias by {label}", mark=0.0))
        if by.coverage:
            found.append(
                _lines(
                    evidence,
                    choice,
                    by,
                    by.coverage,
                    f"Coverage of the {level} % interval by {label}",
                    mark=level / 100,
                )
            )
    return tuple(picture for picture in found if picture is not None)


def _along_text(evidence: Evidence, choice: str | None) -> Picture | None:
    """Draw the error of each stretch of the test text, the mean over all seeds of the first split."""
    means = {
        c.name: tuple(sum(one) / len(one) for one in zip(*c.fit.units[0], strict=True))
        for c in shown_in_panels(evidence, choice)
        if c.fit.units
    }
    if not means:
        return None
    count = len(next(iter(means.values())))
    names = tuple(f"stretch {k + 1}" for k in range(count))
    by = ErrorsBy(what=_LINES[1], names=names, counts=(1,) * count, counted="stretches", errors=means)
    title = f"{capital(evidence.metric.name)} along the test text"
    return _lines(evidence, choice, by, means, title, error=True)


def _where(by: ErrorsBy) -> str:
    return "step of the horizon" if by.what == _LINES[0] else "time"


def _lines(
    evidence: Evidence,
    choice: str | None,
    by: ErrorsBy,
    values: dict[str, tuple[float, ...]],
    title: str,
    *,
    error: bool = False,
    mark: float | None = None,
) -> Picture | None:
    shown = [c for c in shown_in_panels(evidence, choice) if c.name in values]
    if not shown:
        return None
    share = "Coverage" in title
    ticks: Callable[[float], str] = error_ticks(evidence) if error else short_percent if share else compact
    show = error_format(evidence.metric) if error else percent if share else number
    numbers = [value for c in shown for value in values[c.name]] + ([] if mark is None else [mark])
    up = covering(numbers, ticks) if error else linear(numbers, ticks)
    label = error_label(evidence) if error else "share inside" if share else "predicted − actual, scaled"
    places = list(range(1, len(by.names) + 1))
    canvas = Canvas(_places(by), up.labelled(label))
    if mark is not None:
        canvas.rule(y=mark, dash="2 2")
    style_of, parts = styles(evidence), []
    for candidate in reversed(shown):
        style, line = style_of[candidate.name], values[candidate.name]
        canvas.line(places, line, style.colour, dash=style.dash, width=2 if candidate.name == choice else 1.4)
        canvas.marks(places, line, style, size=2.8, every=max(len(line) // 6, 1))
        for place, value in list(zip(places, line, strict=True))[:: max(len(line) // 20, 1)]:
            canvas.spot(place, value, f"{candidate.name}, {by.names[place - 1]}: {show(value)}")
        finite = [value for value in line if math.isfinite(value)]
        if finite:
            parts.append(
                f"{candidate.name} from {show(line[0])} to {show(line[-1])}, highest {show(max(finite))}"
            )
    noted = "Dashed: what the interval promises." if share else ""
    noted = "Dashed: no bias. Above it forecasts are too high, below too low." if mark == 0.0 else noted
    return Picture(
        title, canvas.svg(f"{title}: {'; '.join(parts)}."), tuple(c.name for c in shown), note=noted
    )


def _places(by: ErrorsBy) -> Scale:
    count = len(by.names)
    if by.what == _LINES[0]:
        return linear([1.0, float(count)], room=0.03).labelled("rows ahead")
    ends = ((1.0, by.names[0]), (float(count), by.names[-1]))
    return Scale(0.5, count + 0.5, ends, "start of the test windows")


def histograms(evidence: Evidence, choice: str | None) -> Picture | None:
    """Draw how residuals are spread: of the choice, and of the next of the other kind."""
    found = _residuals(evidence, choice)
    if not found:
        return None
    unit = evidence.details.unit if evidence.details is not None else ""
    edges = [edge for _, one in found for edge in one.edges]
    shares = {name: [count / max(sum(one.counts), 1) for count in one.counts] for name, one in found}
    top = max(share for one in shares.values() for share in one)
    canvas = Canvas(
        linear(edges, room=0.02).labelled(f"predicted − actual, {unit}"),
        linear([0.0, top], short_percent, zero=True).labelled("share of values"),
    )
    canvas.rule(x=0.0, dash="2 2")
    style_of, parts = styles(evidence), []
    for name, one in found:
        style = style_of[name]
        corners = [
            (x, y) for k, y in enumerate(shares[name]) for x, y in ((one.edges[k], y), (one.edges[k + 1], y))
        ]
        xs, ys = zip(*corners, strict=True)
        canvas.line(xs, ys, style.colour, dash=style.dash, width=1.6)
        for k, share in enumerate(shares[name]):
            middle = (one.edges[k] + one.edges[k + 1]) / 2
            canvas.spot(
                middle,
                share,
                f"{name}, {number(one.edges[k])} to {number(one.edges[k + 1])}: {percent(share)}",
            )
        parts.append(f"{name} bias {number(one.bias)}, standard deviation {number(one.spread)}")
    said = f"{'; '.join(parts)}."
    return Picture(
        "Residuals",
        canvas.svg(f"Histogram of residuals: {said}"),
        tuple(name for name, _ in found),
        note=f"{said} What lies beyond the ends is counted in the first and the last bin.",
        method=evidence.details.methods.get("residuals", "") if evidence.details is not None else "",
    )


def autocorrelations(evidence: Evidence, choice: str | None) -> Picture | None:
    """Draw the autocorrelation of residuals with the band in which it would lie, were there none."""
    found = [(name, one) for name, one in _residuals(evidence, choice) if one.autocorrelation]
    if not found:
        return None
    bound = next((one.bound for _, one in found if one.bound is not None), 0.0)
    values = [value for _, one in found for value in one.autocorrelation]
    lags = max(len(one.autocorrelation) for _, one in found)
    canvas = Canvas(
        linear([0.0, float(lags)], room=0.02).labelled("lag, rows"),
        linear([*values, -bound, bound, 0.0]).labelled("autocorrelation"),
    )
    canvas.box(canvas.x.low, canvas.x.high, -bound, bound, MUTED, opacity=0.18)
    canvas.rule(y=0.0, colour=INK)
    style_of, parts = styles(evidence), []
    for index, (name, one) in enumerate(found):
        aside = 0.18 * (index - (len(found) - 1) / 2)
        places = [lag + aside for lag in range(1, len(one.autocorrelation) + 1)]
        canvas.sticks(places, one.autocorrelation, style_of[name].colour)
        for lag, value in enumerate(one.autocorrelation, start=1):
            canvas.spot(lag, value, f"{name}, lag {lag}: {number(value)}")
        most = max(one.autocorrelation, key=abs)
        lag = one.autocorrelation.index(most) + 1
        parts.append(f"{name} {number(one.autocorrelation[0])} at lag 1, most {number(most)} at lag {lag}")
    said = "; ".join(parts)
    return Picture(
        "Autocorrelation of residuals",
        canvas.svg(f"Autocorrelation of residuals by lag: {said}."),
        tuple(name for name, _ in found),
        note="Grey: where 95 % of them would be, were residuals independent. Rows of one forecast share their "
        "past: below the horizon some is to be expected.",
    )


def _residuals(evidence: Evidence, choice: str | None) -> list[tuple[str, Residuals]]:
    details = evidence.details
    if details is None:
        return []
    return [
        (name, details.residuals[name]) for name in compared(evidence, choice) if name in details.residuals
    ]


def compared(evidence: Evidence, choice: str | None) -> tuple[str, ...]:
    """Return the choice, the cell and the baseline with the lowest error, each once."""
    best = [
        min(group, key=lambda c: c.fit.error.mean, default=None)
        for group in (evidence.cells, evidence.baselines)
    ]
    names = [choice, *(one.name for one in best if one is not None)]
    return tuple(dict.fromkeys(name for name in names if name is not None))


def curves(evidence: Evidence, choice: str | None) -> tuple[Picture, ...]:
    """Draw ROC, precision against recall, and calibration."""
    details = evidence.details
    shown = [] if details is None else [n for n in compared(evidence, choice) if n in details.probabilities]
    if details is None or not shown:
        return ()
    two = len(evidence.examples.classes) == 2
    which = (
        f"{evidence.examples.classes[1]} against {evidence.examples.classes[0]}"
        if two
        else "every class against the rest, all decisions together"
    )
    return (
        _shares(
            evidence,
            details,
            shown,
            f"ROC: {which}",
            ("share of false alarms", "share that is found"),
            lambda one: one.roc,
            lambda one: f"mean area {_mean(one.area)}",
            diagonal=True,
        ),
        _shares(
            evidence,
            details,
            shown,
            f"Precision and recall: {which}",
            ("recall", "precision"),
            lambda one: one.precision_recall,
            lambda one: f"mean average precision {_mean(one.average_precision)}",
        ),
        _shares(
            evidence,
            details,
            shown,
            "Calibration of the predicted class",
            ("mean probability", "share that is right"),
            lambda one: tuple(zip(one.confidence, one.accuracy, strict=True)),
            lambda one: f"expected calibration error {percent(one.calibration_error)}",
            diagonal=True,
            marks=True,
        ),
    )


def _mean(values: Sequence[float | None]) -> str:
    there = [value for value in values if value is not None]
    return number(sum(there) / len(there)) if there else "none"


def _shares(
    evidence: Evidence,
    details: Details,
    shown: list[str],
    title: str,
    labels: tuple[str, str],
    points: Callable[[Probabilities], Sequence[tuple[float, float]]],
    summary: Callable[[Probabilities], str],
    *,
    diagonal: bool = False,
    marks: bool = False,
) -> Picture:
    whole = between(0.0, 1.0, short_percent, 4)
    canvas = Canvas(whole.labelled(labels[0]), whole.labelled(labels[1]), height=300)
    if diagonal:
        canvas.line((0.0, 1.0), (0.0, 1.0), MUTED, dash="2 2", width=1)
    style_of, parts = styles(evidence), []
    for name in reversed(shown):
        one, style = details.probabilities[name], style_of[name]
        xs, ys = zip(*points(one), strict=True)
        canvas.line(xs, ys, style.colour, dash=style.dash, width=1.6)
        canvas.marks(xs, ys, style, size=3, every=1 if marks else max(len(xs) // 5, 1))
        for k, (x, y) in enumerate(zip(xs, ys, strict=True)):
            count = f" ({number(one.counts[k])} sequences)" if marks else ""
            canvas.spot(x, y, f"{name}: {labels[0]} {percent(x)}, {labels[1]} {percent(y)}{count}")
        parts.append(f"{name} {summary(one)}")
    said = "; ".join(reversed(parts))
    return Picture(
        title,
        canvas.svg(f"{title}: {said}."),
        tuple(shown),
        note=f"{said}.",
        method=details.methods.get("probabilities", "") if not diagonal else "",
    )
