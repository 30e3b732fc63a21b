"""What is trained, what it costs, and what is given up to keep a budget."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewise.comparison.jobs import job_seed
from gatewise.comparison.plan import FEWEST_STEPS, PLANNED_SHARE, Costs, Plan, fit_to_budget

CELLS = {"RNN": "RNN", "GRU": "GRU"}
COSTS = Costs(step={"RNN": 0.01, "GRU": 0.02}, overhead={"RNN": 0.5, "GRU": 0.7}, baselines=3.0)
RATES = {"RNN": 0.001, "GRU": 0.003}


def plan(**changes: int | bool) -> Plan:
    base = Plan(
        cells=CELLS, sizes={"RNN": 110, "GRU": 64}, steps={"RNN": 300, "GRU": 200}, folds=2, seeds=5, trials=4,
        curve_seeds=2, first_rates=(3e-3, 1e-3), random_state=0, by_length=True, members=2,
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]  # values of mixed types by name


@pytest.mark.parametrize(
    "asked",
    [
        plan(),
        plan(curve_seeds=0),
        plan(curve_seeds=1),
        plan(by_length=False),
        plan(folds=1, seeds=2, trials=1),
    ],
)
def test_the_number_of_jobs_is_that_of_the_jobs(asked: Plan) -> None:
    # A single trial is not run: there is nothing to choose from.
    tuning = asked.tuning({name: [0.001] * asked.trials for name in CELLS}) if asked.trials > 1 else []
    main, curves = asked.main(RATES), asked.curve_jobs(RATES)
    assert asked.jobs == len(tuning) + len(main) + len(curves)
    assert len(main) == 2 * asked.folds * asked.seeds
    assert len(set(main)) == len(main)
    assert [job.name for job in main if job.inspect] == ["RNN", "GRU"]
    assert {job.purpose for job in curves} == (
        set() if not asked.curve_seeds else {"amount", "length"} if asked.by_length else {"amount"}
    )


def test_tuning_trains_in_full_and_with_one_seed_for_all_rates() -> None:
    jobs = plan().tuning({"RNN": [0.001, 0.01], "GRU": [0.002]})
    assert [(job.settings.learning_rate, job.settings.steps) for job in jobs if job.settings] == [
        (0.001, 300), (0.01, 300), (0.002, 200),
    ]  # fmt: skip
    assert len({job.settings.seed for job in jobs if job.settings and job.name == "RNN"}) == 1


def test_seconds_by_hand() -> None:
    # Per cell 4 trials, 2 × 5 trainings and 8 points of curves, in updates; 22 jobs with overhead.
    per_cell = 4 + 2 * 5 + 8
    expected = 2 * 3.0 + per_cell * (300 * 0.01 + 200 * 0.02) + 22 * (0.5 + 0.7)
    # In the end the dearer cell, which is the GRU, is fitted twice for the model that is shipped.
    shipped = 2 * (200 * 0.02 + 0.7)
    assert plan().seconds(COSTS, 1) == pytest.approx(expected + shipped)
    assert plan().seconds(COSTS, 2) == pytest.approx(expected / 2 + shipped)


@given(
    seconds=st.floats(0, 2000),
    more=st.floats(0, 2000),
    folds=st.integers(1, 3),
    seeds=st.integers(2, 14),
    trials=st.integers(1, 6),
    curve_seeds=st.integers(0, 2),
)
@settings(max_examples=200, deadline=None)
def test_a_budget_is_kept_and_more_of_it_never_gives_less(
    seconds: float, more: float, folds: int, seeds: int, trials: int, curve_seeds: int
) -> None:
    asked = plan(folds=folds, seeds=seeds, trials=trials, curve_seeds=curve_seeds)
    kept = fit_to_budget(asked, COSTS, 2, seconds)
    smallest = set(kept.steps.values()) == {FEWEST_STEPS}
    assert (
        kept.seconds(COSTS, 2) <= PLANNED_SHARE * seconds + 1e-6 or min(kept.steps.values()) == FEWEST_STEPS
    )
    if smallest:
        assert (kept.folds, kept.curve_seeds) == (1, 0)
    richer = fit_to_budget(asked, COSTS, 2, seconds + more)
    assert all(richer.steps[name] >= kept.steps[name] for name in CELLS)
    assert (richer.seeds, richer.folds, richer.curve_seeds) >= (kept.seeds, kept.folds, kept.curve_seeds) or (
        richer.folds, richer.trials, richer.curve_seeds,
    ) >= (kept.folds, kept.trials, kept.curve_seeds)  # fmt: skip
    assert kept.seeds >= min(3, seeds)
    assert kept.trials >= min(2, trials)
    assert kept.trials <= trials


@pytest.mark.parametrize("seeds", [2, 5, 10, 12])
def test_time_to_spare_goes_to_seeds_and_nothing_is_cut(seeds: int) -> None:
    kept = fit_to_budget(plan(seeds=seeds), COSTS, 2, 1e6)
    assert kept == plan(seeds=max(10, seeds))


def test_what_was_cut_is_said() -> None:
    kept = fit_to_budget(plan(), COSTS, 1, 8.0)
    assert kept.cut == (
        "1 fold instead of 2, to keep the budget",
        "3 seeds instead of 5, to keep the budget",
        "2 learning rates instead of 4, to keep the budget",
        "no curves against sequence length and amount of data, to keep the budget",
        "20 updates instead of 300, to keep the budget: errors would be lower with more time",
    )
    assert fit_to_budget(plan(), COSTS, 1, 1e6).cut == ()


def test_description() -> None:
    assert plan().describe() == [
        "cells: RNN (110 units, 300 updates), GRU (64 units, 200 updates)",
        "learning rate: 4 trials per cell",
        "comparison: 2 folds × 5 seeds per cell",
        "curves: amount of training data and sequence length, 2 seeds per point",
        "in all 44 trainings of networks",
    ]
    assert plan(folds=1, trials=1, curve_seeds=0).describe()[1:] == [
        "learning rate: 3e-03 for all, not tuned",
        "comparison: 1 fold × 5 seeds per cell",
        "in all 10 trainings of networks",
    ]


def test_seeds_depend_on_what_a_job_is_and_not_on_the_others() -> None:
    alone = replace(plan(), cells={"GRU": "GRU"}, sizes={"GRU": 64}, steps={"GRU": 200})
    among = {job for job in plan().main(RATES) if job.name == "GRU"}
    assert set(alone.main({"GRU": 0.003})) == among


def test_seeds_of_jobs_differ() -> None:
    names = [("GRU", "main", 0, 0), ("LSTM", "main", 0, 0), ("GRU", "tune", 0, 0), ("GRU", "main", 1, 0),
             ("GRU", "main", 0, 1)]  # fmt: skip
    seeds = {job_seed(state, *name) for state in (0, 1) for name in names}
    assert len(seeds) == 10
    assert all(0 <= seed < 2**31 for seed in seeds)
