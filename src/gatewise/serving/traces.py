"""What cells did with one sequence, as JSON for the live page: the last steps, and as many units as fit on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.estimators.tracing import SequenceTrace

__all__ = ["as_json"]

MOST_STEPS, MOST_UNITS = 256, 32
DIGITS = 4


def as_json(trace: SequenceTrace) -> dict[str, Any]:
    """Return steps by their names, and gates and states of each layer, (steps, units)."""
    first = max(0, len(trace) - MOST_STEPS)
    return {
        "cell": trace.model,
        "steps": len(trace),
        "first": first,
        "layers": [
            {
                "layer": layer.layer,
                "direction": layer.direction,
                "gates": {name: _rounded(one, first) for name, one in layer.gates.items()},
                "states": {name: _rounded(one, first) for name, one in layer.states.items()},
            }
            for layer in trace.layers
        ],
    }


def _rounded(values: NDArray[np.float32], first: int) -> list[Any]:
    found: list[Any] = np.round(values[first:, :MOST_UNITS].astype(float), DIGITS).tolist()
    return found
