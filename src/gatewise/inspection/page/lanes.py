"""What a page shows of each direction of each layer: which units, which steps, how slowly each unit forgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gatewise.data.arrays import Floats, Integers
from gatewise.estimators.tracing import LayerTrace
from gatewise.inspection.gates import time_scale
from gatewise.inspection.page.packing import base64_size, bytes_of

__all__ = ["MOST_STEPS", "MOST_UNITS", "Shape", "bytes_per_unit", "evenly", "in_bytes", "time_scales"]

MOST_UNITS, MOST_STEPS = 64, 2000
LEAST, MOST = 1e-3, 1e6


@dataclass(frozen=True)
class Shape:
    """Which steps of a sequence are shown.

    Attributes
    ----------
    total, first : int
        Steps that there are, and the first that is shown.
    """

    total: int
    first: int

    @classmethod
    def of(cls, total: int) -> Shape:
        """Show the last steps of a long sequence."""
        return cls(total, max(0, total - MOST_STEPS))

    @property
    def steps(self) -> int:
        """Steps that are shown."""
        return self.total - self.first


def time_scales(layer: LayerTrace) -> Floats:
    """Return the steps over which each unit keeps its state, shape (units,).

    By its keep gate, see :func:`gatewise.inspection.time_scales`. Where no gate keeps the state, ``−1/ln(ρ)`` of the
    correlation ``ρ`` with the state of the step before: how slowly it moves.
    """
    if layer.kept is not None:
        return np.minimum(time_scale([layer.kept]), MOST)
    share = np.clip(_correlations(layer.state.astype(np.float64)), LEAST, 1 - 1 / MOST)
    scales: Floats = -1 / np.log(share)
    return scales


def _correlations(states: Floats) -> Floats:
    if len(states) < 3:
        return np.zeros(states.shape[1])
    moved = states - states.mean(axis=0)
    before, after = moved[:-1], moved[1:]
    size = np.sqrt((before**2).sum(axis=0) * (after**2).sum(axis=0))
    found: Floats = np.divide(
        (before * after).sum(axis=0), size, where=size > 0, out=np.zeros(states.shape[1])
    )
    return found


def evenly(scales: Floats, most: int) -> Integers:
    """Return the units to show, the slowest first: all, or so many evenly over that order."""
    order = np.argsort(-scales, kind="stable")
    if len(order) <= most:
        return order
    chosen: Integers = order[np.linspace(0, len(order) - 1, most).round().astype(int)]
    return chosen


def bytes_per_unit(layer: LayerTrace, steps: int) -> int:
    """Return the characters that one unit takes: every gate and state, a byte for each step."""
    return (len(layer.gates) + len(layer.states)) * base64_size(steps, 1)


def in_bytes(layer: LayerTrace, units: Integers, first: int) -> dict[str, Any]:
    """Return gates (0 to 1) and states (between plus and minus the largest), step by step, a byte each."""

    def written(values: Any, most: float, low: float) -> dict[str, Any]:
        return {"bytes": bytes_of(values[first:, units], low, most), "low": low, "high": most}

    def largest(values: Any) -> float:
        return float(np.abs(values[first:, units]).max()) or 1.0

    return {
        "gates": {name: written(gate, 1.0, 0.0) for name, gate in layer.gates.items()},
        "states": {
            name: written(state, largest(state), -largest(state)) for name, state in layer.states.items()
        },
    }
