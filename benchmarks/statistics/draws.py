"""Errors to simulate with: how seeds, units, times and groups may differ."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from gatewise.verdict.units import Units

__all__ = [
    "SEEDS",
    "Draw",
    "Random",
    "Values",
    "apart",
    "autoregression",
    "crossed",
    "grouped",
    "hits",
    "in_time",
    "lognormal",
    "of_units",
    "one_skewed",
    "overlapping",
    "shocks",
    "student",
    "units_of",
]

Values = NDArray[np.float64]
Random = np.random.Generator
# From a generator and a candidate's number to its errors, shape (seeds, units).
Draw = Callable[[Random, int], Values]
# From a generator to what units have in common over seeds, shape (units,).
Drawn = Callable[[Random], Values]

SEEDS = 5


def units_of(groups: list[int], times: list[int] | None = None, overlap: int = 1) -> Units:
    """Test units of these groups, and places in time where given."""

    at = None if times is None else (tuple(times),)
    return Units(noun="units", about="new units", groups=(tuple(groups),), times=at, overlap=overlap)


def apart(count: int) -> Units:
    """Units of which none depends on another."""
    return units_of(list(range(count)))


def in_time(count: int, overlap: int = 1) -> Units:
    """Places in time of a single series."""
    return units_of([0] * count, list(range(count)), overlap)


def crossed(
    seeds: int, count: int, of_seed: tuple[float, float, float], of_unit: float = 0.5, rest: float = 0.5
) -> Draw:
    """Seeds of each candidate as far apart as said, units that a candidate finds harder than others do, and a rest."""

    def draw(random: Random, number: int) -> Values:
        return np.asarray(
            of_seed[number] * random.normal(size=(seeds, 1))
            + of_unit * random.normal(size=(1, count))
            + rest * random.normal(size=(seeds, count))
        )

    return draw


def of_units(drawn: Drawn, seeds: int = SEEDS) -> Draw:
    """Units from a distribution of their own; seeds and rest are small."""

    def draw(random: Random, _: int) -> Values:
        units = drawn(random)
        small = 0.1 * random.normal(size=(seeds, len(units)))
        return np.asarray(units + small)

    return draw


def autoregression(count: int, correlation: float) -> Drawn:
    """Neighbours in time that depend on each other."""

    def drawn(random: Random) -> Values:
        long = signal.lfilter([1.0], [1.0, -correlation], random.normal(size=count + 100))
        return np.asarray(long[100:] * np.sqrt(1 - correlation**2), np.float64)

    return drawn


def overlapping(count: int, overlap: int) -> Drawn:
    """Windows that share rows with their neighbours."""

    def drawn(random: Random) -> Values:
        return np.convolve(random.normal(size=count + overlap - 1), np.ones(overlap) / overlap**0.5, "valid")

    return drawn


def shocks(series: int, times: int, correlation: float) -> Drawn:
    """What happens at a time happens to all series; each has a level of its own."""

    def drawn(random: Random) -> Values:
        common = autoregression(times, correlation)(random)
        levels = 0.3 * random.normal(size=(series, 1))
        return np.asarray(common + levels + random.normal(size=(series, times))).reshape(-1)

    return drawn


def grouped(sizes: list[int], level: float) -> tuple[Units, Drawn]:
    """Groups of these sizes, each with a level of its own of this deviation."""

    groups = np.repeat(np.arange(len(sizes)), sizes)

    def drawn(random: Random) -> Values:
        return np.asarray(level * random.normal(size=len(sizes))[groups] + random.normal(size=len(groups)))

    return units_of(groups.tolist()), drawn


def one_skewed(count: int) -> Draw:
    """A candidate that now and then fails badly and else is a little better than two that do not."""

    def draw(random: Random, number: int) -> Values:
        skewed = random.lognormal(size=count) - np.exp(0.5)
        units = skewed if number == 0 else 0.1 * random.normal(size=count)
        return np.asarray(units + 0.1 * random.normal(size=(SEEDS, count)))

    return draw


def hits(count: int, share: float, seeds: int, alike: float, groups: int = 0) -> Draw:
    """Errors of 0 and 1; a unit is as hard for all seeds in a share ``alike`` of cases, as are units of a group."""

    def draw(random: Random, _: int) -> Values:
        of_unit = random.random(count)
        if groups:
            same = random.random(groups)[np.arange(count) % groups]
            of_unit = np.where(random.random(count) < 0.3, same, of_unit)
        own = random.random((seeds, count))
        return (np.where(random.random((seeds, count)) < alike, of_unit, own) < share).astype(float)

    return draw


def student(count: int) -> Drawn:
    """Heavy tails: Student's t of 3 degrees of freedom."""

    return lambda random: random.standard_t(3, count)


def lognormal(count: int) -> Drawn:
    """A long tail to one side."""

    return lambda random: random.lognormal(size=count)
