"""Gradients, gates, training and memory."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from gatewise.report.pictures.canvas import Picture, clip, draw, label_axis, label_rows, log_axis, tidy
from gatewise.report.style import INK, MUTED, styles
from gatewise.report.text import duration, number, percent, size
from gatewise.verdict.evidence import Candidate, Evidence, GradientCurve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["gradient", "losses", "memory", "saturation"]


def gradient(evidence: Evidence) -> Picture | None:
    """Norm against lag: dashed at initialisation, solid after training."""
    found = [
        (c, curve, trained)
        for c in evidence.cells
        if c.gradient is not None
        for curve, trained in ((c.gradient.initial, False), (c.gradient.trained, True))
        if curve is not None and any(map(_drawable, curve.norms))
    ]
    if not found:
        return None
    style_of = styles(evidence)

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.set_yscale("log")
        for candidate, curve, trained in found:
            style = style_of[candidate.name]
            norms = [norm if _drawable(norm) else math.nan for norm in curve.norms]
            axes.plot(
                curve.lags,
                norms,
                color=style.colour,
                linestyle="-" if trained else (0, (4, 2.5)),
                linewidth=1.8 if trained else 1.2,
                marker=style.marker if trained else None,
                markevery=max(len(norms) // 6, 1),
                markersize=5.5,
            )
        log_axis(axes.yaxis)
        label_axis(axes.xaxis)
        axes.set_xlabel(f"lag, {evidence.data.step_unit} back")
        axes.set_ylabel("gradient norm, lag 0 = 1")
        tidy(axes)

    parts = [
        f"{c.name} {'after training' if trained else 'at the start'} {_fall(curve)}"
        for c, curve, trained in found
    ]
    return Picture(
        "Gradient norm against lag",
        draw(
            "gradient", f"Gradient norm relative to lag 0, on a logarithmic axis: {'; '.join(parts)}.", paint
        ),
        tuple(dict.fromkeys(c.name for c, _, _ in found)),
        note="– – at initialisation · — after training",
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

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for row, (candidate, _, *shares) in enumerate(bars):
            colour = style_of[candidate.name].colour
            for place, share, face in zip((row - 0.2, row + 0.2), shares, (colour, "none"), strict=True):
                axes.barh(place, share, height=0.34, facecolor=face, edgecolor=colour)
                axes.text(share + 0.015, place, percent(share, 2), va="center", fontsize=10.5)
        label_rows(axes, [f"{clip(c.name, 14)} {clip(gate, 14)}" for c, gate, *_ in bars])
        axes.set_xlim(0, 1.12 * max(max(above, below) for *_, above, below in bars) + 0.08)
        label_axis(axes.xaxis, lambda value: percent(value, 2))
        axes.set_xlabel("share of gate values: filled above 0.9, hollow below 0.1")
        tidy(axes, grid="x")

    parts = [
        f"{c.name} {gate} gate {percent(above)} above 0.9 and {percent(below)} below 0.1"
        for c, gate, above, below in bars
    ]
    return Picture(
        "How often gates are open and shut after training",
        draw(
            "saturation",
            f"Share of gate values: {'; '.join(parts)}.",
            paint,
            height=66 + 44 * len(bars),
        ),
    )


def losses(evidence: Evidence) -> Picture | None:
    """Training loss against wall clock, with the common target."""
    found = [
        (c, c.training)
        for c in evidence.cells
        if c.training is not None and len(c.training.curve_seconds) > 1
    ]
    if not found:
        return None
    style_of = styles(evidence)
    target = found[0][1].target_loss
    values = [loss for _, training in found for loss in training.curve_loss if math.isfinite(loss)]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        if values and min(values) > 0 and max(values) > 15 * min(values):
            axes.set_yscale("log")
        for candidate, training in found:
            style = style_of[candidate.name]
            axes.plot(
                training.curve_seconds,
                training.curve_loss,
                color=style.colour,
                marker=style.marker,
                markevery=max(len(training.curve_loss) // 6, 1),
                markersize=5.5,
            )
        if math.isfinite(target):
            axes.axhline(target, color=INK, linewidth=1, linestyle=(0, (2, 2)))
            axes.annotate(
                "common target",
                (1, target),
                xycoords=("axes fraction", "data"),
                xytext=(0, 4),
                textcoords="offset points",
                ha="right",
                color=MUTED,
                fontsize=11.5,
            )
        log_axis(axes.yaxis) if axes.get_yscale() == "log" else label_axis(axes.yaxis)
        label_axis(axes.xaxis)
        axes.set_xlabel("wall clock, seconds")
        axes.set_ylabel("training loss")
        tidy(axes)

    parts = [
        f"{c.name} "
        + (
            f"reaches the common loss after {duration(training.seconds_to_target)}"
            if training.seconds_to_target is not None
            else "does not reach the common loss"
        )
        for c, training in found
    ]
    return Picture(
        "Training loss against wall clock",
        draw("losses", f"Training loss against wall-clock time: {'; '.join(parts)}.", paint),
        tuple(c.name for c, _ in found),
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

    def paint(figure: Figure) -> None:
        for axes, (title, bytes_of) in zip(figure.subplots(len(kinds)), kinds, strict=True):
            top = max(map(bytes_of, found)) or 1
            for row, candidate in enumerate(found):
                count = bytes_of(candidate)
                axes.barh(row, count / top, height=0.6, color=style_of[candidate.name].colour)
                axes.text(count / top + 0.02, row, size(count), va="center", fontsize=11.5)
            axes.set_title(title, loc="left", color=MUTED)
            label_rows(axes, [clip(c.name, 14) for c in found])
            axes.set_xlim(0, 1.28)
            axes.set_xticks([])
            axes.grid(visible=False)
            axes.spines[:].set_visible(False)

    parts = [
        f"{title}: {', '.join(f'{c.name} {size(bytes_of(c))}' for c in found)}" for title, bytes_of in kinds
    ]
    return Picture(
        "Memory, each row of bars on its own scale",
        draw("memory", f"{'; '.join(parts)}.", paint, height=3 * (30 + 25 * len(found))),
    )


def _drawable(norm: float) -> bool:
    return math.isfinite(norm) and norm > 0


def _fall(curve: GradientCurve) -> str:
    halved = "never half" if curve.half_life is None else f"half or less from lag {curve.half_life}"
    return f"{halved}, {number(curve.left, 2)} left at lag {curve.lags[-1]}"
