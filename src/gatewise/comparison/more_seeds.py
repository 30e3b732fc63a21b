"""More seeds where they decide: for the cells that the verdict hangs on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gatewise.verdict.statistics import ALPHA_OF_DIFFERENCES, contrast
from gatewise.verdict.units import Units

__all__ = ["MOST_SEEDS", "seeds_wanted"]

MOST_SEEDS = 10
# A difference so many times as large as half its interval stays what it is, whatever further seeds do.
BEYOND = 2.0
Errors = list[NDArray[np.float64]]


def seeds_wanted(
    errors: Mapping[str, Errors], cells: Sequence[str], baselines: Sequence[str], units: Units, most: int
) -> dict[str, int]:
    """How many seeds the cells should have, where that is more than they have.

    The verdict hangs on the differences of the best cell to the other cells and to the best baseline. Where more than
    half of the variance of one of them comes from seeds, more of them make it smaller, more test data would not: then
    as many as bring the seeds' part down to half, ``most`` at the most. A difference that is beyond doubt needs none;
    one that is just clear is looked at again, as it may be by chance.

    Parameters
    ----------
    errors : dict of name to errors, one array of shape (seeds, units) per fold
        Without those that failed.
    """
    ranked = sorted((name for name in cells if errors.get(name)), key=lambda name: _mean(errors[name]))
    rivals = sorted((name for name in baselines if errors.get(name)), key=lambda name: _mean(errors[name]))
    wanted: dict[str, int] = {}
    if units.few or not ranked:
        return wanted
    for other in (*ranked[1:], *rivals[:1]):
        found = contrast(errors[ranked[0]], errors[other], units)
        if len(found.parts) < 2 or found.error == 0:
            continue
        share = found.parts[1].variance / found.error**2
        if share <= 0.5 or abs(found.mean) > BEYOND * found.half_width(ALPHA_OF_DIFFERENCES / len(errors)):
            continue
        for name in {ranked[0], other} & set(cells):
            have = min(map(len, errors[name]))
            need = most if share >= 1 else min(most, math.ceil(have * share / (1 - share)))
            if need > have:
                wanted[name] = max(need, wanted.get(name, 0))
    return wanted


def _mean(errors: Errors) -> float:
    return float(np.concatenate([fold.mean(axis=0) for fold in errors]).mean())
