"""How learning rates are chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from plans import plan

from gatewise.comparison.jobs.job import Job, Result
from gatewise.comparison.planning.plan import Plan
from gatewise.comparison.running.tuning import Rates, tune, tuned

GRU = replace(
    plan(trials=3), cells={"GRU": "GRU"}, first_rates={"GRU": (3e-3, 1e-3, 8e-3)}, steps={"GRU": 200}
)
# Loss by rate, of the first and the second seed of the tuning.
Losses = tuple[dict[float, float], dict[float, float]]


def rates_of(
    losses: Losses, asked: Plan = GRU, fits: Callable[[list[Job]], bool] = lambda _: True
) -> tuple[Rates, list[list[float]]]:
    """What was found, and which rates were tried round by round."""
    tried: list[list[float]] = []

    def train(jobs: list[Job]) -> list[Result]:
        settings = [job.settings for job in jobs if job.settings]
        tried.append([one.learning_rate for one in settings])
        return [
            Result(job, tuning_loss=losses[one.held_out].get(round(one.learning_rate, 6), 9.0))
            for job, one in zip(jobs, settings, strict=True)
        ]

    return tune(asked, train, fits), tried


def test_the_best_two_are_trained_again_and_the_lowest_mean_is_chosen() -> None:
    found, tried = rates_of(({3e-3: 0.95, 1e-3: 0.99, 8e-3: 0.94}, {3e-3: 0.95, 8e-3: 0.97}))
    assert [pytest.approx(rates) for rates in tried] == [[3e-3, 1e-3, 8e-3], [8e-3, 3e-3]]
    assert found.chosen == {"GRU": pytest.approx(3e-3)}
    # One seed would have taken 8e-3 and the other 3e-3: half of the comparison is trained with each.
    assert found.used == {"GRU": pytest.approx((8e-3, 3e-3))}


def test_where_both_seeds_agree_there_is_one_rate() -> None:
    found, _ = rates_of(({3e-3: 0.95, 1e-3: 0.99, 8e-3: 0.94}, {3e-3: 0.99, 8e-3: 0.98}))
    assert found.chosen == {"GRU": pytest.approx(8e-3)}
    assert found.used == {"GRU": pytest.approx((8e-3,))}


def test_a_rate_that_diverges_is_not_taken() -> None:
    infinite = float("inf")
    found, _ = rates_of(({3e-3: infinite, 1e-3: 1.0, 8e-3: infinite}, {1e-3: 1.0, 3e-3: infinite}))
    assert (found.chosen, found.used) == ({"GRU": pytest.approx(1e-3)}, {"GRU": pytest.approx((1e-3,))})


def test_when_every_rate_diverges_the_usual_one_is_taken() -> None:
    every = dict.fromkeys((3e-3, 1e-3, 8e-3), float("inf"))
    found, _ = rates_of((every, every))
    assert found.chosen == {"GRU": pytest.approx(3e-3)}


def test_one_trial_is_not_run_and_means_the_usual_rate_of_each_cell() -> None:
    found, tried = rates_of(({}, {}), plan(trials=1, tuning_seeds=1))
    assert tried == []
    assert found.chosen == {"RNN": 1e-3, "GRU": 3e-3}
    assert found.used == {"RNN": (1e-3,), "GRU": (3e-3,)}


def test_further_trials_are_asked_for_after_the_first() -> None:
    _, tried = rates_of(({}, {}), replace(GRU, trials=5))
    assert [len(rates) for rates in tried] == [3, 2, 2]
    assert all(1e-3 <= rate <= 1.2e-2 for rates in tried for rate in rates)


def test_without_time_there_are_fewer_trials_and_that_is_said() -> None:
    asked = replace(GRU, trials=5)
    found, tried = rates_of(({3e-3: 0.5}, {}), asked, lambda _: False)
    assert [len(rates) for rates in tried] == [3]
    assert found.used == {"GRU": pytest.approx((3e-3,))}
    assert tuned(asked, found).cut == (
        "3 learning rates instead of 5, to keep the budget",
        "learning rates chosen by one seed instead of two, to keep the budget",
    )
