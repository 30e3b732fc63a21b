"""The inside of layers: the same as the reference computes step by step."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it

from gatewise.nn import Cell, Recurrent, cell_named, inside, reference
from gatewise.nn.cells.base import Weights
from gatewise.nn.cells.registry import BUILT_IN
from gatewise.nn.reference import reverse_rows

TIME, BATCH, FEATURES, HIDDEN = 13, 3, 4, 5
LENGTHS = torch.tensor([13, 1, 7])


def by_the_reference(
    layer: Recurrent,
    x: torch.Tensor,
    number: int,
    first: tuple[torch.Tensor, ...],
    lengths: torch.Tensor | None,
) -> tuple[list[tuple[torch.Tensor, ...]], dict[str, torch.Tensor]]:
    direction = number % layer.directions
    read = reverse_rows(x, lengths) if direction else x
    steps = [step for _, step in reference.steps(layer.cell, read, first, layer.weights()[number], lengths)]
    gates = {name: torch.stack([step.gates[name] for step in steps]) for name in layer.gates}
    if direction:
        gates = {name: reverse_rows(gate, lengths) for name, gate in gates.items()}
    states = [torch.stack([step.states[k] for step in steps]) for k in range(len(layer.states))]
    return [reverse_rows(s, lengths) if direction else s for s in states], gates


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["whole", "ragged"])
@pytest.mark.parametrize("cell", [cell.name for cell in BUILT_IN])
def test_every_state_and_gate_is_that_of_the_reference(cell: str, lengths: torch.Tensor | None) -> None:
    torch.manual_seed(0)
    layer = Recurrent(cell_named(cell), FEATURES, HIDDEN, 2, bidirectional=True)
    x = torch.randn(TIME, BATCH, FEATURES)
    h_0 = torch.randn(4, BATCH, HIDDEN)
    start = h_0 if len(layer.states) == 1 else (h_0, torch.randn_like(h_0))
    found = inside(layer, x, start, lengths=lengths)
    assert [(one.layer, one.direction) for one in found] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    real = (
        torch.ones(TIME, BATCH, 1, dtype=torch.bool)
        if lengths is None
        else reference.valid_steps(TIME, lengths)
    )
    for number, one in enumerate(found):
        first = tuple(part[number] for part in ((start,) if isinstance(start, torch.Tensor) else start))
        states, gates = by_the_reference(layer, one.input, number, first, lengths)
        for name, expected in zip(layer.states, states, strict=True):
            torch.testing.assert_close(one.states[name], expected * real, atol=2e-5, rtol=1e-4)
        assert list(one.gates) == list(layer.gates)
        for name, expected in gates.items():
            torch.testing.assert_close(one.gates[name], expected, atol=2e-5, rtol=1e-4)
        begun = torch.stack(list(one.before.values()))
        edge = 0 if number % 2 == 0 else (TIME - 1 if lengths is None else None)
        if edge is not None:
            torch.testing.assert_close(begun[:, edge], torch.stack(first))


def test_padding_is_not_looked_at_and_comes_back_as_zeros() -> None:
    torch.manual_seed(0)
    layer = Recurrent(cell_named("LSTM"), FEATURES, HIDDEN)
    x = torch.randn(TIME, BATCH, FEATURES)
    clean = inside(layer, x, lengths=LENGTHS)[0]
    x[7:, 2] = torch.nan
    spoiled = inside(layer, x, lengths=LENGTHS)[0]
    for name in ("h", "c"):
        assert torch.equal(clean.states[name], spoiled.states[name])
        assert not spoiled.states[name][7:, 2].any()
    assert not spoiled.gates["forget"][1:, 1].any()


def test_a_second_state_that_is_no_sum_is_computed_step_by_step() -> None:
    def step(
        projected: torch.Tensor, states: tuple[torch.Tensor, ...], weights: Weights
    ) -> tuple[tuple[torch.Tensor, ...], dict[str, torch.Tensor]]:
        h, c = states
        c = (projected + F.linear(h, weights.hidden) + 0.5 * c.square()).tanh()
        return (c * c, c), {}

    odd = Cell("odd", "odd cell", ("h", "c"), ("candidate",), step=step)
    layer = Recurrent(odd, FEATURES, HIDDEN)
    x = torch.randn(TIME, BATCH, FEATURES)
    (one,) = inside(layer, x)
    first = (torch.zeros(BATCH, HIDDEN),) * 2
    (h, c), _ = by_the_reference(layer, x, 0, first, None)
    torch.testing.assert_close(one.states["h"], h)
    torch.testing.assert_close(one.states["c"], c)


@pytest.mark.parametrize(
    ("cell", "kept", "written"),
    [
        ("GRU", "z", "1-z"),
        ("GRU-after", "z", "1-z"),
        ("LSTM", "f", "i"),
        ("CIFG", "f", "1-f"),
        ("MGU", "1-f", "f"),
        ("RNN", None, None),
    ],
)
def test_what_is_kept_and_written_follows_from_the_gates(
    cell: str, kept: str | None, written: str | None
) -> None:
    z, f, i = (torch.tensor([value]) for value in (0.25, 0.75, 0.125))
    gates = {"update": z, "forget": f, "input": i, "reset": z, "output": z}
    values = {"z": z, "1-z": 1 - z, "f": f, "1-f": 1 - f, "i": i, None: None}
    assert cell_named(cell).kept(gates) == values[kept]
    assert cell_named(cell).written(gates) == values[written]
