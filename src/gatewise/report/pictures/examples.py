"""Small multiples: forecasts and the values that came, predicted and actual values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain

from gatewise.report.pictures.canvas import Canvas, Picture
from gatewise.report.pictures.scale import Scale, linear
from gatewise.report.style import INK, RULE, styles
from gatewise.report.text import compact, number
from gatewise.verdict.evidence import Candidate, Evidence, ForecastExample

__all__ = [
    "FIRST_TRAINING",
    "Panels",
    "forecast_panel",
    "forecasts",
    "interval_level",
    "shown_in_panels",
    "values",
]

_EXAMPLES = 3
# So many values of a panel are said under a pointer.
_SPOTS = 12
_POINTS = 240
WIDTH, HEIGHT = 268, 190
FIRST_TRAINING = "Of each cell its first training (first seed of the first split)."


@dataclass(frozen=True)
class Panels:
    """Pictures that belong side by side; ``picked``: one of many may be looked at alone, ``wide``: two side by side."""

    title: str
    note: str
    pictures: tuple[Picture, ...]
    picked: bool = False
    wide: bool = False


def shown_in_panels(evidence: Evidence, choice: str | None) -> list[Candidate]:
    """Return who has a panel: the choice first, then the cells, then the baseline with the lowest error."""
    best = min(evidence.baselines, key=lambda c: c.fit.error.mean, default=None)
    shown = [c for c in evidence.candidates if c.kind == "cell" or c is best or c.name == choice]
    return sorted(shown, key=lambda c: c.name != choice)


def interval_level(evidence: Evidence) -> int:
    """Return the level of the intervals that are drawn, in percent."""
    names = (name for c in evidence.candidates for name in c.fit.metrics if name.startswith("coverage-"))
    return int(next(names, "coverage-90").removeprefix("coverage-"))


def forecasts(evidence: Evidence, choice: str | None) -> tuple[Panels, ...]:
    """Draw each example: one panel per cell, one for the best baseline, and one for the choice."""
    rows: list[Panels] = []
    note = (
        "Thin and dark: what came before and, on the shaded ground, what came. Colour: the forecast with its interval "
        f"of {interval_level(evidence)} %. {FIRST_TRAINING}"
    )
    for example in evidence.examples.forecasts[:_EXAMPLES]:
        panels = tuple(
            forecast_panel(evidence, example, candidate)
            for candidate in shown_in_panels(evidence, choice)
            if candidate.name in example.forecasts
        )
        if panels:
            rows.append(Panels(example.title, "" if rows else note, panels))
    return tuple(rows)


def forecast_panel(evidence: Evidence, example: ForecastExample, candidate: Candidate) -> Picture:
    """Draw one candidate's forecast of one example."""
    style = styles(evidence)[candidate.name]
    horizon = len(example.actual)
    past = example.history[-max(2 * horizon, 24) :]
    predicted = example.forecasts[candidate.name]
    low, high = example.low.get(candidate.name, ()), example.high.get(candidate.name, ())
    ahead = range(len(past), len(past) + len(predicted))
    whole = (*past, *example.actual)
    # One scale for all panels of the example: it holds every candidate's values.
    drawn = (example.forecasts, example.low, example.high)
    values = [v for v in chain(whole, *chain(*(by_name.values() for by_name in drawn))) if math.isfinite(v)]
    # More points than pixels say no more.
    step = -(-len(whole) // _POINTS)
    across = Scale(-0.5, len(whole) - 0.5, label=_span(example.stamps[-len(whole) :]))
    canvas = Canvas(across, linear(values, count=4), WIDTH, HEIGHT)
    canvas.box(len(past) - 0.5, len(whole) - 0.5, canvas.y.low, canvas.y.high, RULE, opacity=0.35)
    if len(low) == len(high) == len(predicted):
        canvas.band(ahead[::step], low[::step], high[::step], style.colour)
    canvas.line(range(0, len(whole), step), whole[::step], INK, width=1)
    canvas.line(ahead[::step], predicted[::step], style.colour, width=2)
    every = -(-len(predicted) // _SPOTS)
    for place, value, came in list(zip(ahead, predicted, example.actual, strict=False))[::every]:
        canvas.spot(place, value, f"{place - len(past) + 1} ahead: {number(value)}, came {number(came)}")
    covered = [lo <= value <= hi for lo, value, hi in zip(low, example.actual, high, strict=False)]
    inside = f"; {sum(covered)} of {len(covered)} values lie inside the interval" if covered else ""
    alt = f"{example.title}: the forecast of {candidate.name} for {horizon} steps beside what came{inside}."
    return Picture(candidate.name, canvas.svg(alt), (candidate.name,))


def _span(stamps: tuple[str, ...]) -> str:
    """First and last stamp: more would touch each other."""
    return f"{stamps[0]} – {stamps[-1]}" if stamps else ""


def values(evidence: Evidence, choice: str | None) -> Panels | None:
    """Draw predicted against actual values of a part of the test data: one panel per candidate."""
    shown = [c for c in shown_in_panels(evidence, choice) if c.name in evidence.examples.predicted]
    if not shown or len(evidence.examples.actual) < 2:
        return None
    panels = tuple(_scatter(evidence, c) for c in shown)
    note = (
        f"Across: the actual value; upwards: the predicted one. On the line they are equal. {FIRST_TRAINING}"
    )
    return Panels("Predicted and actual", note, panels)


def _scatter(evidence: Evidence, candidate: Candidate) -> Picture:
    actual, predicted = evidence.examples.actual, evidence.examples.predicted[candidate.name]
    both = linear([*actual, *chain(*evidence.examples.predicted.values())], compact, count=4)
    colour = styles(evidence)[candidate.name].colour
    canvas = Canvas(both.labelled("actual"), both.labelled("predicted"), WIDTH, 250)
    canvas.line((both.low, both.high), (both.low, both.high), RULE, width=1.2)
    for one, answer in zip(actual, predicted, strict=True):
        canvas.dot(one, answer, colour)
    error = sum(abs(a - b) for a, b in zip(actual, predicted, strict=True)) / len(actual)
    alt = f"{candidate.name}: {len(actual)} predicted values beside the actual ones, mean distance {number(error)}."
    return Picture(candidate.name, canvas.svg(alt), (candidate.name,))
