"""Means, differences and their intervals, over seeds and test units together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from gatewise.verdict.evidence import Difference, Estimate
from gatewise.verdict.units import Units
from gatewise.verdict.variance import Part, seed_part, unit_part

__all__ = ["Moments", "contrast", "differences", "estimate", "moments"]

# Per fold, errors of shape (seeds, units).
Errors = list[NDArray[np.float64]]
ALPHA = 0.05
# Naming a winner that is none is the costly mistake: differences are held to 99 %.
ALPHA_OF_DIFFERENCES = 0.01


@dataclass(frozen=True)
class Moments:
    """A mean and what makes it uncertain.

    Attributes
    ----------
    mean : float
    parts : tuple of Part
        The variance that comes from the seeds and the one from the test units, each with its degrees of freedom.
    few : bool
        There are too few independent units for an interval.
    """

    mean: float
    parts: tuple[Part, ...]
    few: bool

    @property
    def error(self) -> float:
        """Return the standard error."""
        return float(np.sqrt(sum(part.variance for part in self.parts)))

    def half_width(self, alpha: float) -> float:
        """Return half the width of the ``1 − alpha`` interval.

        ``√(Σ t²(ν_k) V_k)``, each part of the variance with Student's quantile of its own degrees of freedom:
        covers at least as often as it says however the parts stand to each other (Banerjee 1960, "Approximate
        confidence interval for linear functions of means of k populations").
        """
        return float(
            np.sqrt(sum(stats.t.ppf(1 - alpha / 2, part.freedom) ** 2 * part.variance for part in self.parts))
        )

    def interval(self, alpha: float = ALPHA) -> tuple[float, float]:
        """Return the ``1 − alpha`` interval."""
        half = self.half_width(alpha)
        return self.mean - half, self.mean + half

    @property
    def p(self) -> float:
        """Return the two-sided p-value of "the mean is zero": the alpha of the interval that ends there."""
        if self.error == 0:
            return 1.0 if self.mean == 0 else 0.0
        distance = abs(self.mean)

        def beyond(log_alpha: float) -> float:
            return self.half_width(float(np.exp(log_alpha))) - distance

        low = np.log(1e-12)
        if distance == 0 or beyond(np.log(1 - 1e-9)) > 0:
            return 1.0
        return float(np.exp(optimize.brentq(beyond, low, np.log(1 - 1e-9)))) if beyond(low) > 0 else 1e-12


def moments(errors: Errors, units: Units) -> Moments:
    """Estimate the mean error of one candidate over the test units of all folds."""
    return contrast(errors, None, units)


def contrast(first: Errors, second: Errors | None, units: Units) -> Moments:
    """Estimate the mean of ``first`` minus ``second``, paired over test units.

    Seeds and units are crossed random effects: another seed would shift all units, another unit all seeds. Seeds
    of two candidates are independent, and there may be more of one than of the other; a single row (a baseline,
    which has no seed) adds nothing.

    Parameters
    ----------
    first, second : list of float64 arrays, each of shape (seeds, units)
    units : Units

    References
    ----------
    Owen 2007, "The pigeonhole bootstrap" (the crossed model); Bouthillier et al. 2021 (both sources of variation
    belong in a comparison).
    """
    rows = [errors.mean(axis=0) for errors in first]
    if second is not None:
        rows = [one - other.mean(axis=0) for one, other in zip(rows, second, strict=True)]
    values = np.concatenate(rows)
    parts = [unit_part(values, units)]
    parts += [part for part in [seed_part([first, *([] if second is None else [second])], units)] if part]
    return Moments(float(values.mean()), tuple(parts), units.few)


def estimate(errors: Errors, units: Units, *, share: bool = False) -> Estimate:
    """Return the mean with its 95 % interval, of which there is none for too few units.

    The interval of a share stays between 0 and 1: Clopper and Pearson's with the effective number of units, the
    one of which the same share would be as uncertain (Korn & Graubard 1998, "Confidence intervals for proportions
    with small expected number of positive counts estimated from survey data").
    """
    found = moments(errors, units)
    if found.few:
        return Estimate(mean=found.mean)
    low, high = found.interval()
    if share and 0 <= found.mean <= 1:
        spread, half = found.mean * (1 - found.mean), found.half_width(ALPHA)
        least = float(units.independent)
        count = least if half == 0 or spread == 0 else spread * (stats.norm.ppf(1 - ALPHA / 2) / half) ** 2
        hits = found.mean * count
        low = float(stats.beta.ppf(ALPHA / 2, hits, count - hits + 1)) if hits > 0 else 0.0
        high = float(stats.beta.ppf(1 - ALPHA / 2, hits + 1, count - hits)) if hits < count else 1.0
    return Estimate(mean=found.mean, low=low, high=high)


def differences(pairs: dict[tuple[str, str], tuple[Errors, Errors]], units: Units) -> tuple[Difference, ...]:
    """Return one difference per pair, first minus second, with 99 % intervals that hold for the whole family.

    A pair is clear where its interval, which is Bonferroni's, excludes zero: intervals and decisions come from one
    construction. (Holm's steps decide a little more often, but have no intervals that go with them.)

    Parameters
    ----------
    pairs : dict of (first, second) to the errors of both
    units : Units

    References
    ----------
    Dunn 1961, "Multiple comparisons among means".
    """
    return tuple(_difference(names, contrast(*errors, units), len(pairs)) for names, errors in pairs.items())


def _difference(names: tuple[str, str], found: Moments, family: int) -> Difference:
    first, second = names
    if found.few:
        return Difference(first=first, second=second, mean=found.mean)
    low, high = found.interval(ALPHA_OF_DIFFERENCES / family)
    by_seeds = found.parts[1].variance if len(found.parts) > 1 else 0.0
    return Difference(
        first=first,
        second=second,
        mean=found.mean,
        low=low,
        high=high,
        error=found.error,
        seeds_share=by_seeds / found.error**2 if found.error else 0.0,
        p=min(1.0, family * found.p),
        clear=not low <= 0 <= high,
    )
