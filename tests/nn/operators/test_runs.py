"""Runs over tensors: what they refuse before a kernel looks at an address, and layers without biases."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from cells import CELLS, CellCase, assert_same
from torch import Tensor

from gatewise.kernels.compiling.target import TARGET
from gatewise.kernels.threads import crew
from gatewise.nn import GRU, use_backend
from gatewise.nn.operators import autograd
from gatewise.nn.operators.library import OPERATORS, SAVE

NAMES = ("x", "h_0", "c_0", "w", "u", "b_w", "b_u")
STATE, WIDE = "torch.float32 of shape (2, 5) on cpu", torch.zeros(2, 5, dtype=torch.float64)
REFUSED: dict[str, tuple[str, Tensor | None, str]] = {
    "x of another type": (
        "x",
        torch.zeros(4, 2, 3, dtype=torch.float16),
        "x: expected float32 or float64, got torch.float16",
    ),
    "x without a batch": (
        "x",
        torch.zeros(4, 3),
        "x: expected (time, batch, input), each at least 1, got (4, 3)",
    ),
    "no steps": (
        "x",
        torch.zeros(0, 2, 3),
        "x: expected (time, batch, input), each at least 1, got (0, 2, 3)",
    ),
    "another batch of states": (
        "h_0",
        torch.zeros(3, 5),
        f"h_0: expected {STATE}, got torch.float32 of shape (3, 5) on cpu",
    ),
    "a state of another type": (
        "h_0",
        WIDE,
        f"h_0: expected {STATE}, got torch.float64 of shape (2, 5) on cpu",
    ),
    "one state too many": ("c_0", torch.zeros(2, 5), "c_0: expected None, got Tensor"),
    "too few blocks": (
        "w",
        torch.zeros(10, 3),
        "w: expected torch.float32 of shape (15, 3) on cpu, got torch.float32 of shape (10, 3) on cpu",
    ),
    "U turned around": (
        "u",
        torch.zeros(5, 15),
        "u: expected torch.float32 of shape (15, 5) on cpu, got torch.float32 of shape (5, 15) on cpu",
    ),
    "a bias too short": (
        "b_w",
        torch.zeros(14),
        "b_w: expected torch.float32 of shape (15,) on cpu, got torch.float32 of shape (14,) on cpu",
    ),
    "the second bias of another type": (
        "b_u",
        torch.zeros(15, dtype=torch.int64),
        "b_u: expected torch.float32 of shape (15,) on cpu, got torch.int64 of shape (15,) on cpu",
    ),
}


@pytest.fixture
def never_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a kernel ran")

    monkeypatch.setattr(crew, "run", refuse)


def inputs_of(blocks: int, states: int) -> dict[str, Any]:
    """What an operator takes of a layer from 3 features to 5 units, over 4 steps of 2 sequences."""
    shapes = ((4, 2, 3), (2, 5), (2, 5), (5 * blocks, 3), (5 * blocks, 5), (5 * blocks,), (5 * blocks,))
    made: dict[str, Any] = dict(zip(NAMES, map(torch.zeros, shapes), strict=True))
    return made if states > 1 else made | {"c_0": None}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.usefixtures("never_run")
def test_forward_refuses_before_anything_is_touched(case: str) -> None:
    name, wrong, message = REFUSED[case]
    inputs = inputs_of(3, 1) | {name: wrong}
    with pytest.raises(ValueError) as error:  # noqa: PT011, the whole message follows
        torch.ops.gatewise.gru(*inputs.values(), None, False, [])
    assert str(error.value) == message


@pytest.mark.parametrize("case", REFUSED)
def test_backward_refuses_the_same(case: str, request: pytest.FixtureRequest) -> None:
    name, wrong, message = REFUSED[case]
    inputs = inputs_of(3, 1)
    y, h_n, _, *saved = torch.ops.gatewise.gru(*inputs.values(), None, False, SAVE)
    request.getfixturevalue("never_run")
    inputs[name] = wrong
    with pytest.raises(ValueError) as error:  # noqa: PT011
        torch.ops.gatewise.gru_backward(y, h_n, None, *inputs.values(), None, False, True, y, *saved)
    assert str(error.value) == message


@pytest.mark.usefixtures("never_run")
def test_a_cell_with_two_states_wants_both() -> None:
    with pytest.raises(ValueError, match=r"^c_0: expected a tensor, got NoneType$"):
        torch.ops.gatewise.lstm(*inputs_of(4, 1).values(), None, False, [])


_CELLS = 4 * 2 * TARGET.bytes // 4  # time × batch × hidden, filled up
OUTPUTS, WRONG = "(4, 2, 5)", torch.zeros(3)
BACKWARD_REFUSED = {
    "y": OUTPUTS,
    "dy": OUTPUTS,
    "dh_n": "(2, 5)",
    "dc_n": "(2, 5)",
    "saved gates": f"({4 * _CELLS},)",
    "saved cells": f"({_CELLS},)",
}


@pytest.mark.parametrize("name", BACKWARD_REFUSED)
def test_backward_refuses_what_forward_did_not_give(name: str, request: pytest.FixtureRequest) -> None:
    inputs = inputs_of(4, 2)
    y, h_n, c_n, gates, cells, layout = torch.ops.gatewise.lstm(*inputs.values(), None, False, SAVE)
    grads = {"dy": y, "dh_n": h_n, "dc_n": c_n}
    saved = {"y": y, "saved gates": gates, "saved cells": cells, "saved layout": layout}
    (grads if name in grads else saved)[name] = WRONG
    request.getfixturevalue("never_run")
    with pytest.raises(ValueError) as error:  # noqa: PT011
        torch.ops.gatewise.lstm_backward(
            *grads.values(), *inputs.values(), None, False, True, *saved.values()
        )
    expected = f"torch.float32 of shape {BACKWARD_REFUSED[name]} on cpu"
    assert str(error.value) == f"{name}: expected {expected}, got torch.float32 of shape (3,) on cpu"


@pytest.mark.parametrize("lengths", [None, [3, 1]])
@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
def test_layers_without_biases(
    case: CellCase, watched: bool, lengths: list[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = case.make(3, 5, 2, bidirectional=True, bias=False)
    x = torch.randn(3, 2, 3, requires_grad=True)

    def gradients() -> list[Tensor]:
        return list(
            torch.autograd.grad(layer(x, lengths=lengths)[0].square().sum(), [x, *layer.parameters()])
        )

    with use_backend("reference"):
        wanted = gradients()
    monkeypatch.setattr(autograd, "_is_watched", lambda _: watched)
    assert_same(gradients(), wanted, 3)


def test_a_layer_without_biases_goes_straight_to_the_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("the long way")

    layer, x = GRU(3, 5, bias=False), torch.randn(4, 2, 3)
    for name in ("call", "forward", "backward"):
        monkeypatch.setattr(OPERATORS[layer.cell.operator], name, never)
    assert layer.backend.name == "kernels"
    layer(x)[0].sum().backward()
    with torch.no_grad():
        layer(x)


def test_the_gradient_of_a_missing_bias_is_none() -> None:
    inputs = inputs_of(3, 1) | {"b_w": None, "b_u": torch.zeros(15, requires_grad=True)}
    y, h_n, _, *saved = torch.ops.gatewise.gru(*inputs.values(), None, False, SAVE)
    *_, db_w, db_u = torch.ops.gatewise.gru_backward(
        y, h_n, None, *inputs.values(), None, False, True, y, *saved
    )
    assert (db_w.shape, db_u.shape) == ((0,), (15,))
    (gradient,) = torch.autograd.grad(y.sum(), inputs["b_u"])
    assert gradient.shape == (15,)
