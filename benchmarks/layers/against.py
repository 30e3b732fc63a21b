"""The layers beside those of another checkout, in turn on one machine: whether a change costs speed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.layers.contest import Contest, Outcome
from benchmarks.layers.grid import Mode
from benchmarks.layers.rivals import OURS, Contestant
from benchmarks.layers.rounds import FULL, QUICK
from benchmarks.layers.run import Plan
from benchmarks.layers.targets import mean
from benchmarks.results import Result, Row, Target

__all__ = ["run"]

_BEFORE = Contestant("before", "benchmarks.layers.rivals.before", ("gatewise",))
_LEAST = 0.97


def run(plan: Plan, checkout: Path) -> Iterator[Result]:
    """Compare with a checkout, such as a work tree of an earlier commit; both are checked against the equations.

    Raises
    ------
    BenchmarkError
        If it is none.
    """
    if not (checkout / "src" / "gatewise").is_dir():
        raise BenchmarkError(f"{checkout}: expected a checkout of gatewise, found no src/gatewise")
    os.environ["GATEWISE_BEFORE"] = str(checkout.resolve())
    outcomes: list[Outcome] = []
    fastest = float("inf")
    for group in plan.groups():
        with Contest([OURS, _BEFORE], plan.threads, QUICK if plan.quick else FULL, fastest) as contest:
            outcomes += [contest.hold(job) for job in group]
            fastest = contest.fastest
    yield _result(outcomes, plan)


def _result(outcomes: Sequence[Outcome], plan: Plan) -> Result:
    ratios: dict[tuple[Mode, str], list[float]] = {}
    for outcome in outcomes:
        if (ratio := outcome.faster_than(_BEFORE.title)) is not None:
            ratios.setdefault((outcome.job.mode, outcome.job.cell.name), []).append(ratio)
    rows: list[Row] = [
        {
            "mode": str(mode),
            "cell": cell,
            "shapes": (float(len(found)),),
            "before / now, mean": (mean(found),),
            "least": (min(found),),
            "most": (max(found),),
        }
        for (mode, cell), found in ratios.items()
    ]
    least = min(mean(found) for found in ratios.values())
    return Result(
        name="layers-against",
        title="Layers beside an earlier state",
        protocol="Times of the earlier state divided by those of this one: above 1, this one is faster. Geometric "
        f"means over shapes; turns in rounds, one process each, {plan.threads} thread(s).",
        checks=("every result of both against the equations in float64",),
        digits={"shapes": 0, "before / now, mean": 3, "least": 3, "most": 3},
        rows=tuple(rows),
        targets=(Target("least geometric mean", least, _LEAST, digits=2, lower_is_better=False),),
        notes=tuple(f"{outcome.job}: {fault}" for outcome in outcomes for fault in outcome.faults.values()),
    )
