"""Threads: who does the parts, when others are busy, after a fork, and when somebody interrupts."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest
from kernel_problems import NAMES, bits, kernels, problem

from gatewise.kernels.call import teams
from gatewise.kernels.threads import crew
from gatewise.kernels.threads.crew import Crew

LENGTHS = [20, 3, 17, 11, 20, 1, 9, 15, 16]


@pytest.fixture(autouse=True)
def _every_batch_is_worth_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teams, "_WORTH_A_THREAD", 1)
    monkeypatch.setattr(teams, "_WORTH_WAITING", 0)


@pytest.fixture
def python_threads(monkeypatch: pytest.MonkeyPatch) -> Crew:
    """A crew of its own instead of OpenMP."""
    own = Crew()
    monkeypatch.setattr(crew, "_openmp", None)
    monkeypatch.setattr(crew, "_crew", own)
    return own


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_crew_and_openmp_give_the_same_bits(name: str, threads: int, request: pytest.FixtureRequest) -> None:
    given = problem(name, time=20, batch=9, input=20, hidden=37, lengths=LENGTHS)
    with_openmp = bits(kernels(given, threads=threads))
    request.getfixturevalue("python_threads")
    assert bits(kernels(given, threads=threads)) == with_openmp


def record(ran: list[tuple[int, int, int, str]]) -> crew.Entry:
    def entry(_job: int, _a: None, _b: None, first: int, last: int, team: int) -> None:
        ran.append((first, last, team, threading.current_thread().name))

    return entry


def test_one_part_needs_no_crew(python_threads: Crew) -> None:
    ran: list[tuple[int, int, int, str]] = []
    crew.run(record(ran), 0, 1)
    assert ran == [(0, 1, 1, threading.current_thread().name)]
    assert python_threads._tasks == []


def test_each_part_has_a_thread_and_threads_are_kept(python_threads: Crew) -> None:
    for _ in range(3):
        ran: list[tuple[int, int, int, str]] = []
        crew.run(record(ran), 0, 3)
        mine = threading.current_thread().name
        assert sorted(ran) == [
            (0, 1, 3, mine),
            (1, 2, 3, "gatewise-kernels"),
            (2, 3, 3, "gatewise-kernels"),
        ]
    assert len(python_threads._tasks) == 2


def test_whoever_finds_the_crew_busy_works_alone(python_threads: Crew) -> None:
    ran: list[tuple[int, int, int, str]] = []
    with python_threads._lock:
        crew.run(record(ran), 0, 3)
    assert ran == [(0, 3, 1, threading.current_thread().name)]


def test_a_busy_crew_changes_no_bit(python_threads: Crew) -> None:
    given = problem("gru", time=20, batch=9, input=20, hidden=37, lengths=LENGTHS)
    free = bits(kernels(given, threads=3))
    with python_threads._lock:
        assert bits(kernels(given, threads=3)) == free


def test_a_closed_crew_works_alone(python_threads: Crew) -> None:
    python_threads.close()
    ran: list[tuple[int, int, int, str]] = []
    crew.run(record(ran), 0, 2)
    assert ran == [(0, 2, 1, threading.current_thread().name)]


class Waited(SimpleQueue[None]):
    """A queue that says when its reader has come."""

    def __init__(self) -> None:
        super().__init__()
        self.reader_has_come = threading.Event()

    def get(self, block: bool = True, timeout: float | None = None) -> None:
        self.reader_has_come.set()
        super().get(block, timeout)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals for one thread here")
def test_an_interrupt_waits_for_the_parts_that_run(python_threads: Crew) -> None:
    # They work on memory that is given back once the call has ended.
    done: list[int] = []
    queue, interrupted, main = Waited(), threading.Event(), threading.get_ident()
    python_threads._done = queue

    def entry(_job: int, _a: None, _b: None, first: int, *_: int) -> None:
        if first == 1:
            queue.reader_has_come.wait()
            # A signal right before the reader starts to wait would not wake it: so again, until one has.
            while not interrupted.wait(0.01):
                signal.pthread_kill(main, signal.SIGALRM)
        if first:
            interrupted.wait()
            done.append(first)

    def interrupt(*_: object) -> None:
        if not interrupted.is_set():
            interrupted.set()
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            crew.run(entry, 0, 3)
        assert sorted(done) == [1, 2]
    finally:
        signal.signal(signal.SIGALRM, before)
    ran: list[tuple[int, int, int, str]] = []
    crew.run(record(ran), 0, 3)
    assert len(ran) == 3, "the crew is as good as before"


def test_adopting_what_is_no_openmp_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_openmp", None)
    (tmp_path / "libgomp.so").write_text("no library")
    crew.adopt(tmp_path / "libgomp.so")
    crew.adopt(tmp_path / "missing.so")
    assert crew._openmp is None


def test_a_runtime_may_give_fewer_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    given = problem("gru", time=20, batch=9, input=20, hidden=37, lengths=LENGTHS)
    expected = bits(kernels(given, threads=4))
    if crew._openmp is None:
        pytest.skip("no OpenMP runtime in this process")
    parallel = crew._openmp.parallel
    fewer = crew._OpenMP(
        lambda function, data, count, flags: parallel(function, data, count // 2, flags),
        crew._openmp.thread_number,
        crew._openmp.team_size,
    )
    monkeypatch.setattr(crew, "_openmp", fewer)
    assert bits(kernels(given, threads=4)) == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_a_child_starts_with_a_crew_of_its_own() -> None:
    given = problem("gru", time=20, batch=9, input=20, hidden=37, lengths=LENGTHS)
    expected = bits(kernels(given, threads=3))
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        same = bits(kernels(given, threads=3)) == expected
        os.write(write, b"same" if same and crew._openmp is None else b"other")
        os._exit(0)
    assert os.read(read, 5) == b"same"
    assert os.waitpid(child, 0)[1] == 0
    os.close(read)
    os.close(write)
    assert bits(kernels(given, threads=3)) == expected


@pytest.mark.parametrize("openmp", [False, True])
def test_many_python_threads_at_once(openmp: bool, request: pytest.FixtureRequest) -> None:
    if not openmp:
        request.getfixturevalue("python_threads")
    given = [
        problem(name, time=12, batch=7, input=11, hidden=33, seed=seed)
        for seed in range(2)
        for name in ("gru", "lstm", "rnn_tanh", "gru_reset_after")
    ]
    expected = [bits(kernels(one, threads=2)) for one in given]
    right = np.zeros(8, int)

    def work(number: int) -> None:
        for _ in range(10):
            right[number] += bits(kernels(given[number], threads=2)) == expected[number]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert right.tolist() == [10] * 8
