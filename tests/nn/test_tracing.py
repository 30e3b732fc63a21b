"""The look inside."""

from __future__ import annotations

import pytest
import torch
from cells import CELLS, CellCase, assert_same, random_state, tensors

from gatewise.nn import GRU, LSTM, RNN, trace

all_cells = pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)


@pytest.mark.parametrize("lengths", [None, [6, 2, 4]])
@pytest.mark.parametrize(
    "options", [{}, {"num_layers": 2, "bidirectional": True, "batch_first": True}], ids=str
)
@all_cells
def test_computes_what_the_module_computes(case: CellCase, options: dict, lengths: list[int] | None) -> None:
    layer = case.make(3, 4, **options)
    x = torch.randn((3, 6, 3) if layer.batch_first else (6, 3, 3))
    h_0 = random_state(layer, 3)
    inside = trace(layer, x, h_0, lengths=lengths)
    output, state = layer(x, h_0, lengths=lengths)
    assert_same([inside.output, *tensors(inside.h_n)], [output, *tensors(state)], 6)
    assert tuple(inside.gates) == layer.gates
    assert all(gate.shape == (6, 3, 4) for gate in inside.gates.values())
    assert [len(states) for states in inside.states] == [len(layer.states)] * 6
    assert all(state.shape == (3, 4) for states in inside.states for state in states)


@all_cells
def test_finished_rows_keep_their_states_and_have_no_gates(case: CellCase) -> None:
    layer = case.make(3, 4)
    inside = trace(layer, torch.randn(5, 2, 3), lengths=[5, 2])
    for states in inside.states[2:]:
        assert all(torch.equal(s[1], e[1]) for s, e in zip(states, inside.states[1], strict=True))
    for gate in inside.gates.values():
        assert not gate[2:, 1].any()
        assert (gate[:2] > 0).all()


def test_gates_of_the_gru_make_the_next_state() -> None:
    layer = GRU(3, 4)
    x = torch.randn(5, 2, 3)
    inside = trace(layer, x)
    _, _, n_x = torch.nn.functional.linear(x, layer.weight_ih_l0, layer.bias_ih_l0).chunk(3, -1)
    _, _, U = layer.weight_hh_l0.chunk(3)
    for t in range(1, 5):
        (before,), (after,) = inside.states[t - 1], inside.states[t]
        r, z = inside.gates["reset"][t], inside.gates["update"][t]
        expected = z * before + (1 - z) * torch.tanh(n_x[t] + (r * before) @ U.T)
        assert_same([after], [expected], 2)


def test_gradient_to_a_state_is_the_product_of_jacobians() -> None:
    layer = RNN(2, 3, dtype=torch.float64)
    inside = trace(layer, torch.randn(4, 1, 2, dtype=torch.float64))
    loss = inside.output[-1].sum()
    expected = torch.ones(1, 3, dtype=torch.float64)
    for t in (3, 2, 1):
        (h,) = inside.states[t]
        expected = (expected * (1 - h.square())) @ layer.weight_hh_l0
        (got,) = torch.autograd.grad(loss, inside.states[t - 1], retain_graph=True)
        assert_same([got], [expected], 4)


def test_gradient_to_the_cell_state_holds_h() -> None:
    layer = LSTM(2, 3, dtype=torch.float64)
    inside = trace(layer, torch.randn(4, 1, 2, dtype=torch.float64))
    h, c = inside.states[2]
    of_h, of_c = torch.autograd.grad(inside.h_n.c.sum(), (h, c), retain_graph=True)
    assert of_h.abs().sum() > 0
    assert_same([of_c], [inside.gates["forget"][3]], 4)
    (of_c,) = torch.autograd.grad(inside.output[2].sum(), c)
    assert not of_c.any(), "the output of a step does not come from the c carried on after it"


def test_states_can_retain_their_gradients() -> None:
    inside = trace(LSTM(2, 3, 2, bidirectional=True), torch.randn(4, 2, 2))
    for states in inside.states:
        for state in states:
            state.retain_grad()
    inside.output.sum().backward()
    assert all(state.grad.abs().sum() > 0 for states in inside.states[:-1] for state in states)
