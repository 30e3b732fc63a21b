"""Verdicts from evidence made by hand."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from evidence import forecast_evidence

from gatewise.verdict.evidence import Difference, Estimate, Evidence
from gatewise.verdict.recommend import Preferences, recommend

BASELINES = ("seasonal naive", "linear", "gradient boosting")


def measured(errors: dict[str, float], *, margin: float = 0.02, diverged: str | None = None) -> Evidence:
    """Candidates with these errors; differences beyond ``margin`` are clear."""
    base = forecast_evidence()
    by_name = {candidate.name: candidate for candidate in base.candidates}
    candidates = []
    for name, error in errors.items():
        candidate = by_name[name]
        fit = candidate.fit.model_copy(update={"error": Estimate(mean=error)})
        training = candidate.training
        if name == diverged and training is not None:
            training = training.model_copy(update={"diverged": 2})
        candidates.append(candidate.model_copy(update={"fit": fit, "training": training}))
    cells = [name for name in errors if name not in BASELINES]
    baselines = [name for name in errors if name in BASELINES]
    pairs = [*combinations(cells, 2), *((cell, baseline) for cell in cells for baseline in baselines)]
    pairs += combinations(baselines, 2)
    found = tuple(
        Difference(
            first=a, second=b, mean=(mean := errors[a] - errors[b]), low=mean - margin, high=mean + margin,
            p=0.001 if abs(mean) > margin else 0.5, clear=abs(mean) > margin,
        )
        for a, b in pairs
    )  # fmt: skip
    return base.model_copy(update={"candidates": tuple(candidates), "differences": found})


CLEAR = {"RNN": 0.8, "LSTM": 0.7, "GRU": 0.6, "seasonal naive": 1.0, "linear": 0.9}
TIE = {"RNN": 0.61, "LSTM": 0.605, "GRU": 0.6, "seasonal naive": 1.0}


def test_a_clear_winner() -> None:
    found = recommend(measured(CLEAR))
    assert (found.choice, found.kind, found.clear_winner) == ("GRU", "cell", True)
    assert found.sentence == "Use the GRU: its MASE is the lowest, and no interval allows a tie."
    assert found.reasons == (
        "MASE on test data: GRU 0.6, LSTM 0.7, RNN 0.8.",
        "LSTM is worse than GRU: difference +0.1, 99 % interval +0.08 to +0.12.",
        "RNN is worse than GRU: difference +0.2, 99 % interval +0.18 to +0.22.",
        "After training, the gradient vanishes with distance in RNN: what came long ago is not learned.",
        "The best baseline, linear, has MASE 0.9: worse than GRU, difference +0.3, 99 % interval "
        "+0.28 to +0.32.",
    )
    assert found.tied == ("GRU",)
    assert found.excluded == {}


@pytest.mark.parametrize(
    ("prefer", "choice", "why", "costs"),
    [
        ("accuracy", "RNN", "the cheapest of them per step",
         "Cost in multiply-adds per step: GRU 15,708, LSTM 15,544, RNN 15,480."),
        ("latency", "RNN", "the fastest of them per step", "Cost in µs per step: GRU 13, LSTM 15, RNN 9."),
        ("memory", "RNN", "the one that needs the least memory to train",
         "Cost in bytes at the peak of training: GRU 5,800,000, LSTM 6,700,000, RNN 4,000,000."),
        ("size", "LSTM", "the one with the fewest parameters",
         "Cost in parameters: GRU 17,364, LSTM 16,960, RNN 18,384."),
    ],
)  # fmt: skip
def test_a_tie_goes_to_the_cheapest(prefer: str, choice: str, why: str, costs: str) -> None:
    found = recommend(measured(TIE), Preferences(prefer=prefer))  # type: ignore[arg-type]  # one of four
    assert (found.choice, found.kind, found.clear_winner) == (choice, "cell", False)
    assert found.sentence == f"No clear winner among GRU, LSTM and RNN; use the {choice}, {why}."
    assert found.tied == ("GRU", "LSTM", "RNN")
    assert costs in found.reasons


def test_a_clearly_worse_cell_is_not_taken_for_being_cheap() -> None:
    found = recommend(measured({"RNN": 0.7, "LSTM": 0.605, "GRU": 0.6, "linear": 0.9}))
    assert (
        found.sentence == "No clear winner among GRU and LSTM; use the LSTM, the cheapest of them per step."
    )


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        ({"max_parameters": 17_000},
         {"RNN": "18,384 parameters, the limit is 17,000", "GRU": "17,364 parameters, the limit is 17,000"}),
        ({"max_state_bytes": 300},
         {"RNN": "480 bytes of state, the limit is 300", "LSTM": "464 bytes of state, the limit is 300"}),
        ({"max_step_latency_us": 10.0},
         {"LSTM": "15.3 µs per step, the limit is 10 µs", "GRU": "13.1 µs per step, the limit is 10 µs"}),
    ],
)  # fmt: skip
def test_limits_exclude(limit: dict[str, Any], why: dict[str, str]) -> None:
    found = recommend(measured(CLEAR), Preferences(**limit))
    assert found.excluded == why
    left = next(name for name in ("GRU", "LSTM", "RNN") if name not in why)
    assert found.choice == left
    assert found.clear_winner is False
    assert found.sentence == f"Use the {left}: it is the only cell that is left, and it beats the baselines."
    for name, reason in why.items():
        assert f"{name} is out: {reason}." in found.reasons


def test_a_latency_close_to_its_limit_is_not_said_to_equal_it() -> None:
    found = recommend(measured(CLEAR), Preferences(max_step_latency_us=13.05))
    assert found.excluded["GRU"] == "13.1 µs per step, the limit is 13.05 µs"


def test_a_single_cell_that_beats_the_baselines() -> None:
    found = recommend(measured({"GRU": 0.6, "linear": 0.9}))
    assert found.sentence == "Use the GRU: it beats the baselines."
    assert found.clear_winner is False


def test_a_baseline_that_wins() -> None:
    found = recommend(measured(CLEAR | {"seasonal naive": 0.3, "linear": 0.4}))
    assert (found.choice, found.kind, found.clear_winner) == ("seasonal naive", "baseline", False)
    assert found.sentence == "Use the seasonal naive baseline: it beats every cell."
    assert found.reasons[-1] == (
        "seasonal naive has MASE 0.3, the best cell, GRU, 0.6: difference -0.3, 99 % interval -0.32 to -0.28."
    )


def test_a_baseline_that_ties() -> None:
    found = recommend(measured(CLEAR | {"linear": 0.61}))
    assert (found.choice, found.kind) == ("linear", "baseline")
    assert found.sentence == (
        "Use the linear baseline: no recurrent cell is clearly better than it; LSTM and RNN clearly fall behind GRU."
    )
    assert found.reasons[-1] == (
        "linear has MASE 0.61, the best cell, GRU, 0.6: difference +0.01, 99 % interval -0.01 to +0.03."
    )


def test_a_cell_of_lower_error_that_is_not_clear_is_named() -> None:
    doubt = "GRU has the lower error, but not beyond doubt: more test data could settle it."
    assert doubt in recommend(measured(CLEAR | {"linear": 0.61})).reasons
    assert doubt not in recommend(measured(CLEAR | {"linear": 0.59})).reasons


def test_of_baselines_that_tie_the_simpler_is_taken() -> None:
    found = recommend(measured(CLEAR | {"seasonal naive": 0.61, "linear": 0.6}))
    assert found.choice == "seasonal naive"
    assert found.reasons[-1] == (
        "linear has MASE 0.6, but cannot be told apart from the simpler seasonal naive: "
        "difference +0.01, 99 % interval -0.01 to +0.03."
    )


def test_a_verdict_on_hardly_trained_networks_says_so() -> None:
    evidence = measured(CLEAR)
    plan = evidence.plan.model_copy(update={"steps": 20, "full_steps": 1500})
    found = recommend(evidence.model_copy(update={"plan": plan}))
    assert found.sentence == (
        "Use the GRU: its MASE is the lowest, and no interval allows a tie. "
        "But the networks had only 20 of 1,500 updates: give them more time."
    )


def test_a_diverged_cell_is_out_however_low_its_error() -> None:
    found = recommend(measured(CLEAR, diverged="GRU"))
    assert found.excluded == {"GRU": "2 of its trainings diverged"}
    assert found.choice == "LSTM"
    assert found.sentence == "Use the LSTM: its MASE is the lowest, and no interval allows a tie."
    assert "GRU is out: 2 of its trainings diverged." in found.reasons


def test_no_cell_within_the_limits_leaves_the_best_baseline() -> None:
    found = recommend(measured(CLEAR), Preferences(max_parameters=1))
    assert (found.choice, found.kind) == ("linear", "baseline")
    assert found.sentence == "Use the linear baseline: every cell is out."
    assert len(found.excluded) == 3


def test_nothing_within_the_limits_and_no_baseline() -> None:
    found = recommend(measured({"RNN": 0.8, "GRU": 0.6}), Preferences(max_parameters=1))
    assert (found.choice, found.kind, found.tied) == (None, "none", ())
    assert found.sentence == "Use none of them: every cell is out."
    assert found.reasons == (
        "RNN is out: 18,384 parameters, the limit is 1.",
        "GRU is out: 17,364 parameters, the limit is 1.",
    )


@pytest.mark.parametrize("errors", [CLEAR, TIE, CLEAR | {"linear": 0.61}, CLEAR | {"linear": 0.2}])
def test_the_order_of_candidates_does_not_change_the_choice(errors: dict[str, float]) -> None:
    forward = recommend(measured(errors))
    backward = recommend(measured(dict(reversed(errors.items()))))
    assert (forward.choice, forward.kind, forward.clear_winner, forward.sentence) == (
        backward.choice, backward.kind, backward.clear_winner, backward.sentence,
    )  # fmt: skip


def test_preferences_change_no_measurement() -> None:
    evidence = measured(TIE)
    before = evidence.model_dump()
    recommend(evidence, Preferences(prefer="size", max_parameters=17_000))
    assert evidence.model_dump() == before


def test_cells_of_equal_cost_are_settled_by_error() -> None:
    evidence = measured(TIE)
    gru, lstm = (next(c for c in evidence.candidates if c.name == name) for name in ("GRU", "LSTM"))
    same = lstm.model_copy(update={"structure": gru.structure})
    for order in ((gru, same), (same, gru)):
        found = recommend(evidence.model_copy(update={"candidates": order}))
        assert found.choice == "GRU"
