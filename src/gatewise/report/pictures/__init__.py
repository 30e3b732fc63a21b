"""One function per picture; each gives ``None`` where the evidence has nothing for it."""

from __future__ import annotations

from gatewise.report.pictures.behaviour import gradient, losses, memory, saturation
from gatewise.report.pictures.canvas import Picture
from gatewise.report.pictures.errors import by_amount, by_length, differences, errors
from gatewise.report.pictures.examples import Panels, confusion, forecasts, values

__all__ = [
    "Panels",
    "Picture",
    "by_amount",
    "by_length",
    "confusion",
    "differences",
    "errors",
    "forecasts",
    "gradient",
    "losses",
    "memory",
    "saturation",
    "values",
]
