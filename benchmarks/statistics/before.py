"""The method before, at commit d7deccd: what its rates are compared with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["any_clear", "interval"]

Values = NDArray[np.float64]


def interval(errors: Values, alpha: float) -> tuple[float, float]:
    """Mean and half width of the interval of errors of shape (seeds, units), all of them independent."""
    error, freedom = _moments(errors)
    return float(errors.mean()), float(special.stdtrit(freedom, 1 - alpha / 2)) * error


def any_clear(pairs: list[Values], alpha: float) -> bool:
    """Whether Holm's method calls any of the paired differences clear: its first step decides."""
    for errors in pairs:
        mean, half = interval(errors, alpha / len(pairs))
        if abs(mean) > half:
            return True
    return False


def _moments(errors: Values) -> tuple[float, float]:
    seeds, units = errors.shape
    by_seed, by_unit = errors.mean(axis=1), errors.mean(axis=0)
    seed_part = by_seed.var(ddof=1) / seeds if seeds > 1 else 0.0
    unit_part = by_unit.var(ddof=1) / units if units > 1 else 0.0
    rest = errors - by_seed[:, None] - by_unit[None, :] + errors.mean()
    degrees = (seeds - 1) * (units - 1)
    rest_part = np.square(rest).sum() / degrees / (seeds * units) if degrees else 0.0
    variance = max(seed_part, unit_part, seed_part + unit_part - rest_part)
    weight = seed_part / max(1, seeds - 1) + unit_part / max(1, units - 1)
    return float(np.sqrt(variance)), float((seed_part + unit_part) / weight) if weight > 0 else 1.0
