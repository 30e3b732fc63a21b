"""What gates do over one test sequence: a small view of what the inspector shows whole."""

from __future__ import annotations

from gatewise.report.pictures.canvas import Canvas, Picture
from gatewise.report.pictures.examples import HEIGHT, WIDTH, Panels
from gatewise.report.pictures.scale import between, linear
from gatewise.report.style import styles
from gatewise.report.text import number
from gatewise.verdict.evidence import Candidate, Evidence

__all__ = ["gates"]

_LINES = {"": "whole", "5 2": "dashed", "1.5 1.5": "dotted", "6 2 1.5 2": "dash-dotted"}


def gates(evidence: Evidence) -> Panels | None:
    """One panel for each cell with gates: the mean of all units of each gate, step by step."""
    found = [c for c in evidence.cells if c.gradient is not None and any(map(len, c.gradient.gates.values()))]
    if not found:
        return None
    note = (
        f"Across: {evidence.data.step_unit} of one test sequence, the same for all; upwards: the mean of all "
        "units of a gate, 0 shut and 1 open. One network of each cell, its first training."
    )
    return Panels("Gates while a test sequence is read", note, tuple(_panel(evidence, c) for c in found))


def _panel(evidence: Evidence, candidate: Candidate) -> Picture:
    lines = candidate.gradient.gates if candidate.gradient is not None else {}
    colour = styles(evidence)[candidate.name].colour
    steps = max(map(len, lines.values()))
    across = linear([1.0, float(steps)], room=0.02, count=4)
    canvas = Canvas(across, between(0.0, 1.0, count=4), WIDTH, HEIGHT)
    parts, key = [], []
    for (gate, values), dash in zip(lines.items(), list(_LINES) * len(lines), strict=False):
        xs = range(1, len(values) + 1)
        canvas.line(xs, values, colour, dash=dash, width=1.6)
        for x, value in list(zip(xs, values, strict=True))[:: max(len(values) // 20, 1)]:
            canvas.spot(x, value, f"{gate} gate, step {x}: {number(value)}")
        mean = sum(values) / len(values)
        parts.append(f"{gate} from {number(min(values))} to {number(max(values))}, mean {number(mean)}")
        key.append(f"{_LINES[dash]}: {gate}")
    alt = f"Mean of each gate of {candidate.name} over {steps} steps: {'; '.join(parts)}."
    return Picture(candidate.name, canvas.svg(alt), (candidate.name,), note=", ".join(key))
