"""What is left to do, corrected by how long finished jobs took."""

from __future__ import annotations

import pytest
from clock import Clock
from plans import COSTS, RATES, plan

from gatewise.comparison.jobs.job import Job, Result
from gatewise.comparison.planning.budget import seconds_of
from gatewise.comparison.running import pace as pacing
from gatewise.comparison.running.pace import Pace

ASKED = plan(folds=1, trials=1, tuning_seeds=1, curve_seeds=0)
EACH = {"RNN": 3.5, "GRU": 4.7}


def ended(pace: Pace, jobs: list[Job], slower: float) -> None:
    for job in jobs:
        pace.add(Result(job, seconds=slower * EACH[job.name]))


def test_it_starts_with_what_was_planned() -> None:
    for asked in (ASKED, plan(), plan(folds=3, trials=6)):
        assert Pace(asked, COSTS, 2, None).seconds_left == pytest.approx(seconds_of(asked, COSTS, 2))


def test_what_is_left_takes_as_long_as_what_has_ended() -> None:
    pace = Pace(ASKED, COSTS, 1, None)
    ended(pace, ASKED.main(RATES)[:4], slower=1.5)
    assert pace.factor("main") == pytest.approx(1.5)
    # Three of five seeds, each of both cells, and the model.
    assert pace.seconds_left == pytest.approx(1.5 * (3 * (3.5 + 4.7) + 4.7))


def test_kinds_are_corrected_by_themselves_once_there_is_one_of_them() -> None:
    asked = plan(folds=1, curve_seeds=1)
    pace = Pace(asked, COSTS, 1, None)
    ended(pace, asked.tuning({"RNN": [0.001]}), slower=2.0)
    assert (pace.factor("tune"), pace.factor("main"), pace.factor("baseline")) == (2.0, 2.0, 1.0)
    ended(pace, asked.main(RATES)[:1], slower=1.0)
    assert (pace.factor("tune"), pace.factor("main")) == (2.0, 1.0)


def begun(
    monkeypatch: pytest.MonkeyPatch, deadline: float, slower: float, later: list[Job] | None = None
) -> tuple[list[int], int]:
    """Seeds of the jobs that began, one after the other, and how many seeds that are."""
    clock = Clock()
    monkeypatch.setattr(pacing, "time", clock)
    pace = Pace(ASKED, COSTS, 1, deadline)
    jobs = ASKED.main(RATES)
    numbers = []
    for job in jobs:
        if pace.begin(job, jobs, later or []):
            numbers.append(job.number)
            clock.sleep(slower * EACH[job.name])
            ended(pace, [job], slower)
    return numbers, pace.seeds


@pytest.mark.parametrize(
    ("deadline", "slower", "seeds"),
    [(45.8, 1.0, 5), (45.8, 1.1, 4), (45.8, 1.3, 3), (45.8, 4.0, 3), (44.8, 1.0, 4)],
)
def test_later_seeds_are_left_out_for_all_cells(
    monkeypatch: pytest.MonkeyPatch, deadline: float, slower: float, seeds: int
) -> None:
    assert begun(monkeypatch, deadline, slower) == ([n for n in range(seeds) for _ in EACH], seeds)


def test_curves_have_their_time_before_a_fifth_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    curves = plan(folds=1, curve_seeds=1, by_length=False).curve_jobs(RATES)
    assert begun(monkeypatch, 6.9 * 8.2 + 4.7, 1.0, curves)[1] == 4
    assert begun(monkeypatch, 7.1 * 8.2 + 4.7, 1.0, curves)[1] == 5


def test_without_a_budget_all_begin() -> None:
    pace = Pace(ASKED, COSTS, 1, None)
    jobs = ASKED.main(RATES)
    assert all(pace.begin(job, jobs, []) for job in jobs)
    assert (pace.limit, pace.fits(jobs * 100)) == (None, True)


def test_a_baseline_gets_the_time_that_is_left_but_for_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(90.0)
    monkeypatch.setattr(pacing, "time", clock)
    pace = Pace(plan(), COSTS, 2, 100.0)
    assert pace.limit == pytest.approx(100 - 90 - 4.7)
    clock.sleep(6)
    assert pace.limit == 0.0
