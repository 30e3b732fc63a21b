"""Training: losses over time and over updates, of every seed, and the learning rates that were tried."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from gatewise.report.pictures.canvas import Canvas, Picture
from gatewise.report.pictures.scale import FAR_APART, Scale, linear, logarithmic
from gatewise.report.style import INK, Style, styles
from gatewise.report.text import compact, duration, number
from gatewise.verdict.evidence import Evidence, LossCurve, Training

__all__ = ["losses", "rates", "seeds", "watched"]


def losses(evidence: Evidence) -> Picture | None:
    """Training loss against wall clock, with the common target."""
    found = [
        (c, c.training)
        for c in evidence.cells
        if c.training is not None and len(c.training.curve_seconds) > 1
    ]
    if not found:
        return None
    style_of, target = styles(evidence), found[0][1].target_loss
    values = [loss for _, training in found for loss in training.curve_loss]
    up = _of_losses([*values, target])
    across = linear([s for _, training in found for s in training.curve_seconds], room=0.02)
    canvas = Canvas(across.labelled("wall clock, seconds"), up.labelled("training loss"))
    if math.isfinite(target):
        canvas.rule(y=target, dash="2 2", colour=INK)
    for candidate, training in found:
        style = style_of[candidate.name]
        _curve(canvas, training.curve_seconds, training.curve_loss, style)
        _spots(canvas, training.curve_seconds, training.curve_loss, f"{candidate.name} after", " s")
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
        canvas.svg(f"Training loss against wall-clock time: {'; '.join(parts)}."),
        tuple(c.name for c, _ in found),
        note=f"Dashed: the common loss of {number(target)}, which every training of every cell has reached. "
        "Of each cell one training, the median by its last loss.",
    )


def watched(evidence: Evidence) -> Picture | None:
    """Loss on rows held out, of every training, against updates."""
    return _every_seed(
        evidence,
        lambda training: training.validation,
        "Validation loss of every seed",
        "validation loss",
        "Loss on rows held out of training to watch it. Thick: the mean of a cell's seeds; thin: each of them. A line "
        "that rises while the training loss falls is overfitting.",
    )


def seeds(evidence: Evidence) -> Picture | None:
    """Training loss of every seed, against updates."""
    return _every_seed(
        evidence,
        lambda training: training.curves,
        "Training loss of every seed",
        "training loss, smoothed",
        "Thick: the mean of a cell's seeds; thin: each of them.",
    )


def _every_seed(
    evidence: Evidence, of: Callable[[Training], Iterable[LossCurve]], title: str, label: str, note: str
) -> Picture | None:
    curves = [
        (c, f"seed {curve.number + 1}, split {curve.fold + 1}", curve.steps, curve.loss)
        for c in evidence.cells
        if c.training is not None
        for curve in of(c.training)
        if len(curve.steps) > 1
    ]
    if not curves:
        return None
    style_of = styles(evidence)
    # The first losses are those of untrained networks; what happens later is to be seen.
    up = _of_losses([loss for *_, line in curves for loss in line])
    across = linear([step for _, _, steps, _ in curves for step in steps], room=0.02)
    canvas = Canvas(across.labelled("updates"), up.labelled(label))
    parts = []
    for cell in dict.fromkeys(c.name for c, *_ in curves):
        own = [(who, steps, line) for c, who, steps, line in curves if c.name == cell]
        style = style_of[cell]
        for _, steps, line in own:
            canvas.line(steps, line, style.colour, width=1, faint=True)
        shared = min((steps for _, steps, _ in own), key=len)
        whole = [line for _, _, line in own if len(line) >= len(shared)]
        mean = [sum(values) / len(values) for values in zip(*whole, strict=False)][: len(shared)]
        _curve(canvas, shared, mean, style)
        for who, steps, line in own:
            canvas.spot(steps[-1], line[-1], f"{cell}, {who}: {number(line[-1])} in the end")
        _spots(canvas, shared, mean, f"{cell}, mean of {len(own)}, after", " updates")
        ends = [line[-1] for *_, line in own]
        parts.append(
            f"{cell} ends at {number(mean[-1])}, its seeds from {number(min(ends))} to {number(max(ends))}"
        )
    return Picture(
        title,
        canvas.svg(f"{title}, against updates: {'; '.join(parts)}."),
        tuple(dict.fromkeys(c.name for c, *_ in curves)),
        note=note,
    )


def rates(evidence: Evidence) -> Picture | None:
    """The learning rates that were tried, with the loss by which one was chosen."""
    found = [(c, c.training) for c in evidence.cells if c.training is not None and c.training.trials]
    values = [t.loss for _, training in found for t in training.trials if math.isfinite(t.loss)]
    if not values:
        return None
    style_of = styles(evidence)
    tried = [t.learning_rate for _, training in found for t in training.trials]
    across = logarithmic(tried).labelled("learning rate")
    canvas = Canvas(_ticks_at(across, tried), _of_losses(values).labelled("loss on held-out rows"), grid="y")
    parts = []
    for candidate, training in found:
        style = style_of[candidate.name]
        for number_, seed in enumerate(sorted({t.seed for t in training.trials})):
            own = sorted((t.learning_rate, t.loss) for t in training.trials if t.seed == seed)
            if number_ == 0:
                canvas.line([x for x, _ in own], [y for _, y in own], style.colour, width=1, faint=True)
            for rate, loss in own:
                if math.isfinite(loss):
                    canvas.mark(rate, loss, style, size=3.2 if number_ == 0 else 2.2)
                again = "" if number_ == 0 else ", other rows held out"
                canvas.spot(rate, loss, f"{candidate.name}, rate {compact(rate)}{again}: {number(loss)}")
        best = min(
            (t.loss for t in training.trials if t.learning_rate == training.learning_rate), default=math.nan
        )
        if math.isfinite(best):
            across_, down = canvas.at(training.learning_rate, best)
            canvas.parts.append(
                f'<circle cx="{across_:.1f}" cy="{down:.1f}" r="7" fill="none" stroke="{style.colour}"/>'
            )
        said = ", ".join(f"{number(t.loss)} at {compact(t.learning_rate)}" for t in training.trials)
        parts.append(f"{candidate.name} {said}, chosen {compact(training.learning_rate)}")
    return Picture(
        "Learning rates tried",
        canvas.svg(f"Loss on held-out rows by learning rate: {'; '.join(parts)}."),
        tuple(c.name for c, _ in found),
        note="Ringed: the rate that was chosen, by the mean over the marks at it. Small marks: tried again with other "
        "rows held out.",
        method="every cell is tried with the same number of rates, on rows held out of the training part; test rows "
        "have no part in it",
    )


def _of_losses(values: Iterable[float]) -> Scale:
    finite = [value for value in values if math.isfinite(value)]
    far = bool(finite) and min(finite) > 0 and max(finite) > FAR_APART * min(finite)
    return logarithmic(finite) if far else linear(finite)


def _ticks_at(scale: Scale, places: list[float]) -> Scale:
    """The same axis with ticks where values are, if they are few."""
    kept = sorted(set(places))
    if (scale.ticks and len(scale.ticks) > 1) or not kept:
        return scale
    return Scale(scale.low, scale.high, tuple((p, compact(p)) for p in kept), scale.label, log=True)


def _curve(canvas: Canvas, xs: Iterable[float], ys: Iterable[float], style: Style) -> None:
    xs, ys = list(xs), list(ys)
    canvas.line(xs, ys, style.colour)
    canvas.marks(xs, ys, style, size=3, every=max(len(xs) // 6, 1))


def _spots(canvas: Canvas, xs: Iterable[float], ys: Iterable[float], who: str, unit: str) -> None:
    pairs = list(zip(xs, ys, strict=False))
    for x, y in pairs[:: max(len(pairs) // 20, 1)]:
        canvas.spot(x, y, f"{who} {number(x)}{unit}: {number(y)}")
