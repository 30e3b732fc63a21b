"""One data set under several budgets."""

from __future__ import annotations

from evidence import forecast_evidence

from benchmarks.budgets import result_of
from gatewise.comparison.results import Comparison
from gatewise.verdict.evidence import Candidate, Difference


def under(seconds: float, winner: str | None) -> Comparison:
    """The weather under a budget, with one cell that is far ahead of all else, or as it is."""
    evidence = forecast_evidence()
    plan = evidence.plan.model_copy(update={"budget_seconds": seconds, "steps": 300, "full_steps": 300})
    candidates = tuple(_with_error(one, 0.2 if one.name == winner else 0.7) for one in evidence.candidates)
    pairs = tuple(
        Difference(first=winner, second=one.name, mean=-0.5, low=-0.6, high=-0.4, error=0.03, clear=True)
        for one in candidates
        if winner is not None and one.name != winner
    )
    changed = {"candidates": candidates, "differences": pairs} if winner is not None else {}
    return Comparison(evidence.model_copy(update={"plan": plan, **changed}))


def _with_error(candidate: Candidate, mean: float) -> Candidate:
    error = candidate.fit.error.model_copy(update={"mean": mean})
    return candidate.model_copy(update={"fit": candidate.fit.model_copy(update={"error": error})})


def test_two_winners_are_one_too_many() -> None:
    assert [under(60.0, name).recommend().state for name in ("GRU", "LSTM")] == ["winner", "winner"]
    one, two = (result_of([under(60.0, "GRU"), under(120.0, other)]) for other in ("GRU", "LSTM"))
    assert [target.met for target in (*one.targets, *two.targets)] == [True, False]
    assert result_of([under(60.0, None), under(120.0, "GRU")]).targets[0].met


def test_verdicts_stand_side_by_side() -> None:
    result = result_of([under(60.0, "GRU"), under(240.0, "GRU")])
    assert [(row["budget, s"], row["state"], row["choice"]) for row in result.rows] == [
        ("60", "winner", "GRU"),
        ("240", "winner", "GRU"),
    ]
    assert result.notes[0].startswith("In 60 s: **Use the GRU")
