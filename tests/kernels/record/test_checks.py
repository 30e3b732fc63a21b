"""What kernels refuse, before anything is touched: they look at addresses only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from kernel_problems import Problem, problem

from gatewise.kernels.call import run
from gatewise.kernels.call.run import Weights
from gatewise.kernels.compiling.target import TARGET
from gatewise.kernels.threads import crew

REFUSED = {
    "x of another type": (
        {"x": np.zeros((4, 2, 3), np.float16)},
        "x: expected float32 or float64, got float16",
    ),
    "x without a batch": (
        {"x": np.zeros((4, 3), np.float32)},
        "x: expected (time, batch, input), each at least 1, got (4, 3)",
    ),
    "no steps": (
        {"x": np.zeros((0, 2, 3), np.float32)},
        "x: expected (time, batch, input), each at least 1, got (0, 2, 3)",
    ),
    "features apart": (
        {"x": np.zeros((4, 2, 6), np.float32)[..., ::2]},
        "x: expected the features of a step side by side, got strides (48, 24, 8)",
    ),
    "steps that are no whole number of elements apart": (
        {"x": np.lib.stride_tricks.as_strided(np.zeros(99, np.float32), (4, 2, 3), (30, 12, 4))},
        "x: expected the features of a step side by side, got strides (30, 12, 4)",
    ),
    "another batch of states": (
        {"states": (np.zeros((3, 5), np.float32),)},
        "h_0: expected float32 of shape (2, 5) without gaps, got float32 of shape (3, 5) with strides (20, 4)",
    ),
    "one state too many": (
        {"states": (np.zeros((2, 5), np.float32),) * 2},
        "states: expected 1, got 2",
    ),
    "a state of another type": (
        {"states": (np.zeros((2, 5)),)},
        "h_0: expected float32 of shape (2, 5) without gaps, got float64 of shape (2, 5) with strides (40, 8)",
    ),
    "a state with gaps": (
        {"states": (np.zeros((2, 10), np.float32)[:, ::2],)},
        "h_0: expected float32 of shape (2, 5) without gaps, got float32 of shape (2, 5) with strides (40, 8)",
    ),
    "too few gates": (
        {"w": np.zeros((10, 3), np.float32)},
        "w: expected float32 of shape (15, 3) without gaps, got float32 of shape (10, 3) with strides (12, 4)",
    ),
    "U turned around": (
        {"u": np.zeros((5, 15), np.float32).T},
        "u: expected float32 of shape (15, 5) without gaps, got float32 of shape (15, 5) with strides (4, 60)",
    ),
    "a bias too short": (
        {"b_w": np.zeros(14, np.float32)},
        "b_w: expected float32 of shape (15,) without gaps, got float32 of shape (14,) with strides (4,)",
    ),
    "the second bias of another type": (
        {"b_u": np.zeros(15, np.int64)},
        "b_u: expected float32 of shape (15,) without gaps, got int64 of shape (15,) with strides (8,)",
    ),
    "lengths of another type": (
        {"lengths": np.array([4, 2], np.int32)},
        "lengths: expected 2 int64, got int32 of shape (2,)",
    ),
    "lengths for another batch": (
        {"lengths": np.array([4, 2, 1])},
        "lengths: expected 2 int64, got int64 of shape (3,)",
    ),
    "an empty sequence": (
        {"lengths": np.array([4, 0])},
        "lengths: expected 1 to 4, got 0 to 4",
    ),
    "a sequence beyond the input": (
        {"lengths": np.array([5, 2])},
        "lengths: expected 1 to 4, got 2 to 5",
    ),
}  # fmt: skip


@pytest.fixture
def never_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a kernel ran")

    monkeypatch.setattr(crew, "run", refuse)


def changed(given: Problem, changes: dict[str, Any]) -> Problem:
    weights = given.weights._replace(**{k: v for k, v in changes.items() if k in Weights._fields})
    others = {k: v for k, v in changes.items() if k not in Weights._fields}
    return replace(given, weights=weights, **others)


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.usefixtures("never_run")
def test_forward_refuses_before_anything_is_touched(case: str) -> None:
    changes, message = REFUSED[case]
    given = changed(problem("gru", time=4, batch=2, input=3, hidden=5), changes)
    with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message follows
        run.forward("gru", given.x, given.states, given.weights, given.lengths)
    assert str(error.value) == message


@pytest.mark.parametrize("case", [case for case, (changes, _) in REFUSED.items() if "lengths" not in changes])
def test_backward_refuses_the_same(case: str, request: pytest.FixtureRequest) -> None:
    changes, message = REFUSED[case]
    given = problem("gru", time=4, batch=2, input=3, hidden=5)
    y, _, saved = run.forward("gru", given.x, given.states, given.weights)
    request.getfixturevalue("never_run")
    wrong = changed(given, changes)
    with pytest.raises(ValueError) as error:  # noqa: PT011
        run.backward("gru", wrong.grads, wrong.x, wrong.states, wrong.weights, y, saved)
    assert str(error.value) == message


_CELLS = 4 * 2 * TARGET.bytes // 4  # time × batch × hidden, filled up
_Y, _STATE = "float32 of shape (4, 2, 5)", "float32 of shape (2, 5)"
BACKWARD_REFUSED = {
    "y": (np.zeros((4, 2, 6), np.float32), _Y, "float32 of shape (4, 2, 6) with strides (48, 24, 4)"),
    "dy": (np.zeros((4, 2, 5)), _Y, "float64 of shape (4, 2, 5) with strides (80, 40, 8)"),
    "dh_n": (np.zeros((2, 4), np.float32), _STATE, "float32 of shape (2, 4) with strides (16, 4)"),
    "dc_n": (np.zeros((5, 2), np.float32).T, _STATE, "float32 of shape (2, 5) with strides (4, 8)"),
    "saved gates": (
        np.zeros(3, np.float32),
        f"float32 of shape ({4 * _CELLS},)",
        "float32 of shape (3,) with strides (4,)",
    ),
    "saved cells": (
        np.zeros(3, np.float32),
        f"float32 of shape ({_CELLS},)",
        "float32 of shape (3,) with strides (4,)",
    ),
    "saved layout": (
        np.zeros(3, np.int64),
        "int64 of shape (45,)",
        "int64 of shape (3,) with strides (8,)",
    ),
}


@pytest.mark.parametrize("array", BACKWARD_REFUSED)
def test_backward_refuses_what_forward_did_not_give(array: str, request: pytest.FixtureRequest) -> None:
    wrong, expected_, got = BACKWARD_REFUSED[array]
    given = problem("lstm", time=4, batch=2, input=3, hidden=5)
    y, _, saved = run.forward("lstm", given.x, given.states, given.weights)
    grads = dict(zip(("dy", "dh_n", "dc_n"), given.grads, strict=True))
    if array in grads:
        grads[array] = wrong
    elif array == "y":
        y = wrong
    else:
        saved = saved._replace(**{array.split()[1]: wrong})
    request.getfixturevalue("never_run")
    with pytest.raises(ValueError) as error:  # noqa: PT011
        run.backward("lstm", tuple(grads.values()), given.x, given.states, given.weights, y, saved)
    assert str(error.value) == f"{array}: expected {expected_} without gaps, got {got}"


@pytest.mark.usefixtures("never_run")
def test_backward_counts_its_gradients() -> None:
    given = problem("lstm", time=4, batch=2, input=3, hidden=5)
    none = np.zeros(0, np.float32)
    with pytest.raises(ValueError, match=r"^grads: expected 3, got 2$"):
        run.backward(
            "lstm", given.grads[:2], given.x, given.states, given.weights, none, run.Saved(none, none, none)
        )
