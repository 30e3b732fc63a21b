"""An explanation: true to the cell's record and to a layer of it, in 80 columns, JSON and HTML."""

from __future__ import annotations

import dataclasses
import html
import json
import re

import pytest
import torch

import gatewise
from gatewise.errors import ConfigurationError
from gatewise.explanation.claims import known_claims
from gatewise.explanation.explain import Explanation
from gatewise.inspection.cost import multiply_adds_per_step, parameter_count, state_bytes
from gatewise.nn import Cell, Recurrent, cell_named
from gatewise.nn.cells.base import Weights
from gatewise.nn.cells.registry import BUILT_IN

EVERY = [cell.name for cell in BUILT_IN]


@pytest.mark.parametrize("name", EVERY)
def test_sizes_are_those_of_a_layer(name: str) -> None:
    found = gatewise.explain(name, input_size=5, hidden_size=7)
    layer = Recurrent(cell_named(name), 5, 7)
    assert found.parameters == parameter_count(layer)
    assert found.multiply_adds == multiply_adds_per_step(layer)
    assert found.state_bytes == state_bytes(layer)


@pytest.mark.parametrize("name", EVERY)
def test_words_are_those_of_the_record(name: str) -> None:
    cell, found = cell_named(name), gatewise.explain(name.lower())
    assert (found.name, found.summary, found.equations) == (cell.name, cell.summary, cell.equations)
    assert found.gates == dict(zip(cell.gates, cell.meanings, strict=True))
    assert found.states == cell.states
    assert cell.summary
    assert len(f"{name:11}{cell.summary}") <= 80


@pytest.mark.parametrize("name", EVERY)
def test_text_fits_80_columns_and_holds_everything(name: str) -> None:
    found = gatewise.explain(name)
    lines = str(found).splitlines()
    assert max(map(len, lines)) <= 80
    text = " ".join(str(found).split())
    for part in (
        *found.equations,
        *found.gates,
        *found.gates.values(),
        f"{found.parameters:,}",
        f"{found.multiply_adds:,}",
    ):
        assert " ".join(part.split()) in text
    for claim in known_claims().of(name):
        assert f"{claim.statement}: {claim.verdict}" in text
        assert all(f"{one.what}: {one.found}" in text for one in claim.measurements)
    assert (f"nothing of the {name} stands there" in text) == (name not in ("RNN", "LSTM", "GRU"))


@pytest.mark.parametrize("name", EVERY)
def test_html_and_json_say_the_same(name: str) -> None:
    found = gatewise.explain(name)
    shown = html.unescape(found._repr_html_())
    assert all(line in shown for line in (*found.equations, *found.gates.values()))
    assert all(one.found in shown for claim in found.measured for one in claim.measurements)
    read = json.loads(found.to_json())
    assert set(read) == {field.name for field in dataclasses.fields(Explanation)}
    assert read["gates"] == found.gates
    assert [claim["verdict"] for claim in read["measured"]] == [claim.verdict for claim in found.measured]


def stepped(cell: Cell, state: float, gates: dict[str, float]) -> list[torch.Tensor]:
    """States after a step from one whose every number is ``state``, with gates pushed to 0 or 1."""
    torch.manual_seed(0)
    pushed = torch.zeros(cell.blocks, 4)
    for gate, value in gates.items():
        pushed[cell.block_names.index(gate)] = 1e4 if value else -1e4
    weights = Weights(torch.randn(4 * cell.blocks, 3), torch.randn(4 * cell.blocks, 4))
    projected = torch.randn(1, 4 * cell.blocks) + pushed.reshape(1, -1)
    return list(cell.step(projected, tuple(torch.full((1, 4), state) for _ in cell.states), weights)[0])


@pytest.mark.parametrize("cell", [cell for cell in BUILT_IN if cell.gates], ids=str)
def test_gates_keep_where_their_words_say_so(cell: Cell) -> None:
    remember = {}
    for gate, words in zip(cell.gates, cell.meanings, strict=True):
        keeps = cell.keeps[cell.block_names.index(gate)]
        if keeps:
            remember[gate] = float(keeps == 1)
            assert re.search("→ 1 keeps" if keeps == 1 else "→ 0 (keeps|leaves)", words)
    assert torch.equal(stepped(cell, 0.5, remember)[-1], torch.full((1, 4), 0.5))


@pytest.mark.parametrize("name", ["GRU", "GRU-after"])
def test_a_closed_reset_gate_hides_the_past(name: str) -> None:
    cell = cell_named(name)
    closed, opened = ({"update": 0.0, "reset": value} for value in (0.0, 1.0))
    assert torch.equal(stepped(cell, 0.5, closed)[0], stepped(cell, -0.9, closed)[0])
    assert not torch.equal(stepped(cell, 0.5, opened)[0], stepped(cell, -0.9, opened)[0])


@pytest.mark.parametrize("name", ["LSTM", "CIFG"])
def test_a_closed_output_gate_hides_the_cell_state(name: str) -> None:
    h, c = stepped(cell_named(name), 0.5, {"output": 0.0})
    assert not h.any()
    assert c.all()


def test_a_cell_without_words_is_explained_by_its_record() -> None:
    bare = dataclasses.replace(cell_named("GRU"), name="mine", summary="", meanings=(), equations=())
    found = gatewise.explain(bare)
    assert "Equations" not in str(found)
    assert "<pre>" not in found._repr_html_()
    assert found.summary == "GRU with the reset gate before the product"
    assert found.gates == {
        "update": "→ 1 keeps the past",
        "reset": "multiplies: what, the equations say",
    }
    assert found.measured == ()


def test_meanings_are_one_for_each_gate() -> None:
    with pytest.raises(ConfigurationError) as caught:
        dataclasses.replace(cell_named("GRU"), meanings=("keeps",))
    assert str(caught.value) == "cell GRU: meanings: expected one for each of update, reset, got 1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("grru", {}),
         "cell: expected one of RNN, RNN-relu, LSTM, GRU, GRU-after, CIFG, MGU, got 'grru'; did you mean GRU?"),
        (("GRU", {"hidden_size": 0}), "hidden_size: expected at least 1, got 0"),
    ],
)  # fmt: skip
def test_mistakes_are_one_line(arguments: tuple[str, dict[str, int]], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        gatewise.explain(arguments[0], **arguments[1])
    assert str(caught.value) == message
