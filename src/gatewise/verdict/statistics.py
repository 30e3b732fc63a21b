"""Means, differences and their intervals, over seeds and test units together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from gatewise.verdict.evidence import Difference, Estimate
from gatewise.verdict.parts import Part
from gatewise.verdict.units import Units
from gatewise.verdict.variance import seed_part, third_moment, unit_part

__all__ = ["Moments", "contrast", "differences", "estimate", "moments"]

# Per fold, errors of shape (seeds, units).
Errors = list[NDArray[np.float64]]
ALPHA = 0.05
# Naming a winner that is none is the costly mistake: differences are held to 99 %.
ALPHA_OF_DIFFERENCES = 0.01
LEAST_P = 1e-12
LEAST_SKEWNESS = 1e-6


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
    skewness : float
        Third moment of the mean over its cubed standard error.
    """

    mean: float
    parts: tuple[Part, ...]
    few: bool
    skewness: float = 0.0

    @property
    def error(self) -> float:
        """Return the standard error."""
        return float(np.sqrt(sum(part.variance for part in self.parts)))

    @property
    def freedom(self) -> float:
        """Return Satterthwaite's (1946) degrees of freedom of the standard error."""
        weights = sum(part.variance**2 / part.freedom for part in self.parts)
        return float(self.error**4 / weights) if weights > 0 else np.inf

    def half_width(self, alpha: float) -> float:
        """Return half the width of the ``1 − alpha`` interval of errors that are not skewed.

        ``√(Σ t²(ν_k) V_k)``, each part of the variance with Student's quantile of its own degrees of freedom:
        covers at least as often as it says however the parts stand to each other (Banerjee 1960, "Approximate
        confidence interval for linear functions of means of k populations").
        """
        return float(np.sqrt(sum(part.half_width(alpha) ** 2 for part in self.parts)))

    def reach(self, alpha: float) -> tuple[float, float]:
        """Return how far the ``1 − alpha`` interval reaches below and above the mean.

        A mean of errors of which a few are very large is mostly too small, and its standard error with it. The
        transformation that takes the skewness off (Hall 1992, "On the removal of skewness by transformation")
        reaches farther on that side; on the other Student's end stands, since a skewness is an estimate too.
        """
        half, error, skewness = self.half_width(alpha), self.error, self.skewness
        if error == 0 or abs(skewness) < LEAST_SKEWNESS:
            return half, half
        far = np.array([half, -half]) / error
        turned = 3 / skewness * (np.cbrt(1 + skewness * (far - skewness / 6)) - 1)
        return max(half, error * float(turned[0])), max(half, -error * float(turned[1]))

    def interval(self, alpha: float = ALPHA) -> tuple[float, float]:
        """Return the ``1 − alpha`` interval."""
        below, above = self.reach(alpha)
        return self.mean - below, self.mean + above

    @property
    def p(self) -> float:
        """Return the two-sided p-value of "the mean is zero": the alpha of the interval that ends there."""
        if self.error == 0:
            return 1.0 if self.mean == 0 else 0.0
        side = 0 if self.mean > 0 else 1

        def beyond(log_alpha: float) -> float:
            return self.reach(float(np.exp(log_alpha)))[side] - abs(self.mean)

        low, high = np.log(LEAST_P), np.log(1 - 1e-9)
        if beyond(high) > 0:
            return 1.0
        return float(np.exp(optimize.brentq(beyond, low, high))) if beyond(low) > 0 else LEAST_P


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
    variance = sum(part.variance for part in parts)
    skewness = third_moment(values, units) / variance**1.5 if variance > 0 else 0.0
    return Moments(float(values.mean()), tuple(parts), units.few, skewness)


def estimate(errors: Errors, units: Units, *, share: bool = False) -> Estimate:
    """Return the mean with its 95 % interval, of which there is none for too few units.

    The interval of a share stays between 0 and 1: Clopper and Pearson's with the effective number of units, the
    one of which the same share would be as uncertain, and no more than were measured (Korn & Graubard 1998,
    "Confidence intervals for proportions with small expected number of positive counts estimated from survey data").
    """
    found = moments(errors, units)
    if found.few:
        return Estimate(mean=found.mean)
    low, high = found.interval()
    if share and 0 <= found.mean <= 1:
        spread, half = found.mean * (1 - found.mean), found.half_width(ALPHA)
        most = float(sum(fold.size for fold in errors))
        count = (
            min(most, spread * (stats.norm.ppf(1 - ALPHA / 2) / half) ** 2) if half > 0 else units.independent
        )
        hits = found.mean * count
        low = float(stats.beta.ppf(ALPHA / 2, hits, count - hits + 1)) if hits > 0 else 0.0
        high = float(stats.beta.ppf(1 - ALPHA / 2, hits + 1, count - hits)) if hits < count else 1.0
    return Estimate(mean=found.mean, low=low, high=high)


def differences(
    pairs: dict[tuple[str, str], tuple[Errors, Errors]],
    units: Units,
    *,
    share: bool = False,
    with_p: bool = True,
) -> tuple[Difference, ...]:
    """Return one difference per pair, first minus second, with 99 % intervals that hold for the whole family.

    A pair is clear where its interval, which is Bonferroni's, excludes zero: intervals and decisions come from one
    construction. (Holm's steps decide a little more often, but have no intervals that go with them.)

    Parameters
    ----------
    pairs : dict of (first, second) to the errors of both
    units : Units
    share : bool
        Errors are shares: no interval leaves −1 to 1, and where two candidates never differ, each of ``n`` units may
        still be one of a share ``1 − α^(1/n)`` on which they do (Clopper & Pearson 1934).
    with_p : bool, default True
        Search for the p-values, too, which takes most of the time; no verdict goes by them.

    References
    ----------
    Dunn 1961, "Multiple comparisons among means".
    """
    return tuple(
        _difference(names, contrast(*errors, units), ALPHA_OF_DIFFERENCES / len(pairs), units, share, with_p)
        for names, errors in pairs.items()
    )


def _difference(
    names: tuple[str, str], found: Moments, alpha: float, units: Units, share: bool, with_p: bool
) -> Difference:
    first, second = names
    if found.few:
        return Difference(first=first, second=second, mean=found.mean)
    low, high = found.interval(alpha)
    if share:
        unseen = 1 - alpha ** (1 / units.independent) if found.error == 0 else 0.0
        low, high = max(-1.0, low - unseen), min(1.0, high + unseen)
    half = found.half_width(alpha)
    by_seeds = found.parts[1].half_width(alpha) if len(found.parts) > 1 else 0.0
    return Difference(
        first=first,
        second=second,
        mean=found.mean,
        low=low,
        high=high,
        error=found.error,
        freedom=found.freedom if np.isfinite(found.freedom) else None,
        seeds_share=(by_seeds / half) ** 2 if half else 0.0,
        p=min(1.0, found.p * ALPHA_OF_DIFFERENCES / alpha) if with_p else None,
        clear=not low <= 0 <= high,
    )
