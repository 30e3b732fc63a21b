"""Scaling of columns, written down."""

from __future__ import annotations

from gatewise.data.scaling import ColumnScaler
from gatewise.graphs.build import Value

__all__ = ["scaled"]


def scaled(x: Value, scaler: ColumnScaler) -> Value:
    """Scale in float64, as what is scaled may lie far from zero."""
    return ((x.as_type("float64") - scaler.mean) / scaler.deviation).as_type("float32")
