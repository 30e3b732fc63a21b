"""Made-up comparisons of three candidates that are equally good, of which the truth is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.statistics.draws import (
    SEEDS,
    Draw,
    Random,
    Values,
    apart,
    autoregression,
    crossed,
    grouped,
    hits,
    in_time,
    lognormal,
    of_units,
    one_skewed,
    overlapping,
    shocks,
    student,
    units_of,
)
from gatewise.verdict.seeds import seeds_wanted
from gatewise.verdict.units import Units

__all__ = ["WORLDS", "World"]

CANDIDATES = 3
MOST_SEEDS = 10


@dataclass(frozen=True)
class World:
    """One situation.

    Attributes
    ----------
    kind, name : str
    units : Units
    draw : callable
        From a generator and a candidate's number to its errors, shape (seeds, units).
    seeds : int
    truth : float
        The mean of each candidate.
    share : bool
        Errors are 0 or 1.
    most_seeds : int or None
        How many seeds are drawn, of which :func:`~gatewise.verdict.seeds.seeds_wanted` takes those it wants.
    """

    kind: str
    name: str
    units: Units
    draw: Draw
    seeds: int = SEEDS
    truth: float = 0.0
    share: bool = False
    most_seeds: int | None = None

    @property
    def hostile(self) -> bool:
        """Whether units or seeds tell nothing of what goes wrong; set apart after first runs had shown it."""
        few_seeds = self.seeds < 3 and "far apart" in self.name
        short = self.name == "12 windows, correlation 0.9"
        few_tails = "one cell lognormal" in self.name and self.units.group_count < 30
        return few_seeds or short or few_tails

    def errors(self, random: Random) -> list[Values]:
        """Errors of each candidate."""
        drawn = [self.draw(random, number) for number in range(CANDIDATES)]
        if self.most_seeds is None:
            return drawn
        first = {str(number): [errors[: self.seeds]] for number, errors in enumerate(drawn)}
        wanted = seeds_wanted(first, self.units, most=self.most_seeds)
        return [errors[:count] for errors, count in zip(drawn, wanted.values(), strict=True)]


def _seeded() -> list[World]:
    alike, unlike = (0.3, 0.3, 0.3), (1.0, 0.1, 0.0)
    found = [
        World("seeds", f"{count} units", apart(count), crossed(seeds, count, alike), seeds)
        for seeds, count in ((2, 40), (3, 40), (5, 6), (5, 12), (5, 40), (5, 300), (10, 40))
    ]
    return found + [
        World(
            "seeds",
            f"{count} units, seeds of one cell far apart",
            apart(count),
            crossed(seeds, count, unlike, 0.3, 1),
            seeds,
        )
        for seeds, count in ((2, 40), (3, 40), (5, 40), (10, 40))
    ]


def _timed() -> list[World]:
    found = [
        World(
            "time",
            f"{count} windows, correlation {each:g}",
            in_time(count),
            of_units(autoregression(count, each)),
        )
        for count in (12, 30, 100)
        for each in (0.0, 0.3, 0.6, 0.9)
    ]
    found += [
        World(
            "overlap",
            f"{count} windows, each over {over}",
            in_time(count, over),
            of_units(overlapping(count, over)),
        )
        for count, over in ((24, 4), (24, 2), (100, 4))
    ]
    for series, times, each in ((20, 8, 0.0), (20, 8, 0.6), (100, 24, 0.0), (100, 24, 0.6)):
        groups = np.repeat(np.arange(series), times).tolist()
        units = units_of(groups, list(range(times)) * series)
        name = f"{series} series at {times} times, {each:g}"
        found.append(World("common shocks", name, units, of_units(shocks(series, times, each))))
    return found


def _in_groups() -> list[World]:
    sizes = {
        "6 groups of 10": [10] * 6,
        "8 groups of 2 to 60": [2, 3, 5, 8, 12, 20, 40, 60],
        "30 groups of 1 to 30": list(range(1, 31)),
    }
    found = []
    for name, each in sizes.items():
        for level in (0.0, 1.0):
            units, drawn = grouped(each, level)
            what = "alike" if level == 0 else "apart"
            found.append(World("groups", f"{name}, {what}", units, of_units(drawn)))
    return found


def _tails() -> list[World]:
    found = []
    for count in (6, 12, 30):
        found.append(
            World(
                "tails",
                f"{count} units, Student's t of 3",
                apart(count),
                of_units(student(count)),
            )
        )
        found.append(
            World(
                "tails",
                f"{count} units, lognormal",
                apart(count),
                of_units(lognormal(count)),
                truth=float(np.exp(0.5)),
            )
        )
        found.append(World("tails", f"{count} units, one cell lognormal", apart(count), one_skewed(count)))
    return found


def _shares() -> list[World]:
    found = []
    for count, share in ((40, 0.01), (40, 0.05), (40, 0.5), (40, 0.99), (300, 0.01), (300, 0.3)):
        for alike in (0.0, 0.8):
            what = "seeds err together" if alike else "seeds err apart"
            draw = hits(count, share, SEEDS, alike)
            found.append(
                World(
                    "shares",
                    f"{count} units, {share:.0%}, {what}",
                    apart(count),
                    draw,
                    truth=share,
                    share=True,
                )
            )
    units = units_of([k % 10 for k in range(100)])
    found.append(
        World(
            "shares",
            "100 units in 10 groups, 10%",
            units,
            hits(100, 0.1, SEEDS, 0.8, 10),
            truth=0.1,
            share=True,
        )
    )
    found.append(
        World(
            "ties",
            "40 units, almost never an error",
            apart(40),
            hits(40, 0.002, SEEDS, 0.8),
            truth=0.002,
            share=True,
        )
    )
    return found


def _growing() -> list[World]:
    """Five seeds, and up to ten where they make most of the variance."""
    found = []
    for name, of_seed, of_unit, rest in (
        ("40 units", (0.3, 0.3, 0.3), 0.5, 0.5),
        ("100 units, seeds far apart", (0.5, 0.5, 0.5), 0.3, 0.5),
        ("40 units, seeds of one cell far apart", (1.0, 0.1, 0.0), 0.3, 1.0),
    ):
        units = apart(int(name.split()[0]))
        draw = crossed(MOST_SEEDS, units.group_count, of_seed, of_unit, rest)
        found.append(World("seeds to 10", name, units, draw, most_seeds=MOST_SEEDS))
    return found


WORLDS = (*_seeded(), *_growing(), *_timed(), *_in_groups(), *_tails(), *_shares())
