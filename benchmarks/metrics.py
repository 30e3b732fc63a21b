"""The measures of the published tables, in plain numpy and apart from the package that they judge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.errors import GateError

__all__ = ["confirm", "coverage", "mase", "mean_errors", "owa", "smape"]

Floats = NDArray[np.float64]


def smape(actual: Floats, forecast: Floats) -> float:
    """``200 · mean(|y − f| / (|y| + |f|))`` of one series, in percent, as the M4 competition defines it."""
    return float(200.0 * np.mean(np.abs(actual - forecast) / (np.abs(actual) + np.abs(forecast))))


def mase(actual: Floats, forecast: Floats, history: Floats, season: int) -> float:
    """Mean absolute error of one series, in units of its seasonal naive error inside ``history``."""
    unit = np.abs(history[season:] - history[:-season]).mean()
    return float(np.abs(actual - forecast).mean() / unit)


def owa(smape: float, mase: float, naive_smape: float, naive_mase: float) -> float:
    """Overall weighted average of the M4 competition: mean of both errors relative to those of Naive2."""
    return (smape / naive_smape + mase / naive_mase) / 2


def mean_errors(actual: list[Floats], forecast: list[Floats]) -> tuple[float, float]:
    """Mean squared and absolute error, averaged over channels; each array has shape (windows, horizon)."""
    pairs = list(zip(actual, forecast, strict=True))
    squared = np.mean([np.square(y - f).mean() for y, f in pairs])
    absolute = np.mean([np.abs(y - f).mean() for y, f in pairs])
    return float(squared), float(absolute)


def coverage(low: Floats, high: Floats, actual: Floats) -> float:
    """Share of actual values inside of their intervals."""
    return float(((low <= actual) & (actual <= high)).mean())


def confirm(what: str, found: float, known: float, digits: int) -> str:
    """A sentence saying that ``found`` agrees with ``known`` to so many digits after the point.

    Raises
    ------
    GateError
        It does not.
    """
    if abs(found - known) > 0.5001 * 10**-digits:
        raise GateError(
            f"{what}: expected {known:.{digits}f}, found {found:.{digits + 2}f}; check data and metrics first"
        )
    return f"{what} {found:.{digits}f}, as known"
