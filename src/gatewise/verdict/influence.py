"""Whether a difference hangs on one unit: what no interval of the mean says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatewise.verdict.units import Units

__all__ = ["Influence", "deciding_unit", "median_difference"]

Values = NDArray[np.float64]
# Per fold, errors of shape (seeds, units).
Errors = list[Values]

MOST_OF_IT = 0.5


@dataclass(frozen=True)
class Influence:
    """The unit that a difference hangs on.

    Attributes
    ----------
    name : str
        Of the group; its number, counted from 1, where groups have no names or places in time are what differs.
    share : float
        Of the difference, what this unit alone makes; above 1 where the others say the contrary.
    without : float
        The mean difference of all others.
    """

    name: str
    share: float
    without: float

    @property
    def turns(self) -> bool:
        """Return whether the other candidate is ahead without it."""
        return self.share > 1


def deciding_unit(first: Errors, second: Errors, units: Units) -> Influence | None:
    """Return the unit without which the difference turns, or that makes more than half of it; mostly there is none.

    A unit is a group (a series, a speaker), or a place in time where there is one group only.

    References
    ----------
    Leaving out what matters most: Broderick, Giordano & Meager 2020, "An automatic finite-sample robustness metric".

    Examples
    --------
    >>> import numpy as np
    >>> from gatewise.verdict.units import Units
    >>> units = Units(noun="series", about="new series", groups=((0, 1, 2, 3),), names=("ann", "bob", "cy", "di"))
    >>> first, second = np.array([[1.0, 1.0, 1.0, 9.0]]), np.array([[1.25, 1.5, 1.0, 1.0]])
    >>> deciding_unit([first], [second], units)
    Influence(name='di', share=1.103448275862069, without=-0.25)
    """
    numbers, sums, counts = _by_unit(first, second, units)
    total = float(sums.sum())
    if total == 0 or len(sums) < 2:
        return None
    shares = sums / total
    largest = int(np.argmax(shares))
    if shares[largest] <= MOST_OF_IT:
        return None
    number = int(numbers[largest])
    named = units.group_count > 1 and number < len(units.names)
    others = float((total - sums[largest]) / (counts.sum() - counts[largest]))
    return Influence(units.names[number] if named else str(number + 1), float(shares[largest]), others)


def median_difference(first: Errors, second: Errors, units: Units) -> float:
    """Return the median over units of the mean difference of each: which candidate is better on most of them."""
    _, sums, counts = _by_unit(first, second, units)
    return float(np.median(sums / counts))


def _by_unit(first: Errors, second: Errors, units: Units) -> tuple[NDArray[np.int64], Values, Values]:
    """Numbers of the units, sums of the differences of each, and how many there are."""
    pairs = zip(first, second, strict=True)
    values = np.concatenate([one.mean(axis=0) - other.mean(axis=0) for one, other in pairs])
    chosen = units.groups if units.group_count > 1 or units.times is None else units.times
    numbers, at = np.unique(np.concatenate([np.asarray(fold) for fold in chosen]), return_inverse=True)
    at = at.reshape(-1)
    sums = np.bincount(at, values).astype(np.float64)
    return numbers, sums, np.bincount(at).astype(np.float64)
