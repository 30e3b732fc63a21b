"""Verdicts from evidence made by hand."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from evidence import forecast_evidence

from gatewise.verdict.evidence import Absent, Cost, Difference, Estimate, Evidence
from gatewise.verdict.preferences import Preferences
from gatewise.verdict.recommend import recommend
from gatewise.verdict.units import Units

BASELINES = ("seasonal naive", "linear", "gradient boosting")


def measured(
    errors: dict[str, float],
    *,
    margin: float = 0.02,
    diverged: str | None = None,
    unstable: str | None = None,
    windows: int = 60,
    steps: int | None = None,
    seeds: int = 3,
) -> Evidence:
    """Candidates with these errors; differences beyond ``margin`` are clear, a third of it is a standard error."""
    base = forecast_evidence()
    by_name = {candidate.name: candidate for candidate in base.candidates}
    candidates = []
    for name, error in errors.items():
        candidate = by_name[name]
        by_seed = (error,) * (1 if name in BASELINES else seeds)
        fit = candidate.fit.model_copy(update={"error": Estimate(mean=error), "by_seed": by_seed})
        training = candidate.training
        if name == diverged and training is not None:
            training = training.model_copy(update={"diverged": 2})
        if name == unstable and training is not None:
            training = training.model_copy(update={"unstable": 1})
        candidates.append(candidate.model_copy(update={"fit": fit, "training": training}))
    cells = [name for name in errors if name not in BASELINES]
    baselines = [name for name in errors if name in BASELINES]
    pairs = [*combinations(cells, 2), *((cell, baseline) for cell in cells for baseline in baselines)]
    pairs += combinations(baselines, 2)
    units = Units(
        noun="test windows", about="new windows of this series",
        groups=((0,) * windows,), times=(tuple(range(windows)),),
    )  # fmt: skip
    plan = base.plan.model_copy(update={"steps": steps or base.plan.full_steps, "full_seconds": 540.0})
    update = {
        "candidates": tuple(candidates),
        "differences": tuple(_difference(a, b, errors[a] - errors[b], margin, units.few) for a, b in pairs),
        "units": units,
        "plan": plan,
    }
    return base.model_copy(update=update)


def _difference(first: str, second: str, mean: float, margin: float, few: bool) -> Difference:
    if few:
        return Difference(first=first, second=second, mean=mean)
    return Difference(
        first=first, second=second, mean=mean, low=mean - margin, high=mean + margin, error=margin / 3,
        seeds_share=0.25, p=0.001 if abs(mean) > margin else 0.5, clear=abs(mean) > margin,
    )  # fmt: skip


CLEAR = {"RNN": 0.8, "LSTM": 0.7, "GRU": 0.6, "seasonal naive": 1.0, "linear": 0.9}
TIE = {"RNN": 0.62, "LSTM": 0.605, "GRU": 0.6, "seasonal naive": 1.0}


def test_a_clear_winner() -> None:
    found = recommend(measured(CLEAR))
    assert (found.state, found.choice, found.kind, found.clear_winner) == ("winner", "GRU", "cell", True)
    assert found.sentence == "Use the GRU: its MASE is the lowest, and no interval allows a tie."
    assert found.of_cells == (
        "Of the cells: GRU, MASE 0.6; the best baseline, linear, has 0.9: difference -0.3, 99 % interval "
        "-0.32 to -0.28."
    )
    assert found.reasons[:3] == (
        "MASE on test data: GRU 0.6, LSTM 0.7, RNN 0.8, linear 0.9, seasonal naive 1.",
        "LSTM is worse than GRU: difference +0.1, 99 % interval +0.08 to +0.12.",
        "RNN is worse than GRU: difference +0.2, 99 % interval +0.18 to +0.22.",
    )
    assert found.reasons[-1] == (
        "Tested on 60 test windows; the intervals are about new windows of this series."
    )
    assert found.tied == ("GRU",)
    assert (found.excluded, found.would_settle) == ({}, ())


def test_a_tie_goes_to_the_lower_error_whatever_the_cost() -> None:
    found = recommend(measured(TIE, margin=0.05))
    assert (found.state, found.choice, found.cell) == ("tie", "GRU", "GRU")
    assert found.sentence == (
        "Use the GRU, whose MASE is the lowest; GRU, LSTM and RNN cannot be told apart."
    )
    assert found.tied == ("GRU", "LSTM", "RNN")


def test_a_tie_that_is_shown_says_so() -> None:
    found = recommend(measured({"LSTM": 0.605, "GRU": 0.6, "linear": 0.9}))
    assert found.sentence == "Use the GRU, whose MASE is the lowest; GRU and LSTM are shown to be equal."
    assert (
        "LSTM is shown to be as good as GRU: difference +0.005, 99 % interval -0.015 to +0.025."
        in found.reasons
    )


@pytest.mark.parametrize("prefer", ["latency", "memory"])
def test_cheaper_is_taken_only_where_it_is_shown_to_be_as_good(prefer: Any) -> None:
    # The interval of the RNN ends 0.04 above the GRU, which is more than 5 % of 0.6.
    assert recommend(measured(TIE), Preferences(prefer=prefer)).choice == "GRU"
    found = recommend(measured(TIE, margin=0.005), Preferences(prefer=prefer))
    assert (found.state, found.choice, found.kind) == ("tie", "RNN", "cell")
    what = {"latency": "34 % faster per step", "memory": "31 % less memory to train"}[prefer]
    assert found.sentence == (
        f"Use the RNN: {what}, and its MASE is shown to be at most 5 % above the lowest, of GRU."
    )
    cost = {
        "latency": "Cost in µs per step: RNN 8.7, GRU 13.1.",
        "memory": "Cost in bytes at the peak of training: RNN 4,000,000, GRU 5,800,000.",
    }[prefer]
    assert cost in found.reasons
    assert "GRU is better than RNN: difference -0.02, 99 % interval -0.025 to -0.015." in found.reasons


def test_a_few_parameters_less_decide_nothing() -> None:
    # 16,960 of the LSTM beside 17,364 of the GRU: whole numbers of units, not a merit.
    found = recommend(measured({"LSTM": 0.601, "GRU": 0.6, "linear": 0.9}), Preferences(prefer="size"))
    assert found.choice == "GRU"


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
    assert (found.choice, found.state) == (left, "winner")
    assert found.sentence == f"Use the {left}: it is the only cell that is left, and it beats the baselines."
    for name, reason in why.items():
        assert f"{name} is out: {reason}." in found.reasons


def test_a_latency_close_to_its_limit_is_not_said_to_equal_it() -> None:
    found = recommend(measured(CLEAR), Preferences(max_step_latency_us=13.05))
    assert found.excluded["GRU"] == "13.1 µs per step, the limit is 13.05 µs"


def test_a_single_cell_that_beats_the_baselines() -> None:
    found = recommend(measured({"GRU": 0.6, "linear": 0.9}))
    assert (found.state, found.sentence) == ("winner", "Use the GRU: it beats the baselines.")


def test_a_single_cell_beside_nothing() -> None:
    found = recommend(measured({"GRU": 0.6}))
    assert (found.state, found.sentence) == ("tie", "Use the GRU: nothing else was compared.")
    assert found.of_cells == "Of the cells: GRU, MASE 0.6."


def test_a_baseline_that_wins() -> None:
    found = recommend(measured(CLEAR | {"seasonal naive": 0.3, "linear": 0.4}))
    assert (found.state, found.choice, found.kind, found.cell) == (
        "baseline", "seasonal naive", "baseline", "GRU",
    )  # fmt: skip
    assert found.sentence == "Use the seasonal naive baseline: it beats every cell."
    assert found.of_cells == (
        "Of the cells: GRU, MASE 0.6; the best baseline, seasonal naive, has 0.3: difference +0.3, 99 % interval "
        "+0.28 to +0.32."
    )


def with_costs(evidence: Evidence, seconds: dict[str, float]) -> Evidence:
    candidates = [
        one.model_copy(update={"cost": Cost(fit_seconds=seconds[one.name], predict_seconds=1e-3)})
        if one.name in seconds
        else one
        for one in evidence.candidates
    ]
    return evidence.model_copy(update={"candidates": tuple(candidates)})


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ({"linear": 2.34, "GRU": 64.4}, " It fits in 2.3 s, the GRU in 64 s."),
        ({"linear": 0.02, "GRU": 600.0}, " It fits in under 0.1 s, the GRU in 10 min."),
        ({"linear": 2.34}, " It fits in 2.3 s."),
        ({"GRU": 64.4}, ""),
    ],
)
def test_a_baseline_that_is_named_is_named_with_its_cost(seconds: dict[str, float], said: str) -> None:
    found = recommend(with_costs(measured(CLEAR | {"linear": 0.4}), seconds))
    assert found.sentence == "Use the linear baseline: it beats every cell." + said
    undecided = recommend(with_costs(measured(CLEAR | {"linear": 0.4}, windows=3), seconds))
    assert undecided.state == "undecided"
    assert undecided.sentence.endswith(f"Until then use the linear baseline, whose MASE is the lowest.{said}")


def test_a_cell_that_is_named_costs_what_the_tables_say() -> None:
    costs = {"linear": 1.0, "GRU": 2.0}
    assert (
        recommend(with_costs(measured(CLEAR | {"linear": 0.9}), costs)).sentence
        == recommend(measured(CLEAR | {"linear": 0.9})).sentence
    )


def test_what_was_not_compared_is_a_reason_of_its_own() -> None:
    absent = Absent(names=("AutoETS", "AutoTheta"), install='pip install "gatewise[forecast]"')
    evidence = measured(CLEAR).model_copy(update={"absent": (absent,)})
    expected = 'Not compared: AutoETS, AutoTheta (pip install "gatewise[forecast]").'
    assert recommend(evidence).reasons[-1] == expected
    cells = measured({"GRU": 0.6}).model_copy(update={"absent": (absent,)})
    assert recommend(cells, Preferences(max_parameters=1)).reasons[0] == expected


def test_a_baseline_as_low_as_the_best_cell_is_taken_for_being_simple() -> None:
    # A standard error is 0.0067: 0.0005 above the lowest is within a tenth of it.
    found = recommend(measured(CLEAR | {"linear": 0.6005}))
    assert (found.state, found.choice) == ("baseline", "linear")
    assert found.sentence == "Use the linear baseline: no cell is shown to be better, and it is simpler."


def test_a_noisy_baseline_is_not_taken_for_being_noisy() -> None:
    # Promotions: boosting .274, linear .271, LSTM .238, and no interval tells them apart.
    errors = {"LSTM": 0.238, "GRU": 0.262, "linear": 0.271, "gradient boosting": 0.274}
    assert recommend(measured(errors, margin=0.2)).choice == "LSTM"
    found = recommend(measured(errors, margin=0.06))
    assert (found.state, found.choice) == ("tie", "LSTM")
    assert found.sentence == (
        "Use the LSTM, whose MASE is the lowest; LSTM, GRU, linear and gradient boosting cannot be told apart."
    )


def test_of_baselines_the_simpler_is_taken_where_errors_are_all_but_equal() -> None:
    assert recommend(measured(CLEAR | {"seasonal naive": 0.5005, "linear": 0.5})).choice == "seasonal naive"
    assert recommend(measured(CLEAR | {"seasonal naive": 0.51, "linear": 0.5})).choice == "linear"
    # The lowest is the simplest: one that is as good, but less simple, does not take its place.
    assert recommend(measured(CLEAR | {"seasonal naive": 0.5, "linear": 0.5005})).choice == "seasonal naive"


def test_a_baseline_below_every_cell_is_not_said_to_be_the_lowest_of_all() -> None:
    found = recommend(measured(TIE | {"seasonal naive": 0.5945, "linear": 0.594}, margin=0.019))
    assert (found.state, found.choice) == ("baseline", "seasonal naive")
    assert found.sentence == "Use the seasonal naive baseline: no cell has a lower MASE, and it is simpler."


def test_networks_that_are_not_trained_decide_nothing() -> None:
    found = recommend(measured(CLEAR, steps=20))
    assert (found.state, found.choice, found.clear_winner) == ("undecided", "GRU", False)
    assert found.sentence == (
        "Undecided: the networks had 20 of 1,200 updates. Until then use the GRU, whose MASE is the lowest."
    )
    assert found.would_settle == ('`budget="9m"` trains all of them.',)
    assert "RNN is so far behind GRU: difference +0.2, 99 % interval +0.18 to +0.22." in found.reasons


def test_a_baseline_beats_no_cell_that_is_not_trained() -> None:
    found = recommend(measured(CLEAR | {"linear": 0.2}, steps=20))
    assert (found.state, found.choice) == ("undecided", "linear")


def test_a_baseline_without_any_error_needs_no_more_training() -> None:
    assert recommend(measured(CLEAR | {"linear": 0.0}, steps=20)).state == "baseline"


@pytest.mark.parametrize(("windows", "noun"), [(1, "1 test window is"), (5, "5 test windows are")])
def test_few_test_units_have_no_interval_and_the_lowest_is_still_used(windows: int, noun: str) -> None:
    found = recommend(measured(CLEAR, windows=windows))
    assert (found.state, found.choice) == ("undecided", "GRU")
    assert found.sentence.startswith(f"Undecided: {noun} too few to tell. Until then use the GRU")
    more = "5 more test windows" if windows == 1 else "1 more test window"
    assert found.would_settle == (f"{more} would allow intervals.",)
    assert "too few test windows for an interval" in found.of_cells


def test_units_that_are_too_few_say_how_many_more() -> None:
    found = recommend(measured({"LSTM": 0.7, "GRU": 0.6, "linear": 0.9}, margin=0.2, windows=12))
    assert (found.state, found.choice) == ("undecided", "GRU")
    # Half width 0.2 for 0.1: a quarter of the variance from seeds: 12 · (4 · 0.75 / (1 − 4 · 0.25) − 1) → none.
    assert found.would_settle == (
        "8 more test windows would do to say whether it matters, far more to tell GRU from LSTM.",
    )
    nearer = recommend(measured({"LSTM": 0.75, "GRU": 0.6, "linear": 0.9}, margin=0.2, windows=12))
    # (0.2 / 0.15)² = 1.78: 12 · (1.78 · 0.75 / (1 − 1.78 · 0.25) − 1) = 16.8.
    assert nearer.would_settle == ("About 17 more test windows like these would tell GRU from LSTM.",)


def test_few_units_that_decide_are_enough() -> None:
    assert recommend(measured(CLEAR, windows=12)).state == "winner"


def test_two_seeds_that_do_not_decide_ask_for_more() -> None:
    found = recommend(measured(TIE, margin=0.1, seeds=2))
    assert (found.state, found.would_settle) == ("undecided", ("`seeds=5` or more.",))


def test_a_diverged_cell_is_out_however_low_its_error() -> None:
    found = recommend(measured(CLEAR, diverged="GRU"))
    assert found.excluded == {"GRU": "2 of its trainings diverged"}
    assert found.choice == "LSTM"
    assert found.sentence == "Use the LSTM: its MASE is the lowest, and no interval allows a tie."
    assert "GRU is out: 2 of its trainings diverged." in found.reasons


def test_an_unstable_cell_is_named_and_stays() -> None:
    found = recommend(measured(CLEAR, unstable="GRU"))
    assert found.choice == "GRU"
    assert (
        "GRU was unstable: in 1 of its trainings the loss climbed, or was no number any more, and they went on from "
        "earlier weights at half the rate; a lower learning rate may do better."
    ) in found.reasons


def test_no_cell_within_the_limits_leaves_the_best_baseline() -> None:
    found = recommend(measured(CLEAR), Preferences(max_parameters=1))
    assert (found.state, found.choice, found.cell) == ("baseline", "linear", None)
    assert found.sentence == "Use the linear baseline: every cell is out."
    assert len(found.excluded) == 3


def test_nothing_within_the_limits_and_no_baseline() -> None:
    found = recommend(measured({"RNN": 0.8, "GRU": 0.6}), Preferences(max_parameters=1))
    assert (found.state, found.choice, found.kind, found.tied) == ("none", None, "none", ())
    assert found.sentence == "Use none of them: every candidate is out."
    assert found.reasons == (
        "RNN is out: 18,384 parameters, the limit is 1.",
        "GRU is out: 17,364 parameters, the limit is 1.",
    )


def test_shares_are_said_in_percent() -> None:
    evidence = measured({"LSTM": 0.25, "GRU": 0.125, "linear": 0.5})
    metric = evidence.metric.model_copy(update={"name": "error rate", "unit": "share of test sequences"})
    found = recommend(evidence.model_copy(update={"metric": metric}))
    assert found.reasons[0] == "error rate on test data: GRU 12.5 %, LSTM 25 %, linear 50 %."
    assert found.reasons[1] == (
        "LSTM is worse than GRU: difference +12.5 percentage points, 99 % interval +10.5 to +14.5."
    )


@pytest.mark.parametrize("errors", [CLEAR, TIE, CLEAR | {"linear": 0.61}, CLEAR | {"linear": 0.2}])
def test_the_order_of_cells_does_not_change_the_choice(errors: dict[str, float]) -> None:
    forward = recommend(measured(errors))
    turned = {name: errors[name] for name in reversed(errors) if name not in BASELINES}
    backward = recommend(measured(turned | errors))
    assert (forward.choice, forward.state, forward.sentence) == (
        backward.choice, backward.state, backward.sentence,
    )  # fmt: skip


def test_preferences_change_no_measurement() -> None:
    evidence = measured(TIE)
    before = evidence.model_dump()
    recommend(evidence, Preferences(prefer="size", max_parameters=17_000))
    assert evidence.model_dump() == before


def test_what_is_said_of_the_cells_and_of_the_choice_is_of_the_same_candidates() -> None:
    for errors in (CLEAR, TIE, CLEAR | {"linear": 0.6005}, CLEAR | {"linear": 0.2}):
        found = recommend(measured(errors))
        if found.kind == "cell":
            assert found.cell == found.choice
        assert found.choice in found.sentence
        assert found.of_cells.startswith(f"Of the cells: {found.cell}, ")


def test_a_series_that_decides_is_named() -> None:
    evidence = measured({"GRU": 0.6, "linear": 0.9})
    of_linear = [0.5] * 29 + [12.5]
    units = Units(
        noun="series", about="new series", groups=(tuple(range(30)),), names=tuple(f"W{k}" for k in range(30))
    )
    errors = {"GRU": [0.6] * 30, "linear": of_linear}
    candidates = tuple(
        c.model_copy(update={"fit": c.fit.model_copy(update={"units": ((tuple(errors[c.name]),),)})})
        for c in evidence.candidates
    )
    found = recommend(evidence.model_copy(update={"candidates": candidates, "units": units}))
    assert (
        "W29, one of 30 series, decides between GRU and linear: without it the mean difference is +0.1; "
        "the median of all is +0.1."
    ) in found.reasons


def test_a_rival_that_may_be_much_better_leaves_it_open() -> None:
    # Standard error 0.05: 5 % of 0.6 and the difference of 0.01 are 0.8 of it below.
    found = recommend(measured({"LSTM": 0.61, "GRU": 0.6, "linear": 0.9}, margin=0.15))
    assert (found.state, found.choice) == ("undecided", "GRU")
    assert found.sentence.startswith(
        "Undecided: LSTM may be more than 5 % better, the chance is 21 %. Until then"
    )
    nearer = recommend(measured({"LSTM": 0.61, "GRU": 0.6, "linear": 0.9}, margin=0.05))
    assert nearer.state == "tie"


def test_where_seeds_differ_more_than_units_more_seeds_are_asked_for() -> None:
    evidence = measured({"LSTM": 0.61, "GRU": 0.6, "linear": 0.9}, margin=0.15)
    pairs = tuple(one.model_copy(update={"seeds_share": 0.8}) for one in evidence.differences)
    found = recommend(evidence.model_copy(update={"differences": pairs}))
    assert found.would_settle == ("`seeds=6`: seeds differ more than test windows.",)


def test_what_is_taken_for_its_price_is_the_cell_that_is_named() -> None:
    found = recommend(measured(TIE, margin=0.005), Preferences(prefer="latency"))
    assert (found.choice, found.cell) == ("RNN", "RNN")
    assert found.of_cells.startswith("Of the cells: RNN, ")


def test_no_number_is_asked_for_that_is_out_of_all_proportion() -> None:
    found = recommend(measured({"LSTM": 0.6001, "GRU": 0.6, "linear": 0.9}, margin=0.05))
    assert not any("more test windows" in reason for reason in found.reasons)
