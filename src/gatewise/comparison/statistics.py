"""Means, differences and their intervals, over seeds and test units together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from gatewise.comparison.evidence import Difference, Estimate

__all__ = ["Moments", "differences", "estimate", "moments"]

Errors = list[NDArray[np.float64]]
ALPHA = 0.05
# Below this a p-value is only ever printed as very small.
SMALLEST_P = 1e-200


@dataclass(frozen=True)
class Moments:
    """A mean, its standard error, and what that error was estimated from.

    Attributes
    ----------
    mean, error : float
    parts : tuple of (variance, degrees of freedom)
        One for the seeds and one for the units of each fold; parts without variance are left out.
    """

    mean: float
    error: float
    parts: tuple[tuple[float, int], ...]

    def interval(self, alpha: float = ALPHA) -> tuple[float, float]:
        """The ``1 − alpha`` interval."""
        half = self.error * self._critical(alpha) if self.error > 0 else 0.0
        return self.mean - half, self.mean + half

    @property
    def p(self) -> float:
        """Two-sided p-value of "the mean is zero": the ``alpha`` whose interval ends at zero."""
        if self.error == 0:
            return 1.0 if self.mean == 0 else 0.0
        ratio = abs(self.mean) / self.error
        single = [float(2 * stats.t.sf(ratio, freedom)) for _, freedom in self.parts]
        low, high = min(single), max(single)
        if low == high or high < SMALLEST_P:
            return high
        return float(
            optimize.brentq(lambda p: self._critical(p) - ratio, low * (1 - 1e-9), high * (1 + 1e-9))
        )

    def _critical(self, alpha: float) -> float:
        """Student's quantiles of the parts, weighted by their variances."""
        variance, freedom = np.array(self.parts).T
        return float(variance @ stats.t.isf(alpha / 2, freedom) / variance.sum())


def moments(folds: Errors) -> Moments:
    """Mean over folds, seeds and units, for seeds and units drawn at random.

    Within a fold, ``errors[s, u]`` of seed ``s`` on unit ``u`` follows a two-way model with crossed random
    effects: another seed would shift all units, another unit would shift all seeds. The variance of the
    mean is estimated by ``var(seed means)/S + var(unit means)/U − var(rest)/(S U)``, which is never taken
    to be less than its larger part. With few seeds an estimate of the seeds' part that is too small by
    chance would also get too many degrees of freedom (Satterthwaite's then leave out the mean in up to 14 %
    of intervals), so the quantiles for ``S − 1`` and ``U − 1`` are averaged, weighted by the two parts. A
    single row (a baseline, which has no seed) leaves the unit part alone. Folds are averaged.

    Parameters
    ----------
    folds : list of float64 arrays, each of shape (seeds, units)

    References
    ----------
    Cochran & Cox 1957, "Experimental designs", section 4.14 (weighted quantiles); Owen 2007, "The pigeonhole
    bootstrap" (the crossed model); Bouthillier et al. 2021 (both sources of variation belong in a comparison).
    """
    count = len(folds)
    found = [_of_fold(errors) for errors in folds]
    variance = sum(fold.error**2 for fold in found) / count**2
    parts = tuple(part for fold in found for part in fold.parts)
    return Moments(float(np.mean([fold.mean for fold in found])), float(np.sqrt(variance)), parts)


def _of_fold(errors: NDArray[np.float64]) -> Moments:
    seeds, units = errors.shape
    by_seed, by_unit = errors.mean(axis=1), errors.mean(axis=0)
    seed_part = float(by_seed.var(ddof=1)) / seeds if seeds > 1 else 0.0
    unit_part = float(by_unit.var(ddof=1)) / units if units > 1 else 0.0
    rest = errors - by_seed[:, None] - by_unit[None, :] + errors.mean()
    degrees = (seeds - 1) * (units - 1)
    rest_part = float(np.square(rest).sum()) / degrees / (seeds * units) if degrees else 0.0
    variance = max(seed_part, unit_part, seed_part + unit_part - rest_part)
    parts = tuple((part, n - 1) for part, n in ((seed_part, seeds), (unit_part, units)) if part > 0)
    return Moments(float(errors.mean()), variance**0.5, parts)


def estimate(folds: Errors) -> Estimate:
    """The mean with its 95 % interval, of which there is none for a single value."""
    result = moments(folds)
    if all(errors.size == 1 for errors in folds):
        return Estimate(mean=result.mean)
    low, high = result.interval()
    return Estimate(mean=result.mean, low=low, high=high)


def differences(pairs: dict[tuple[str, str], Errors]) -> tuple[Difference, ...]:
    """One difference per pair, first minus second, with intervals that hold for the whole family.

    Parameters
    ----------
    pairs : dict of (first, second) to list of paired differences, each of shape (seeds, units)

    Returns
    -------
    tuple of Difference
        In the order of ``pairs``; p-values and intervals adjusted by Holm's method.

    References
    ----------
    Holm 1979.
    """
    found = {names: moments(folds) for names, folds in pairs.items()}
    order = sorted(found, key=lambda names: found[names].p)
    results = {}
    adjusted, open_still = 0.0, True
    for rank, names in enumerate(order):
        value, left = found[names], len(order) - rank
        adjusted = max(adjusted, min(1.0, left * value.p))
        open_still = open_still and adjusted < ALPHA
        low, high = value.interval(ALPHA / left)
        results[names] = Difference(
            first=names[0], second=names[1], mean=value.mean, low=low, high=high, p=adjusted, clear=open_still
        )
    return tuple(results[names] for names in pairs)
