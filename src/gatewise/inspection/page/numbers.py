"""What a page shows, as plain numbers for programs."""

from __future__ import annotations

from typing import Any

import numpy as np

from gatewise.estimators.tracing import LayerTrace, SequenceTrace
from gatewise.inspection.page.seen import Seen

__all__ = ["numbers_of"]

DIGITS = 6


def numbers_of(payload: dict[str, Any], seen: tuple[Seen, ...]) -> dict[str, Any]:
    """Return sequence, answers, gates and states as lists: of the steps and units that the page shows."""
    sequence = payload["sequence"]
    first = sequence["first"]
    kept = ("name", "unit", "size", "labels", "seconds", "first", "notes", "stamps", "truth")
    given = seen[0].trace.given
    return {
        "format": payload["format"],
        "gatewise": payload["gatewise"],
        "task": payload["task"],
        "sequence": {name: sequence[name] for name in kept}
        | {
            "channels": list(seen[0].trace.channels),
            "given": given if isinstance(given, list) else _listed(given)[first * sequence["size"] :],
        },
        "models": [
            {
                "name": one.name,
                "cell": str(one.trace.layers[0].cell),
                "member": one.trace.member,
                "answer": _answer(one.trace, first),
                "layers": [
                    _layer(trace, lane, first)
                    for trace, lane in zip(one.trace.layers, made["layers"], strict=True)
                ],
            }
            for one, made in zip(seen, payload["models"], strict=True)
        ],
        "gradients": payload["gradients"],
    }


def _answer(trace: SequenceTrace, first: int) -> dict[str, Any]:
    answer = trace.answer
    values = answer.values[first:] if answer.values.ndim == 2 else answer.values
    return {"what": answer.what, "names": list(answer.names), "values": _listed(values)}


def _layer(trace: LayerTrace, lane: dict[str, Any], first: int) -> dict[str, Any]:
    def shown(parts: dict[str, Any]) -> dict[str, Any]:
        return {name: _listed(values[first:, lane["units"]]) for name, values in parts.items()}

    kept = ("layer", "direction", "size", "units", "scales")
    return {name: lane[name] for name in kept} | {"gates": shown(trace.gates), "states": shown(trace.states)}


def _listed(values: Any) -> Any:
    """Write an array as lists of six significant digits."""
    return [_listed(one) for one in values] if np.ndim(values) else float(f"{values:.{DIGITS}g}")
