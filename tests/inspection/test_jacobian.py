"""Jacobians of every cell, against differences of its own steps."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hand_built import traced

from gatewise.inspection import jacobians, state_jacobians
from gatewise.nn import Recurrent, cell_named
from gatewise.nn.cells.registry import BUILT_IN

STEP = 1e-6


@pytest.mark.parametrize("cell", [cell.name for cell in BUILT_IN])
def test_a_jacobian_is_what_a_small_change_of_the_state_does(cell: str) -> None:
    torch.manual_seed(0)
    layer = Recurrent(cell_named(cell), 2, 3)
    one = traced(layer, torch.randn(5, 2)).layers[0]
    found = jacobians(one)
    states = len(layer.states)
    assert found.shape == (5, 3 * states, 3 * states)
    double = layer.double()
    for step in range(5):
        x = torch.from_numpy(one.input[step]).double()[None]
        begun = [torch.from_numpy(part[step]).double() for part in one.before.values()]
        for place in range(3 * states):
            moved = []
            for sign in (1, -1):
                shifted = torch.cat(begun).clone()
                shifted[place] += sign * STEP
                state = tuple(part.reshape(1, 1, 3) for part in shifted.reshape(states, 3))
                after = double.step(x, state if states > 1 else state[0])[1]
                moved.append(torch.cat([part.flatten() for part in (after if states > 1 else (after,))]))
            numeric = ((moved[0] - moved[1]) / (2 * STEP)).detach().numpy()
            np.testing.assert_allclose(found[step, :, place], numeric, atol=2e-6)


def test_a_chaotic_network_parts_and_a_quiet_one_meets() -> None:
    torch.manual_seed(0)
    layer = Recurrent(cell_named("RNN"), 2, 32)
    with torch.no_grad():
        layer.weight_hh_l0.normal_(std=4 / 32**0.5)
    assert state_jacobians(traced(layer, torch.zeros(200, 2)).layers[0]).lyapunov > 0.1
    with torch.no_grad():
        layer.weight_hh_l0.mul_(0.1)
    assert state_jacobians(traced(layer, torch.zeros(200, 2)).layers[0]).lyapunov < -0.1
