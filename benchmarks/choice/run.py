"""What is recommended, on real errors of few series: how much more it costs than the best of all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.choice.rule import chosen
from benchmarks.errors import MissingDataError
from benchmarks.results import RESULTS, Result, Row, Target
from gatewise.verdict.ranking import SHARE
from gatewise.verdict.statistics import ALPHA_OF_DIFFERENCES, contrast
from gatewise.verdict.units import Units

__all__ = ["before", "losses", "read_errors", "run"]

Errors = NDArray[np.float64]

# By simplicity; cells after baselines.
ORDER = ("seasonal naive", "linear", "boosting", "RNN", "GRU", "LSTM")
BASELINES = 3
COUNTS = (10, 20, 30, 60)
SHARES = (0.0, 0.1, 0.2, 0.25, 0.5, 1.0, 1.5, 2.0)
MOST = 6.0
TRIALS = 1000


def run(*, trials: int = TRIALS) -> Result:
    """Sub-samples of the series of M4 Weekly."""
    errors = read_errors(_newest())
    rows: list[Row] = []
    targets = []
    for count in COUNTS:
        found = losses(errors, count, trials)
        rows.append({"series": str(count), **{name: (value,) for name, value in found.items()}})
        what = f"percent above the best on {count} series, k = {SHARE:g},"
        targets.append(Target(what, found[f"k = {SHARE:g}"], MOST, digits=1))
    return Result(
        name="choice",
        title="What a rule of choice costs",
        protocol=f"{trials} sub-samples of the 359 series of M4 Weekly; a rule chooses among {', '.join(ORDER)} by "
        "the errors on them, and pays the error of what it chose on all other series. In percent above the best "
        "candidate there, on average. `k`: the simplest baseline whose error is at most k standard errors of the "
        "paired difference above the lowest, else the lowest. `before`: the simplest baseline that no cell clearly "
        "beats, as up to commit d7deccd, by today's intervals.",
        checks=(),
        digits=dict.fromkeys(("before", *(f"k = {k:g}" for k in SHARES)), 1),
        rows=tuple(rows),
        targets=tuple(targets),
    )


def losses(errors: list[Errors], count: int, trials: int) -> dict[str, float]:
    """Percent above the best candidate, on the series that were not in the sample, by rule."""
    random = np.random.default_rng(count)
    units = Units(noun="series", about="new series", groups=(tuple(range(count)),))
    every = errors[0].shape[1]
    lost = np.zeros((trials, 1 + len(SHARES)))
    for trial in range(trials):
        at = random.permutation(every)
        sample, rest = at[:count], at[count:]
        seen = [each[:, sample] for each in errors]
        later = np.array([each[:, rest].mean() for each in errors])
        taken = [before(seen, units), *chosen(seen, units, SHARES, BASELINES)]
        lost[trial] = later[taken] / later.min() - 1
    means = (100 * lost.mean(axis=0)).tolist()
    return dict(zip(("before", *(f"k = {k:g}" for k in SHARES)), means, strict=True))


def before(errors: list[Errors], units: Units) -> int:
    """The simplest baseline that neither a cell that ties with the best nor a better baseline clearly beats."""
    cells = list(range(BASELINES, len(errors)))
    best = min(cells, key=lambda number: float(errors[number].mean()))

    def clearly_worse(first: int, second: int, family: int) -> bool:
        found = contrast([errors[first]], [errors[second]], units)
        return found.interval(ALPHA_OF_DIFFERENCES / family)[0] > 0

    family = BASELINES * len(cells)
    left = [number for number in range(BASELINES) if not clearly_worse(number, best, family)]
    if not left:
        return best
    leader = min(left, key=lambda number: float(errors[number].mean()))
    return next(number for number in left if number == leader or not clearly_worse(number, leader, BASELINES))


def read_errors(path: Path) -> list[Errors]:
    """Errors of shape (seeds, series) of each candidate, in the order of simplicity."""
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return [np.array([row["MASE"] for row in rows if row["method"] == name]) for name in ORDER]


def _newest() -> Path:
    found = sorted(RESULTS.glob("*-m4-errors.json"))
    if not found:
        raise MissingDataError(
            "no errors to choose by in benchmarks/results; run `python -m benchmarks m4-errors --write`"
        )
    return found[-1]
