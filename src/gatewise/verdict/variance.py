"""The variance of a mean error: the part of the seeds and the part of the test units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatewise.verdict.dependence import over_time
from gatewise.verdict.parts import Part
from gatewise.verdict.units import FEWEST_UNITS, Units

__all__ = ["seed_part", "third_moment", "unit_part"]

Values = NDArray[np.float64]
# Per fold, errors of shape (seeds, units).
Errors = list[Values]
# Of the interaction, by simulation: with all of it two seeds name false winners five times too often.
WITH_TWO_SEEDS = 0.25


def seed_part(candidates: list[Errors], units: Units) -> Part | None:
    """Estimate what other seeds would change; ``None`` where no candidate has more than one.

    For each candidate the variance of its seeds' means, less what the finite number of units alone makes them
    differ (the interaction of seeds and units, which :func:`unit_part` holds already). Degrees of freedom are
    Welch's (1947), over candidates and folds. Two seeds often lie close together by chance, and what is left is
    then zero: of them no more than a quarter is taken off.
    """
    total = sum(errors.shape[1] for errors in candidates[0])
    found = []
    for folds in candidates:
        for errors, groups in zip(folds, _clusters(units), strict=True):
            seeds, count = errors.shape
            if seeds < 2:
                continue
            weight = (count / total) ** 2 / seeds
            variance = float(errors.mean(axis=1).var(ddof=1))
            taken_off = _interaction(errors, groups) * (WITH_TWO_SEEDS if seeds == 2 else 1.0)
            found.append((weight * variance, weight * max(0.0, variance - taken_off), seeds - 1))
    if not found:
        return None
    whole = sum(variance for variance, _, _ in found)
    weights = sum(variance**2 / freedom for variance, _, freedom in found)
    freedom = whole**2 / weights if weights > 0 else float(min(freedom for _, _, freedom in found))
    return Part.of(sum(net for _, net, _ in found), freedom)


def _interaction(errors: Values, groups: NDArray[np.int64]) -> float:
    """How much the means of seeds that are alike would vary, because each sees its units in its own way."""
    seeds, count = errors.shape
    size = int(groups.max()) + 1
    if size == 1:
        return 0.0
    rest = errors - errors.mean(axis=1, keepdims=True)
    places = groups + size * np.arange(seeds)[:, None]
    sums = np.bincount(places.reshape(-1), rest.reshape(-1), seeds * size).reshape(seeds, size) / count
    return float(sums.var(axis=0, ddof=1).sum()) * size / (size - 1)


def unit_part(values: Values, units: Units) -> Part:
    """Estimate what other test units would change.

    Errors of one group are added up, and so are those of one place in time; groups are independent of each
    other, places in time may depend on their neighbours. Where both were drawn, ``V = V_groups + V_times −
    V_both``, never less than the larger of the first two (Cameron, Gelbach & Miller 2011; Thompson 2011).
    """
    rest = (values - values.mean()) / len(values)
    groups = np.concatenate([np.asarray(fold) for fold in units.groups])
    by_group = _over_groups(groups, rest) if units.group_count > 1 else None
    if units.times is None or units.time_count < (FEWEST_UNITS if by_group else 2):
        return by_group or Part.of(0.0, 1.0)
    sums = _sums(np.concatenate([np.asarray(fold) for fold in units.times]), rest)
    by_time = over_time(sums, units.overlap)
    if by_group is None:
        return by_time
    both = by_group.variance + by_time.variances - float(np.square(rest).sum())
    return Part(
        weights=by_time.weights,
        variances=np.maximum(both, np.maximum(by_group.variance, by_time.variances)),
        freedom=min(by_group.freedom, by_time.freedom),
    )


def third_moment(values: Values, units: Units) -> float:
    """Estimate the third central moment of the mean, from the sums of units that depend on each other."""
    rest = (values - values.mean()) / len(values)
    chosen = units.groups if units.group_count > 1 or units.times is None else units.times
    return float((_sums(np.concatenate([np.asarray(fold) for fold in chosen]), rest) ** 3).sum())


def _over_groups(groups: NDArray[np.int64], rest: Values) -> Part:
    """Variance of a mean over independent groups of unequal size.

    The sum of squares of the groups' sums, scaled to be unbiased where groups differ as wholes (as Bell & McCaffrey
    2002 do for one model of them), with the effective number of groups ``1 / Σ share²`` (Kish 1965; Carter, Schnepel
    & Steigerwald 2017) as degrees of freedom: one group with most of the units leaves hardly any. With groups of
    one size that is ``G / (G − 1)`` and ``G − 1``.
    """
    sums = _sums(groups, rest)
    share = _sums(groups, np.full(len(rest), 1 / len(rest)))
    whole = float(np.square(share).sum())
    expected = float(np.square(share) @ (1 - 2 * share + whole))
    return Part.of(float(np.square(sums).sum()) * whole / expected, min(len(sums) - 1, 1 / whole))


def _sums(places: NDArray[np.int64], values: Values) -> Values:
    """Sum values by place, in order of the places."""
    _, at = np.unique(places, return_inverse=True)
    return np.asarray(np.bincount(at, values), np.float64)


def _clusters(units: Units) -> list[NDArray[np.int64]]:
    """Number, fold by fold, which units depend on each other: those of a group, else those of a time."""
    chosen = units.groups if units.group_count > 1 or units.times is None else units.times
    return [np.unique(np.asarray(fold), return_inverse=True)[1].reshape(-1) for fold in chosen]
