"""All worlds simulated: false winners, power and coverage, with the method and with the one before."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy import special

from benchmarks.candidates import progress
from benchmarks.results import Page, Result, Row, Target
from benchmarks.statistics import before
from benchmarks.statistics.draws import Values
from benchmarks.statistics.page import page
from benchmarks.statistics.worlds import WORLDS, World
from gatewise.verdict.statistics import ALPHA, ALPHA_OF_DIFFERENCES, contrast, estimate

__all__ = ["Rates", "oracle", "run", "simulate"]

PAGE = Path(__file__).parent.parent.parent / "docs" / "statistics.md"
TRIALS = 1000
# A true difference, in standard errors of it: what is looked for when power is told.
FAR = 4.5
COLUMNS = ("false, before", "false", "power", "covered, before", "covered")
MOST_FALSE = 3.0
MEDIAN_FALSE = 1.0


@dataclass(frozen=True)
class Rates:
    """Shares of trials, in percent, in the order of ``COLUMNS``."""

    false_before: float
    false: float
    power: float
    covered_before: float
    covered: float


def run(*, trials: int = TRIALS) -> Result:
    """Every world, the same draws for both methods."""
    found = {world: simulate(world, trials) for world in WORLDS}
    rows = tuple(_row(world, rates) for world, rates in found.items())
    false = [rates.false for rates in found.values()]
    worst = max((rates for world, rates in found.items() if not world.hostile), key=lambda rates: rates.false)
    result = Result(
        name="statistics",
        title="How often the intervals hold",
        protocol=f"Made-up comparisons of three cells that are equally good, {trials} of each kind. `false`: a "
        "winner is named among the three pairs, in percent (nominal 1). `power`: one cell is in truth better by "
        f"{FAR} standard errors of the difference, and it is said; who knew the standard error would say it in "
        f"{oracle():.0f}. `covered`: the 95 % interval of a cell's error holds its true mean. `before`: the method "
        "of commit d7deccd on the same draws, with Holm's steps and units taken for independent. A number after "
        "windows and times is the correlation of neighbours; `over` says over how many places a window reaches; "
        "`seeds to 10` starts with five.",
        checks=(),
        digits=dict.fromkeys(("seeds", *COLUMNS), 1) | {"seeds": 0},
        rows=rows,
        targets=(
            Target("false winners at the median, percent,", float(np.median(false)), MEDIAN_FALSE, digits=1),
            Target("false winners but in the hostile rows, percent,", worst.false, MOST_FALSE, digits=1),
        ),
        notes=(
            "Hostile rows, marked *: seeds or units so few that they tell nothing of what happens rarely or slowly, "
            "which no interval can know. They were set apart after first runs had shown them, and the constants of "
            "the methods were found on worlds like these.",
        ),
    )
    return Result(**{**vars(result), "page": Page(PAGE, page(result))})


def _row(world: World, rates: Rates) -> Row:
    numbers = {column: (float(value),) for column, value in zip(COLUMNS, astuple(rates), strict=True)}
    name = f"{world.kind}: {world.name}{' *' if world.hostile else ''}"
    return {"what": name, "seeds": (float(world.seeds),), **numbers}


def simulate(world: World, trials: int) -> Rates:
    """Rates of one world."""
    random = np.random.default_rng(list(world.name.encode()))
    pairs = list(combinations(range(3), 2))
    told = np.zeros((trials, 4))
    means, lows = np.zeros(trials), np.zeros(trials)
    for trial in range(trials):
        errors = world.errors(random)
        found = [contrast([errors[a]], [errors[b]], world.units) for a, b in pairs]
        ends = [each.interval(ALPHA_OF_DIFFERENCES / len(pairs)) for each in found]
        single = estimate([errors[0]], world.units, share=world.share)
        mean, half = before.interval(errors[0], ALPHA)
        means[trial], lows[trial] = found[0].mean, ends[0][0]
        told[trial] = (
            before.any_clear([_paired(errors[a], errors[b]) for a, b in pairs], ALPHA_OF_DIFFERENCES),
            any(not low <= 0 <= high for low, high in ends),
            abs(mean - world.truth) <= half,
            single.low is not None and single.high is not None and single.low <= world.truth <= single.high,
        )
    false_before, false, covered_before, covered = (100 * told.mean(axis=0)).tolist()
    power = float(100 * np.mean(lows + FAR * means.std() > 0))
    rates = Rates(false_before, false, power, covered_before, covered)
    shown = ", ".join(f"{value:.1f}" for value in astuple(rates))
    progress(f"{world.kind}: {world.name}, {world.seeds} seeds: {shown}")
    return rates


def _paired(first: Values, second: Values) -> Values:
    """Differences of as many seeds as both have: seeds were paired before."""
    both = min(len(first), len(second))
    return first[:both] - second[:both]


def oracle() -> float:
    """Power, in percent, of somebody who knows the standard error and the normal law that goes with it."""
    least = special.ndtri(1 - ALPHA_OF_DIFFERENCES / 6)
    return float(100 * special.ndtr(FAR - least))
