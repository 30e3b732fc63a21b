"""Probabilities from scores: how sharp their softmax is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from gatewise.data.arrays import Floats

__all__ = ["sharpness"]

# Bound of its logarithm, on both sides.
SHARPEST = 5.0


def sharpness(scores: Floats, codes: NDArray[np.int64]) -> float:
    """Return the ``s`` for which ``softmax(s · scores)`` has the least log loss.

    Parameters
    ----------
    scores : float64 array, shape (rows, classes)
        Of rows that were not learned from.
    codes : int64 array, shape (rows,)
        The class of each.

    References
    ----------
    Guo et al. 2017, "On calibration of modern neural networks" (temperature scaling).
    """

    def loss(logarithm: float) -> float:
        logs = log_softmax(np.exp(logarithm) * scores, axis=1)
        return float(-logs[np.arange(len(codes)), codes].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-SHARPEST, SHARPEST), method="bounded").x))
