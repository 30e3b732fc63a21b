"""Gradients, gates and memory."""

from __future__ import annotations

import math
from collections.abc import Callable

from gatewise.report.pictures.canvas import Canvas, Picture, clip
from gatewise.report.pictures.scale import Scale, between, linear, logarithmic, rows
from gatewise.report.style import MUTED, styles
from gatewise.report.text import number, percent, size
from gatewise.verdict.evidence import Candidate, Evidence, GradientCurve

__all__ = ["gradient", "memory", "saturation"]

_BEFORE = "4 2.5"


def gradient(evidence: Evidence) -> Picture | None:
    """Norm against lag: dashed at initialisation, solid after training, with the mark of its cell on both."""
    found = [
        (c, curve, trained)
        for c in evidence.cells
        if c.gradient is not None
        for curve, trained in ((c.gradient.initial, False), (c.gradient.trained, True))
        if curve is not None and any(map(_drawable, curve.norms))
    ]
    if not found:
        return None
    style_of, unit = styles(evidence), evidence.data.step_unit
    norms = [norm for _, curve, _ in found for norm in curve.norms if _drawable(norm)]
    lags = [lag for _, curve, _ in found for lag in curve.lags]
    canvas = Canvas(
        linear(lags, room=0.02).labelled(f"lag, {unit} back"),
        logarithmic(norms).labelled("gradient norm, lag 0 = 1"),
    )
    for candidate, curve, trained in found:
        style = style_of[candidate.name]
        values = [norm if _drawable(norm) else math.nan for norm in curve.norms]
        when = "after training" if trained else "at initialisation"
        canvas.line(
            curve.lags,
            values,
            style.colour,
            dash="" if trained else _BEFORE,
            width=1.8 if trained else 1.2,
        )
        every = max(len(values) // 6, 1)
        # The marks of both lines of a cell stand apart.
        first = 0 if trained else every // 2
        canvas.marks(curve.lags[first:], values[first:], style, size=3 if trained else 2.2, every=every)
        for lag, value in list(zip(curve.lags, values, strict=True))[:: max(len(values) // 24, 1)]:
            canvas.spot(lag, value, f"{candidate.name} {when}, lag {lag}: {number(value)}")
    parts = [
        f"{c.name} {'after training' if trained else 'at the start'} {_fall(curve)}"
        for c, curve, trained in found
    ]
    return Picture(
        "Gradient norm against lag",
        canvas.svg(f"Gradient norm relative to lag 0, on a logarithmic axis: {'; '.join(parts)}."),
        tuple(dict.fromkeys(c.name for c, _, _ in found)),
        note="Dashed, with small marks: at initialisation. Whole, with large marks: after training.",
    )


def saturation(evidence: Evidence) -> Picture | None:
    """Shares of values of each gate that are nearly one, and nearly zero, each with a bar of its own."""
    bars = [
        (c, gate, c.gradient.open[gate], c.gradient.shut[gate])
        for c in evidence.cells
        if c.gradient is not None
        for gate in c.gradient.open
        if math.isfinite(c.gradient.open[gate])
    ]
    if not bars:
        return None
    style_of = styles(evidence)
    most = max(max(above, below) for *_, above, below in bars)
    canvas = Canvas(
        between(0.0, 1.12 * most + 0.08, lambda value: percent(value, 2)).labelled(
            "share of gate values: filled above 0.9, hollow below 0.1"
        ),
        rows([f"{clip(c.name, 14)} {clip(gate, 14)}" for c, gate, *_ in bars]),
        height=52 + 38 * len(bars),
        grid="x",
    )
    for row, (candidate, _, *shares) in enumerate(bars):
        colour = style_of[candidate.name].colour
        for place, share, filled in zip((row - 0.2, row + 0.2), shares, (True, False), strict=True):
            canvas.box(0.0, share, place - 0.15, place + 0.15, colour, filled=filled)
            canvas.text(share, place, percent(share, 2), move=(5, 0), size=10.5)
    parts = [
        f"{c.name} {gate} gate {percent(above)} above 0.9 and {percent(below)} below 0.1"
        for c, gate, above, below in bars
    ]
    return Picture(
        "How often gates are open and shut after training",
        canvas.svg(f"Share of gate values: {'; '.join(parts)}."),
    )


def memory(evidence: Evidence) -> Picture | None:
    """Three sizes, each on its own scale."""
    found = [c for c in evidence.cells if c.memory is not None]
    if not found:
        return None
    style_of = styles(evidence)
    kinds: tuple[tuple[str, Callable[[Candidate], int]], ...] = (
        ("peak while training", lambda c: c.memory.peak_training_bytes if c.memory else 0),
        ("model on disk", lambda c: c.memory.model_bytes if c.memory else 0),
        ("state per stream", lambda c: c.memory.state_bytes if c.memory else 0),
    )
    names = [name for _ in kinds for name in ("", *(clip(c.name, 14) for c in found))]
    canvas = Canvas(Scale(0.0, 1.25), rows(names), height=18 + 24 * len(names), grid="")
    row = 0
    for title, bytes_of in kinds:
        canvas.text(0.0, row, title, colour=MUTED, size=12)
        top = max(map(bytes_of, found)) or 1
        for place, candidate in enumerate(found, start=row + 1):
            share = bytes_of(candidate) / top
            canvas.box(0.0, share, place - 0.3, place + 0.3, style_of[candidate.name].colour)
            canvas.text(share, place, size(bytes_of(candidate)), move=(5, 0))
        row += 1 + len(found)
    parts = [
        f"{title}: {', '.join(f'{c.name} {size(bytes_of(c))}' for c in found)}" for title, bytes_of in kinds
    ]
    return Picture("Memory, each row of bars on its own scale", canvas.svg(f"{'; '.join(parts)}."))


def _drawable(norm: float) -> bool:
    return math.isfinite(norm) and norm > 0


def _fall(curve: GradientCurve) -> str:
    halved = "never half" if curve.half_life is None else f"half or less from lag {curve.half_life}"
    return f"{halved}, {number(curve.left, 2)} left at lag {curve.lags[-1]}"
