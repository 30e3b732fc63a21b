"""The command, its options, and the processes behind it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import ClassVar

import pytest

from benchmarks.__main__ import main
from benchmarks.layers import run, worker
from benchmarks.layers.contest import Outcome
from benchmarks.layers.grid import CELLS, Job, Mode, Shape
from benchmarks.layers.rivals import PEAK, RIVALS, Contestant
from benchmarks.layers.run import Plan
from benchmarks.layers.timing import Spread
from benchmarks.layers.worker import Worker, WorkerError


def test_options_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, complaint in (
        (["--cells", "gru", "peephole"], "argument --cells: invalid choice: 'peephole'"),
        (["--modes", "fly"], "argument --modes: invalid choice: 'fly'"),
        (["--shapes", "1/2/3"], "argument --shapes: expected I/H/B/T, four numbers from 1, got '1/2/3'"),
        (["--threads", "0"], "argument --threads: expected at least 1, got 0"),
        (["--seeds", "3"], "unrecognized arguments: --seeds 3"),
    ):
        with pytest.raises(SystemExit) as caught:
            main(["layers", *arguments])
        assert caught.value.code == 2
        assert complaint in capsys.readouterr().err


def test_options_become_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = []
    monkeypatch.setattr(run, "run", lambda plan: plans.append(plan) or iter(()))
    assert main(["layers", "--threads", "1"]) == 0
    options = ["--quick", "--cells", "lstm", "--modes", "train", "step", "--shapes", "1/2/3/4", "5/6/7/8"]
    assert main(["layers", *options, "--threads", "1"]) == 0
    assert plans == [
        Plan(list(Mode), list(CELLS), [], 1, quick=False),
        Plan([Mode.TRAIN, Mode.STEP], ["lstm"], [Shape(1, 2, 3, 4), Shape(5, 6, 7, 8)], 1, quick=True),
    ]
    groups = [[str(job) for job in group] for group in plans[1].groups()]
    assert groups == [
        ["train lstm 1/2/3/4"],
        ["train lstm 5/6/7/8"],
        [f"step lstm {size}/{2 * size}/1/1" for size in (32, 64, 128, 256)],
    ]


def test_the_whole_grid_and_a_quick_part_of_it() -> None:
    whole, quick = (Plan((Mode.TRAIN, Mode.INFER), quick=quick).groups() for quick in (False, True))
    assert [len(group) for group in whole] == [8] * 8 + [2, 4]
    assert [str(group[0].shape) for group in quick] == ["32/64/32/100", "128/256/32/100", "128/256/1/100"]


@pytest.mark.slow
def test_absent_rivals_are_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    absent = tuple(Contestant(one.title, one.module, ("no_such_package",)) for one in RIVALS[1:])
    monkeypatch.setattr(run, "RIVALS", absent)
    arguments = ["layers", "--quick", "--threads", "1", "--shapes", "3/4/2/5", "--cells", "rnn"]
    assert main([*arguments, "--modes", "infer"]) == 0
    captured = capsys.readouterr()
    assert "Absent: JAX, ONNX Runtime, OpenVINO; `make bench` installs them." in captured.out
    assert captured.err.startswith(
        "JAX: absent, not installed\nONNX Runtime: absent, not installed\nOpenVINO: absent, not installed\n"
    )
    assert "| 3/4/2/5 | rnn  |" in captured.out


def test_the_fastest_probe_is_handed_on_from_shape_to_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    known = []

    class Faster(nullcontext[None]):
        """A contest that sees the machine a little faster than before."""

        versions: ClassVar = {"gatewise": "1.0"}

        def __init__(self, _contestants: object, _threads: int, _patience: object, fastest: float) -> None:
            super().__init__()
            known.append(fastest)
            self.fastest = min(fastest, 1.0) - 0.25

        def __enter__(self) -> Faster:
            return self

        def hold(self, job: Job) -> Outcome:
            return Outcome(job, 1, {"gatewise": Spread(1.0, 1.0, 1.0)})

    monkeypatch.setattr(run, "Contest", Faster)
    list(run.run(Plan([Mode.INFER], ["rnn"], [Shape(1, 2, 3, 4), Shape(5, 6, 7, 8)], 1)))
    assert known == [float("inf"), 0.75]


def test_a_process_that_fails_says_why() -> None:
    with Worker("benchmarks.layers.no_such_rival", 1) as missing, pytest.raises(WorkerError) as caught:
        missing.version()
    assert str(caught.value) == ("ModuleNotFoundError: No module named 'benchmarks.layers.no_such_rival'")


@pytest.mark.slow
def test_a_process_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "TURN_LIMIT_S", 0.2)
    job = Job(Mode.TRAIN, CELLS["lstm"], Shape(64, 128, 8, 20))
    with Worker(PEAK.module, 1) as hanging:
        hanging.version()
        hanging.prepare(job)
        with pytest.raises(WorkerError, match=r"^no answer within 0\.2 s$"):
            hanging.turn(job, 60.0)
        with pytest.raises(WorkerError, match=r"^its process (has ended|ended with code -9)$"):
            hanging.turn(job, 60.0)
