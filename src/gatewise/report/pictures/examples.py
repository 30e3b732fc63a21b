"""Small multiples: forecasts and the values that came, and tables of confusion."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from gatewise.report.pictures.canvas import Picture, clip, draw, label_axis, tidy
from gatewise.report.style import INK, MUTED, RULE, styles
from gatewise.report.text import join, number, percent
from gatewise.verdict.evidence import Candidate, Evidence, ForecastExample

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Panels", "confusion", "forecasts", "values"]

_EXAMPLES = 3
_CLASSES = 40  # beyond, the squares are too small to read and the file too large
_NAMED_CLASSES = 12


@dataclass(frozen=True)
class Panels:
    """Pictures that belong side by side on the same scale."""

    title: str
    note: str
    pictures: tuple[Picture, ...]


def forecasts(evidence: Evidence, choice: str | None) -> tuple[Panels, ...]:
    """Draw each example: one panel per cell, and one for the choice if it is a baseline."""
    shown = _shown(evidence, choice)
    rows: list[Panels] = []
    note = (
        "Grey: what came before and, on the shaded ground, what came. Colour: the forecast with its interval."
    )
    for index, example in enumerate(evidence.examples.forecasts[:_EXAMPLES]):
        panels = tuple(
            _forecast(evidence, example, candidate, f"forecast-{index}-{column}")
            for column, candidate in enumerate(shown)
            if candidate.name in example.forecasts
        )
        if panels:
            rows.append(Panels(example.title, "" if rows else note, panels))
    return tuple(rows)


def _shown(evidence: Evidence, choice: str | None) -> list[Candidate]:
    return [c for c in evidence.candidates if c.kind == "cell" or c.name == choice]


def _forecast(evidence: Evidence, example: ForecastExample, candidate: Candidate, name: str) -> Picture:
    style = styles(evidence)[candidate.name]
    horizon = len(example.actual)
    past = example.history[-max(2 * horizon, 24) :]
    predicted = example.forecasts[candidate.name]
    low, high = example.low.get(candidate.name, ()), example.high.get(candidate.name, ())
    stamps = example.stamps[-(len(past) + horizon) :]
    ahead = range(len(past), len(past) + len(predicted))

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        whole = (*past, *example.actual)
        axes.axvspan(len(past) - 0.5, len(whole) - 0.5, color=RULE, alpha=0.3, linewidth=0)
        axes.plot(range(len(whole)), whole, color=MUTED, linewidth=1.2)
        if len(low) == len(high) == len(predicted):
            axes.fill_between(ahead, low, high, color=style.colour, alpha=0.25, linewidth=0)
        axes.plot(ahead, predicted, color=style.colour, linewidth=2)
        # One scale for all panels of the example: it holds every candidate's values.
        drawn = (example.forecasts, example.low, example.high)
        values = [v for v in chain(whole, *chain(*(by_name.values() for by_name in drawn))) if v == v]
        spread = (max(values) - min(values)) or 1.0
        axes.set_ylim(min(values) - 0.05 * spread, max(values) + 0.05 * spread)
        axes.set_xlim(-0.5, len(whole) - 0.5)
        label_axis(axes.yaxis, count=4)
        _stamp_axis(axes, stamps)
        tidy(axes)

    covered = [lo <= value <= hi for lo, value, hi in zip(low, example.actual, high, strict=False)]
    inside = f"; {sum(covered)} of {len(covered)} values lie inside the interval" if covered else ""
    alt = f"{example.title}: the forecast of {candidate.name} for {horizon} steps beside what came{inside}."
    return Picture(candidate.name, draw(name, alt, paint, 268, 190), (candidate.name,))


def _stamp_axis(axes: Axes, stamps: tuple[str, ...]) -> None:
    """First and last stamp under the ends: more would touch each other."""
    if not stamps:
        label_axis(axes.xaxis, count=4)
        return
    axes.set_xticks([0, len(stamps) - 1], [stamps[0], stamps[-1]])
    first, last = axes.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


def confusion(evidence: Evidence, choice: str | None) -> Panels | None:
    """Draw one matrix per cell, and one for the choice if it is a baseline; shades are shares of the row."""
    classes = evidence.examples.classes
    shown = [c for c in _shown(evidence, choice) if c.name in evidence.examples.confusion]
    if not shown or not 1 < len(classes) <= _CLASSES:
        return None
    panels = tuple(_matrix(evidence, c, f"confusion-{column}") for column, c in enumerate(shown))
    return Panels(
        "Confusion", "Rows: the actual class; columns: the predicted one; shade: share of the row.", panels
    )


def values(evidence: Evidence, choice: str | None) -> Panels | None:
    """Draw predicted against actual values of a part of the test data: one panel per cell, and one for the choice."""
    shown = [c for c in _shown(evidence, choice) if c.name in evidence.examples.predicted]
    if not shown or len(evidence.examples.actual) < 2:
        return None
    panels = tuple(_scatter(evidence, c, f"values-{column}") for column, c in enumerate(shown))
    note = "Across: the actual value; upwards: the predicted one. On the line they are equal."
    return Panels("Predicted and actual", note, panels)


def _scatter(evidence: Evidence, candidate: Candidate, name: str) -> Picture:
    actual, predicted = evidence.examples.actual, evidence.examples.predicted[candidate.name]
    everything = [*actual, *chain(*evidence.examples.predicted.values())]
    low, high = min(everything), max(everything)
    room = 0.05 * (high - low or 1.0)
    style = styles(evidence)[candidate.name]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.plot([low, high], [low, high], color=RULE, linewidth=1.2)
        axes.scatter(actual, predicted, s=9, color=style.colour, alpha=0.6, linewidths=0)
        axes.set_xlim(low - room, high + room)
        axes.set_ylim(low - room, high + room)
        axes.set_aspect("equal")
        label_axis(axes.xaxis, count=4)
        label_axis(axes.yaxis, count=4)
        tidy(axes)

    error = sum(abs(a - b) for a, b in zip(actual, predicted, strict=True)) / len(actual)
    alt = f"{candidate.name}: {len(actual)} predicted values beside the actual ones, mean distance {number(error)}."
    return Picture(candidate.name, draw(name, alt, paint, 268, 250), (candidate.name,))


def _matrix(evidence: Evidence, candidate: Candidate, name: str) -> Picture:
    classes, counts = evidence.examples.classes, evidence.examples.confusion[candidate.name]
    style = styles(evidence)[candidate.name]
    side = len(classes)
    named = side <= _NAMED_CLASSES

    def paint(figure: Figure) -> None:
        from matplotlib.patches import Rectangle

        axes = figure.subplots()
        for row, line in enumerate(counts):
            for column, count in enumerate(line):
                if not count:
                    continue
                shade = count / sum(line)
                corner, alpha = (column - 0.5, row - 0.5), 0.08 + 0.42 * shade
                axes.add_patch(Rectangle(corner, 1, 1, color=style.colour, alpha=alpha, linewidth=0))
                if named:
                    axes.text(column, row, str(count), ha="center", va="center", fontsize=11, color=INK)
        axes.set_xlim(-0.5, side - 0.5)
        axes.set_ylim(side - 0.5, -0.5)
        axes.set_aspect("equal")
        axes.grid(visible=False)
        axes.spines[["top", "right"]].set_visible(True)
        axes.set_yticks(range(side) if named else [], [clip(label, 10) for label in classes] if named else [])
        short = named and max(map(len, classes)) <= max(24 // side, 2)
        axes.set_xticks(range(side) if short else [], list(classes) if short else [])
        axes.set_xlabel("predicted")
        axes.set_ylabel("actual")

    right = sum(counts[index][index] for index in range(side))
    total = sum(map(sum, counts))
    pairs = [(i, j) for i in range(side) for j in range(side) if i != j and counts[i][j]]
    pairs.sort(key=lambda pair: -counts[pair[0]][pair[1]])
    worst = [f"{number(counts[i][j])} × {classes[i]} taken for {classes[j]}" for i, j in pairs[:3]]
    wrong = join(worst) if worst else "no mistakes"
    share = percent(right / total) if total else "none"
    alt = f"Confusion matrix of {candidate.name}: {share} of {total} right; {wrong}."
    return Picture(
        candidate.name, draw(name, alt, paint, 268, 250), (candidate.name,), note=f"{share} right; {wrong}"
    )
