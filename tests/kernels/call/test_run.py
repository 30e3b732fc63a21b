"""Kernels against the reference, on guarded memory; what must not matter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from guarded import forget_plans, guarded_kernels
from hypothesis import given, settings
from hypothesis import strategies as st
from kernel_problems import NAMES, Problem, assert_close, backward, bits, expected, forward, kernels, problem

from gatewise.kernels.call import plans, teams
from gatewise.kernels.compiling.target import TARGET
from gatewise.kernels.record.layout import Layout
from gatewise.kernels.record.sizes import Sizes

all_kernels = pytest.mark.parametrize("name", NAMES)
# In float64, which nothing ships, others than these take their time to compile and share all but the cell.
FEW = ("rnn_tanh", "lstm", "gru")
some_kernels = pytest.mark.parametrize(
    "name", [name if name in FEW else pytest.param(name, marks=pytest.mark.deep) for name in NAMES]
)
# Around the lanes of float32 and float64 in vectors of 128 to 512 bits, and primes.
sizes = st.sampled_from([1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 49, 64, 65, 97])


@st.composite
def problems(draw: st.DrawFn) -> dict[str, Any]:
    """Shapes, lengths, directions, biases and strides."""
    time = draw(st.sampled_from([1, 2, 3, 7, 16, 31, 33]))
    batch = draw(st.sampled_from([1, 2, 3, 5, 8, 13, 17, 33]))
    return {
        "time": time,
        "batch": batch,
        "input": draw(sizes),
        "hidden": draw(sizes),
        "lengths": draw(st.none() | st.lists(st.integers(1, time), min_size=batch, max_size=batch)),
        "reverse": draw(st.booleans()),
        "biases": draw(st.sampled_from([(True, True), (False, False), (True, False), (False, True)])),
        "order": draw(st.sampled_from(["time batch input", "batch time input"])),
        "seed": draw(st.integers(0, 1000)),
    }


@pytest.fixture(autouse=True)
def _every_batch_is_worth_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teams, "_WORTH_A_THREAD", 1)
    monkeypatch.setattr(teams, "_WORTH_WAITING", 0)


@pytest.fixture
def few_reset_rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep ``r ⊙ h`` of some steps only, so that parts add it up in several goes."""
    monkeypatch.setattr(plans, "RESET_ROWS", 5)
    forget_plans()
    yield
    forget_plans()


def many(examples: int) -> Any:
    """Settings of hypothesis for so many problems, always the same."""
    return settings(max_examples=examples, deadline=None, derandomize=True)


def check_against_reference(given: Problem, threads: int, tolerance: float) -> None:
    with guarded_kernels() as guards:
        guarded = guards.problem(given)
        got = kernels(guarded, threads=threads)
    assert_close(got, expected(given), tolerance)
    assert all(arrays_equal(guarded, given)), "inputs are for reading"
    if given.lengths is not None:
        for row, length in enumerate(given.lengths):
            assert not got["y"][length:, row].any()
            assert not got["dx"][length:, row].any()


def arrays_equal(one: Problem, other: Problem) -> list[bool]:
    def arrays(given: Problem) -> list[Any]:
        return [given.x, *given.states, *given.weights, *given.grads, given.lengths]

    return [
        a is b is None or np.array_equal(a, b, equal_nan=True)
        for a, b in zip(arrays(one), arrays(other), strict=True)
    ]


@pytest.mark.slow
@all_kernels
@many(60)
@given(shape=problems(), threads=st.sampled_from([1, 2, 3]))
def test_float32_equals_reference_in_float64_on_guarded_memory(
    name: str, shape: dict[str, Any], threads: int
) -> None:
    check_against_reference(problem(name, **shape), threads, 1e-5)


@some_kernels
@many(20)
@given(shape=problems(), threads=st.sampled_from([1, 2, 3]))
def test_float64_equals_reference_on_guarded_memory(name: str, shape: dict[str, Any], threads: int) -> None:
    check_against_reference(problem(name, dtype=np.float64, **shape), threads, 1e-11)


@pytest.mark.parametrize("lengths", [None, [130, 1, 77]])
@all_kernels
def test_many_rows_and_blocks_of_gates(name: str, lengths: list[int] | None) -> None:
    # More rows than are summed at once, and more units than a block of gates has on any processor.
    given = problem(name, time=130, batch=3, input=70, hidden=131, lengths=lengths, reverse=True)
    check_against_reference(given, 2, 1e-5)


@pytest.mark.parametrize(
    ("time", "batch", "input", "hidden", "lengths", "threads"),
    [
        (40, 1, 16, 32, None, 1),
        (40, 3, 16, 32, None, 2),
        (41, 3, 7, 9, [41, 3, 22], 3),
        (30, 12, 33, 17, [30, 1, 2, 30, 29, 5, 5, 11, 30, 7, 23, 30], 2),
        # Groups of more rows than are added up at once.
        (3, 400, 5, 40, None, 1),
    ],
)
def test_reset_states_of_few_rows_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
    few_reset_rows: None,  # noqa: ARG001
    time: int,
    batch: int,
    input: int,
    hidden: int,
    lengths: list[int] | None,
    threads: int,
) -> None:
    kept: list[int] = []
    choose = plans._reset_rows
    monkeypatch.setattr(plans, "_reset_rows", lambda *args: kept.append(choose(*args)) or kept[-1])
    for reverse in (False, True):
        given = problem(
            "gru", time=time, batch=batch, input=input, hidden=hidden, lengths=lengths, reverse=reverse
        )
        check_against_reference(given, threads, 1e-5)
    assert kept == [5, 5]


def test_reset_states_take_whatever_is_less() -> None:
    sizes = Sizes(time=100, batch=32, input=8, hidden=640, stored=3, itemsize=4)
    assert plans._reset_rows(sizes, Layout(parts=2, rows=3200, largest=16, threads=2)) == plans.RESET_ROWS
    # Sums of each part's own would take more than the rows.
    assert plans._reset_rows(sizes, Layout(parts=32, rows=3200, largest=1, threads=32)) == 0
    assert plans._reset_rows(sizes, Layout(parts=2, rows=96, largest=16, threads=2)) == 0


BESIDE_PAGES = """
import faulthandler
from guarded import Pages, guarded_kernels
from kernel_problems import NAMES, forward, kernels, problem
from gatewise.kernels.call import teams

faulthandler.enable()
teams._WORTH_A_THREAD = 1
teams._WORTH_WAITING = 0
for before in (False, True):
    for name in NAMES:
        for number, (time, batch, input, hidden) in enumerate(
            [(1, 1, 1, 1), (7, 3, 5, 9), (3, 2, 16, 16), (5, 3, 33, 47), (4, 17, 65, 64)]
        ):
            given = problem(
                name,
                time=time,
                batch=batch,
                input=input,
                hidden=hidden,
                lengths=[time - row % time for row in range(batch)] if number % 2 else None,
                reverse=before,
                dtype="f8" if number == 1 else "f4",
            )
            with guarded_kernels(Pages(before=before)) as pages:
                there = pages.problem(given)
                kernels(there, threads=2)
                forward(there, save=False)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is protected in another way there")
def test_nothing_is_even_read_beside_an_array() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", BESIDE_PAGES],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])},
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


@all_kernels
@many(15)
@given(shape=problems())
def test_threads_change_no_bit_but_of_weights(name: str, shape: dict[str, Any]) -> None:
    given = problem(name, **shape)
    alone, *others = (kernels(given, threads=threads) for threads in (1, 2, 3, 50))
    weights = ("dw", "du", "db_w", "db_u")
    for together in others:
        assert bits(unless(together, weights)) == bits(unless(alone, weights))
        assert_close(together, alone, 1e-5)


@pytest.mark.parametrize("threads", [1, 2, 3])
@all_kernels
def test_same_threads_give_same_bits(name: str, threads: int, few_reset_rows: None) -> None:  # noqa: ARG001
    given = problem(name, time=20, batch=9, input=20, hidden=37, lengths=[20, 3, 17, 11, 20, 1, 9, 15, 16])
    first = bits(kernels(given, threads=threads))
    assert all(bits(kernels(given, threads=threads)) == first for _ in range(5))


def unless(arrays: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: array for name, array in arrays.items() if name not in names}


@all_kernels
@many(15)
@given(shape=problems(), threads=st.sampled_from([1, 2, 3]))
def test_without_saving_the_bits_are_the_same(name: str, shape: dict[str, Any], threads: int) -> None:
    given = problem(name, **shape)
    results = []
    for save in (True, False):
        with guarded_kernels() as guards:
            ran = forward(guards.problem(given), threads=threads, save=save)
        results.append([array.tobytes() for array in ran.outputs])
    assert results[0] == results[1]


def test_what_is_saved_shrinks_with_the_rows() -> None:
    whole, ragged = (
        forward(problem("lstm", time=7, batch=5, input=3, hidden=17, lengths=lengths), threads=2).batch
        for lengths in (None, [1, 7, 3, 2, 7])
    )
    assert (35 * ragged.gates, 35 * ragged.cells) == (20 * whole.gates, 20 * whole.cells)


@all_kernels
def test_gradient_of_the_input_may_be_left_out(name: str) -> None:
    given = problem(name, time=5, batch=3, input=7, hidden=9)
    ran, full = forward(given), kernels(given)
    with guarded_kernels():
        gradients = backward(given, ran, needs_x=False)
    assert set(gradients) == {key for key in full if key.startswith("d")} - {"dx"}
    for key, array in gradients.items():
        assert array.tobytes() == full[key].tobytes(), key


@pytest.mark.parametrize("lengths", [None, [5, 1, 3]])
@all_kernels
def test_a_table_leads_back_to_its_batch_once(name: str, lengths: list[int] | None) -> None:
    given = problem(name, time=5, batch=3, input=7, hidden=9, lengths=lengths)
    ran = forward(given, threads=2)
    for _ in range(2):
        batch = ran.run.batch(given.lengths, own_table=True)
        assert ran.run.saved_batch(batch.table) == batch
        assert ran.run.saved_batch(batch.table) is None
    assert ran.run.batch(None).layout.parts == 2, "runs over whole sequences share a table that stays"


@pytest.mark.parametrize("stride", [0, 1, 2])
def test_strides_between_steps_and_sequences_may_be_any(stride: int) -> None:
    given = problem("gru", time=4, batch=3, input=5, hidden=6)
    views = (
        np.broadcast_to(given.x[:1, :1], given.x.shape),
        np.repeat(np.repeat(given.x, 2, 0), 2, 1)[::2, ::2],
        np.ascontiguousarray(given.x[::-1, ::-1])[::-1, ::-1],
    )
    viewed = replace(given, x=views[stride])
    plain = replace(given, x=np.ascontiguousarray(views[stride]))
    assert bits(kernels(viewed)) == bits(kernels(plain))


# What must not touch other rows.


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
@pytest.mark.parametrize("threads", [1, 2])
@all_kernels
def test_a_sick_row_stays_alone(name: str, threads: int, value: float) -> None:
    healthy = problem(name, time=6, batch=5, input=4, hidden=19, lengths=[6, 4, 6, 2, 5])
    x, h = healthy.x.copy(), healthy.states[0].copy()
    x[1, 2], h[0] = value, value
    sick = replace(healthy, x=x, states=(h, *healthy.states[1:]))
    got, wanted = kernels(sick, threads=threads), kernels(healthy, threads=threads)
    others = [1, 3, 4]
    for result in ("y", "dx"):
        assert got[result][:, others].tobytes() == wanted[result][:, others].tobytes()
    for result in ("h_n", "dh_0"):
        assert got[result][others].tobytes() == wanted[result][others].tobytes()
    if np.isnan(value):
        assert np.isnan(got["y"][1:, 2]).all()
        assert np.isnan(got["dw"]).all()


@pytest.mark.parametrize("scale", [1e4, -1e4])
@all_kernels
def test_large_inputs_saturate(name: str, scale: float) -> None:
    # Of one feature, since a sum of many large numbers near zero is anybody's guess in float32.
    given = problem(name, time=6, batch=3, input=1, hidden=17)
    given = replace(given, x=given.x * np.float32(scale))
    got, wanted = kernels(given), expected(given)
    for result, array in got.items():
        assert np.isfinite(array).all(), result
        size = 1e4 if name == "rnn_relu" or result == "dw" else 1
        np.testing.assert_allclose(array, wanted[result], rtol=1e-5, atol=1e-5 * size, err_msg=result)


@pytest.mark.parametrize("threads", [1, 2])
@all_kernels
def test_denormals_count_as_zero_and_only_inside(name: str, threads: int) -> None:
    given = problem(name, time=4, batch=3, input=4, hidden=17)
    tiny = np.float32(1e-40)
    results = [
        kernels(replace(given, x=np.full_like(given.x, value)), threads=threads) for value in (tiny, 0)
    ]
    assert bits(results[0]) == bits(results[1])
    assert np.full(1000, tiny).sum() > 0, "the caller's processor is left as it was"
    torch.set_num_threads(2)
    try:
        assert (torch.full((200_000,), 1e-40) * 0.5 > 0).all(), "and so are torch's threads"
    finally:
        torch.set_num_threads(1)


# Ragged batches.


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_finished_rows_cost_nothing(parts: int) -> None:
    lengths = [2, 7, 1, 5]
    given = problem("gru", time=7, batch=4, input=3, hidden=16, lengths=lengths)
    table = forward(given, threads=parts).batch.table
    assert table[:2].tolist() == [parts, sum(lengths)]
    header, batch, time = 4, 4, 7
    bounds = table[header : header + parts + 1]
    order = table[header + batch + 1 :][:batch]
    starts = table[header + 3 * batch + 1 :][: parts * (time + 1)].reshape(parts, time + 1)
    for part in range(parts):
        mine = [lengths[row] for row in order[bounds[part] : bounds[part + 1]]]
        assert np.diff(starts[part]).tolist() == [sum(length > t for length in mine) for t in range(time)]
    assert starts[-1, -1] == sum(lengths)


# Other processors.


@pytest.mark.slow
@pytest.mark.parametrize(
    "vector_bits", [128, *[pytest.param(bits, marks=pytest.mark.deep) for bits in (256, 512)]]
)
def test_other_widths_of_vectors(vector_bits: int) -> None:
    # Kernels of another width are other machine code; the cache keeps each, so that one run compiles them.
    if vector_bits == 8 * TARGET.bytes:
        pytest.skip("the width of this processor, which all the tests above run")
    if os.environ.get("GATEWISE_VECTOR_BITS"):
        pytest.skip("inside the test of another width")
    test = test_float32_equals_reference_in_float64_on_guarded_memory.__name__
    tests = [f"{__file__}::{test}[{name}]" for name in ("gru", "lstm", "rnn_tanh")]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        env={**os.environ, "GATEWISE_VECTOR_BITS": str(vector_bits)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 passed" in ran.stdout
