"""Carrying out a plan."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pytest
from small import FORECAST, QUICK, two_waves, without_times

import gatewise
from gatewise.comparison import run as running
from gatewise.comparison.compare import prepare
from gatewise.comparison.jobs import Job, Result, execute
from gatewise.comparison.plan import Costs, Plan
from gatewise.comparison.results import Comparison
from gatewise.comparison.run import Stage, worker_count
from gatewise.comparison.tasks.base import Task
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
    monkeypatch.setattr(running.joblib, "Parallel", Backwards)
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

    def run(task: Task, job: Job) -> Result:
        return execute(task, job) if job.settings is None else result_of(job)

    return run


def test_stages_are_told_in_order_with_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    history = History(steps=20, step_seconds=0.001, seconds=[0.02], loss=[1.0])
    monkeypatch.setattr(running, "execute", fake(lambda job: Result(job, None, 0.1, history, seconds=0.02)))
    prepared = prepare(two_waves(), horizon=6, config=QUICK, estimator=FORECAST)
    told: list[Stage] = []
    outcome = running.run(
        prepared.task, prepared.plan, prepared.config, started=time.perf_counter(), report=told.append
    )
    names = list(dict.fromkeys(stage.name for stage in told))
    assert names == ["probing", "baselines", "tuning", "training", "curves"]
    assert [stage.seconds_left is None for stage in told if stage.name in ("probing", "baselines")] == [
        True
    ] * (4 + 4)
    assert all(stage.seconds_left is not None for stage in told if stage.name == "training")
    assert [(stage.done, stage.total) for stage in told if stage.name == "probing"] == [
        (0, 3), (1, 3), (2, 3), (3, 3),
    ]  # fmt: skip
    assert len(outcome.of("GRU", "main")) == 2


def tuned(
    monkeypatch: pytest.MonkeyPatch, loss_of: Callable[[float], float], trials: int
) -> tuple[float, list[float]]:
    """The learning rate that was chosen for a GRU, and all that were tried."""
    history = History(steps=20, step_seconds=0.001, seconds=[0.02], loss=[1.0])
    tried: list[float] = []

    def result_of(job: Job) -> Result:
        assert job.settings is not None
        rate = job.settings.learning_rate
        if job.purpose == "tune":
            tried.append(rate)
        return Result(job, None, loss_of(rate), history, seconds=0.02)

    monkeypatch.setattr(running, "execute", fake(result_of))
    config = QUICK.model_copy(update={"trials": trials, "curves": False})
    prepared = prepare(two_waves(), cells=["GRU"], horizon=6, config=config, estimator=FORECAST)
    outcome = running.run(prepared.task, prepared.plan, prepared.config, started=time.perf_counter())
    return outcome.rates["GRU"], tried


def test_the_learning_rate_with_the_lowest_loss_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    rate, tried = tuned(monkeypatch, lambda rate: abs(rate - 0.0075), trials=5)
    assert len(tried) == 5
    assert tried[:3] == pytest.approx([3e-3, 1e-3, 8e-3])
    assert rate == min(tried, key=lambda rate: abs(rate - 0.0075))


def test_a_rate_that_diverges_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    rate, _ = tuned(monkeypatch, lambda rate: 1.0 if rate < 2e-3 else float("inf"), trials=3)
    assert rate == pytest.approx(1e-3)


def test_when_every_rate_diverges_the_comparison_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    rate, tried = tuned(monkeypatch, lambda _: float("inf"), trials=3)
    assert rate in tried


def test_one_trial_means_the_usual_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    rate, tried = tuned(monkeypatch, lambda _: 1.0, trials=1)
    assert (rate, tried) == (3e-3, [])


def test_equal_time_gives_slower_cells_fewer_updates() -> None:
    plan = Plan(
        cells={"RNN": "RNN", "LSTM": "LSTM"}, sizes={"RNN": 8, "LSTM": 8}, steps={"RNN": 400, "LSTM": 400},
        folds=1, seeds=2, trials=1, curve_seeds=0, first_rates=(3e-3, 1e-3), random_state=0, by_length=False, members=1,
    )  # fmt: skip
    costs = Costs(step={"RNN": 0.01, "LSTM": 0.025}, overhead={"RNN": 0.0, "LSTM": 0.0}, baselines=0.0)
    assert running._equal_time(plan, costs).steps == {"RNN": 400, "LSTM": 160}


def test_a_diverging_probe_takes_the_cost_of_the_dearest() -> None:
    good = Job("RNN", "probe", 0, 0, None)
    bad = Job("LSTM", "probe", 0, 0, None)
    history = History(steps=20, step_seconds=0.01, seconds=[], loss=[])
    costs = running._costs(
        [Result(good, history=history, seconds=1.2), Result(bad, failure="x", seconds=1)], []
    )
    assert costs.step == {"RNN": 0.01, "LSTM": 0.01}
    assert costs.overhead == {"RNN": pytest.approx(1.0), "LSTM": pytest.approx(1.0)}


@pytest.mark.slow
def test_a_diverging_cell_is_reported_and_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(task: Task, job: Job) -> Result:
        if job.name == "LSTM" and job.purpose == "main":
            return Result(job, failure="training diverged at step 3")
        return execute(task, job)

    monkeypatch.setattr(running, "execute", failing)
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
    def failing(task: Task, job: Job) -> Result:
        if job.name == "LSTM" and job.purpose == "main" and job.fold == 0:
            return Result(job, failure="training diverged at step 3")
        return execute(task, job)

    monkeypatch.setattr(running, "execute", failing)
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
    result = execute(prepared.task, prepared.plan.main({"GRU": 0.01})[0])
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
    result = execute(prepared.task, prepared.plan.main({"GRU": 0.01})[1])
    assert (result.scores, result.failure) == (None, "some forecasts are infinite or not a number")


def test_workers() -> None:
    assert worker_count(QUICK) == 1
    assert worker_count(QUICK.model_copy(update={"workers": None})) >= 1
