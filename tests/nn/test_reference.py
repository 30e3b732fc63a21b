"""The reference against the equations, written once more in numpy from the papers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from cells import CELLS, CellCase, assert_same, everything, random_state, tensors

from gatewise.nn import GRU, LSTM, RNN, use_backend
from gatewise.nn.reference import reverse_rows, run


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def numbers(layer: torch.nn.Module) -> list[np.ndarray]:
    """W, U, b and c of the first layer, transposed to row vectors."""
    W, U, b, c = (parameter.detach().numpy() for parameter in layer.parameters())
    return [W.T, U.T, b, c]


def elman(layer: RNN, x: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    W, U, b, c = numbers(layer)
    outputs = []
    for x_t in x:
        h = np.tanh(x_t @ W + b + h @ U + c)
        outputs.append(h)
    return np.stack(outputs), (h,)


def hochreiter(
    layer: LSTM, x: np.ndarray, h: np.ndarray, cell: np.ndarray
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    W, U, b, c = numbers(layer)
    outputs = []
    for x_t in x:
        i, f, g, o = np.split(x_t @ W + b + h @ U + c, 4, axis=-1)
        cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(cell)
        outputs.append(h)
    return np.stack(outputs), (h, cell)


def cho(layer: GRU, x: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    W, U, b, c = numbers(layer)
    Wr, Wz, Wn = np.split(W, 3, axis=1)
    Ur, Uz, Un = np.split(U, 3, axis=1)
    br, bz, bn = np.split(b + c, 3)
    outputs = []
    for x_t in x:
        r = sigmoid(x_t @ Wr + h @ Ur + br)
        z = sigmoid(x_t @ Wz + h @ Uz + bz)
        n = np.tanh(x_t @ Wn + (r * h) @ Un + bn)
        h = z * h + (1 - z) * n
        outputs.append(h)
    return np.stack(outputs), (h,)


@pytest.mark.parametrize(("make", "equations"), [(RNN, elman), (LSTM, hochreiter), (GRU, cho)])
def test_equations_of_the_papers(make: type[RNN | LSTM | GRU], equations: object) -> None:
    layer = make(3, 5, dtype=torch.float64)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.normal_()
    x = torch.randn(6, 4, 3, dtype=torch.float64)
    h_0 = random_state(layer, 4)
    expected, last = equations(layer, x.numpy(), *(h.detach().numpy()[0] for h in tensors(h_0)))
    for backend in ("reference", layer.backend.name):
        with use_backend(backend):
            output, state = layer(x, h_0)
        assert_same(
            [output, *(s[0] for s in tensors(state))], [torch.from_numpy(a) for a in (expected, *last)], 6
        )


def test_reset_before_and_after_are_different_functions() -> None:
    before, after = GRU(3, 8), GRU(3, 8, reset_after=True)
    after.load_state_dict(dict(before.state_dict()))
    x = torch.randn(20, 4, 3)
    assert (before(x)[0] - after(x)[0]).abs().max() > 0.02


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("lengths", [None, [3, 1]])
@pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
def test_gradcheck(case: CellCase, lengths: list[int] | None, reverse: bool) -> None:
    layer = case.make(2, 2, bidirectional=reverse, dtype=torch.float64)
    x = torch.randn(3, 2, 2, dtype=torch.float64, requires_grad=True)
    h_0 = random_state(layer, 2)
    names = [name for name, _ in layer.named_parameters()]

    def call(x: torch.Tensor, *rest: torch.Tensor) -> tuple[torch.Tensor, ...]:
        count = len(layer.states)
        state = rest[:count] if count > 1 else rest[0]
        parameters = dict(zip(names, rest[count:], strict=True))
        output, state = torch.func.functional_call(layer, parameters, (x, state), {"lengths": lengths})
        return output, *tensors(state)

    inputs = (x, *tensors(h_0), *layer.parameters())
    assert torch.autograd.gradcheck(call, inputs)
    with use_backend("reference"):
        assert torch.autograd.gradcheck(call, inputs)


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
def test_reference_runs_in_half_precision(case: CellCase) -> None:
    layer = case.make(3, 4)
    x = torch.randn(5, 2, 3)
    exact = everything(layer, x, None, [5, 3])
    with use_backend("reference"):
        rough = everything(layer.to(torch.bfloat16), x.bfloat16(), None, [5, 3])
    assert all(t.dtype == torch.bfloat16 for t in rough)
    assert_same([rough[0].float()], [exact[0].bfloat16().float()], 300000)


def test_reverse_rows_turns_each_row_around_inside_its_length() -> None:
    x = torch.arange(8.0).view(4, 2, 1)
    turned = reverse_rows(x, torch.tensor([4, 2]))
    assert turned.squeeze(-1).tolist() == [[6, 3], [4, 1], [2, 5], [0, 7]]
    assert torch.equal(reverse_rows(turned, torch.tensor([4, 2])), x)
    assert torch.equal(reverse_rows(x, None), x.flip(0))


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
def test_finished_rows_keep_their_state(case: CellCase) -> None:
    layer = case.make(3, 4)
    weights, zeros = layer.weights()[0], (torch.zeros(2, 4),) * len(layer.states)
    x = torch.randn(5, 2, 3)
    _, short = run(layer.cell, x[:2], zeros, weights)
    outputs, states = run(layer.cell, x, zeros, weights, torch.tensor([5, 2]))
    # The inputs of all steps are multiplied at once: a product of other rows may round a bit differently.
    for state, early in zip(states, short, strict=True):
        torch.testing.assert_close(state[1], early[1], rtol=1e-6, atol=1e-7)
    assert not outputs[2:, 1].any()
