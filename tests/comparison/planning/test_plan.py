"""What is trained."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plans import CELLS, RATES, plan

from gatewise.comparison.jobs.job import job_seed
from gatewise.comparison.planning.plan import FINALISTS, Plan


@pytest.mark.parametrize(
    "asked",
    [
        plan(),
        plan(curve_seeds=0),
        plan(curve_seeds=1),
        plan(by_length=False),
        plan(folds=1, seeds=2, trials=1, tuning_seeds=1),
        plan(tuning_seeds=1),
        plan(folds=1, curve_seeds=0, more_seeds={"GRU": 2}),
    ],
)
def test_the_number_of_jobs_is_that_of_the_jobs(asked: Plan) -> None:
    # A single trial is not run: there is nothing to choose from.
    tuning = asked.tuning({name: [0.001] * asked.trials for name in CELLS}) if asked.trials > 1 else []
    if asked.tuning_seeds > 1:
        tuning += asked.tuning({name: [0.001] * FINALISTS for name in CELLS}, seed=1)
    more = [
        job
        for name, count in asked.more_seeds.items()
        for number in range(asked.seeds, asked.seeds + count)
        for job in asked.round({name: (0.001,)}, number)
    ]
    main, curves = asked.main(RATES), asked.curve_jobs(RATES)
    assert asked.jobs == len(tuning) + len(main) + len(curves) + len(more)
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


def test_the_second_seed_of_tuning_holds_other_data_out() -> None:
    first, second = (plan().tuning({"GRU": [0.001]}, seed)[0].settings for seed in (0, 1))
    assert first is not None
    assert second is not None
    assert (first.held_out, second.held_out) == (0, 1)
    assert first.seed != second.seed


def test_seeds_take_the_rates_in_turn() -> None:
    jobs = plan(folds=1).main({"RNN": (0.001, 0.002), "GRU": (0.003,)})
    rates = {
        name: [job.settings.learning_rate for job in jobs if job.settings and job.name == name]
        for name in CELLS
    }
    assert rates == {"RNN": [0.001, 0.002, 0.001, 0.002, 0.001], "GRU": [0.003] * 5}


def test_description() -> None:
    assert plan().describe() == [
        "cells: RNN (110 units, 300 updates), GRU (64 units, 200 updates)",
        "learning rate: 4 trials per cell",
        "comparison: 2 folds × 5 seeds per cell",
        "curves: amount of training data and sequence length, 2 seeds per point",
        "in all 48 trainings of networks",
    ]
    assert plan(folds=1, trials=1, tuning_seeds=1, curve_seeds=0).describe()[1:] == [
        "learning rate: 1e-03 for RNN, 3e-03 for GRU, not tuned",
        "comparison: 1 fold × 5 seeds per cell",
        "in all 10 trainings of networks",
    ]
    assert plan(members=2).describe()[2] == "model: 2 networks of different seeds, their answers averaged"


def test_seeds_depend_on_what_a_job_is_and_not_on_the_others() -> None:
    alone = replace(plan(), cells={"GRU": "GRU"}, sizes={"GRU": 64}, steps={"GRU": 200})
    among = {job for job in plan().main(RATES) if job.name == "GRU"}
    assert set(alone.main({"GRU": (0.003,)})) == among


def test_seeds_of_jobs_differ() -> None:
    names = [("GRU", "main", 0, 0), ("LSTM", "main", 0, 0), ("GRU", "tune", 0, 0), ("GRU", "main", 1, 0),
             ("GRU", "main", 0, 1)]  # fmt: skip
    seeds = {job_seed(state, *name) for state in (0, 1) for name in names}
    assert len(seeds) == 10
    assert all(0 <= seed < 2**31 for seed in seeds)
