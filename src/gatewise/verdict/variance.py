"""The variance of a mean error: the part of the seeds and the part of the test units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatewise.verdict.units import FEWEST_UNITS, Units

__all__ = ["Part", "autocorrelation", "flat_waves", "seed_part", "unit_part"]

Values = NDArray[np.float64]
# Per fold, errors of shape (seeds, units).
Errors = list[Values]


@dataclass(frozen=True)
class Part:
    """A part of a variance with its degrees of freedom."""

    variance: float
    freedom: float


def seed_part(candidates: list[Errors], units: Units) -> Part | None:
    """Estimate what other seeds would change; ``None`` where no candidate has more than one.

    For each candidate the variance of its seeds' means, less what the finite number of units alone makes them
    differ (the interaction of seeds and units, which :func:`unit_part` holds already). Degrees of freedom are
    Welch's, over candidates and folds.
    """
    total = sum(errors.shape[1] for errors in candidates[0])
    found = []
    for folds in candidates:
        for errors, groups in zip(folds, _clusters(units), strict=True):
            seeds, count = errors.shape
            if seeds < 2:
                continue
            weight = (count / total) ** 2 / seeds
            means = errors.mean(axis=1)
            size = int(groups.max()) + 1
            sums = np.stack([np.bincount(groups, row - row.mean(), size) for row in errors]) / count
            shared = sums.var(axis=0, ddof=1).sum() * (size / (size - 1) if size > 1 else 0.0)
            variance = float(means.var(ddof=1))
            found.append((weight * variance, weight * max(0.0, variance - shared), seeds - 1))
    if not found:
        return None
    whole = sum(variance for variance, _, _ in found)
    weights = sum(variance**2 / freedom for variance, _, freedom in found)
    freedom = whole**2 / weights if weights > 0 else float(min(freedom for _, _, freedom in found))
    return Part(sum(net for _, net, _ in found), freedom)


def unit_part(values: Values, units: Units) -> Part:
    """Estimate what other test units would change.

    Errors of one group are added up, and so are those of one place in time; groups are independent of each
    other, places in time depend on their neighbours. Where both were drawn, ``V = V_groups + V_times − V_both``,
    never less than the larger of the first two (Cameron, Gelbach & Miller 2011; Thompson 2011).
    """
    rest = (values - values.mean()) / len(values)
    groups = np.concatenate([np.asarray(fold) for fold in units.groups])
    parts = []
    if units.group_count > 1:
        sums = _sums(groups, rest)
        count = len(sums)
        parts.append(Part(float(np.square(sums).sum()) * count / (count - 1), count - 1))
    if units.times is not None and (units.time_count >= FEWEST_UNITS or not parts) and units.time_count > 1:
        parts.append(
            _over_time(_sums(np.concatenate([np.asarray(fold) for fold in units.times]), rest), units)
        )
    if not parts:
        return Part(0.0, 1.0)
    if len(parts) == 1:
        return parts[0]
    both = sum(part.variance for part in parts) - float(np.square(rest).sum())
    largest = max(parts, key=lambda part: part.variance)
    return Part(max(largest.variance, both), min(part.freedom for part in parts))


def _over_time(sums: Values, units: Units) -> Part:
    """Variance of the sum of a series whose neighbours depend on each other.

    The mean square of its first ``ν`` cosine transforms, with Student's t of ``ν`` degrees of freedom (Müller
    2004; Lazarus, Lewis, Stock & Watson 2018, "HAR inference"). With all of them, ``ν = T − 1``, this is the
    usual variance of independent values; the more neighbours are alike, the fewer of the slowest are used.
    """
    count = len(sums)
    waves = flat_waves(count, autocorrelation(sums))
    waves = max(1, min(waves, units.time_count - 1))
    places = (np.arange(count) + 0.5) / count
    transforms = np.cos(np.pi * np.outer(np.arange(1, waves + 1), places)) @ sums * np.sqrt(2 / count)
    return Part(float(count * np.square(transforms).mean()), waves)


def autocorrelation(values: Values) -> float:
    """Estimate the correlation of neighbours, less the bias of short series (Kendall 1954), within 0 and 0.97."""
    rest = values - values.mean()
    power = float(np.square(rest).sum())
    if len(values) < 4 or power == 0:
        return 0.0
    found = float((rest[1:] * rest[:-1]).sum()) / power
    return min(0.97, max(0.0, found + (1 + 4 * found) / len(values)))


def flat_waves(count: int, correlation: float, least: float = 0.8) -> int:
    """Count the slowest cosines whose mean power is at least ``least`` of the slowest one's.

    For neighbours that depend on each other as in a first-order autoregression of this correlation.
    """
    waves = np.arange(1, count)
    power = (1 - correlation) ** 2 / (1 - 2 * correlation * np.cos(np.pi * waves / count) + correlation**2)
    means = np.cumsum(power) / waves
    return int(np.searchsorted(-means, -least, side="right")) or 1


def _sums(places: NDArray[np.int64], values: Values) -> Values:
    """Sum values by place, in order of the places."""
    _, at = np.unique(places, return_inverse=True)
    return np.asarray(np.bincount(at, values), np.float64)


def _clusters(units: Units) -> list[NDArray[np.int64]]:
    """Number, fold by fold, which units depend on each other: those of a group, else those of a time."""
    chosen = units.groups if units.group_count > 1 or units.times is None else units.times
    return [np.unique(np.asarray(fold), return_inverse=True)[1].reshape(-1) for fold in chosen]
