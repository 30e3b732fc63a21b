"""What every candidate costs beside its error, and how many there are of each class."""

from __future__ import annotations

import math

from gatewise.report.pictures.canvas import Canvas, Picture, clip
from gatewise.report.pictures.errors import error_label, error_ticks
from gatewise.report.pictures.scale import covering, linear, logarithmic, rows
from gatewise.report.style import INK, MUTED, styles
from gatewise.report.text import duration, error_format, number
from gatewise.verdict.evidence import Evidence

__all__ = ["balance", "costs"]

_ROWS = 12


def costs(evidence: Evidence) -> Picture | None:
    """Error against what fitting costs, of cells and baselines alike."""
    found = [
        (c, c.cost)
        for c in evidence.candidates
        if c.cost is not None and c.cost.fit_seconds > 0 and math.isfinite(c.fit.error.mean)
    ]
    if len(found) < 2:
        return None
    style_of, show = styles(evidence), error_format(evidence.metric)
    across = logarithmic([cost.fit_seconds for _, cost in found], duration)
    up = covering([c.fit.error.mean for c, _ in found], error_ticks(evidence))
    canvas = Canvas(across.labelled("wall clock of fitting one model"), up.labelled(error_label(evidence)))
    parts = []
    for candidate, cost in found:
        x, y = cost.fit_seconds, candidate.fit.error.mean
        canvas.mark(x, y, style_of[candidate.name], size=4)
        said = f"{candidate.name} fits in {duration(x)}, answers in {duration(cost.predict_seconds)}, error {show(y)}"
        canvas.spot(x, y, said)
        parts.append(said)
    return Picture(
        "Error against the cost of fitting",
        canvas.svg(f"Error of each candidate against the time to fit it: {'; '.join(parts)}."),
        tuple(candidate.name for candidate, _ in found),
        note="Further down is better, further left cheaper. Of cells one training, without the search for its rate.",
    )


def balance(evidence: Evidence) -> Picture | None:
    """How many there are of each class in the training and the test part."""
    found = None if evidence.checks is None else evidence.checks.balance
    if found is None:
        return None
    classes = list(zip(found.names, found.training, found.test, strict=True))
    shown = classes if len(classes) <= _ROWS else sorted(classes, key=lambda one: -one[1])[:_ROWS]
    whole = max(sum(found.training), 1), max(sum(found.test), 1)
    shares = [(name, one / whole[0], other / whole[1]) for name, one, other in shown]
    most = max(max(one, other) for _, one, other in shares)
    canvas = Canvas(
        linear([0.0, 1.12 * most], lambda v: f"{100 * v:.3g} %", zero=True).labelled(
            f"share of {found.counted}: filled in training, hollow in test"
        ),
        rows([clip(name, 16) for name, *_ in shares]),
        height=52 + 26 * len(shares),
        grid="x",
    )
    parts = []
    for row, ((name, *values), (_, *counts)) in enumerate(zip(shares, shown, strict=True)):
        for place, share, count, filled in zip(
            (row - 0.2, row + 0.2), values, counts, (True, False), strict=True
        ):
            canvas.box(0.0, share, place - 0.15, place + 0.15, INK if filled else MUTED, filled=filled)
            canvas.text(share, place, number(count), move=(5, 0), size=10)
        parts.append(f"{name} {number(counts[0])} and {number(counts[1])}")
    rest = f"; the {_ROWS} most frequent of {len(classes)}" if len(classes) > _ROWS else ""
    return Picture(
        f"Classes in training and test{rest}",
        canvas.svg(f"{found.counted} of each class in training and in test{rest}: {'; '.join(parts)}."),
    )
