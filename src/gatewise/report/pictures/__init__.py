"""One function per picture; each gives ``None`` where the evidence has nothing for it."""

from __future__ import annotations

from gatewise.report.pictures.balance import balance, costs
from gatewise.report.pictures.behaviour import gradient, memory, saturation
from gatewise.report.pictures.canvas import Picture
from gatewise.report.pictures.confusion import confusion
from gatewise.report.pictures.errors import by_amount, by_length, differences, errors
from gatewise.report.pictures.examples import Panels, forecasts, values
from gatewise.report.pictures.gates import gates
from gatewise.report.pictures.learning import losses, rates, seeds, watched

__all__ = [
    "Panels",
    "Picture",
    "balance",
    "by_amount",
    "by_length",
    "confusion",
    "costs",
    "differences",
    "errors",
    "forecasts",
    "gates",
    "gradient",
    "losses",
    "memory",
    "rates",
    "saturation",
    "seeds",
    "values",
    "watched",
]
