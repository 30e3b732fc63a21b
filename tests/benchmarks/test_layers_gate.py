"""What is wrong is found before it is timed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmarks.errors import GateError
from benchmarks.layers import contest, gate
from benchmarks.layers.contest import Contest
from benchmarks.layers.grid import CELLS, Job, Mode, Shape
from benchmarks.layers.inputs import Arrays, Inputs, draw
from benchmarks.layers.rivals import OURS, TORCH, ours, torch_nn
from benchmarks.layers.rounds import QUICK, Played
from benchmarks.layers.task import Task
from benchmarks.layers.worker import WorkerError

SHAPE = Shape(3, 5, 4, 6)
JOBS = [
    Job(mode, cell, SHAPE if mode is not Mode.STEP else Shape(3, 5, 1, 1))
    for mode in (Mode.TRAIN, Mode.INFER, Mode.RAGGED, Mode.STEP)
    for cell in CELLS.values()
]


@pytest.mark.parametrize("job", JOBS, ids=str)
def test_ours_passes(job: Job) -> None:
    found = ours.prepare(job, draw(job), 1).results()
    assert gate.fault(found, gate.expected(job), gate.LIMIT_OF_OURS) is None


@pytest.mark.parametrize("job", [job for job in JOBS if job.cell.name != "gru"], ids=str)
def test_torch_passes(job: Job) -> None:
    found = torch_nn.prepare(job, draw(job), 1).results()
    assert gate.fault(found, gate.expected(job), gate.LIMIT) is None


def test_the_two_grus_are_not_taken_for_each_other() -> None:
    job = Job(Mode.INFER, CELLS["gru"], SHAPE)
    found = torch_nn.prepare(job, draw(job), 1).results()
    fault = gate.fault(found, gate.expected(job), gate.LIMIT)
    assert fault is not None
    assert fault.startswith("output is off by ")


@pytest.mark.parametrize("name", list(gate.expected(Job(Mode.TRAIN, CELLS["lstm"], SHAPE))))
def test_every_result_counts(name: str) -> None:
    right = gate.expected(Job(Mode.TRAIN, CELLS["lstm"], SHAPE))
    scale = np.abs(right[name]).max()
    assert gate.fault({**right, name: right[name] + 0.9e-4 * scale}, right, 1e-4) is None
    assert gate.fault({**right, name: right[name] + 3e-4 * scale}, right, 1e-4) == (
        f"{name} is off by 3.0e-04 of its largest value, allowed are 1e-04"
    )


def test_missing_misshapen_and_undefined_results_are_faults() -> None:
    right: Arrays = {"output": np.ones((2, 3), np.float32)}
    assert gate.fault({}, right, 1e-4) == "output is missing"
    assert gate.fault({"output": np.ones((3, 2), np.float32)}, right, 1e-4) == (
        "output has the shape (3, 2), expected (2, 3)"
    )
    assert gate.fault({"output": np.full((2, 3), np.nan, np.float32)}, right, 1e-4) == (
        "output is off by nan of its largest value, allowed are 1e-04"
    )


class Here:
    """A worker without a process; ``prepare`` stands in for a contestant's."""

    def __init__(self, module: str, threads: int) -> None:
        self.prepare_task, self.threads = PREPARE[module], threads
        self.tasks: dict[Job, Task] = {}

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None: ...

    def version(self) -> str:
        return "1.0"

    def prepare(self, job: Job) -> Arrays:
        self.tasks[job] = self.prepare_task(job, draw(job), self.threads)
        return self.tasks[job].results()

    def turn(self, job: Job, seconds: float) -> list[float]:
        return self.tasks[job].turn(seconds / 10)

    def forget(self, job: Job) -> None:
        self.tasks.pop(job, None)


def wrong(job: Job, inputs: Inputs, threads: int) -> Task:
    """Forgets the second bias."""
    inputs.weights["bias_hh"][:] = 0
    return torch_nn.prepare(job, inputs, threads)


def failing(_job: Job, _inputs: Inputs, _threads: int) -> Task:
    raise WorkerError("RuntimeError: no such operator")


PREPARE = {}


@pytest.fixture
def field(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setattr(contest, "Worker", Here)
    monkeypatch.setattr(contest, "PEAK", contest.Contestant("peak", "none", ("no_such_package",)))
    PREPARE.update({OURS.module: ours.prepare, TORCH.module: torch_nn.prepare})


@pytest.mark.usefixtures("field")
def test_a_wrong_rival_is_reported_and_not_timed() -> None:
    job = Job(Mode.INFER, CELLS["lstm"], SHAPE)
    with Contest([OURS, TORCH], 1, QUICK) as held:
        fine = held.hold(job)
    assert list(fine.times) == ["gatewise", "torch.nn"]
    assert fine.best == "torch.nn"
    assert fine.steps == 24

    PREPARE[TORCH.module] = wrong
    with Contest([OURS, TORCH], 1, QUICK) as held:
        outcome = held.hold(job)
    assert list(outcome.times) == ["gatewise"]
    assert outcome.best is None
    assert outcome.faults["torch.nn"].startswith("output is off by ")

    PREPARE[TORCH.module] = failing
    with Contest([OURS, TORCH], 1, QUICK) as held:
        assert held.hold(job).faults == {"torch.nn": "RuntimeError: no such operator"}


@pytest.mark.usefixtures("field")
def test_ours_being_wrong_ends_it() -> None:
    PREPARE[OURS.module] = wrong
    message = r"gatewise, infer rnn 3/5/4/6: output is off by \S+ of its largest value, allowed are 1e-05"
    with Contest([OURS, TORCH], 1, QUICK) as held, pytest.raises(GateError, match=message):
        held.hold(Job(Mode.INFER, CELLS["rnn"], SHAPE))


@pytest.mark.usefixtures("field")
def test_torchs_gru_stands_beside_the_papers_as_another_function() -> None:
    with Contest([OURS, TORCH], 1, QUICK) as held:
        outcome = held.hold(Job(Mode.RAGGED, CELLS["gru"], SHAPE))
    assert list(outcome.times) == ["gatewise", "gatewise, padded", "torch.nn, packed", "torch.nn, padded"]
    assert outcome.different == {"torch.nn, packed", "torch.nn, padded"}
    assert not outcome.faults


@pytest.mark.usefixtures("field")
def test_what_the_peak_was_is_told_and_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contest, "PEAK", contest.Contestant("peak", "peak", ()))
    PREPARE["peak"] = lambda *_: Task(lambda: None, lambda _: {"gigaflops": np.array([3.0], np.float32)})
    known = []

    def play(_turns: object, _patience: object, _error: object, _probe: object, fastest: float) -> Played:
        known.append(fastest)
        return Played({"gatewise": [1.0]}, {}, [0.02, 0.03, 0.02], 0.015, 3, busy=True)

    monkeypatch.setattr(contest, "play", play)
    with Contest([OURS], 1, QUICK, fastest=0.018) as held:
        outcome = held.hold(Job(Mode.INFER, CELLS["rnn"], SHAPE))
        held.hold(Job(Mode.INFER, CELLS["gru"], SHAPE))
    assert (outcome.peak_gflops, outcome.left_out, outcome.busy) == (pytest.approx(150.0), 3, True)
    assert known == [0.018, 0.015]
    assert held.fastest == 0.015
