"""One data set under three budgets: more time must not lead to another winner."""

from __future__ import annotations

from collections.abc import Sequence

import gatewise
from benchmarks.candidates import progress
from benchmarks.results import Result, Row, Target
from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.results import Comparison

__all__ = ["BUDGETS", "result_of", "run"]

SAMPLE = "sample:weather"
BUDGETS = (60.0, 120.0, 240.0)


def run(*, threads: int, budgets: Sequence[float] = BUDGETS) -> Result:
    """One comparison for each budget."""
    found = []
    for seconds in budgets:
        config = ComparisonConfig(budget=seconds, workers=threads)
        comparison = gatewise.compare(SAMPLE, random_state=0, config=config)
        progress(f"{seconds:g} s: {comparison.recommend().sentence}")
        found.append(comparison)
    return result_of(found)


def result_of(found: Sequence[Comparison]) -> Result:
    """The verdicts side by side."""
    verdicts = [comparison.recommend() for comparison in found]
    rows = [_row(comparison) for comparison in found]
    winners = {verdict.choice for verdict in verdicts if verdict.state == "winner"}
    notes = []
    for comparison, verdict in zip(found, verdicts, strict=True):
        reasons = "\n".join(f"- {reason}" for reason in (*verdict.reasons, *comparison.evidence.plan.cut))
        notes.append(f"In {_budget(comparison)} s: **{verdict.sentence}**\n\n{reasons}")
    return Result(
        name="budgets",
        title="One data set under three budgets",
        protocol=f"`gatewise.compare({SAMPLE!r}, budget=…)`, all else as it comes, random state 0. What a budget "
        "cuts is said below; a verdict may become clearer with more time, and must not name another winner.",
        checks=(),
        digits={"seconds": 0},
        rows=tuple(rows),
        targets=(Target("winners named under all budgets, different ones", len(winners), 1, digits=0),),
        notes=tuple(notes),
    )


def _row(comparison: Comparison) -> Row:
    plan, verdict = comparison.evidence.plan, comparison.recommend()
    return {
        "budget, s": _budget(comparison),
        "seconds": (plan.seconds,),
        "seeds": str(plan.seeds),
        "learning rates": str(plan.trials),
        "updates": str(plan.steps),
        "state": verdict.state,
        "choice": verdict.choice or "",
        "best cell": verdict.cell or "",
        **{one.name: f"{one.fit.error.mean:.3f}" for one in comparison.evidence.candidates},
    }


def _budget(comparison: Comparison) -> str:
    return f"{comparison.evidence.plan.budget_seconds:g}"
