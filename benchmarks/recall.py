"""Delayed recall: which cell still knows the first symbol, and how far its gradient reaches."""

from __future__ import annotations

import gatewise
from benchmarks.candidates import GATED, progress
from benchmarks.errors import GateError
from benchmarks.results import Result, Row, Target
from gatewise.comparison.config import ComparisonConfig
from gatewise.verdict.evidence import Candidate, Evidence, GradientCurve

__all__ = ["run"]

DELAYS = (20, 100)
CHANCE, LEEWAY = 100 / 8, 5.0
SOLVED = 99.0


def run(*, seeds: int, threads: int) -> Result:
    """One comparison at each delay."""
    # The curves against length and amount of data are not what is asked here.
    config = ComparisonConfig(seeds=max(2, seeds), curves=False, workers=threads)
    rows: list[Row] = []
    targets, notes = [], []
    for delay in DELAYS:
        comparison = gatewise.compare(f"sample:recall-{delay}", random_state=0, config=config)
        evidence, verdict = comparison.evidence, comparison.recommend()
        _check_chance(evidence, delay)
        rows += [_row(delay, candidate) for candidate in evidence.candidates]
        progress(f"T = {delay}: {verdict.sentence}")
        reasons = "\n".join(f"- {reason}" for reason in verdict.reasons)
        notes.append(f"Verdict at T = {delay}: **{verdict.sentence}**\n\n{reasons}")
        lower = min(_accuracies(one)[0] for one in evidence.cells if one.name in GATED)
        what = f"mean accuracy at T = {delay} of the lower of {' and '.join(GATED)}, %,"
        targets.append(Target(what, lower, SOLVED, digits=1, lower_is_better=False))
    return Result(
        name="recall",
        title="Delayed recall",
        protocol="One of 8 symbols, T distractors, a cue: name the symbol. 2,000 sequences to train on, 500 to "
        "test on; read in one direction, answered from the last step. `gatewise.compare` on the shipped samples "
        f"with default settings, {config.seeds} seeds, curves left out. Half-life: steps back in time at "
        "which the norm of the gradient is first at or below one half; after it what is left at the first symbol.",
        checks=("the majority class is right one time in eight",),
        digits={"accuracy, %": 1},
        rows=tuple(rows),
        targets=tuple(targets),
        notes=tuple(notes),
    )


def _accuracies(candidate: Candidate) -> tuple[float, ...]:
    """Mean, then one number per seed, in percent."""
    fit = candidate.fit
    return tuple(100 * (1 - error) for error in (fit.error.mean, *fit.by_seed))


def _row(delay: int, candidate: Candidate) -> Row:
    row: Row = {"T": str(delay), "method": candidate.name, "accuracy, %": _accuracies(candidate)[1:]}
    if candidate.gradient is not None:
        row["half-life untrained"] = _reach(candidate.gradient.initial)
        row["half-life trained"] = _reach(candidate.gradient.trained)
    return row


def _reach(curve: GradientCurve | None) -> str:
    if curve is None:
        return ""
    halved = "never" if curve.half_life is None else f"{curve.half_life} steps"
    return f"{halved}, {100 * curve.left:.2g} % left"


def _check_chance(evidence: Evidence, delay: int) -> None:
    majority = next(one for one in evidence.baselines if one.name == "majority")
    found = _accuracies(majority)[0]
    if abs(found - CHANCE) > LEEWAY:
        raise GateError(
            f"recall at T = {delay}: the majority class is right in {found:.1f} %, expected about {CHANCE} %"
        )
