"""How many seeds a comparison wants, after it has seen some."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from gatewise.verdict.statistics import contrast
from gatewise.verdict.units import Units

__all__ = ["FEWEST", "seeds_wanted"]

# Per fold, errors of shape (seeds, units).
Errors = list[NDArray[np.float64]]

MOST_OF_IT = 0.5
# Variances of fewer are too often small by chance, and who stops there names false winners: 4 % of 1 from three.
FEWEST = 5


def seeds_wanted(errors: dict[str, Errors], units: Units, *, most: int = 10) -> dict[str, int]:
    """Return how many seeds each cell should have in all: what it has, five to begin with, or ``most``.

    Where the seeds of every cell make the very same errors, more of them have nothing to tell, and none are wanted.
    A cell wants more where, in a difference to another cell, the seeds make more than half of the variance and its
    own at least half of that part: there more seeds narrow the interval, elsewhere only more test units do. Nothing
    but the variance is looked at, never which cell is ahead or whether a pair is clear, so that the intervals keep
    their level (Stein 1945, "A two-sample test for a linear hypothesis whose power is independent of the variance").

    Parameters
    ----------
    errors : dict of name to list of float64 arrays, each of shape (seeds, units)
        Of the cells; a baseline has no seeds to add.
    units : Units
    most : int
    """
    wanted = {name: _count(each) for name, each in errors.items()}
    if all(_alike(each) for each in errors.values()):
        return wanted
    if min(wanted.values(), default=FEWEST) < FEWEST:
        return {name: max(count, min(FEWEST, most)) for name, count in wanted.items()}
    own = {name: _seed_variance(each, units) for name, each in errors.items()}
    for first, second in combinations(errors, 2):
        found = contrast(errors[first], errors[second], units)
        if found.error == 0 or len(found.parts) < 2:
            continue
        by_seeds = own[first] + own[second]
        if by_seeds <= MOST_OF_IT * found.error**2:
            continue
        for name in (first, second):
            if own[name] >= by_seeds / 2:
                wanted[name] = max(wanted[name], most)
    return wanted


def _count(errors: Errors) -> int:
    return min(len(fold) for fold in errors)


def _alike(errors: Errors) -> bool:
    return all(bool((fold == fold[:1]).all()) for fold in errors)


def _seed_variance(errors: Errors, units: Units) -> float:
    found = contrast(errors, None, units)
    return found.parts[1].variance if len(found.parts) > 1 else 0.0
