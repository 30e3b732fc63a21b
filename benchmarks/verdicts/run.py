"""Twenty data sets with a known right answer: the verdict on each, and how often draws from it go wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from benchmarks.candidates import progress
from benchmarks.named import named
from benchmarks.results import Result, Row, Target
from benchmarks.verdicts.cases import CASES, Case
from benchmarks.verdicts.compared import FOLDER, compared, config_of
from benchmarks.verdicts.draws import Size, draw, truth
from benchmarks.verdicts.judge import NEAR, OF_BASELINE, Judgement, allowed, extra_error, judge
from gatewise.verdict.evidence import Evidence
from gatewise.verdict.recommend import Recommendation, recommend

__all__ = ["SIZES", "Drawn", "run"]

# As many as were measured; little more than the rule asks for; and too few.
SIZES = {"all": Size(), "25 units": Size(units=25, seeds=3), "10 units": Size(units=10, seeds=3)}
LEAST_RIGHT, MOST_WRONG = 95.0, 2.0
# Draws without an answer, in percent, up to which the data were enough.
MOST_UNDECIDED = 50.0
LEAST_SHOWN = 0.5
COLUMNS = {"right, %": 1, "undecided, %": 1, "near, %": 1, "wrong, %": 1, "extra error, %": 2}


@dataclass(frozen=True)
class Drawn:
    """What the rule said to draws of one size from one data set.

    Attributes
    ----------
    judgements : counts of Judgement
    answers : counts of (state, choice)
    extra : float
        Mean error of the choice above the lowest, in percent of what the simplest baseline makes.
    """

    judgements: Counter[Judgement]
    answers: Counter[tuple[str, str | None]]
    extra: float

    def percent(self, judgement: Judgement) -> float:
        """Share of the draws that were judged so."""
        return 100 * self.judgements[judgement] / max(1, self.judgements.total())


def run(*, seeds: int, threads: int, draws: int, folder: Path = FOLDER, names: Sequence[str] = ()) -> Result:
    """Compare on every data set that has not been compared on, then draw."""
    cases = named(CASES, names)
    config = config_of(seeds, threads)
    found = [compared(case, config, folder) for case in cases]
    jobs = [(case, evidence, size) for case, evidence in zip(cases, found, strict=True) for size in SIZES]
    drawn = Parallel(n_jobs=threads)(
        delayed(drawn_from)(case, evidence, size, draws) for case, evidence, size in jobs
    )
    by_size: dict[str, list[Drawn]] = {size: [] for size in SIZES}
    for (_, _, size), one in zip(jobs, drawn, strict=True):
        by_size[size].append(one)
    return result_of(cases, found, by_size, draws)


def drawn_from(case: Case, evidence: Evidence, size: str, draws: int) -> Drawn:
    """Draw, recommend, judge; the same draws every time."""
    random = np.random.default_rng(0)
    means, simplest = truth(evidence, same=case.same), evidence.baselines[0].name
    judgements: Counter[Judgement] = Counter()
    answers: Counter[tuple[str, str | None]] = Counter()
    extra = []
    for _ in range(draws):
        verdict = recommend(draw(evidence, SIZES[size], random, same=case.same))
        judgements[judge(case, means, simplest, verdict)] += 1
        answers[verdict.state, verdict.choice] += 1
        if verdict.choice is not None:
            extra.append(extra_error(means, simplest, verdict.choice))
    shown = ", ".join(f"{judgement} {count}" for judgement, count in judgements.most_common())
    progress(f"{case.name}, {size}: {shown}")
    return Drawn(judgements, answers, 100 * float(np.mean(extra)) if extra else 0.0)


def result_of(
    cases: Sequence[Case], found: Sequence[Evidence], drawn: dict[str, list[Drawn]], draws: int
) -> Result:
    """One row for each data set and size of draw."""
    rows: list[Row] = []
    for number, (case, evidence) in enumerate(zip(cases, found, strict=True)):
        for size, of_size in drawn.items():
            rows.append(_row(case, evidence, size, of_size[number]))
    targets = []
    for size, of_size in drawn.items():
        means = {one: float(np.mean([each.percent(one) for each in of_size])) for one in Judgement}
        said = means[Judgement.RIGHT] + means[Judgement.UNDECIDED]
        shown = "of all seeds and units" if size == "all" else f"of {_size_words(SIZES[size])}"
        targets += [
            Target(
                f"draws {shown}: right or undecided, %,", said, LEAST_RIGHT, digits=1, lower_is_better=False
            ),
            Target(f"draws {shown}: wrong, %,", means[Judgement.WRONG], MOST_WRONG, digits=1),
        ]
    silent = [
        case.name
        for case, one in zip(cases, drawn["all"], strict=True)
        if case.enough and one.percent(Judgement.UNDECIDED) > MOST_UNDECIDED
    ]
    what = "data sets that are enough, and most draws of all are undecided,"
    targets.append(Target(what, len(silent), 0, digits=0))
    return Result(
        name="verdicts",
        title="Verdicts where the right answer is known",
        protocol=_protocol(found[0], len(cases), draws),
        checks=_laws_that_hold(cases, found),
        digits=COLUMNS,
        rows=tuple(rows),
        targets=tuple(targets),
        notes=_notes(cases, found, silent),
    )


def _protocol(evidence: Evidence, cases: int, draws: int) -> str:
    plan, few = evidence.plan, [_size_words(size) for size in SIZES.values() if size.units]
    return (
        f"{cases} data sets of known laws, each through `gatewise.compare` with {plan.seeds} seeds and "
        f"{plan.trials} learning rates, small networks, curves left out. Then the rule alone, on {draws:,} draws "
        "from each: seeds with replacement, test units with replacement (whole groups; of one series or text, "
        f"blocks of neighbours), as many of both as were measured; and {' and '.join(few)}. The truth of the draws "
        "is the mean over all that was measured. Right: what the law says, or a tie with it. Near: something else, "
        f"its true error within {NEAR:.0%} of the lowest, or within {OF_BASELINE:.0%} of what the simplest baseline "
        "makes. Undecided: the verdict says so itself. Wrong: an answer further from the lowest, or a winner that "
        "has not the lowest error, or that is one of two names of the same cell. Extra error: true error of the "
        "choice above the lowest, in percent of the simplest baseline's."
    )


def _row(case: Case, evidence: Evidence, size: str, drawn: Drawn) -> Row:
    row: Row = {"data set": case.name, "draws": size}
    if size == "all":
        row["independent units"] = str(evidence.units.independent)
        row["right answer"] = " or ".join(case.right) + ("" if case.enough else "; too few to tell")
        row["verdict on all"] = _said(recommend(evidence))
    else:
        row["independent units"] = str(SIZES[size].units)
    columns = zip(COLUMNS, ("right", "undecided", "near", "wrong"), strict=False)
    row |= {column: (drawn.percent(Judgement(name)),) for column, name in columns}
    row["extra error, %"] = (drawn.extra,)
    row["most often"] = _most_often(drawn)
    return row


def _most_often(drawn: Drawn) -> str:
    """The two answers that came most often, with their share in percent."""
    counts: Counter[str] = Counter()
    for (state, choice), count in drawn.answers.items():
        counts[_answer(state, choice)] += count
    shares = [(said, 100 * count / counts.total()) for said, count in counts.most_common(2)]
    return ", ".join(f"{said} {share:.0f} %" for said, share in shares if share >= LEAST_SHOWN)


def _said(verdict: Recommendation) -> str:
    return _answer(verdict.state, verdict.choice)


def _answer(state: str, choice: str | None) -> str:
    return state if choice is None or state == "undecided" else f"{state}: {choice}"


def _size_words(size: Size) -> str:
    return f"{size.units} independent units and {size.seeds} seeds"


def _laws_that_hold(cases: Sequence[Case], found: Sequence[Evidence]) -> tuple[str, ...]:
    """What was checked: that what is known to be right has about the lowest error that was measured."""
    broken = [
        case.name
        for case, evidence in zip(cases, found, strict=True)
        if not _holds(case, truth(evidence, same=case.same), evidence.baselines[0].name)
    ]
    if broken:
        return (f"the known right answer has the lowest error or is near it, but on {', '.join(broken)}",)
    return ("the known right answer has the lowest error or is near it on every data set",)


def _holds(case: Case, means: dict[str, float], simplest: str) -> bool:
    # An optional rival may not be there.
    right = [means[name] for name in case.right if name in means]
    return min(right, default=float("inf")) <= allowed(means, simplest)


def _notes(cases: Sequence[Case], found: Sequence[Evidence], silent: Sequence[str]) -> tuple[str, ...]:
    laws = "\n".join(f"- {case.name}: {case.law}." for case in cases)
    errors = "\n".join(
        f"- {case.name}, {evidence.metric.name}: "
        + ", ".join(f"{name} {mean:.4g}" for name, mean in truth(evidence, same=case.same).items())
        for case, evidence in zip(cases, found, strict=True)
    )
    seconds = sum(evidence.plan.seconds for evidence in found)
    notes = [f"The laws:\n\n{laws}", f"Mean errors of all that was measured:\n\n{errors}"]
    if silent:
        notes.append(f"Most draws of all are undecided: {', '.join(silent)}.")
    return (*notes, f"The comparisons took {seconds / 60:.0f} minutes in all, some at the same time.")
