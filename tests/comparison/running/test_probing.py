"""What probing tells."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plans import COSTS, plan

from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.jobs.job import Job, Result
from gatewise.comparison.planning.budget import Costs
from gatewise.comparison.running.probing import baseline_limit, costs_of, first_jobs, settle
from gatewise.training.history import History

HISTORY = History(steps=20, step_seconds=0.01, seconds=[], loss=[])


def job(name: str, purpose: str = "probe") -> Job:
    return Job(name, purpose, 0, 0, None)  # type: ignore[arg-type]  # one of the purposes


def test_all_baselines_wait_beside_the_probes() -> None:
    jobs = first_jobs(plan(), ["naive", "linear"])
    assert [(one.name, one.purpose) for one in jobs] == [
        ("RNN", "probe"), ("GRU", "probe"), ("naive", "baseline"), ("linear", "baseline"),
    ]  # fmt: skip
    assert [one.settings.learning_rate for one in jobs if one.settings] == [1e-3, 3e-3]


def test_a_diverging_probe_takes_the_cost_of_the_dearest() -> None:
    costs = costs_of(
        [
            Result(job("RNN"), history=HISTORY, seconds=1.2),
            Result(job("LSTM"), failure="x", seconds=1),
            Result(job("linear", "baseline"), seconds=2.0),
            Result(job("boosting", "baseline"), seconds=3.0, ended=True),
        ]
    )
    assert costs.step == {"RNN": 0.01, "LSTM": 0.01}
    assert costs.overhead == {"RNN": pytest.approx(1.0), "LSTM": pytest.approx(1.0)}
    assert (costs.baselines, costs.left) == ({"linear": 2.0, "boosting": 9.0}, ("boosting",))


@pytest.mark.parametrize(("budget", "limit"), [(None, None), (120.0, 12.0), (4.0, 1.0)])
def test_a_baseline_may_take_a_part_of_the_budget_at_first(budget: float | None, limit: float | None) -> None:
    assert baseline_limit(ComparisonConfig(budget=budget)) == limit


def test_equal_time_gives_slower_cells_fewer_updates_also_in_full() -> None:
    costs = Costs(step={"RNN": 0.01, "GRU": 0.025}, overhead={"RNN": 0.0, "GRU": 0.0})
    asked = replace(plan(), steps={"RNN": 400, "GRU": 400})
    kept = settle(asked, costs, ComparisonConfig(match="time"), 1, 0.0)
    assert kept.steps == kept.full_steps == {"RNN": 400, "GRU": 160}


def test_without_a_budget_nothing_is_cut_and_the_budget_that_would_do_is_known() -> None:
    kept = settle(plan(), COSTS, ComparisonConfig(), 2, 5.0)
    assert kept == replace(plan(), full_steps=plan().steps, full_seconds=50.0)
