"""A rule that takes the simplest candidate that is nearly as good as the best, by how much is to be found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatewise.verdict.statistics import contrast
from gatewise.verdict.units import Units

__all__ = ["chosen"]

Errors = NDArray[np.float64]


def chosen(errors: list[Errors], units: Units, shares: tuple[float, ...], baselines: int) -> list[int]:
    """Return for each share ``k`` the number of the candidate that the rule takes.

    The first whose mean error is at most ``k`` standard errors, of the paired difference, above the lowest (the
    one-standard-error rule of Breiman, Friedman, Olshen & Stone 1984 with another share). Only baselines go first
    for simplicity: cells are about as simple as each other.

    Parameters
    ----------
    errors : list of float64 arrays, each of shape (seeds, units)
        By simplicity, baselines before cells.
    units : Units
    shares : tuple of float
    baselines : int
        How many of the first may go first.
    """
    means = [float(each.mean()) for each in errors]
    best = int(np.argmin(means))
    apart = [contrast([each], [errors[best]], units) for each in errors[:baselines]]
    return [next((n for n, each in enumerate(apart) if each.mean <= k * each.error), best) for k in shares]
