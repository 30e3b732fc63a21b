"""Kernels are there before workers start and clocks run."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from clock import Clock
from small import FORECAST, QUICK, two_waves

from gatewise.comparison import compare as comparing
from gatewise.comparison.compare import prepare
from gatewise.comparison.jobs import job as jobs
from gatewise.comparison.jobs.job import Job, Result, execute
from gatewise.comparison.jobs.warmup import warm_up
from gatewise.comparison.running.progress import Stage
from gatewise.comparison.tasks.base import Task


def test_it_draws_no_random_numbers() -> None:
    before = torch.random.get_rng_state()
    warm_up.__wrapped__("GRU")
    assert torch.equal(torch.random.get_rng_state(), before)


def test_compiling_is_told_and_no_budget_pays_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class StoppedError(Exception):
        """In place of the trainings."""

    def stop(*_: object, started: float, **__: object) -> None:
        raise StoppedError(started)

    warmed: list[str] = []
    clock = Clock()

    def slow(cell: str) -> None:
        warmed.append(cell)
        clock.sleep(5.0)

    monkeypatch.setattr(comparing, "time", clock)
    monkeypatch.setattr(comparing, "warm_up", slow)
    monkeypatch.setattr(comparing, "run", stop)
    prepared = prepare(two_waves(), cells={"a": "GRU", "b": "RNN", "c": "GRU"}, horizon=6, config=QUICK)
    told: list[Stage] = []
    with pytest.raises(StoppedError) as begun:
        prepared.run(started=100.0, progress=told.append)
    assert warmed == ["GRU", "RNN"]
    assert told == [Stage("kernels", 0, 2), Stage("kernels", 1, 2), Stage("kernels", 2, 2)]
    assert begun.value.args[0] == 110.0


def test_a_job_begins_when_its_kernels_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    warmed: list[str] = []
    clock = Clock()

    def slow(cell: str) -> None:
        warmed.append(cell)
        clock.sleep(5.0)

    def nothing(_: Task, job: Job) -> Result:
        return Result(job)

    monkeypatch.setattr(jobs, "time", clock)
    monkeypatch.setattr(jobs, "warm_up", slow)
    monkeypatch.setattr(jobs, "_run", nothing)
    prepared = prepare(two_waves(), cells=["LSTM"], horizon=6, config=QUICK, estimator=FORECAST)
    task: Any = prepared.task
    assert execute(task, prepared.plan.main({"LSTM": (0.01,)})[0]).seconds == 0.0
    assert warmed == ["LSTM"]
    execute(task, Job("naive", "baseline", 0, 0, None))
    assert warmed == ["LSTM"]
