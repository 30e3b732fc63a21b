"""One table of all data sets: the best cell, the best rival, what they cost, the verdict, and what it loses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.field.compared import FOLDER, compared
from benchmarks.named import named
from benchmarks.public import PUBLIC, PublicSet
from benchmarks.results import Result, Row, Target
from benchmarks.verdicts import compared as known
from benchmarks.verdicts.cases import CASES
from benchmarks.verdicts.draws import Size, draw, truth
from benchmarks.verdicts.judge import extra_error
from gatewise.comparison.config import ComparisonConfig
from gatewise.verdict.evidence import Candidate, Evidence
from gatewise.verdict.recommend import Recommendation, recommend

__all__ = ["BUDGET", "expected_loss", "result_of", "run"]

BUDGET = 240.0
KNOWN_SEEDS = 5
DRAWS = 200
LOSES = "loses, %"
# What following the verdict may cost in the mean.
MOST_LOST = 1.0


def run(
    *,
    threads: int,
    budget: float = BUDGET,
    names: Sequence[str] = (),
    folder: Path = FOLDER,
    known_folder: Path = known.FOLDER,
) -> Result:
    """Compare on every data set that has not been compared on."""
    config = ComparisonConfig(curves=False, workers=threads)
    of_laws = known.config_of(KNOWN_SEEDS, threads)
    found = [
        (one.name, one.about, compared(one, _within(config, one.longer * budget), folder))
        if isinstance(one, PublicSet)
        else (one.name, one.law, known.compared(one, of_laws, known_folder))
        for one in named([*PUBLIC, *CASES], names)
    ]
    return result_of(found, budget)


def _within(config: ComparisonConfig, budget: float) -> ComparisonConfig:
    return config.model_copy(update={"budget": budget})


def result_of(found: Sequence[tuple[str, str, Evidence]], budget: float) -> Result:
    """One row for each data set, and below it every candidate of each."""
    rows = [_row(name, evidence) for name, _, evidence in found]
    states = Counter(recommend(evidence).state for _, _, evidence in found)
    lost = [float(row[LOSES][0]) for row in rows]
    counted = ", ".join(f"{state} {count}" for state, count in states.most_common())
    return Result(
        name="field",
        title="Where a recurrent network is the right tool, and where not",
        protocol="`gatewise.compare` on every public data set, official test sets where there are any, "
        f"{budget:.0f} s each and twice as long for the large texts, all else as it comes; and on the data sets of "
        "known laws of `benchmarks verdicts`. "
        "Every candidate has the same split, columns and measure. Errors with their intervals and all candidates "
        "stand below. Seconds: of fitting the best cell and the best rival once, on one thread. Loses: the true "
        f"error of what the verdict names, above the lowest, in percent of the simplest baseline's, in the mean of "
        f"{DRAWS} draws of seeds and test units with replacement; the truth of the draws is the mean over all that was "
        "measured. Unstable: trainings in which a cell lost what it had learned and was taken back.",
        checks=(),
        digits={"cell fits in, s": 2, "rival fits in, s": 2, LOSES: 2},
        rows=tuple(rows),
        targets=(
            Target("mean of what following the verdict loses, %,", float(np.mean(lost)), MOST_LOST, digits=2),
        ),
        notes=(f"Verdicts: {counted}.", *(_candidates(name, about, one) for name, about, one in found)),
    )


def expected_loss(evidence: Evidence) -> float:
    """What following the verdict costs above the lowest error, in percent of what the simplest baseline makes."""
    random = np.random.default_rng(0)
    means, simplest = truth(evidence, same=False), evidence.baselines[0].name
    choices = [recommend(draw(evidence, Size(), random, same=False)).choice for _ in range(DRAWS)]
    extra = [extra_error(means, simplest, choice) for choice in choices if choice is not None]
    return 100 * float(np.mean(extra)) if extra else 0.0


def _row(name: str, evidence: Evidence) -> Row:
    verdict = recommend(evidence)
    cell, rival = (_best(some) for some in (evidence.cells, evidence.baselines))
    return {
        "data set": name,
        "units": f"{evidence.units.independent:,}",
        "measure": evidence.metric.name,
        "best cell": _shown(evidence, cell),
        "best rival": _shown(evidence, rival),
        "cell fits in, s": _seconds(cell),
        "rival fits in, s": _seconds(rival),
        "verdict": _said(verdict),
        LOSES: (expected_loss(evidence),),
        "unstable": _unstable(evidence),
    }


def _best(candidates: Iterable[Candidate]) -> Candidate:
    return min(candidates, key=lambda one: one.fit.error.mean)


def _shown(evidence: Evidence, one: Candidate) -> str:
    scale = 100 if evidence.metric.is_share else 1
    return f"{one.name} {scale * one.fit.error.mean:.3g}{' %' if evidence.metric.is_share else ''}"


def _seconds(one: Candidate) -> tuple[float, ...]:
    return () if one.cost is None else (one.cost.fit_seconds,)


def _unstable(evidence: Evidence) -> str:
    """How many trainings of each cell lost what they had learned, of all of its kind."""
    counts = {cell.name: cell.training.unstable for cell in evidence.cells if cell.training is not None}
    return ", ".join(f"{count} of {name}" for name, count in counts.items() if count) or "none"


def _said(verdict: Recommendation) -> str:
    return verdict.state if verdict.choice is None else f"{verdict.state}: {verdict.choice}"


def _candidates(name: str, about: str, evidence: Evidence) -> str:
    """Every candidate of a data set, the best first, and the verdict in its own words."""
    ranked = sorted(evidence.candidates, key=lambda one: one.fit.error.mean)
    errors = "; ".join(f"{_shown(evidence, one)}{_interval(evidence, one)}" for one in ranked)
    absent = "".join(f" Not compared: {', '.join(one.names)}." for one in evidence.absent)
    return f"**{name}**, {about}: {errors}.{absent} *{recommend(evidence).sentence}*"


def _interval(evidence: Evidence, one: Candidate) -> str:
    error, scale = one.fit.error, 100 if evidence.metric.is_share else 1
    if error.low is None or error.high is None:
        return ""
    return f" ({scale * error.low:.3g} to {scale * error.high:.3g})"
