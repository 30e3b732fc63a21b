"""Gradients through time where theory says what they are."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from gatewise.inspection.gradients import GradientFlow, gradient_flow
from gatewise.nn import GRU, LSTM, RNN


def linear_rnn(factor: float, size: int = 6) -> RNN:
    """A plain RNN whose state stays so small that tanh is the identity: each step multiplies by ``factor``."""
    layer = RNN(2, size, batch_first=True)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.zero_()
        layer.weight_hh_l0.copy_(factor * torch.eye(size))
    return layer


@pytest.mark.parametrize("factor", [0.5, 0.9, 1.0, 1.2])
def test_the_gradient_of_a_linear_network_is_a_power_of_its_factor(factor: float) -> None:
    flow = gradient_flow(linear_rnn(factor), 1e-6 * torch.randn(3, 30, 2))
    np.testing.assert_allclose(flow.norms, factor ** np.arange(30.0), rtol=1e-4)


@pytest.mark.parametrize("factor", [0.3, 0.6, 0.9, 0.97])
def test_the_half_life_of_a_linear_network_is_known(factor: float) -> None:
    flow = gradient_flow(linear_rnn(factor), torch.zeros(1, 40, 2))
    assert flow.half_life == math.ceil(math.log(0.5) / math.log(factor))
    assert flow.left == pytest.approx(factor**39, rel=1e-3)


def test_a_gradient_that_does_not_fall_has_no_half_life() -> None:
    keeping, doubling = (gradient_flow(linear_rnn(f), torch.zeros(1, 20, 2)) for f in (1.0, 2.0))
    assert keeping.half_life is doubling.half_life is None
    assert (keeping.left, doubling.left) == (pytest.approx(1), pytest.approx(2**19, rel=1e-3))


@pytest.mark.parametrize(
    ("factor", "verdict"), [(0.85, "vanishing"), (0.88, "steady"), (1.1, "steady"), (1.2, "exploding")]
)
def test_the_verdict_does_not_depend_on_the_window(factor: float, verdict: str) -> None:
    layer = linear_rnn(factor)
    found = {gradient_flow(layer, torch.zeros(1, length, 2)).verdict for length in (5, 20, 200)}
    assert found == {verdict}


def test_gradients_far_below_float32_are_measured() -> None:
    flow = gradient_flow(linear_rnn(0.1), torch.zeros(1, 30, 2))
    np.testing.assert_allclose(np.log10(flow.norms), -np.arange(30.0), atol=1e-3)


def test_an_open_forget_gate_keeps_the_gradient() -> None:
    layer = LSTM(2, 5, batch_first=True)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.zero_()
        layer.bias_ih_l0[:5] = -20  # input gate shut
        layer.bias_ih_l0[5:10] = 20  # forget gate open
    flow = gradient_flow(layer, torch.randn(2, 40, 2))
    # Nothing fades from lag 1 on, where h has handed over to c.
    np.testing.assert_allclose(flow.norms[1:], flow.norms[1], rtol=1e-4)
    assert flow.verdict == "steady"
    assert flow.open == {"input": 0.0, "forget": 1.0, "output": 0.0}
    assert flow.shut == {"input": 1.0, "forget": 0.0, "output": 0.0}


def test_a_shut_forget_gate_loses_it() -> None:
    layer = LSTM(2, 5, batch_first=True)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.zero_()
        layer.bias_ih_l0[5:10] = -5
    assert gradient_flow(layer, torch.randn(2, 40, 2)).verdict == "vanishing"


@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
def test_only_the_longest_sequences_count(kind: type) -> None:
    layer = kind(3, 4, batch_first=True)
    tokens = torch.randn(4, 9, 3)
    whole = gradient_flow(layer, tokens[[1, 3], :7])
    ragged = gradient_flow(layer, tokens, torch.tensor([2, 7, 5, 7]))
    np.testing.assert_allclose(ragged.norms, whole.norms, rtol=1e-5)
    assert len(ragged.norms) == 7
    assert ragged.norms[0] == pytest.approx(1)
    assert set(ragged.open) == set(ragged.shut) == set(layer.gates)


def test_looking_leaves_no_trace() -> None:
    layer = GRU(3, 4, 2, batch_first=True, bidirectional=True)
    state = torch.random.get_rng_state()
    first = gradient_flow(layer, torch.ones(2, 5, 3))
    second = gradient_flow(layer, torch.ones(2, 5, 3))
    assert np.array_equal(first.norms, second.norms)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(parameter.grad is None for parameter in layer.parameters())


def test_one_step_has_no_half_life() -> None:
    flow = gradient_flow(nn.ModuleList([GRU(1, 2, batch_first=True)])[0], torch.ones(1, 1, 1))
    assert (flow.half_life, flow.left, flow.verdict) == (None, pytest.approx(1), "steady")
    assert GradientFlow(np.array([1.0]), {}, {}).verdict == "steady"
