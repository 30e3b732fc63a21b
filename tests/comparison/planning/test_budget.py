"""What trainings cost, and what is given up to keep a budget."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import CELLS, COSTS, plan

from gatewise.comparison.planning.budget import (
    PLANNED_SHARE,
    TUNING_SHARE,
    Costs,
    fit_to_budget,
    fitted,
    full_budget,
    reckoned,
    seconds_of,
)
from gatewise.comparison.planning.plan import FEWEST_STEPS, Plan
from gatewise.errors import ConfigurationError
from gatewise.validation import sayable, seconds_from

EACH = 3.5 + 4.7  # one training of both cells


def is_full(kept: Plan, asked: Plan) -> bool:
    return (
        kept.steps == asked.steps
        and kept.seeds >= min(3, asked.seeds)
        and kept.trials >= min(2, asked.trials)
    )


def test_seconds_by_hand() -> None:
    # Per cell 4 trials, the best two of them again, 2 × 5 trainings and 8 points of curves; the baselines on the
    # second fold, as the first has told what they cost.
    assert reckoned(plan(), COSTS) == pytest.approx(
        {"tune": 6 * EACH, "main": 10 * EACH, "curves": 8 * EACH, "baseline": 3.0}
    )
    # In the end the dearer cell, which is the GRU, is fitted once more for the model that is shipped.
    assert seconds_of(plan(), COSTS, 1) == pytest.approx(24 * EACH + 3.0 + 4.7)
    assert seconds_of(plan(), COSTS, 2) == pytest.approx(12 * EACH + 1.5 + 4.7)


def test_a_baseline_that_was_put_off_is_reckoned_on_every_fold() -> None:
    assert reckoned(plan(), replace(COSTS, left=("linear",)))["baseline"] == pytest.approx(3.0 + 2.5)


@given(
    seconds=st.floats(0, 2000),
    more=st.floats(0, 2000),
    folds=st.integers(1, 12),
    fewest_folds=st.none() | st.integers(1, 6),
    seeds=st.integers(2, 14),
    trials=st.integers(1, 6),
    curve_seeds=st.integers(0, 2),
)
@settings(max_examples=200, deadline=None)
def test_a_budget_is_kept_and_more_of_it_never_trains_shorter(
    seconds: float,
    more: float,
    folds: int,
    fewest_folds: int | None,
    seeds: int,
    trials: int,
    curve_seeds: int,
) -> None:
    fewest = None if fewest_folds is None else min(folds, fewest_folds)
    asked = plan(folds=folds, fewest_folds=fewest, seeds=seeds, trials=trials, curve_seeds=curve_seeds)
    kept = fit_to_budget(asked, COSTS, 2, seconds)
    shortest = min(kept.steps.values()) == FEWEST_STEPS
    assert seconds_of(kept, COSTS, 2) <= PLANNED_SHARE * seconds + 1e-6 or shortest
    # Groups for an interval are given up only when seeds and curves are.
    if fewest is not None and kept.folds < fewest:
        assert (kept.curve_seeds, kept.seeds) == (0, min(3, seeds))
    # Trainings are shortened only when there is nothing else left to give up.
    if kept.steps != asked.steps:
        assert (kept.folds, kept.curve_seeds, kept.trials, kept.seeds) == (1, 0, 1, min(3, seeds))
    assert reckoned(kept, COSTS)["tune"] / 2 <= max(TUNING_SHARE * seconds, 0.0) + 1e-6
    richer = fit_to_budget(asked, COSTS, 2, seconds + more)
    assert all(richer.steps[name] >= kept.steps[name] for name in CELLS)
    assert min(3, seeds) <= kept.seeds <= seeds
    assert kept.trials <= trials


@pytest.mark.parametrize("seeds", [2, 5, 12])
def test_with_time_to_spare_nothing_is_cut_and_nothing_added(seeds: int) -> None:
    assert fit_to_budget(plan(seeds=seeds), COSTS, 2, 1e6) == plan(seeds=seeds)


def test_what_was_cut_is_said() -> None:
    kept = fit_to_budget(plan(), COSTS, 1, 8.0)
    assert kept.cut == (
        "1 fold instead of 2, to keep the budget",
        "3 seeds instead of 5, to keep the budget",
        "1 learning rate instead of 4, to keep the budget",
        "no curves against sequence length and amount of data, to keep the budget",
    )
    assert fit_to_budget(plan(), COSTS, 1, 1e6).cut == ()


def test_folds_that_nobody_asked_for_go_first() -> None:
    asked = plan(folds=8, fewest_folds=1, curve_seeds=0, trials=2)
    kept = fit_to_budget(asked, COSTS, 1, 300.0)
    assert (kept.folds, kept.seeds, kept.trials) == (5, 5, 2)
    assert kept.cut == ("5 folds instead of 8, to keep the budget",)


def test_folds_that_an_interval_needs_go_after_seeds() -> None:
    asked = plan(folds=8, fewest_folds=6, curve_seeds=0, trials=2)
    kept = fit_to_budget(asked, COSTS, 1, 300.0)
    assert (kept.folds, kept.seeds) == (6, 4)
    assert kept.cut == (
        "6 folds instead of 8, to keep the budget",
        "4 seeds instead of 5, to keep the budget",
    )
    lower = fit_to_budget(asked, COSTS, 1, 200.0)
    assert (lower.folds, lower.seeds) == (4, 3)
    assert lower.cut == (
        "4 folds instead of 8, to keep the budget: the groups that they test on are too few for an interval",
        "3 seeds instead of 5, to keep the budget",
    )
    # The budget that is named leaves enough for an interval.
    named = full_budget(asked, COSTS, 1, 0.0)
    assert fitted(asked, COSTS, 1, named, 0.0).folds >= 6


def test_the_second_seed_of_tuning_is_given_up_before_tuning_is() -> None:
    asked = plan(folds=1, seeds=3, trials=2, curve_seeds=0)
    found = [fit_to_budget(asked, COSTS, 1, seconds) for seconds in (100.0, 60.0, 45.0)]
    assert [(kept.trials, kept.tuning_seeds) for kept in found] == [(2, 2), (2, 1), (1, 1)]
    assert [kept.steps == asked.steps for kept in found] == [True] * 3
    assert found[1].cut == ("learning rates chosen by one seed instead of two, to keep the budget",)


@given(
    scale=st.floats(0.001, 100),
    dearer=st.floats(1.0, 1.14),
    seeds=st.integers(2, 12),
    trials=st.integers(1, 6),
    spent=st.floats(0, 60),
)
@settings(max_examples=100, deadline=None)
def test_the_budget_that_is_named_trains_all_in_full(
    scale: float, dearer: float, seeds: int, trials: int, spent: float
) -> None:
    asked = plan(seeds=seeds, trials=trials)
    costs = Costs({name: scale * one for name, one in COSTS.step.items()}, COSTS.overhead, COSTS.baselines)
    named = full_budget(asked, costs, 2, spent)
    # It is typed as it was said, and the second run measures costs and a start of its own.
    budget = seconds_from(sayable(named))
    assert budget == named
    again = Costs(
        {name: dearer * one for name, one in costs.step.items()},
        {name: dearer * one for name, one in costs.overhead.items()},
        {name: dearer * one for name, one in costs.baselines.items()},
    )
    assert is_full(fitted(asked, again, 2, budget, dearer * spent), asked)


def test_the_budget_that_is_named_is_the_smallest_that_can_be_said() -> None:
    asked = plan()
    assert full_budget(asked, COSTS, 2, 9.5) == 50.0
    assert not is_full(fitted(asked, COSTS, 2, 40.0, 9.5), asked)


def test_a_budget_that_decides_nothing_is_told_with_the_one_that_would() -> None:
    kept = fitted(plan(), COSTS, 1, 30.0, 5.0)
    assert kept.steps == {"RNN": 188, "GRU": 125}
    assert kept.full_seconds == 90.0
    assert kept.cut[-1] == (
        "the budget of 30s trains 188 of 300 updates: too few to compare cells by; "
        'budget="90s" trains all of them'
    )
    assert fitted(plan(), COSTS, 1, 41.0, 5.0).cut[-1] == (
        'the budget of 41s trains 294 of 300 updates; budget="90s" trains all of them'
    )
    assert fitted(plan(), COSTS, 1, 1e6, 5.0).cut == ()


def test_a_budget_that_cannot_be_kept_is_refused_with_one_that_can() -> None:
    with pytest.raises(ConfigurationError) as caught:
        fitted(plan(), COSTS, 1, 10.0, 6.0)
    assert str(caught.value) == (
        "budget: 10 s are too short: 6 s went by until the first training, and a few updates of each network take 7 s; "
        "20s would do for that, 90s trains all of them in full"
    )
    kept = fitted(plan(), COSTS, 1, 20.0, 6.0)
    assert seconds_of(kept, COSTS, 1) <= 20.0 - 6.0
