"""Traces that belong together, and one layer of a trace."""

from __future__ import annotations

from typing import Any

from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.tracing import LayerTrace, SequenceTrace

__all__ = ["checked", "layer_of"]


def checked(traces: Any) -> list[SequenceTrace]:
    """Return traces of one network as a list; a single one too.

    Raises
    ------
    DataError
        There are none, something is no trace, or they are of different cells or depths.
    """
    if isinstance(traces, SequenceTrace) or not hasattr(traces, "__iter__"):
        traces = [traces]
    found = list(traces)
    for one in found:
        if not isinstance(one, SequenceTrace):
            raise DataError(f"traces: expected what model.trace(X) gives, got {type(one).__name__}")
    if not found:
        raise DataError("traces: expected at least one, got none")
    if len({tuple(map(_kind, one.layers)) for one in found}) > 1:
        names = ", ".join(dict.fromkeys(one.model for one in found))
        raise DataError(f"traces: expected those of one network, got different ones ({names})")
    return found


def _kind(layer: LayerTrace) -> tuple[str, int, str, int]:
    return layer.cell.name, layer.layer, layer.direction, layer.state.shape[1]


def layer_of(trace: Any, layer: int | None, direction: str) -> LayerTrace:
    """Return one layer of a trace, the highest by default, in one direction."""
    if not isinstance(trace, SequenceTrace):
        raise DataError(f"trace: expected one of model.trace(X), got {type(trace).__name__}")
    wanted = trace.layers[-1].layer if layer is None else layer
    found = [one for one in trace.layers if one.layer == wanted and one.direction == direction]
    if not found:
        known = ", ".join(f"{one.layer} {one.direction}" for one in trace.layers)
        raise ConfigurationError(f"layer: expected one of {known}, got {wanted!r} {direction}")
    return found[0]
