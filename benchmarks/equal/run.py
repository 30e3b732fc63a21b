"""The usual rate of every cell beside half and twice of it, for short and long trainings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from benchmarks.candidates import progress
from benchmarks.equal.fields import Field, fields
from benchmarks.equal.picture import Curves, draw
from benchmarks.equal.trials import FOLDER, Trained, Trial, run_trial, trials_of
from benchmarks.results import Result, Row, Target

__all__ = ["FACTORS", "result_of", "rows_of", "run"]

FACTORS = (0.5, 1.0, 2.0)
UNSTABLE, EXCESS = "unstable", "excess, %"
# Beyond this the usual rate is not the cell's best.
MOST_EXCESS = 2.0


def run(
    *,
    seeds: int,
    threads: int,
    names: Sequence[str] = (),
    factors: tuple[float, ...] = FACTORS,
    folder: Path = FOLDER,
) -> Result:
    """Train what has not been trained, then compare rates."""
    found: list[tuple[Field, list[tuple[Trial, Trained]]]] = []
    for one in fields(names):
        task, trials = trials_of(one, factors=factors, seeds=seeds)
        trained = Parallel(n_jobs=threads)(delayed(run_trial)(task, trial, folder) for trial in trials)
        progress(f"{one.name}: {sum(training.seconds for training in trained):.0f} s of trainings")
        found.append((one, list(zip(trials, trained, strict=True))))
    return result_of(found, seeds)


def result_of(found: Sequence[tuple[Field, list[tuple[Trial, Trained]]]], seeds: int) -> Result:
    """One row for each data set, size, length and cell, and the curves at the usual rate."""
    rows = [row for one, pairs in found for row in rows_of(one, pairs)]
    numbers = {column: [float(row[column][0]) for row in rows] for column in (UNSTABLE, EXCESS)}
    return Result(
        name="equal",
        title="Every cell at its best",
        protocol="The rate that each cell is trained with by default, beside others, for a part of the usual updates "
        f"and for all of them; {seeds} seeds, each with other data held out of the training part, which the loss is "
        "of. The test part is not looked at. Excess: the mean loss at the usual rate above that at the best of these "
        "rates, in percent of the training loss of the first hundredth of the updates. Unstable: trainings at the "
        "usual rate that went back to earlier weights. The picture: training loss at the usual rate, a line for each "
        "seed.",
        checks=(),
        digits={
            "updates": 0, "loss held out": 4, "its loss": 4, EXCESS: 1, UNSTABLE: 0, "clipped, %": 1,
        },
        rows=tuple(rows),
        targets=(
            Target("unstable trainings at the usual rate,", sum(numbers[UNSTABLE]), 0, digits=0),
            Target("median excess, %,", float(np.median(numbers[EXCESS])), MOST_EXCESS, digits=1),
            Target("largest excess, %,", max(numbers[EXCESS]), 2 * MOST_EXCESS, digits=1),
        ),
        picture=draw([curves for one, pairs in found for curves in _curves(one, pairs)]),
    )  # fmt: skip


def rows_of(one: Field, pairs: list[tuple[Trial, Trained]]) -> list[Row]:
    """The rows of one data set."""
    groups = groupby(pairs, key=lambda pair: (pair[0].share, pair[0].cell))
    return [_row(one, cell, list(group)) for (_, cell), group in groups]


def _row(one: Field, cell: str, group: list[tuple[Trial, Trained]]) -> Row:
    by_factor: dict[float, list[Trained]] = {}
    for trial, trained in group:
        by_factor.setdefault(trial.factor, []).append(trained)
    first, usual = group[0][0], by_factor[1.0]
    means = {factor: float(np.mean([one.loss for one in some])) for factor, some in by_factor.items()}
    best = min(means, key=means.__getitem__)
    # What a loss is large or small beside.
    unit = abs(float(np.mean([trained.curve[0] for trained in usual if trained.curve])))
    return {
        "data": one.name,
        "cell": f"{cell} {first.settings.hidden_size}",
        "updates": (float(first.settings.steps),),
        "rate": f"{first.usual:.3g}",
        "loss held out": tuple(trained.loss for trained in usual),
        "best rate": f"{best * first.usual:.3g}",
        "its loss": (means[best],),
        EXCESS: (100 * (means[1.0] - means[best]) / unit,),
        UNSTABLE: (float(sum(bool(trained.restarts) for trained in usual)),),
        "clipped, %": (100 * float(np.mean([trained.clip_rate for trained in usual])),),
    }


def _curves(one: Field, pairs: list[tuple[Trial, Trained]]) -> list[Curves]:
    """Of each length, the curves of each cell at its usual rate, one for each seed."""
    found = []
    for share in one.shares:
        usual = [(trial, trained) for trial, trained in pairs if (trial.share, trial.factor) == (share, 1.0)]
        courses: dict[str, list[list[float]]] = {}
        for trial, trained in usual:
            courses.setdefault(trial.cell, []).append(trained.curve)
        found.append(Curves(f"{one.name}, {usual[0][0].settings.steps:,} updates", courses))
    return found
