"""A model on a page: the weights, from which the page computes all, or else gates and states as bytes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gatewise.estimators.tracing import LayerTrace, SequenceTrace
from gatewise.inspection.page.heads import head_of
from gatewise.inspection.page.lanes import MOST_UNITS, Shape, bytes_per_unit, evenly, in_bytes, time_scales
from gatewise.inspection.page.packing import Budget, floats
from gatewise.inspection.page.readers import Reader, reader_of
from gatewise.inspection.page.seen import Seen
from gatewise.inspection.page.sequence import answer_of
from gatewise.nn.cells.registry import BUILT_IN

__all__ = ["model_of"]

# Wider layers are shown, not computed.
MOST_COMPUTED = 128


def model_of(seen: Seen, shape: Shape, budget: Budget, left: int) -> dict[str, Any]:
    """Return one model: with its weights where the page can compute it, else gates and states as bytes.

    ``left`` models, with this one, share what is left of the budget.
    """
    trace, cell = seen.trace, seen.trace.layers[0].cell
    reader = reader_of(seen.model, seen.network, seen.shown, shape.first)
    made: dict[str, Any] = {
        "name": seen.name,
        "cell": cell.name,
        "equations": list(cell.equations),
        "gates": list(cell.gates),
        "states": list(cell.states),
        "blocks": list(cell.block_names),
        "keeps": list(cell.keeps),
        "member": trace.member,
        "members": len(seen.model.networks_),
        "answer": answer_of(trace.answer, shape),
    }
    budget.take(_characters(made))
    held = _why_not(seen, shape)
    computed: dict[str, Any] = {}
    if not held:
        computed = _computed(seen, reader, shape)
        held = {} if budget.take(_characters(computed)) else {"code": "size", "units": seen.units}
    if held:
        most = _most_units(trace, shape, budget.left // left)
        layers = [_as_bytes(layer, most, shape, budget) for layer in trace.layers]
        return made | {"layers": layers, "why_not": held, "change": None}
    return made | computed | {"why_not": None, "change": {"code": reader.held} if reader.held else None}


def _why_not(seen: Seen, shape: Shape) -> dict[str, Any]:
    """Return why the page cannot compute what would be; empty where it can."""
    trace = seen.trace
    cell = trace.layers[0].cell
    if cell not in BUILT_IN:
        return {"code": "cell", "cell": cell.name, "known": ", ".join(one.name for one in BUILT_IN)}
    if seen.units > MOST_COMPUTED:
        return {"code": "size", "units": seen.units}
    if shape.first and len(trace.top) > 1:
        return {"code": "both_ways"}
    if shape.first and hasattr(seen.network, "chain"):
        return {"code": "chain"}
    return {}


def _computed(seen: Seen, reader: Reader, shape: Shape) -> dict[str, Any]:
    trace = seen.trace
    return {
        "reader": reader.spec,
        "head": head_of(seen.model, seen.network, seen.shown, trace, shape.first),
        "layers": [_with_weights(layer, reader, shape) for layer in trace.layers],
    }


def _with_weights(layer: LayerTrace, reader: Reader, shape: Shape) -> dict[str, Any]:
    made = _lane(layer, MOST_UNITS)
    weights = layer.weights
    bias = weights.get("input_bias", np.zeros(len(weights["hidden"]), np.float32))
    made["weights"] = {"hidden": floats(weights["hidden"])}
    if "hidden_bias" in weights:
        made["weights"]["hidden_bias"] = floats(weights["hidden_bias"])
    rows = reader.rows if layer.layer == 1 else None
    if rows is not None and len(rows) * len(bias) < rows.numel() + weights["input"].size:
        # What few rows become takes less room than the matrix that makes it.
        made["projected"] = floats(rows.double().numpy() @ weights["input"].astype(np.float64).T + bias)
    else:
        made["weights"] |= {"input": floats(weights["input"]), "input_bias": floats(bias)}
        if rows is not None:
            reader.spec["rows"] = floats(rows)
            reader.spec["width"] = int(rows.shape[1])
    if shape.first:
        made["start"] = {name: floats(part[shape.first]) for name, part in layer.before.items()}
    return made


def _lane(layer: LayerTrace, most: int) -> dict[str, Any]:
    scales = time_scales(layer)
    units = evenly(scales, most)
    return {
        "layer": layer.layer,
        "direction": layer.direction,
        "size": len(scales),
        "units": units.tolist(),
        "scales": [round(float(scales[unit]), 3) for unit in units],
        "gated": layer.kept is not None,
    }


def _as_bytes(layer: LayerTrace, most: int, shape: Shape, budget: Budget) -> dict[str, Any]:
    lane = _lane(layer, most)
    made = lane | in_bytes(layer, np.array(lane["units"]), shape.first)
    budget.take(_characters(made))
    return made


def _most_units(trace: SequenceTrace, shape: Shape, characters: int) -> int:
    """Return how many units of each direction of each layer fit, at most 64."""
    each = sum(bytes_per_unit(layer, shape.steps) for layer in trace.layers)
    return int(np.clip(characters // each, 1, MOST_UNITS))


def _characters(made: Any) -> int:
    """Return about how many characters a part of the page takes as JSON."""
    if isinstance(made, dict):
        return sum(len(key) + 6 + _characters(value) for key, value in made.items())
    if isinstance(made, list):
        return sum(2 + _characters(value) for value in made)
    return len(made) if isinstance(made, str) else 8
