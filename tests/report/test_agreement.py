"""What a comparison says of the statements about the three cells: only what it has measured, and with its numbers."""

from __future__ import annotations

from typing import Any

import pytest
from evidence import classification_evidence, forecast_evidence, recommendation_for

from gatewise.explanation.claims import known_claims
from gatewise.report import render
from gatewise.report.agreement import LOOKS, Agreement, agreements
from gatewise.verdict.evidence import Candidate, Difference, Evidence, GradientCurve

VANISHES, REMEMBER, CLOSE = "The RNN's gradient", "Gates that are set", "GRU and LSTM are close"
FEWER, FASTER, SMALLER, LESS_DATA = (
    "The GRU has fewer",
    "The GRU trains faster",
    "The GRU needs less memory",
    "The GRU needs less data",
)


def said(evidence: Evidence, beginning: str) -> Agreement | None:
    return next((one for one in agreements(evidence) if one.statement.startswith(beginning)), None)


def changed(evidence: Evidence, name: str, **parts: Any) -> Evidence:
    """The evidence with parts of one cell replaced."""

    def with_parts(one: Candidate) -> Candidate:
        new = {part: getattr(one, part).model_copy(update=values) for part, values in parts.items()}
        return one.model_copy(update=new)

    candidates = tuple(with_parts(one) if one.name == name else one for one in evidence.candidates)
    return evidence.model_copy(update={"candidates": candidates})


def curve(left: float, lag: int) -> GradientCurve:
    return GradientCurve(lags=(0, lag), norms=(1.0, left))


def difference(evidence: Evidence, mean: float, low: float | None, high: float | None) -> Evidence:
    pair = Difference(first="GRU", second="LSTM", mean=mean, low=low, high=high)
    return evidence.model_copy(update={"differences": (pair,)})


def test_every_look_finds_its_statement() -> None:
    for beginning in LOOKS:
        assert known_claims().named(beginning).statement.startswith(beginning)


@pytest.mark.parametrize(
    ("left", "lag", "here", "word"),
    [
        (0.02, 101, "holds", "agrees"),
        (0.02, 20, "holds", "agrees"),
        (0.6, 101, "does not hold", "contradicts"),
        (0.6, 20, "cannot be told", ""),
    ],
)
def test_a_gradient_that_vanishes_or_not(left: float, lag: int, here: str, word: str) -> None:
    evidence = changed(classification_evidence(), "RNN", gradient={"trained": curve(left, lag)})
    found = said(evidence, VANISHES)
    assert found is not None
    assert (found.elsewhere, found.here, found.word) == ("holds", here, word)
    assert f"{lag} steps back" in found.found
    assert ("100 steps back would tell" in found.found) == (word == "")


def test_gates_that_remember_are_asked_where_they_are_set_to() -> None:
    evidence = classification_evidence()
    for name in ("LSTM", "GRU"):
        evidence = changed(evidence, name, gradient={"initial": curve(0.2, 101), "trained": curve(0.5, 101)})
    found = said(evidence, REMEMBER)
    assert found is not None
    assert (found.here, found.word) == ("holds", "agrees")
    assert "(LSTM, untrained)" in found.found
    faded = said(changed(evidence, "GRU", gradient={"initial": curve(0.01, 101)}), REMEMBER)
    assert faded is not None
    assert (faded.here, faded.word) == ("does not hold", "contradicts")
    assert said(forecast_evidence(), REMEMBER) is None  # no gates are set there


@pytest.mark.parametrize(
    ("mean", "low", "high", "here"),
    [
        (-0.002, -0.008, 0.004, "holds"),
        (-0.02, -0.03, -0.012, "does not hold"),
        (-0.008, -0.02, 0.004, "cannot be told"),
    ],
)
def test_close_is_within_a_point_where_errors_are_shares(
    mean: float, low: float, high: float, here: str
) -> None:
    found = said(difference(classification_evidence(), mean, low, high), CLOSE)
    assert found is not None
    assert found.here == here
    assert found.found == (
        f"Error rate, GRU less LSTM: {100 * mean:+.2f} points (99 % interval {100 * low:+.2f} to {100 * high:+.2f}); "
        "close is within one point."
    ).replace("-", "−")


def test_close_is_within_five_percent_where_they_are_not() -> None:
    evidence = forecast_evidence()
    lstm = next(cell for cell in evidence.cells if cell.name == "LSTM").fit.error.mean
    for share, here in ((0.04, "holds"), (0.2, "cannot be told")):
        found = said(difference(evidence, 0.01 * lstm, -share * lstm, share * lstm), CLOSE)
        assert found is not None
        assert found.here == here
        assert (
            f"+1.00 % of the LSTM's (99 % interval −{100 * share:.2f} to +{100 * share:.2f})" in found.found
        )


def test_without_an_interval_nothing_is_said() -> None:
    assert said(difference(forecast_evidence(), 0.0, None, None), CLOSE) is None


def test_costs_are_compared_at_the_same_hidden_size_only() -> None:
    evidence = classification_evidence()
    assert {said(evidence, one) for one in (FEWER, FASTER, SMALLER)} == {None}
    for name in ("GRU", "LSTM"):
        evidence = changed(
            evidence, name, structure={"hidden_size": 64, "parameters": 3000 if name == "GRU" else 4000}
        )
    fewer, faster, smaller = (said(evidence, one) for one in (FEWER, FASTER, SMALLER))
    assert fewer is not None
    assert faster is not None
    assert smaller is not None
    assert (fewer.here, fewer.found) == ("holds", "Parameters, GRU / LSTM with 64 units each: 0.750.")
    assert faster.here == smaller.here == "holds"
    slower = said(changed(evidence, "GRU", training={"step_seconds": 1.0}), FASTER)
    assert slower is not None
    assert (slower.here, slower.word) == ("does not hold", "contradicts")
    seconds = next(cell for cell in evidence.cells if cell.name == "LSTM").training
    assert seconds is not None
    same = said(changed(evidence, "GRU", training={"step_seconds": 0.98 * seconds.step_seconds}), FASTER)
    assert same is not None
    assert same.here == "cannot be told"


def test_less_data_is_asked_of_the_curves() -> None:
    found = said(forecast_evidence(), LESS_DATA)
    assert found is not None
    assert found.here == "cannot be told"
    assert found.found.startswith(
        "MASE, 95 % intervals, with 10\u202f% GRU 0.880 (0.845 to 0.915), LSTM 0.889"
    )
    assert "100" not in found.found
    assert said(classification_evidence(), LESS_DATA) is None


def test_a_partial_comparison_says_nothing_yet() -> None:
    evidence = forecast_evidence()
    partial = evidence.plan.model_copy(update={"jobs_done": 3})
    assert agreements(evidence.model_copy(update={"plan": partial})) == ()


def test_cells_that_are_not_there_are_not_spoken_of() -> None:
    evidence = forecast_evidence()
    alone = tuple(one for one in evidence.candidates if one.name == "RNN")
    found = agreements(evidence.model_copy(update={"candidates": alone, "differences": ()}))
    assert [one.statement for one in found] == ["The RNN's gradient vanishes with distance"]


@pytest.mark.slow
def test_the_page_shows_each_with_both_verdicts() -> None:
    evidence = classification_evidence()
    page = render(evidence, recommendation_for(evidence))
    for one in agreements(evidence):
        assert f"<b>Here: {one.here}</b>" in page
        assert f"docs/claims.md, {known_claims().date}: {one.elsewhere}." in page
    assert page.count("<b>Here: ") == len(agreements(evidence)) == 3
    assert ", which contradicts what was measured elsewhere." in page
    assert ", which agrees with what was measured elsewhere." in page


@pytest.mark.slow
@pytest.mark.parametrize("scene", [forecast_evidence, classification_evidence])
def test_every_section_says_what_it_is(scene: Any) -> None:
    evidence = scene()
    page = render(evidence, recommendation_for(evidence))
    sections = page.split("<section ")[1:]
    assert len(sections) == 8
    assert all(section.count("<summary>What is this?</summary>") == 1 for section in sections)
