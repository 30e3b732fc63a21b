"""Outputs that a user writes to, and gradients of states alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from cells import CELLS, CellCase, assert_same, tensors
from torch import Tensor

from gatewise.nn import GRU, use_backend
from gatewise.nn.operators import autograd

all_cells = pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
WRITTEN: dict[str, Callable[[Tensor], object]] = {
    "relu": lambda y: F.relu(y, inplace=True),
    "product": lambda y: y.mul_(2.0),
    "mask": lambda y: y.masked_fill_(y > 0.1, 0.0),
    "part": lambda y: y[1:].zero_(),
    "dropout": lambda y: F.dropout(y, 0.5, inplace=True),
}


@pytest.mark.parametrize("lengths", [None, [5, 2]])
@pytest.mark.parametrize("written", WRITTEN)
@all_cells
def test_gradients_after_an_output_was_written_to(
    case: CellCase, written: str, lengths: list[int] | None
) -> None:
    for layers, batch_first in ((1, False), (2, True)):
        layer = case.make(3, 4, layers, batch_first=batch_first)
        x = torch.randn((2, 5, 3) if batch_first else (5, 2, 3), requires_grad=True)

        def gradients(*, copied: bool) -> list[Tensor]:
            torch.manual_seed(3)
            y, state = layer(x, lengths=lengths)  # noqa: B023, called at once
            before, last = y.clone(), tensors(state)[-1]
            if copied:
                y, last = y.clone(), last.clone()
            WRITTEN[written](y)
            last.mul_(3.0)
            loss = (before.square() + y.square()).sum() + last.square().sum()
            return list(torch.autograd.grad(loss, [x, *layer.parameters()], retain_graph=True))  # noqa: B023

        got = gradients(copied=False)
        with use_backend("reference"):
            assert_same(got, gradients(copied=True), 5)


def test_what_was_not_written_to_is_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def again(*_: object, **__: object) -> None:
        raise AssertionError("computed again")

    layer, x = GRU(3, 4), torch.randn(5, 2, 3)
    monkeypatch.setattr(autograd.Operator, "backward", again)
    layer(x)[0].relu().sum().backward()
    with pytest.raises(AssertionError, match="computed again"):
        layer(x)[0].relu_().sum().backward()


def test_inputs_that_were_written_to_are_refused_as_by_torch() -> None:
    for layer in (GRU(3, 4), torch.nn.GRU(3, 4)):
        x = torch.randn(5, 2, 3)
        loss = layer(x)[0].sum()
        x.add_(1)
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            loss.backward()


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
@all_cells
def test_under_transformations(case: CellCase) -> None:
    layer, x = case.make(3, 4), torch.randn(5, 2, 3)

    def loss(x: Tensor) -> Tensor:
        y, _ = layer(x)
        return y.mul_(2.0).square().sum()

    got = torch.func.grad(loss)(x)
    with use_backend("reference"):
        assert_same([got], [torch.func.grad(loss)(x)], 5)


@all_cells
def test_many_gradients_at_once_that_come_by_one_output_alone(case: CellCase) -> None:
    layer, x = case.make(3, 4), torch.randn(5, 2, 3, requires_grad=True)
    outputs, state = layer(x)
    for result in (outputs, *tensors(state)):
        many = torch.randn(6, *result.shape)
        options = {"retain_graph": True, "is_grads_batched": True}
        got = torch.autograd.grad(result, [x, *layer.parameters()], many, **options)
        for number, one in enumerate(many):
            expected = torch.autograd.grad(result, [x, *layer.parameters()], one, retain_graph=True)
            assert_same([gradient[number] for gradient in got], list(expected), 5)


@all_cells
def test_jacobians_of_states_at_once(case: CellCase) -> None:
    layer, x = case.make(3, 4), torch.randn(5, 2, 3)
    for number in range(len(layer.states)):

        def last(x: Tensor, number: int = number) -> Tensor:
            return tensors(layer(x)[1])[number].sum(1)

        got = torch.autograd.functional.jacobian(last, x, vectorize=True)
        assert_same([got], [torch.autograd.functional.jacobian(last, x)], 5)
