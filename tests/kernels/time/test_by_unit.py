"""Threads that share work: the units of every step, or the phases of a job; who comes late, or not at all."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from guarded import forget_plans, guarded_kernels
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_problems import NAMES, Problem, backward, bits, forward, kernels, problem

from gatewise import nn
from gatewise.kernels.call import plans, teams
from gatewise.kernels.cells.registry import KERNELS
from gatewise.kernels.record import memory
from gatewise.kernels.record.job import JOB, Plan
from gatewise.kernels.record.sizes import Sizes
from gatewise.kernels.threads import crew

all_kernels = pytest.mark.parametrize("name", NAMES)
# Others share their products; each is compiled for a quarter of a minute.
FEW = ("gru", "lstm")
some_kernels = pytest.mark.parametrize(
    "name", [name if name in FEW else pytest.param(name, marks=pytest.mark.deep) for name in NAMES]
)
FOREVER = 1 << 50


@pytest.fixture(autouse=True)
def _every_batch_is_worth_its_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(teams, "_WORTH_A_THREAD", 1)
    monkeypatch.setattr(teams, "_WORTH_MEETING", 1)
    monkeypatch.setattr(teams, "_WORTH_MEETINGS", 1)
    monkeypatch.setattr(teams, "_WORTH_WAITING", 0)
    yield
    forget_plans()


def look(times: int, patch: pytest.MonkeyPatch) -> None:
    """Have threads look so many times for each other in every step, eight times as often in the first."""
    patch.setattr(plans, "_LOOKS", times)
    patch.setattr(plans, "_WORK_OF_A_LOOK", 1 << 50)
    forget_plans()


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each run of several threads, whether one did the share of another."""
    ended: list[bool] = []
    monkeypatch.setattr(teams, "_learn", ended.append)
    return ended


def infer(given: Problem, threads: int) -> list[bytes]:
    """Run forward without saving; the bits of outputs and states."""
    return [array.tobytes() for array in forward(given, threads=threads, save=False).outputs]


def train(given: Problem, threads: int) -> dict[str, bytes]:
    """Run forward and back; the bits of outputs, states and gradients."""
    return bits(kernels(given, threads=threads))


both_ways = pytest.mark.parametrize("run_way", [infer, train])
Way = Callable[[Problem, int], Any]


def in_turn(*numbers: int) -> Callable[[crew.Entry, int, int], None]:
    """Make a ``crew.run`` in which one thread after the other does all it can."""

    def run_in_turn(entry: crew.Entry, job: int, team: int) -> None:
        if team == 1:
            entry(job, None, None, 0, 1, 1)
            return
        assert team == len(numbers)
        for number in numbers:
            entry(job, None, None, number, number + 1, team)

    return run_in_turn


def at_once(late: int) -> Callable[[crew.Entry, int, int], None]:
    """Make a ``crew.run`` in which each share has a thread of its own; one comes when another does its share."""

    def run_at_once(entry: crew.Entry, job: int, team: int) -> None:
        alone = ctypes.c_int64.from_address(job + JOB.fields["alone"][1])

        def come(number: int) -> None:
            while number == late and not alone.value:
                time.sleep(0.001)
            entry(job, None, None, number, number + 1, team)

        threads = [threading.Thread(target=come, args=(number,)) for number in range(team)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return run_at_once


few = st.fixed_dictionaries(
    {
        "time": st.sampled_from([1, 2, 3, 7, 33, 70]),
        "batch": st.sampled_from([1, 2]),
        "input": st.sampled_from([1, 5, 16, 33]),
        "hidden": st.sampled_from([33, 47, 49, 64, 65, 97, 128]),
        "reverse": st.booleans(),
        "dtype": st.sampled_from([np.float32, np.float64]),
        "order": st.sampled_from(["time batch input", "batch time input"]),
        "seed": st.integers(0, 1000),
    }
)


@some_kernels
@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    shape=few, ragged=st.booleans(), looks=st.sampled_from([0, 300, 1 << 17]), threads=st.sampled_from([2, 3])
)
def test_few_sequences_have_the_same_bits_at_any_number_of_threads(
    name: str, shape: dict[str, Any], ragged: bool, looks: int, threads: int
) -> None:
    lengths = [max(1, shape["time"] - 3 * row) for row in range(shape["batch"])][::-1] if ragged else None
    given = problem(name, lengths=lengths, **shape)
    one = infer(given, 1)
    with pytest.MonkeyPatch.context() as patch, guarded_kernels() as guards:
        look(looks, patch)
        assert infer(guards.problem(given), threads) == one


@some_kernels
@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    shape=few, ragged=st.booleans(), looks=st.sampled_from([0, 300, 1 << 17]), threads=st.sampled_from([2, 3])
)
def test_training_on_few_sequences_has_the_same_bits_too(
    name: str, shape: dict[str, Any], ragged: bool, looks: int, threads: int
) -> None:
    # Rows are added up part by part: as many parts as sequences, unless units are shared.
    threads = max(threads, shape["batch"] + 1)
    lengths = [max(1, shape["time"] - 3 * row) for row in range(shape["batch"])][::-1] if ragged else None
    given = problem(name, lengths=lengths, **shape)
    one = train(given, 1)
    with pytest.MonkeyPatch.context() as patch, guarded_kernels() as guards:
        look(looks, patch)
        assert train(guards.problem(given), threads) == one


@all_kernels
def test_gradients_without_that_of_the_input(name: str) -> None:
    given = problem(name, time=9, batch=1, input=20, hidden=97)
    wanted = kernels(given, threads=2)
    found = backward(given, forward(given, threads=2), needs_x=False)
    assert set(found) == {key for key in wanted if key.startswith("d")} - {"dx"}
    for key, array in found.items():
        assert array.tobytes() == wanted[key].tobytes(), key


@pytest.mark.parametrize(("batch", "threads"), [(1, 2), (2, 3)])
@both_ways
@all_kernels
def test_threads_that_wait_for_each_other(
    name: str,
    run_way: Way,
    batch: int,
    threads: int,
    ended: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = problem(name, time=9, batch=batch, input=20, hidden=97, lengths=[9, 4][:batch], reverse=True)
    one = run_way(given, 1)
    look(FOREVER, monkeypatch)
    assert run_way(given, threads) == one
    if run_way is infer:
        assert ended == [False]
    else:
        # Sums at the end of the way back are done by whoever is there.
        assert len(ended) == 2
        assert not ended[0]


@pytest.mark.parametrize("looks", [0, 10, 100, 1000, 10_000])
@both_ways
@all_kernels
def test_somebody_goes_on_alone_at_any_time(
    name: str, run_way: Way, looks: int, ended: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = problem(name, time=40, batch=1, input=20, hidden=130)
    one = run_way(given, 1)
    look(looks, monkeypatch)
    for _ in range(20):
        assert run_way(given, 2) == one
    assert len(ended) == (20 if run_way is infer else 40)


@pytest.mark.parametrize("numbers", [(1, 0), (2, 1, 0), (1, 2, 0)])
@both_ways
@all_kernels
def test_whoever_comes_after_the_end_changes_nothing(
    name: str,
    run_way: Way,
    numbers: tuple[int, ...],
    ended: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = problem(name, time=12, batch=2 if len(numbers) > 2 else 1, input=20, hidden=97)
    one = run_way(given, 1)
    look(0, monkeypatch)
    monkeypatch.setattr(crew, "run", in_turn(*numbers))
    with guarded_kernels() as guards:
        assert run_way(guards.problem(given), len(numbers)) == one
    assert ended == [True] * (1 if run_way is infer else 2)


@pytest.mark.parametrize("late", [0, 1])
@both_ways
@all_kernels
def test_whoever_comes_late_is_not_waited_for(
    name: str, run_way: Way, late: int, ended: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = problem(name, time=40, batch=1, input=20, hidden=130)
    one = run_way(given, 1)
    monkeypatch.setattr(crew, "run", at_once(late))
    assert run_way(given, 2) == one
    assert ended == [True] * (1 if run_way is infer else 2)


@both_ways
@all_kernels
def test_one_thread_may_have_to_do_all_shares(
    name: str, run_way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = problem(name, time=12, batch=2, input=20, hidden=97, lengths=[5, 12])
    one = run_way(given, 1)
    monkeypatch.setattr(crew, "run", lambda entry, job, team: entry(job, None, None, 0, team, 1))
    assert run_way(given, 3) == one


def test_after_somebody_did_not_come_one_thread_is_called_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(teams, "_WORTH_WAITING", 1 << 30)
    monkeypatch.setattr(teams, "_alone_until", 0)
    monkeypatch.setattr(teams, "_PAUSES", (1, 5))
    monkeypatch.setattr(teams, "_pause", 1)
    now = 100.0
    monkeypatch.setattr(teams.time, "monotonic", lambda: now)
    called: list[int] = []

    def late(entry: crew.Entry, job: int, team: int) -> None:
        called.append(team)
        in_turn(1, 0)(entry, job, team)

    monkeypatch.setattr(crew, "run", late)
    given = problem("lstm", time=9, batch=1, input=8, hidden=64)
    ends = []
    for _ in range(4):
        infer(given, 2)
        infer(given, 2)
        ends.append(teams._alone_until - now)
        now = teams._alone_until
    assert called == [2, 1] * 4
    assert ends == [1, 2, 4, 5], "twice as long each time"
    teams._learn(alone=False)
    teams._learn(alone=False)
    assert teams._pause == 1.25
    assert teams._alone_until == now


@pytest.mark.parametrize(("shape", "shared"), [((1, 100), True), ((4, 100), False), ((1, 1), False)])
def test_units_are_shared_only_if_sequences_are_few_and_steps_many(
    shape: tuple[int, int], shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    batch, steps = shape
    sizes = Sizes(steps, batch, 128, 256, 3, 4)
    assert teams.shares_units(teams.work_of(KERNELS["gru"].blocks, sizes), sizes, 2) == shared


@pytest.mark.parametrize("lengths", [None, [40]])
@pytest.mark.parametrize("layer", [nn.RNN, nn.LSTM, nn.GRU])
def test_layers_share_units_too(layer: type[nn.RNN], lengths: list[int] | None, ended: list[bool]) -> None:
    torch.manual_seed(0)
    whole, x = layer(20, 130, bidirectional=True), torch.randn(41 if lengths else 40, 1, 20)
    results, gradients = [], []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            with torch.no_grad():
                results.append(whole(x, lengths=lengths)[0])
            y, _ = whole(x, lengths=lengths)
            gradients.append(torch.autograd.grad(y.square().sum(), list(whole.parameters())))
    finally:
        torch.set_num_threads(1)
    assert len(ended) == 6, "both directions, without a graph, with one, and back"
    assert torch.equal(*results)
    assert all(map(torch.equal, *gradients))


_PIECES = ["w_panels", "u_panels", "h", "c", "reset_h", "staged", "own_gates"]
_PIECES_BACK = [
    "w_panels",
    "u_panels",
    "h",
    "c",
    "reset_h",
    "staged",
    "d_gates",
    "handed_on",
    "reset",
    "bias_sums",
]


@pytest.mark.parametrize(
    ("run_way", "piece"),
    [*((infer, piece) for piece in _PIECES), *((train, piece) for piece in _PIECES_BACK)],
)
def test_guards_stand_around_the_workspace_of_shared_runs(
    run_way: Way, piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plan = plans.make_plan

    def too_small(numbers: Any, tables: Any, room: dict[str, int], itemsize: int) -> Plan:
        back = "d_gates" in room
        if room.get(piece) and back == (run_way is train):
            cut = {"h": 128, "c": 128, "reset_h": 128, "handed_on": 128, "own_gates": 1024}.get(piece, 512)
            room[piece] -= cut // itemsize
        return make_plan(numbers, tables, room, itemsize)

    monkeypatch.setattr(plans, "make_plan", too_small)
    # Who went on alone would leave what belongs to the other thread as it is.
    look(FOREVER, monkeypatch)
    given = problem("lstm" if piece == "c" else "gru", time=70, batch=1, input=64, hidden=64)
    with pytest.raises(AssertionError, match="a zone was touched"), guarded_kernels():
        run_way(given, 2)
    assert memory.GAP == 0


# Phases.


@pytest.mark.parametrize("numbers", [(1, 0), (2, 1, 0)])
@all_kernels
def test_one_thread_does_what_nobody_else_takes(
    name: str, numbers: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "RESET_ROWS", 5)
    forget_plans()
    given = problem(name, time=20, batch=9, input=20, hidden=37, lengths=[20, 3, 17, 11, 20, 1, 9, 15, 16])
    together = bits(kernels(given, threads=len(numbers)))
    monkeypatch.setattr(crew, "run", in_turn(*numbers))
    with guarded_kernels() as guards:
        assert bits(kernels(guards.problem(given), threads=len(numbers))) == together


@pytest.mark.parametrize("late", [0, 1])
@all_kernels
def test_a_late_thread_finds_its_shares_done(name: str, late: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given = problem(name, time=20, batch=2, input=20, hidden=37, lengths=[20, 13])
    together = bits(kernels(given, threads=2))
    monkeypatch.setattr(crew, "run", at_once(late))
    assert bits(kernels(given, threads=2)) == together


def test_who_does_the_shares_of_another_says_so(ended: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    given = problem("gru", time=20, batch=9, input=20, hidden=37)
    monkeypatch.setattr(crew, "run", in_turn(1, 0))
    kernels(given, threads=2)
    assert ended == [True, True]


@all_kernels
def test_more_threads_than_sequences_change_no_bit_of_a_training_step(name: str) -> None:
    # There are as many parts, and rows are added up part by part.
    given = problem(name, time=200, batch=1, input=20, hidden=130)
    one = bits(kernels(given, threads=1))
    for threads in (2, 3, 50):
        with guarded_kernels() as guards:
            assert bits(kernels(guards.problem(given), threads=threads)) == one
