"""What networks cost, counted by hand."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gatewise.inspection.cost import multiply_adds_per_step, parameter_count, state_bytes, step_latency_us
from gatewise.inspection.memory import peak_training_bytes
from gatewise.nn import GRU, LSTM, RNN

KINDS = [(RNN, 1, 1), (LSTM, 4, 2), (GRU, 3, 1)]


@pytest.mark.parametrize(("kind", "blocks", "states"), KINDS)
def test_arithmetic_and_state_by_hand(kind: type, blocks: int, states: int) -> None:
    layer = kind(3, 5, 2)
    assert multiply_adds_per_step(layer) == blocks * 5 * (3 + 5 + 5 + 5)
    assert parameter_count(layer) == blocks * 5 * (3 + 5 + 5 + 5) + 2 * blocks * 5 * 2
    assert state_bytes(layer) == 4 * states * 5 * 2
    assert state_bytes(kind(3, 5, bidirectional=True)) == 4 * states * 5 * 2
    assert multiply_adds_per_step(kind(3, 5, bidirectional=True)) == 2 * blocks * 5 * (3 + 5)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
def test_a_step_takes_time_and_no_random_numbers(kind: type, bidirectional: bool) -> None:
    layer = kind(3, 5, bidirectional=bidirectional)
    before = torch.random.get_rng_state()
    assert 0.5 < step_latency_us(layer, calls=20) < 1e5
    assert torch.equal(torch.random.get_rng_state(), before)


def test_peak_memory_of_a_linear_layer_by_hand() -> None:
    layer = nn.Linear(100, 50, bias=False)
    x = torch.randn(20, 100)
    peak = peak_training_bytes(layer, lambda network: network(x).sum())
    # Weights and two moments, all the time. While the gradient of the weights (100 · 50) is made, the output
    # has been let go of; the loss and its gradient, which is expanded without a copy, are one number each.
    assert peak == 4 * (3 * 100 * 50 + 100 * 50 + 2)


def test_activations_that_are_kept_count() -> None:
    def peak(rows: int) -> int:
        x = torch.randn(rows, 10)
        return peak_training_bytes(
            nn.Sequential(nn.Linear(10, 10), nn.Tanh(), nn.Linear(10, 1)), lambda net: net(x).sum()
        )

    # Each further row keeps at least the tanh of its ten hidden units.
    assert 10 * 4 <= (peak(3000) - peak(1000)) / 2000 <= 5 * 10 * 4


def test_measuring_memory_leaves_the_network_as_it_was() -> None:
    layer = nn.Linear(4, 2).eval()
    peak_training_bytes(layer, lambda network: network(torch.ones(1, 4)).sum())
    assert not layer.training
    assert layer.weight.grad is None
