"""Carrying out a plan."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pytest
from clock import Clock
from small import FORECAST, QUICK, two_waves, without_times

import gatewise
from gatewise.comparison.compare import prepare
from gatewise.comparison.jobs.job import Job, Result, execute
from gatewise.comparison.results import Comparison
from gatewise.comparison.running import pace as pacing
from gatewise.comparison.running import run as running
from gatewise.comparison.running import stages as staging
from gatewise.comparison.running.outcome import Outcome
from gatewise.comparison.running.progress import Stage
from gatewise.comparison.running.run import worker_count
from gatewise.comparison.tasks.base import Scores, Task
from gatewise.errors import DivergedError
from gatewise.training.history import History


def evidence_of(comparison: Comparison) -> Any:
    return without_times(json.loads(comparison.to_json()))


class Backwards:
    """An executor in which the last job is the first to end."""

    def __init__(self, **_: object) -> None: ...

    def __call__(self, calls: Iterable[tuple[Callable[..., Result], Any, Any]]) -> Iterator[Result]:
        for function, arguments, options in reversed(list(calls)):
            yield function(*arguments, **options)


@pytest.mark.slow
def test_the_order_of_finishing_changes_nothing(
    forecast_comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging.joblib, "Parallel", Backwards)
    again = gatewise.compare(two_waves(), horizon=6, config=QUICK, estimator=FORECAST)
    assert evidence_of(again) == evidence_of(forecast_comparison)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:os.fork:DeprecationWarning")  # joblib's own way to start workers
def test_processes_give_the_same_numbers(forecast_comparison: Comparison) -> None:
    config = QUICK.model_copy(update={"workers": 2})
    again = gatewise.compare(two_waves(), horizon=6, config=config, estimator=FORECAST)
    assert again.evidence.machine.workers == 2
    assert evidence_of(again) == evidence_of(forecast_comparison)


def test_another_random_state_gives_other_numbers(forecast_comparison: Comparison) -> None:
    config = QUICK.model_copy(update={"trials": 1, "curves": False})
    other = gatewise.compare(
        two_waves(), cells=["GRU"], horizon=6, config=config, estimator=FORECAST, random_state=1
    )
    gru = next(c for c in forecast_comparison.evidence.cells if c.name == "GRU")
    assert other.evidence.cells[0].fit.by_seed != gru.fit.by_seed
    assert other.evidence.baselines[0].fit.error == forecast_comparison.evidence.baselines[0].fit.error


def fake(result_of: Callable[[Job], Result]) -> Callable[[Task, Job], Result]:
    """Every job takes no time; ``result_of`` says what comes of it."""

    def run(task: Task, job: Job, limit: float | None = None) -> Result:
        return execute(task, job, limit) if job.settings is None else result_of(job)

    return run


def test_stages_are_told_in_order_with_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    history = History(steps=20, step_seconds=0.001, seconds=[0.02], loss=[1.0])
    monkeypatch.setattr(staging, "execute", fake(lambda job: Result(job, None, 0.1, history, seconds=0.02)))
    prepared = prepare(two_waves(), horizon=6, config=QUICK, estimator=FORECAST)
    told: list[Stage] = []
    outcome = running.run(
        prepared.task, prepared.plan, prepared.config, started=time.perf_counter(), report=told.append
    )
    names = list(dict.fromkeys(stage.name for stage in told))
    assert names == ["probing", "tuning", "training", "curves"]
    # Three cells, and four baselines beside them.
    # The last comes with the plan, which says how long it takes.
    *before, planned = [stage for stage in told if stage.name == "probing"]
    assert [stage.seconds_left for stage in before] == [None] * 8
    assert planned.seconds_left is not None
    assert planned.plan[-1] == "in all 42 trainings of networks"
    assert not any(stage.plan for stage in before)
    assert all(stage.seconds_left is not None for stage in told if stage.name == "training")
    assert [(stage.done, stage.total) for stage in before] == [(done, 7) for done in range(8)]
    baselines = {one.name for stage in told if (one := stage.finished) and one.purpose == "baseline"}
    assert baselines == set(prepared.task.baselines())
    assert all(len(stage.running) <= 1 for stage in told), "with one worker"
    assert len(outcome.of("GRU", "main")) == 2


@pytest.mark.slow
def test_a_diverging_cell_is_reported_and_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(task: Task, job: Job, limit: float | None = None) -> Result:
        if job.name == "LSTM" and job.purpose == "main":
            return Result(job, failure="training diverged at step 3")
        return execute(task, job, limit)

    monkeypatch.setattr(staging, "execute", failing)
    config = QUICK.model_copy(update={"trials": 1, "curves": False})
    comparison = gatewise.compare(
        two_waves(), cells=["LSTM", "GRU"], horizon=6, config=config, estimator=FORECAST
    )
    lstm = comparison.evidence.cells[0]
    assert lstm.training is not None
    assert lstm.training.diverged == 2
    assert lstm.fit.error.mean == float("inf")
    assert lstm.structure is None
    found = comparison.recommend()
    assert found.excluded == {"LSTM": "2 of its trainings diverged"}
    assert not any("LSTM" in (d.first, d.second) for d in comparison.evidence.differences)


@pytest.mark.slow
def test_a_fold_in_which_every_seed_diverged_is_not_mixed_up_with_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(task: Task, job: Job, limit: float | None = None) -> Result:
        if job.name == "LSTM" and job.purpose == "main" and job.fold == 0:
            return Result(job, failure="training diverged at step 3")
        return execute(task, job, limit)

    monkeypatch.setattr(staging, "execute", failing)
    config = QUICK.model_copy(update={"trials": 1, "curves": False, "folds": 2})
    comparison = gatewise.compare(
        two_waves(), cells=["LSTM", "GRU"], horizon=6, config=config, estimator=FORECAST
    )
    assert comparison.recommend().excluded == {"LSTM": "2 of its trainings diverged"}
    assert not any("LSTM" in (d.first, d.second) for d in comparison.evidence.differences)


def test_a_training_that_diverges_is_a_result_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepare(two_waves(), cells=["GRU"], horizon=6, config=QUICK, estimator=FORECAST)

    def explode(*_: object) -> None:
        raise DivergedError("training diverged at step 7", step=7, loss=float("nan"))

    monkeypatch.setattr(prepared.task, "fit", explode)
    result = execute(prepared.task, prepared.plan.main({"GRU": (0.01,)})[0])
    assert (result.scores, result.failure) == (None, "training diverged at step 7")


def test_forecasts_that_are_not_finite_are_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepare(two_waves(), cells=["GRU"], horizon=6, config=QUICK, estimator=FORECAST)
    estimator = type(prepared.task.estimator(prepared.plan.settings("GRU", 0.01, "main", 0, 0)))
    forecast = estimator.forecast

    def endless(self: Any, *arguments: Any) -> Any:
        found = forecast(self, *arguments)
        found[0, 0, 0] = np.inf
        return found

    monkeypatch.setattr(estimator, "forecast", endless)
    result = execute(prepared.task, prepared.plan.main({"GRU": (0.01,)})[1])
    assert (result.scores, result.failure) == (None, "some forecasts are infinite or not a number")


HISTORY = History(steps=20, step_seconds=0.01, seconds=[0.2], loss=[1.0])


def scored(task: Task, job: Job, error: float, seconds: float) -> Result:
    """A job that took so long and gave this error on each test unit, some more and some less."""
    loss = job.settings.learning_rate if job.settings else 0.0
    units = error + 0.001 * np.arange(len(task.units().groups[0]))
    return Result(job, Scores(units, {}), loss, HISTORY, seconds=seconds)


class Paced:
    """Jobs that take time on a clock and give errors, one after the other; what began is kept."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        error_of: Callable[[Job], float] = lambda _: 1.0,
        seconds_of: Callable[[Job], float] = lambda _: 1.0,
    ) -> None:
        self.clock = Clock()
        self.jobs: list[Job] = []
        self.limits: dict[str, float] = {}
        self.error_of, self.seconds_of = error_of, seconds_of
        monkeypatch.setattr(staging, "execute", self.execute)
        monkeypatch.setattr(running, "time", self.clock)
        monkeypatch.setattr(pacing, "time", self.clock)

    def execute(self, task: Task, job: Job, limit: float | None = None) -> Result:
        self.jobs.append(job)
        seconds = self.seconds_of(job)
        if limit is not None:
            self.limits[job.name] = limit
        if limit is not None and seconds > limit:
            self.clock.sleep(limit)
            return Result(job, seconds=limit, failure="ended by its time limit", ended=True)
        self.clock.sleep(seconds)
        return scored(task, job, self.error_of(job), seconds)

    def run(self, report: Callable[[Stage], None] | None = None, **options: Any) -> Outcome:
        config = QUICK.model_copy(update=options)
        prepared = prepare(two_waves(), horizon=6, config=config, estimator=FORECAST)
        return running.run(prepared.task, prepared.plan, prepared.config, started=0.0, report=report)

    def count(self, purpose: str, name: str) -> int:
        return sum((job.purpose, job.name) == (purpose, name) for job in self.jobs)


def test_a_dear_baseline_is_tried_once_more_with_the_time_that_is_kept_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paced = Paced(monkeypatch, seconds_of=lambda job: 25.0 if job.name == "boosting" else 1.0)
    outcome = paced.run(budget=100.0, curves=False, seeds=5)
    assert paced.count("baseline", "boosting") == 2
    first = next(at for at, job in enumerate(paced.jobs) if job.purpose == "main")
    assert (paced.jobs[first - 1].name, paced.jobs[first - 1].purpose) == ("boosting", "baseline")
    assert len(outcome.of("boosting", "baseline")) == 1
    assert outcome.of("boosting", "baseline")[0].scores is not None
    assert outcome.plan.cut == ()


def test_a_baseline_for_which_there_is_no_time_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    paced = Paced(monkeypatch, seconds_of=lambda job: 1e4 if job.name == "boosting" else 1.0)
    outcome = paced.run(budget=60.0, curves=False, seeds=3)
    assert outcome.of("boosting", "baseline") == []
    assert outcome.plan.cut[-1] == "the boosting baseline left out, to keep the budget: it takes too long"
    assert len(outcome.of("linear", "baseline")) == 1
    assert paced.clock.now <= 60.0


def test_trainings_that_are_slower_than_reckoned_leave_later_seeds_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paced = Paced(monkeypatch, seconds_of=lambda job: 3.0 if job.purpose == "main" else 1.0)
    outcome = paced.run(budget=60.0, curves=False, seeds=9, trials=1)
    # A probe takes a second, of which a fifth is updates.
    assert outcome.plan.seeds == 5
    assert [paced.count("main", name) for name in ("RNN", "LSTM", "GRU")] == [5, 5, 5]
    assert outcome.plan.cut == (
        "5 seeds instead of 9, to keep the budget: trainings take 2.9 times as long as reckoned",
    )
    assert paced.clock.now <= 60.0


def test_curves_for_which_there_is_no_time_are_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    paced = Paced(monkeypatch, seconds_of=lambda job: 3.0 if job.purpose == "main" else 1.0)
    outcome = paced.run(budget=60.0, seeds=3, trials=1)
    assert paced.count("amount", "GRU") == 0
    assert outcome.plan.cut == ("no curves against sequence length and amount of data, to keep the budget",)


def wavering(job: Job) -> float:
    """Seeds of the GRU and the LSTM differ, those of the RNN do not; nobody is near it."""
    if job.name == "RNN":
        return 9.0
    return {"LSTM": 1.1, "GRU": 1.0}.get(job.name, 20.0) + 0.2 * (job.number % 3 - 1)


def test_more_seeds_where_they_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    paced = Paced(monkeypatch, wavering)
    outcome = paced.run(curves=False, seeds=5, trials=1)
    assert outcome.plan.more_seeds == {"RNN": 0, "LSTM": 5, "GRU": 5}
    assert [len(outcome.of(name, "main")) for name in ("RNN", "LSTM", "GRU")] == [5, 10, 10]
    assert outcome.plan.jobs == len([job for job in paced.jobs if job.purpose == "main"])
    assert len({job.settings.seed for job in paced.jobs if job.settings and job.purpose == "main"}) == 25


@pytest.mark.parametrize("seeds", [2, 3, 4])
def test_fewer_than_five_seeds_are_kept_as_asked(seeds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for budget in (None, 600.0):
        outcome = Paced(monkeypatch, wavering).run(curves=False, seeds=seeds, trials=1, budget=budget)
        assert (outcome.plan.more_seeds, outcome.plan.seeds) == ({}, seeds)


def test_seeds_that_a_budget_cut_come_back_if_there_is_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # Reckoned as dear as the probes, of which there is one with a slow start, and then much faster.
    paced = Paced(monkeypatch, wavering, seconds_of=lambda job: 4.0 if job.purpose == "probe" else 0.5)
    outcome = paced.run(curves=False, seeds=5, trials=1, budget=70.0)
    assert outcome.plan.seeds < 5
    assert outcome.plan.seeds_of("RNN") == 5
    assert outcome.plan.seeds_of("GRU") == 10


def test_more_seeds_are_counted_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Stage] = []
    Paced(monkeypatch, wavering).run(told.append, curves=False, seeds=5, trials=1)
    ended = [stage.finished for stage in told if stage.finished]
    lines = [str(one) for one in ended if one.purpose != "baseline"]
    assert lines[14].startswith("[15/15] GRU seed 4: ")
    assert lines[15].startswith("[ 1/10 more] LSTM seed 5: ")
    assert lines[-1].startswith("[10/10 more] GRU seed 9: ")
    assert len(lines) == 25


def test_more_seeds_as_time_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Paced(monkeypatch, wavering).run(curves=False, seeds=6, trials=1, budget=600.0).plan.more_seeds == {
        "RNN": 0, "LSTM": 4, "GRU": 4,
    }  # fmt: skip
    paced = Paced(monkeypatch, wavering)
    outcome = paced.run(curves=False, seeds=5, trials=1, budget=30.0)
    assert 0 < outcome.plan.more_seeds["GRU"] < 5
    assert paced.clock.now <= 30.0


def test_no_more_seeds_where_they_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = Paced(monkeypatch, lambda job: {"GRU": 1.0, "LSTM": 2.0}.get(job.name, 3.0)).run(
        curves=False, seeds=5, trials=1
    )
    assert (outcome.plan.more_seeds, outcome.plan.seeds) == ({}, 5)


def test_workers() -> None:
    assert worker_count(QUICK) == 1
    assert worker_count(QUICK.model_copy(update={"workers": None})) >= 1
