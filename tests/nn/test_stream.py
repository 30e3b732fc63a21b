"""Streams against their layers."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest
import torch
from cells import CELLS, CellCase, assert_same, random_state, tensors

from gatewise.errors import ConfigurationError, DataError, LayerInputError
from gatewise.kernels.threads import crew
from gatewise.nn import GRU, LSTM, LSTMState, Stream
from gatewise.nn.operators.loading import load_kernels

all_cells = pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)


@pytest.mark.parametrize("threads", [1, 2, 3, 64])
@pytest.mark.parametrize(
    ("hidden", "layers", "batch"), [(1, 1, 1), (5, 2, 3), (16, 1, 2), (37, 3, 9), (65, 2, 1)]
)
@all_cells
def test_steps_give_what_the_layer_gives(
    case: CellCase, hidden: int, layers: int, batch: int, threads: int
) -> None:
    layer = case.make(3, hidden, layers, bias=hidden != 16)
    x = torch.randn(7, batch, 3)
    expected, state = layer(x)
    stream = layer.stream(batch, threads=threads)
    got = torch.stack([stream.step(step).clone() for step in x])
    assert_same([got, *tensors(stream.state)], [expected, *tensors(state)], 7)


@pytest.mark.parametrize("openmp", [True, False])
@all_cells
def test_threads_change_no_bit(case: CellCase, openmp: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not openmp:
        monkeypatch.setattr(crew, "_openmp", None)
    layer, x = case.make(3, 70, 2), torch.randn(9, 2, 3)
    one, many = layer.stream(2), layer.stream(2, threads=3)
    for step in x:
        assert torch.equal(one.step(step), many.step(step))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_a_stream_of_several_threads_takes_those_of_openmp_and_goes_on_in_a_child_without_them() -> None:
    # In a new process: no layer has run before.
    program = """
import faulthandler, os, torch
from gatewise.kernels.threads import crew
from gatewise.nn import GRU
one, many = (GRU.stream(layer, threads=threads) for layer in [GRU(5, 70)] for threads in (1, 2))
print("openmp" if crew._openmp else "crew", flush=True)
assert torch.equal(one.step(torch.ones(5)), many.step(torch.ones(5)))
child = os.fork()
if child == 0:
    faulthandler.dump_traceback_later(300, exit=True)
    assert torch.equal(one.step(torch.ones(5)), many.step(torch.ones(5)))
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=600, check=False
    )
    assert ran.returncode == 0, ran.stderr
    load_kernels()
    assert ran.stdout.split()[-1] == ("crew" if crew._openmp is None else "openmp")


@all_cells
def test_a_single_stream_has_no_batch_axis(case: CellCase) -> None:
    layer, x = case.make(3, 5, dtype=torch.float64), np.random.default_rng(0).normal(size=(4, 3))
    stream = layer.stream()
    expected, state = layer(torch.from_numpy(x))
    got = torch.stack([stream.step(step).clone() for step in x])
    assert_same([got, *tensors(stream.state)], [expected, *tensors(state)], 4)


@all_cells
def test_a_state_goes_from_layer_to_stream_and_on_to_another(case: CellCase) -> None:
    layer, x = case.make(3, 5, 2), torch.randn(8, 2, 3)
    expected, last = layer(x, random := random_state(layer, 2))
    first = layer.stream(2)
    first.state = random
    for step in x[:5]:
        first.step(step)
    second = Stream(layer, 2)
    second.state = first.state
    assert_same([second.step(step).clone() for step in x[5:]], list(expected[5:]), 8)
    assert_same(tensors(second.state), tensors(last), 8)


def test_the_state_is_a_copy_and_the_output_is_not() -> None:
    stream = LSTM(1, 2).stream()
    output = stream.step(np.ones(1, np.float32))
    state = stream.state
    assert isinstance(state, LSTMState)
    kept, before = output.clone(), state.h.clone()
    assert stream.step(np.ones(1, np.float32)) is output
    assert not torch.equal(output, kept)
    assert torch.equal(state.h, before)


def test_reset_starts_anew() -> None:
    stream, x = GRU(2, 3, 2).stream(), np.ones(2, np.float32)
    first = stream.step(x).clone()
    assert not torch.equal(stream.step(x), first)
    stream.reset()
    assert torch.equal(stream.step(x), first)


def test_a_stream_keeps_the_weights_of_its_day() -> None:
    layer, x = GRU(2, 3), torch.ones(2)
    stream = layer.stream()
    first = stream.step(x).clone()
    layer.reset_parameters()
    stream.reset()
    assert torch.equal(stream.step(x), first)
    assert not torch.equal(layer.stream().step(x), first)


def test_nan_stays_in_its_stream() -> None:
    layer, x = GRU(2, 5, 2), torch.randn(3, 2)
    healthy = layer.stream(3).step(x).clone()
    sick = x.clone()
    sick[1] = float("nan")
    got = layer.stream(3).step(sick)
    assert got[1].isnan().all()
    assert torch.equal(got[[0, 2]], healthy[[0, 2]])


def test_streams_of_many_threads_do_not_meet() -> None:
    layer, x = LSTM(3, 40), torch.randn(200, 3)
    expected, _ = layer(x)
    got: dict[int, torch.Tensor] = {}

    def follow(number: int) -> None:
        stream = layer.stream(threads=2)
        got[number] = torch.stack([stream.step(step).clone() for step in x])

    workers = [threading.Thread(target=follow, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for number in range(4):
        assert_same([got[number]], [expected], 200)


@pytest.mark.parametrize(
    ("batch", "shape", "message"),
    [
        (None, (1, 3), "input of a step: expected shape (3,), got (1, 3)"),
        (2, (3,), "input of a step: expected shape (2, 3), got (3,)"),
        (2, (2, 1), "input of a step: expected shape (2, 3), got (2, 1)"),
    ],
)
def test_wrong_input_is_refused(batch: int | None, shape: tuple[int, ...], message: str) -> None:
    stream = GRU(3, 4).stream(batch)
    for x in (np.zeros(shape, np.float32), torch.zeros(shape)):
        with pytest.raises(DataError) as error:
            stream.step(x)
        assert str(error.value) == message


def test_lists_of_numbers_will_do_and_others_will_not() -> None:
    stream = GRU(2, 3).stream()
    first = stream.step([1, 2]).clone()
    stream.reset()
    assert torch.equal(stream.step(torch.tensor([1.0, 2.0])), first)
    with pytest.raises(DataError) as error:
        stream.step(["a", "b"])
    assert str(error.value) == "input of a step: expected numbers, got <U1"


def test_wrong_state_is_refused() -> None:
    stream = GRU(3, 4, 2).stream()
    with pytest.raises(DataError) as error:
        stream.state = torch.zeros(2, 2, 4)
    assert str(error.value) == "h_0: expected shape (2, 4) = (layers, hidden), got (2, 2, 4)"


def test_what_cannot_stream_says_why() -> None:
    cases = {
        "GRU: bidirectional layers read from the end and cannot go step by step; take bidirectional=False": lambda: (
            GRU(1, 1, bidirectional=True).stream()
        ),
        "LSTM: streams run in float32 and float64 on the CPU, the weights are torch.bfloat16 on cpu; "
        "convert the layer with .to()": lambda: LSTM(1, 1).bfloat16().stream(),
        "GRU: batch must be an integer from 1, got 0": lambda: GRU(1, 1).stream(0),
        "GRU: threads must be an integer from 1, got True": lambda: GRU(1, 1).stream(threads=True),
    }
    for message, make in cases.items():
        with pytest.raises(ConfigurationError) as error:
            make()
        assert str(error.value) == message


@pytest.mark.parametrize("batch", [None, 2])
@all_cells
def test_copies_and_pickles_go_on_from_where_the_stream_is(case: CellCase, batch: int | None) -> None:
    stream = case.make(3, 4, 2).stream(batch)
    xs = np.random.default_rng(0).normal(size=(6, *([] if batch is None else [batch]), 3)).astype(np.float32)
    for x in xs[:3]:
        stream.step(x)
    twins = [copy.deepcopy(stream), pickle.loads(pickle.dumps(stream))]
    for x in xs[3:]:
        expected = stream.step(x)
        assert all(torch.equal(twin.step(x), expected) for twin in twins)


def test_states_as_arrays_and_of_a_batch_of_one() -> None:
    layer = LSTM(3, 4, 2)
    _, (h, c) = layer(torch.randn(5, 1, 3))
    for state in (
        (h, c),
        (h.squeeze(1), c.squeeze(1)),
        tuple(part.squeeze(1).detach().numpy() for part in (h, c)),
        [h.detach().numpy(), c.detach().numpy()],
    ):
        stream = layer.stream()
        stream.state = state
        assert torch.equal(stream.state.h, h.squeeze(1))
        assert torch.equal(stream.state.c, c.squeeze(1))
    one = GRU(3, 4).stream()
    one.state = np.ones((1, 4), np.float32)
    assert torch.equal(one.state, torch.ones(1, 4))
    assert GRU(3, 4).stream(np.int64(2)).step(np.zeros((2, 3))).shape == (2, 4)


def test_types_that_numpy_has_not() -> None:
    stream = GRU(3, 4).stream()
    for x, got in (
        (torch.zeros(3, dtype=torch.bfloat16), "torch.bfloat16 on cpu"),
        (torch.zeros(3, device="meta"), "torch.float32 on meta"),
    ):
        with pytest.raises(LayerInputError) as error:
            stream.step(x)
        assert str(error.value) == (
            f"input of a step: expected a tensor that numpy can read, on the CPU, got {got}; convert it with .to()"
        )


def test_threads_that_step_one_stream_wait_for_each_other() -> None:
    layer, count = GRU(2, 64), 400
    stream, x = layer.stream(), np.ones(2, np.float32)

    def work() -> None:
        for _ in range(count):
            stream.step(x)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = layer.stream()
    for _ in range(4 * count):
        alone.step(x)
    assert torch.equal(stream.state, alone.state)


def test_what_a_step_returned_stays_once_another_thread_steps() -> None:
    stream, x = GRU(2, 4).stream(), np.ones(2, np.float32)
    first = stream.step(x)
    assert stream.step(x).data_ptr() == first.data_ptr()
    before = first.clone()
    thread = threading.Thread(target=stream.step, args=(x,))
    thread.start()
    thread.join()
    assert torch.equal(first, before)
    one, other = stream.step(x), stream.step(x)
    assert not torch.equal(one, other)
    assert torch.equal(other, stream.state[-1])
