"""A part of the variance of a mean, and how far it lets the mean be off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

__all__ = ["Part"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """A part of a variance with its degrees of freedom.

    Attributes
    ----------
    weights, variances : float64 arrays, shape (cases,)
        What the variance is in each case that is possible, and how probable that is. Mostly there is one.
    freedom : float
    """

    weights: Values
    variances: Values
    freedom: float

    @classmethod
    def of(cls, variance: float, freedom: float) -> Part:
        """Return a part with one case."""
        return cls(np.ones(1), np.array([variance]), freedom)

    @property
    def variance(self) -> float:
        """Return the mean variance."""
        return float(self.weights @ self.variances)

    def half_width(self, alpha: float) -> float:
        """Return how far a mean of this variance is off at most, but for a share ``alpha`` of samples.

        Student's quantile times the standard error; with several cases the quantile of their mixture.
        """
        ends = special.stdtrit(self.freedom, 1 - alpha / 2) * np.sqrt(self.variances)
        least, most = float(ends.min()), float(ends.max())
        tiny = 1e-18 * float(self.variances.max()) + np.finfo(float).tiny

        def beyond(half: float) -> float:
            tails = special.stdtr(self.freedom, -half / np.sqrt(np.maximum(self.variances, tiny)))
            return float(self.weights @ tails) - alpha / 2

        if most - least <= 1e-9 * most or beyond(most) >= 0:
            return most
        return float(optimize.brentq(beyond, least, most, rtol=1e-6))
