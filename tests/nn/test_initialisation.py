"""First values of the weights."""

from __future__ import annotations

import math

import pytest
import torch
from cells import CELLS, CellCase

from gatewise.nn import GRU

all_cells = pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)


@all_cells
def test_recurrent_weights_are_orthogonal_per_gate(case: CellCase) -> None:
    layer = case.make(3, 16, 2, bidirectional=True, dtype=torch.float64)
    for name, parameter in layer.named_parameters():
        if name.startswith("weight_hh"):
            for block in parameter.detach().chunk(layer.blocks):
                torch.testing.assert_close(block @ block.T, torch.eye(16, dtype=torch.float64))


@all_cells
def test_input_weights_are_xavier_uniform_per_gate(case: CellCase) -> None:
    layer = case.make(40, 60)
    bound = math.sqrt(6 / (40 + 60))
    for block in layer.weight_ih_l0.detach().chunk(layer.blocks):
        assert bound * 0.98 < block.abs().max() <= bound
        assert float(block.std()) == pytest.approx(bound / math.sqrt(3), rel=0.05)


@all_cells
def test_biases_are_zero_but_for_the_forget_gate(case: CellCase) -> None:
    layer = case.make(3, 4, 2, bidirectional=True)
    for name, parameter in layer.named_parameters():
        if name.startswith("bias"):
            expected = torch.zeros(layer.blocks, 4)
            if "forget" in layer.cell.block_names and len(layer.states) > 1 and name.startswith("bias_ih"):
                expected[layer.cell.block_names.index("forget")] = 1
            assert torch.equal(parameter, expected.flatten()), name


@all_cells
def test_generator_decides_and_leaves_the_global_one_alone(case: CellCase) -> None:
    layer = case.make(3, 4)

    def draw(seed: int) -> torch.Tensor:
        layer.reset_parameters(torch.Generator().manual_seed(seed))
        return torch.cat([parameter.detach().flatten() for parameter in layer.parameters()])

    state = torch.get_rng_state()
    assert torch.equal(draw(1), draw(1))
    assert not torch.equal(draw(1), draw(2))
    assert torch.equal(torch.get_rng_state(), state)


def test_layers_and_directions_differ() -> None:
    layer = GRU(8, 8, 2, bidirectional=True)
    assert not torch.equal(layer.weight_hh_l0, layer.weight_hh_l0_reverse)
    assert not torch.equal(layer.weight_hh_l0, layer.weight_hh_l1)
