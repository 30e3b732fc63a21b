"""A cell compared with itself: how often is a winner named where there is none?"""

from __future__ import annotations

import gatewise
from benchmarks.candidates import progress
from benchmarks.results import Result, Row, Target
from gatewise import ClassifierConfig, ForecasterConfig, TrainingConfig
from gatewise.comparison.config import ComparisonConfig
from gatewise.verdict.evidence import Difference

__all__ = ["run"]

NAMES = {"GRU-a": "GRU", "GRU-b": "GRU"}
STATES = 20
LEAST_TIES = 19

# Updates so few that the seeds are far apart, which is where a false winner is most easily named.
SHORT: dict[str, ForecasterConfig | ClassifierConfig] = {
    "sample:weather": ForecasterConfig(training=TrainingConfig(batch_size=256, steps=60)),
    "sample:recall-20": ClassifierConfig(training=TrainingConfig(steps=25)),
}


def run(*, seeds: int, threads: int) -> Result:
    """Twenty comparisons on each sample."""
    config = ComparisonConfig(seeds=max(2, seeds), trials=1, curves=False, workers=threads)
    rows: list[Row] = []
    targets = []
    for sample, estimator in SHORT.items():
        found = [_difference(sample, state, config, estimator) for state in range(STATES)]
        winners = sum(difference.clear for difference in found)
        rows.append(
            {
                "data": sample,
                "updates": (float(estimator.training.steps or 0),),
                "no clear winner": (float(STATES - winners),),
                "winner named": (float(winners),),
                "largest difference": (max(abs(difference.mean) for difference in found),),
            }
        )
        what = f"no clear winner on {sample}, times in {STATES},"
        targets.append(Target(what, STATES - winners, LEAST_TIES, digits=0, lower_is_better=False))
    return Result(
        name="self-compare",
        title="A GRU compared with itself",
        protocol=f"`gatewise.compare` of one cell under two names, random states 0 to {STATES - 1}, "
        f"{config.seeds} seeds, trainings cut short, one learning rate. A winner is named where the 99 % "
        "interval of the difference between the two excludes a tie, whatever a baseline does. Differences of "
        "MASE on weather, of the error rate on recall.",
        checks=(),
        digits={"updates": 0, "no clear winner": 0, "winner named": 0, "largest difference": 3},
        rows=tuple(rows),
        targets=tuple(targets),
    )


def _difference(
    sample: str, state: int, config: ComparisonConfig, estimator: ForecasterConfig | ClassifierConfig
) -> Difference:
    comparison = gatewise.compare(sample, cells=NAMES, random_state=state, config=config, estimator=estimator)
    found = next(d for d in comparison.evidence.differences if {d.first, d.second} == set(NAMES))
    shown = "a winner" if found.clear else "no clear winner"
    interval = f"{found.mean:+.3g} ({found.low:+.3g} to {found.high:+.3g})"
    progress(f"{sample}, state {state}: {shown}, difference {interval}")
    return found
