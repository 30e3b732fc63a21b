"""The past is given as a reason only where the numbers beside it carry that."""

from __future__ import annotations

import pytest
from evidence import classification_evidence, forecast_evidence

from gatewise.verdict.evidence import Candidate, Estimate, Evidence, Past
from gatewise.verdict.memory_reason import because, explains
from gatewise.verdict.recommend import recommend


def past(error: float, rise: float, margin: float = 0.02, steps: int = 12) -> Past:
    return Past(
        steps=steps, error=error + rise, rise=Estimate(mean=rise, low=rise - margin, high=rise + margin)
    )


def cells(evidence: Evidence) -> dict[str, Candidate]:
    return {cell.name: cell for cell in evidence.cells}


def test_the_past_that_the_loser_does_not_use_is_named_with_both_changes() -> None:
    evidence = classification_evidence()
    by_name = cells(evidence)
    assert because(evidence, by_name["GRU"], [by_name["RNN"]]) == [
        "GRU makes more of what lies over 50 steps back: where that is another sequence's, its error rate goes from "
        "0.42 % to 87.4 %, that of RNN from 61.2 % to 87.4 %."
    ]


def test_units_are_the_users_and_losers_share_a_sentence() -> None:
    evidence = forecast_evidence()
    by_name = cells(evidence)
    winner = by_name["GRU"].model_copy(update={"past": (past(0.5, 0.4, steps=2),)})
    losers = [
        by_name[name].model_copy(update={"past": (past(0.8, 0.1, steps=2),)}) for name in ("RNN", "LSTM")
    ]
    assert because(evidence, winner, losers) == [
        "GRU makes more of what lies over 2 steps of 24 rows back: where that is another sequence's, its MASE goes "
        "from 0.5 to 0.9, that of RNN from 0.8 to 0.9, that of LSTM from 0.8 to 0.9."
    ]


def test_the_farthest_lag_that_explains_is_said() -> None:
    evidence = classification_evidence()
    by_name = cells(evidence)
    winner = by_name["GRU"].model_copy(update={"past": (past(0.1, 0.6, steps=12), past(0.1, 0.0, steps=50))})
    loser = by_name["RNN"].model_copy(update={"past": (past(0.6, 0.1, steps=12), past(0.6, 0.0, steps=50))})
    (sentence,) = because(evidence, winner, [loser])
    assert sentence.startswith("GRU makes more of what lies over 12 steps back: ")


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        pytest.param(past(0.1, 0.1), past(0.5, 0.4), id="the winner loses less"),
        pytest.param(past(0.1, 0.2), past(0.5, 0.2), id="both lose as much"),
        pytest.param(past(0.1, 0.01), past(0.5, -0.3), id="no rise"),
        pytest.param(past(0.1, 0.3, 0.2), past(0.5, 0.0, 0.2), id="intervals overlap"),
        pytest.param(past(0.1, 0.15), past(0.5, 0.0), id="less than half of the difference"),
        pytest.param(past(0.6, 0.3), past(0.5, 0.0), id="this network of the winner is the worse one"),
        pytest.param(
            Past(steps=12, error=0.9, rise=Estimate(mean=0.8)), past(0.5, 0.0), id="no interval at all"
        ),
    ],
)
def test_no_reason(winner: Past, loser: Past) -> None:
    assert not explains(winner, loser)
    evidence = classification_evidence()
    by_name = cells(evidence)
    best = by_name["GRU"].model_copy(update={"past": (winner,)})
    other = by_name["RNN"].model_copy(update={"past": (loser,)})
    assert because(evidence, best, [other]) == []


def test_no_reason_without_losers_or_measurements() -> None:
    evidence = forecast_evidence()
    by_name = cells(evidence)
    assert because(evidence, by_name["GRU"], []) == []
    assert because(evidence, by_name["GRU"], [by_name["RNN"]]) == []


def test_the_verdict_gives_it() -> None:
    evidence = classification_evidence()
    candidates = tuple(
        cell.model_copy(update={"training": cell.training.model_copy(update={"diverged": 0})})
        if cell.training
        else cell
        for cell in evidence.candidates
    )
    found = recommend(evidence.model_copy(update={"candidates": candidates}))
    assert [reason for reason in found.reasons if "makes more of" in reason] == [
        "GRU makes more of what lies over 50 steps back: where that is another sequence's, its error rate goes from "
        "0.42 % to 87.4 %, that of RNN from 61.2 % to 87.4 %."
    ]
