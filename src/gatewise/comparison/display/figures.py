"""Figures of matplotlib, drawn in the user's own style: to be changed, joined and saved as any other.

The report's pictures are SVG in the colours of its page. These show the same numbers, and are the user's.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gatewise.comparison.display.colours import colours
from gatewise.verdict.evidence import Candidate, Curve, Evidence

__all__ = ["KINDS", "Plot", "kinds_of", "plot"]

_FILLED, _HOLLOW = "os^vD", "Ds^ov"
_WIDTH, _ROW, _HEIGHT = 6.4, 0.36, 3.8


class Plot(Figure):
    """A figure that notebooks show also where ``matplotlib.pyplot`` was never imported."""

    def _repr_png_(self) -> bytes:
        target = io.BytesIO()
        self.savefig(target, format="png", dpi=110)
        return target.getvalue()


def _look(evidence: Evidence, candidate: Candidate) -> dict[str, Any]:
    if candidate.kind == "cell":
        number = evidence.cells.index(candidate) % len(_FILLED)
        return {"color": colours()[f"series-{number + 1}"], "marker": _FILLED[number]}
    number = evidence.baselines.index(candidate) % len(_HOLLOW)
    return {
        "color": colours()["baseline"],
        "marker": _HOLLOW[number],
        "markerfacecolor": "none",
        "linestyle": (0, (4, 1 + number)),
    }


def _finite(evidence: Evidence) -> list[Candidate]:
    found = [c for c in evidence.candidates if math.isfinite(c.fit.error.mean)]
    return sorted(found, key=lambda c: c.fit.error.mean)


def _unit(evidence: Evidence) -> str:
    return f"{evidence.metric.name}, {evidence.metric.unit}"


def _rows(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(visible=True, axis="x", alpha=0.4)


def errors(evidence: Evidence, _: str | None) -> Figure | None:
    """Draw the error of each candidate with its 95 % interval, the lowest on top."""
    ranked = _finite(evidence)
    if not ranked:
        return None
    figure = Plot(figsize=(_WIDTH, 1 + _ROW * len(ranked)), layout="constrained")
    axes = figure.subplots()
    for row, candidate in enumerate(ranked):
        error, look = candidate.fit.error, {**_look(evidence, candidate), "linestyle": "-"}
        if error.low is not None and error.high is not None:
            axes.plot((error.low, error.high), (row, row), color=look["color"])
        axes.plot(error.mean, row, **look)
    _rows(axes, [c.name for c in ranked])
    axes.set_xlabel(_unit(evidence))
    axes.set_title("Error with its 95 % interval, lower is better")
    return figure


def differences(evidence: Evidence, _: str | None) -> Figure | None:
    """Draw the paired difference of each pair with its interval; one that holds zero is open."""
    pairs = [
        (d, (d.low, d.high))
        for d in evidence.differences
        if d.low is not None and d.high is not None and math.isfinite(d.mean)
    ]
    if not pairs:
        return None
    figure = Plot(figsize=(_WIDTH, 1 + _ROW * len(pairs)), layout="constrained")
    axes = figure.subplots()
    for row, (pair, ends) in enumerate(pairs):
        axes.plot(ends, (row, row), color="C0")
        axes.plot(pair.mean, row, "o", color="C0", markerfacecolor="C0" if pair.clear else "none")
    axes.axvline(0, color="0.5", linewidth=1)
    _rows(axes, [f"{d.first} − {d.second}" for d, _ in pairs])
    axes.set_xlabel(f"difference of {evidence.metric.name}, 99 % interval of the family; filled: clear")
    axes.set_title("Paired differences: left of zero the first has less error")
    return figure


def curves(evidence: Evidence, _: str | None) -> Figure | None:
    """Draw the training loss of each cell against wall-clock time."""
    found = [(c, c.training) for c in evidence.cells if c.training and len(c.training.curve_seconds) > 1]
    if not found:
        return None
    figure = Plot(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    axes = figure.subplots()
    for candidate, training in found:
        every = max(len(training.curve_loss) // 6, 1)
        look = _look(evidence, candidate)
        axes.plot(training.curve_seconds, training.curve_loss, label=candidate.name, markevery=every, **look)
    losses = [loss for _, training in found for loss in training.curve_loss if math.isfinite(loss)]
    if losses and min(losses) > 0 and max(losses) > 15 * min(losses):
        axes.set_yscale("log")
    axes.set_xlabel("wall clock, seconds")
    axes.set_ylabel("training loss, smoothed")
    axes.set_title("Training loss of the median run of each cell")
    axes.legend()
    return figure


def _along(evidence: Evidence, title: str, of: Callable[[Candidate], Curve | None]) -> Figure | None:
    found = [(c, curve) for c in evidence.candidates if (curve := of(c)) and len(curve.points) > 1]
    if not found:
        return None
    figure = Plot(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    axes = figure.subplots()
    for candidate, curve in found:
        look = _look(evidence, candidate)
        places, means = [p.x for p in curve.points], [p.y.mean for p in curve.points]
        axes.plot(places, means, label=candidate.name, **look)
        if all(p.y.low is not None for p in curve.points):
            low, high = [p.y.low for p in curve.points], [p.y.high for p in curve.points]
            axes.fill_between(places, low, high, color=look["color"], alpha=0.12, linewidth=0)  # type: ignore[arg-type]
    axes.set_xlabel(found[0][1].label)
    axes.set_ylabel(_unit(evidence))
    axes.set_title(title)
    axes.legend()
    return figure


def amount(evidence: Evidence, _: str | None) -> Figure | None:
    """Draw the error against the amount of training data, with 95 % intervals."""
    return _along(evidence, "Error against the amount of training data", lambda c: c.fit.by_amount)


def length(evidence: Evidence, _: str | None) -> Figure | None:
    """Draw the error against the length of sequences, with 95 % intervals."""
    return _along(evidence, "Error against length", lambda c: c.fit.by_length)


def gradient(evidence: Evidence, _: str | None) -> Figure | None:
    """Draw how much of the gradient is left so many steps back, after training."""
    found = [(c, c.gradient.trained) for c in evidence.cells if c.gradient and c.gradient.trained]
    if not found:
        return None
    figure = Plot(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    axes = figure.subplots()
    for candidate, curve in found:
        look, every = _look(evidence, candidate), max(len(curve.lags) // 8, 1)
        axes.plot(curve.lags, curve.norms, label=candidate.name, markevery=every, **look)
    axes.set_yscale("log")
    axes.set_xlabel(f"{evidence.data.step_unit} back")
    axes.set_ylabel("gradient left, × that of the last step")
    axes.set_title("Gradient through time, after training")
    axes.legend()
    return figure


def _shown(evidence: Evidence, choice: str | None, having: dict[str, Any]) -> list[Candidate]:
    """Return the cells, and the choice if it is a baseline, of which there is something."""
    return [c for c in evidence.candidates if (c.kind == "cell" or c.name == choice) and c.name in having]


def forecast(evidence: Evidence, choice: str | None) -> Figure | None:
    """Draw the first example: what came before, what came, and the forecasts with their intervals."""
    if not evidence.examples.forecasts:
        return None
    example = evidence.examples.forecasts[0]
    shown = _shown(evidence, choice, example.forecasts)
    if not shown:
        return None
    horizon = len(example.actual)
    past = example.history[-max(2 * horizon, 24) :]
    figure = Plot(figsize=(_WIDTH, 0.6 + 1.7 * len(shown)), layout="constrained")
    places = range(1, horizon + 1)
    for axes, candidate in zip(
        figure.subplots(len(shown), sharex=True, sharey=True, squeeze=False)[:, 0], shown, strict=True
    ):
        name, colour = candidate.name, _look(evidence, candidate)["color"]
        axes.plot(range(1 - len(past), 1), past, color="0.6")
        axes.plot(places, example.actual, color="0.35", label="what came")
        axes.plot(places, example.forecasts[name], color=colour, label=name)
        if name in example.low:
            axes.fill_between(places, example.low[name], example.high[name], color=colour, alpha=0.2)
        axes.legend(loc="upper left")
    axes.set_xlabel("rows from the forecast's origin")
    figure.suptitle(example.title)
    return figure


def confusion(evidence: Evidence, choice: str | None) -> Figure | None:
    """Draw the confusion matrix of what is recommended, or of the first cell that has one."""
    having, classes = evidence.examples.confusion, evidence.examples.classes
    name = choice if choice in having else next(iter(having), None)
    if name is None or len(classes) < 2:
        return None
    counts = having[name]
    figure = Plot(figsize=(min(2.2 + 0.55 * len(classes), 9), min(1.8 + 0.5 * len(classes), 8)))
    figure.set_layout_engine("constrained")
    axes = figure.subplots()
    shares = [[count / max(sum(row), 1) for count in row] for row in counts]
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    if len(classes) <= 12:
        for i, row in enumerate(counts):
            for j, count in enumerate(row):
                tone = "white" if shares[i][j] > 0.55 else "black"
                axes.text(j, i, f"{count:,}", ha="center", va="center", color=tone)
        axes.set_xticks(range(len(classes)), classes, rotation=45, ha="right")
        axes.set_yticks(range(len(classes)), classes)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("actual class")
    axes.set_title(f"{name}: test sequences by class")
    figure.colorbar(image, label="share of the actual class")
    return figure


def values(evidence: Evidence, choice: str | None) -> Figure | None:
    """Draw predicted against actual values of a part of the test data."""
    actual, predicted = evidence.examples.actual, evidence.examples.predicted
    shown = _shown(evidence, choice, predicted)
    if not shown or len(actual) < 2:
        return None
    figure = Plot(figsize=(2.6 * len(shown), 2.9), layout="constrained")
    all_axes = figure.subplots(1, len(shown), sharex=True, sharey=True, squeeze=False)[0]
    for axes, candidate in zip(all_axes, shown, strict=True):
        axes.axline((actual[0], actual[0]), slope=1, color="0.6", linewidth=1)
        axes.scatter(
            actual, predicted[candidate.name], s=9, alpha=0.6, color=_look(evidence, candidate)["color"]
        )
        axes.set_title(candidate.name)
        axes.set_xlabel("actual")
    all_axes[0].set_ylabel("predicted")
    return figure


KINDS: dict[str, Callable[[Evidence, str | None], Figure | None]] = {
    one.__name__: one
    for one in (errors, differences, curves, amount, length, forecast, confusion, values, gradient)
}


def kinds_of(evidence: Evidence, choice: str | None) -> list[str]:
    """Return the kinds for which a comparison has numbers."""
    return [name for name, draw in KINDS.items() if draw(evidence, choice) is not None]


def plot(evidence: Evidence, choice: str | None, kind: str) -> Figure | None:
    """Return the figure of a kind; ``None`` where there is no such kind, or nothing to draw."""
    return KINDS[kind](evidence, choice) if kind in KINDS else None
