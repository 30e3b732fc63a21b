"""Runs by addresses alone: the same bits as runs over arrays, and no number beside those that they ask for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from guarded import Guards, guarded_kernels
from kernel_problems import NAMES, Problem, kernels, problem

from gatewise.kernels.call import run
from gatewise.kernels.call.prepared import Batch, Prepared
from gatewise.kernels.cells.registry import KERNELS
from gatewise.kernels.record.memory import address
from gatewise.kernels.record.sizes import Sizes

LENGTHS = [None, [1, 7, 3, 2, 7], [2, 1, 1, 1, 1]]


@pytest.fixture(autouse=True)
def _every_batch_is_worth_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_WORTH_A_THREAD", 1)


def made(name: str, dtype: Any, lengths: list[int] | None, reverse: bool, threads: int) -> Any:
    """A problem, what runs it, and its batch."""
    given = problem(name, time=7, batch=5, input=3, hidden=17, dtype=dtype, lengths=lengths, reverse=reverse)
    sizes = Sizes(7, 5, 3, 17, KERNELS[name].stored, given.x.itemsize)
    strides = tuple(stride // given.x.itemsize for stride in given.x.strides[:2])
    prepared = Prepared(name, sizes, strides, reverse, threads)
    return given, prepared, prepared.batch(given.lengths)


def results(given: Problem, batch: Batch, guards: Guards, gates: int) -> dict[str, Any]:
    """Room for what a run forward gives, in the order of its addresses."""
    make = guards.empty if batch.whole else guards.zeros
    two, dtype = len(given.states) > 1, given.x.dtype
    state = given.states[0].shape
    return {
        "y": make(given.grads[0].shape, dtype),
        "h_n": guards.empty(state, dtype),
        "c_n": guards.empty(state, dtype) if two else None,
        "gates": guards.empty(gates, dtype),
        "cells": guards.empty(batch.cells, dtype) if two else None,
    }


def addresses(*arrays: Any) -> list[int]:
    return [0 if array is None else address(array) for array in arrays]


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("lengths", LENGTHS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_the_bits_of_runs_over_arrays_and_nothing_beside_them(
    name: str, dtype: Any, lengths: list[int] | None, reverse: bool, threads: int
) -> None:
    with guarded_kernels() as guards:
        given, prepared, batch = made(name, dtype, lengths, reverse, threads)
        wanted = kernels(given, threads=threads)
        given = guards.problem(given)
        h_0, c_0 = (*given.states, None)[:2]
        inputs = (given.x, h_0, c_0, *given.weights)
        forward = results(given, batch, guards, batch.gates)
        prepared.forward(batch, addresses(*inputs, *forward.values()), save=True)
        outputs = {key: forward[key].copy() for key in ("y", "h_n")}
        dy, dh_n, dc_n = (*given.grads, None)[:3]
        make = guards.empty if batch.whole else guards.zeros
        back = {
            "dx": make(given.x.shape, dtype),
            "dh_0": guards.empty(h_0.shape, dtype),
            "dc_0": None if c_0 is None else guards.empty(c_0.shape, dtype),
            "dw": guards.empty(given.weights.w.shape, dtype),
            "du": guards.empty(given.weights.u.shape, dtype),
            "db_w": guards.empty(len(given.weights.w), dtype),
            "db_u": guards.empty(len(given.weights.w), dtype),
        }
        prepared.backward(batch, addresses(*inputs, *forward.values(), dy, dh_n, dc_n, *back.values()))
    for key, array in {**outputs, **back}.items():
        assert array is None or array.tobytes() == wanted[key].tobytes(), key


@pytest.mark.parametrize("lengths", LENGTHS)
@pytest.mark.parametrize("name", NAMES)
def test_a_run_that_saves_nothing_keeps_to_its_scratch(name: str, lengths: list[int] | None) -> None:
    with guarded_kernels() as guards:
        given, prepared, batch = made(name, np.float32, lengths, False, 2)
        wanted = kernels(given, threads=2)
        given = guards.problem(given)
        h_0, c_0 = (*given.states, None)[:2]
        room = results(given, batch, guards, batch.scratch) | {"cells": None}
        inputs = (given.x, h_0, c_0, *given.weights)
        prepared.forward(batch, addresses(*inputs, *room.values()), save=False)
    assert room["y"].tobytes() == wanted["y"].tobytes()
    assert room["h_n"].tobytes() == wanted["h_n"].tobytes()


def test_what_is_saved_shrinks_with_the_rows() -> None:
    _, prepared, ragged = made("lstm", np.float32, [1, 7, 3, 2, 7], False, 2)
    whole = prepared.batch(None)
    assert (35 * ragged.gates, 35 * ragged.cells) == (20 * whole.gates, 20 * whole.cells)


@pytest.mark.parametrize("lengths", [[7, 7], [0, 1, 1, 1, 1], [8, 1, 1, 1, 1]])
def test_lengths_out_of_bounds_are_refused(lengths: list[int]) -> None:
    _, prepared, _ = made("rnn_tanh", np.float32, None, False, 1)
    with pytest.raises(ValueError, match="lengths"):
        prepared.batch(np.array(lengths, np.int64))
