"""A cell of a user's own, by the steps of CONTRIBUTING alone: a step in plain torch, a record, and its registration."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from cells import assert_same, case_of, everything, random_state, tensors
from torch import Tensor

from gatewise import SequenceClassifier, compare, load, nn
from gatewise.comparison.config import ComparisonConfig
from gatewise.errors import ConfigurationError, SavedModelError
from gatewise.estimators.config import ClassifierConfig
from gatewise.models.cells import name_or_cell
from gatewise.nn import Cell, Choice, Recurrent, cell_named, register_cell, use_backend
from gatewise.nn.cells.base import States, Weights
from gatewise.nn.cells.registry import CELLS
from gatewise.training.config import TrainingConfig


def peephole(projected: Tensor, states: States, weights: Weights) -> tuple[States, dict[str, Tensor]]:
    """One gate that sees the second state: ``f = σ(a + c)``, ``c' = f⊙c + (1−f)⊙tanh(b)``, ``h' = tanh(c')``."""
    h, c = states
    a, b = (projected + F.linear(h, weights.hidden, weights.hidden_bias)).chunk(2, -1)
    f = (a + c).sigmoid()
    c = f * c + (1 - f) * b.tanh()
    return (c.tanh(), c), {"forget": f}


TOY = Cell(
    "toy",
    "toy with a peephole",
    states=("h", "c"),
    block_names=("forget", "candidate"),
    gates=("forget",),
    keeps=(1, 0),
    initial_bias=(1.0, 0.0),
    step=peephole,
)
WHY = "no kernel computes the toy with a peephole"


@pytest.fixture
def toy() -> Iterator[Cell]:
    register_cell(TOY)
    yield TOY
    del CELLS["toy"]


@pytest.mark.usefixtures("toy")
def test_the_case_needs_no_line_in_the_tests() -> None:
    layer = case_of(cell_named("TOY")).make(3, 4, 2, bidirectional=True)
    assert (layer.gates, layer.states, layer.blocks) == (("forget",), ("h", "c"), 2)
    assert layer.bias_ih_l0.tolist() == [1.0] * 4 + [0.0] * 4
    assert repr(layer) == "toy(3, 4, num_layers=2, bidirectional=True)"
    assert layer.backend == Choice("reference", f"{WHY}; torch has no toy with a peephole")


def test_padded_rows_are_as_if_alone() -> None:
    layer = Recurrent(TOY, 3, 4, 2, bidirectional=True, dtype=torch.float64)
    x, lengths = torch.randn(6, 3, 3, dtype=torch.float64), [6, 2, 4]
    output, state = layer(x, lengths=lengths)
    for row, length in enumerate(lengths):
        alone, last = layer(x[:length, row : row + 1])
        assert_same([output[:length, row : row + 1]], [alone], 6)
        assert_same([part[:, row : row + 1] for part in tensors(state)], tensors(last), 6)


def test_the_whole_is_step_by_step_and_streamed() -> None:
    layer = Recurrent(TOY, 3, 4, 2)
    x = torch.randn(5, 2, 3)
    output, last = layer(x)
    state, stream = None, layer.stream(2)
    for step, row in enumerate(x):
        one, state = layer.step(row, state)
        assert_same([one, stream.step(row)], [output[step]] * 2, 5)
    assert_same(tensors(stream.state), tensors(last), 5)
    assert str(stream.backend) == f"reference: {WHY}"
    stream.reset()
    assert_same([stream.step(x[0])], [output[0]], 5)
    stream.state = last
    assert_same(tensors(stream.state), tensors(last), 5)
    assert str(nn.GRU(3, 4).stream().backend) == "kernels: compiled for this processor"


@pytest.mark.slow
@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("lengths", [None, [5, 2]])
def test_compilers_and_exporters_see_one_operator(lengths: list[int] | None) -> None:
    layer = Recurrent(TOY, 3, 4, bidirectional=True, dtype=torch.float64)
    x, h_0 = torch.randn(5, 2, 3, dtype=torch.float64), random_state(layer, 2)
    given = None if lengths is None else torch.tensor(lengths)
    plain = everything(layer, x, h_0, given)
    torch.compiler.reset()
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    x_again = x.clone().requires_grad_()
    output, state = compiled(x_again, h_0, lengths=given)
    assert_same([output, *tensors(state)], plain[:3], 5)
    weights = [torch.linspace(-1, 1, one.numel(), dtype=one.dtype).cos().view(one.shape) for one in plain[:3]]
    loss = sum((one * weight).sum() for one, weight in zip((output, *tensors(state)), weights, strict=True))
    found = torch.autograd.grad(loss, [x_again, *tensors(h_0), *layer.parameters()])
    assert_same(found, plain[3:], 5)
    if lengths is None:
        graph = torch.export.export(layer, (x,)).graph
        calls = [str(node.target) for node in graph.nodes if node.op == "call_function"]
        assert calls.count("gatewise.toy.default") == 2
        assert len(calls) < 20


def test_it_differentiates_as_often_as_asked_for() -> None:
    layer = Recurrent(TOY, 2, 3, dtype=torch.float64)
    x = torch.randn(3, 2, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda x: layer(x)[0], (x,))


def test_an_estimator_takes_it_without_registration_and_saves_its_name(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    sequences = [random.normal(size=(length, 2)).astype(np.float32) for length in (3, 9, 5, 4)] * 3
    config = ClassifierConfig(training=TrainingConfig(steps=3))
    model = SequenceClassifier(TOY, hidden_size=4, random_state=0, config=config)
    model.fit(sequences, np.arange(12) % 2)
    model.save(tmp_path / "model")
    with pytest.raises(SavedModelError) as error:
        load(tmp_path / "model")
    assert str(error.value) == (
        f"{tmp_path / 'model'}: its cell 'toy' is not known here; "
        "register it with gatewise.nn.register_cell before loading"
    )
    register_cell(TOY)
    try:
        again = load(tmp_path / "model")
        np.testing.assert_array_equal(again.predict_proba(sequences), model.predict_proba(sequences))
    finally:
        del CELLS["toy"]


@pytest.mark.slow
@pytest.mark.parametrize("cell", [TOY, "toy"])
def test_a_small_comparison(tmp_path: Path, toy: Cell, cell: str | Cell) -> None:
    if cell is TOY:
        del CELLS["toy"]  # it is taken as it is, too
    random = np.random.default_rng(0)
    frame = {
        "id": np.repeat(np.arange(24), 6),
        "x": random.normal(size=144),
        "label": np.repeat(["a", "b"] * 12, 6),
    }
    import pyarrow as pa

    comparison = compare(
        pa.table(frame),
        cells=[cell, "GRU-after"],
        config=ComparisonConfig(seeds=2, trials=1, curves=False, workers=2, hidden_size=6),
        estimator=ClassifierConfig(training=TrainingConfig(steps=5)),
    )
    ours, after = comparison.evidence.cells
    assert (ours.name, ours.cell, ours.backend.name) == ("toy", "toy", "reference")
    assert ours.backend.reason.startswith(WHY)
    CELLS["toy"] = toy
    assert (after.name, after.backend.name) == ("GRU-after", "kernels")
    assert "toy" in comparison.report(tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "description", "taken_by"),
    [
        ("gru", "another", "GRU with the reset gate before the product"),
        ("GRU_after", "another", "GRU with the reset gate after the product"),
        ("rnn-tanh", "another", "tanh RNN"),  # its operator's name
        ("toy", "toy with a peephole", "another toy with a peephole"),
    ],
)
@pytest.mark.usefixtures("toy")
def test_a_name_that_is_taken(name: str, description: str, taken_by: str) -> None:
    other = Cell(name, description, ("h",), ("candidate",), step=peephole)
    with pytest.raises(ConfigurationError) as error:
        register_cell(other)
    assert str(error.value) == f"cell {name}: the name is taken by {taken_by}; take another one"


@pytest.mark.parametrize("name", ["", "2gates", "my cell", "a,b", "a=b", 3])
def test_a_name_that_nobody_can_type(name: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        Cell(name, "x", ("h",), ("candidate",), step=peephole)
    assert str(error.value) == f"cell: name: expected letters, digits, - and _, a letter first, got {name!r}"


def test_a_step_defined_again_as_it_was_is_the_same(toy: Cell) -> None:
    def leaky(rate: float) -> Cell:
        def step(projected: Tensor, states: States, _: Weights) -> tuple[States, dict[str, Tensor]]:
            return (rate * states[0] + (1 - rate) * projected.tanh(), states[1]), {}

        return replace(toy, step=step)

    assert leaky(0.9) == leaky(0.9)
    assert hash(leaky(0.9)) == hash(leaky(0.9))
    assert leaky(0.9) != leaky(0.5)
    assert register_cell(replace(toy)) is toy


def test_a_variant_shares_kernels() -> None:
    variant = replace(nn.LSTM.cell, name="LSTM-zero", initial_bias=(0.0,) * 4)
    layer, lstm = Recurrent(variant, 2, 3), nn.LSTM(2, 3)
    assert str(layer.backend) == "kernels: compiled for this processor"
    assert (layer.bias_ih_l0 == 0).all()
    lstm.load_state_dict(layer.state_dict())
    x = torch.randn(4, 1, 2)
    assert torch.equal(layer(x)[0], lstm(x)[0])
    register_cell(variant)
    del CELLS["LSTM-zero"]


@pytest.mark.parametrize("use", [register_cell, lambda cell: Recurrent(cell, 2, 3)])
@pytest.mark.usefixtures("toy")
def test_kernels_that_there_are_not(use: Callable[[Cell], object]) -> None:
    for kernel in ("nope", "toy"):  # the latter is an operator, and no kernel
        with pytest.raises(ConfigurationError) as error:
            use(replace(nn.GRU.cell, name="mine", kernel=kernel))
        assert str(error.value) == (
            "cell mine: kernel: expected one of rnn_tanh, rnn_relu, lstm, gru, gru_reset_after, cifg, mgu or None, "
            f"got {kernel!r}"
        )


def test_a_cell_with_the_name_of_another(tmp_path: Path) -> None:
    mine = replace(nn.LSTM.cell, initial_bias=(0.0,) * 4)
    with pytest.raises(ConfigurationError) as error:
        compare("sample:recall-10", cells=["LSTM", mine])
    assert str(error.value) == "cells: two different ones are called LSTM; give names: {name: cell}"
    config = ClassifierConfig(training=TrainingConfig(steps=1))
    model = SequenceClassifier(mine, hidden_size=2, random_state=0, config=config)
    model.fit([np.zeros((2, 1), np.float32)] * 6, [0, 1] * 3)
    with pytest.raises(SavedModelError) as refused:
        model.save(tmp_path / "model")
    assert str(refused.value) == (
        "cell LSTM: another one is registered by this name and would be loaded; rename yours"
    )


def test_a_layer_wants_a_cell() -> None:
    with pytest.raises(ConfigurationError) as error:
        Recurrent("GRU-after", 2, 3)  # type: ignore[arg-type]
    assert str(error.value) == (
        "Recurrent: cell must be a Cell, got 'GRU-after'; gatewise.nn.cell_named gives one by its name"
    )


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"states": ()}, "cell x: states: expected one or two, got 0"),
        ({"states": "h"}, "cell x: states: expected a tuple, got 'h'"),
        ({"block_names": ()}, "cell x: block_names: expected at least one, got none"),
        ({"gates": ("zz",)}, "cell x: gates: expected some of forget, candidate, got 'zz'"),
        (
            {"keeps": (1, 0, 0)},
            "cell x: keeps: expected 2, one for each of forget, candidate, got 3",
        ),
    ],
)
def test_a_record_that_does_not_fit(facts: dict[str, tuple[int, ...]], message: str) -> None:
    given = {"states": ("h",), "block_names": ("forget", "candidate")} | facts
    with pytest.raises(ConfigurationError) as error:
        Cell("x", "x", step=peephole, **given)  # type: ignore[arg-type]
    assert str(error.value) == message


def test_backends_agree_where_kernels_are_forced() -> None:
    with pytest.raises(ConfigurationError) as error, use_backend("kernels"):
        Recurrent(TOY, 2, 3)(torch.zeros(1, 1, 2))
    assert str(error.value) == (f"use_backend=kernels: {WHY}; leave the choice open or take 'reference'")


@pytest.mark.slow
def test_the_command_line_names_what_it_knows(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from gatewise.cli import main; main()", "compare", "sample:recall-20",
         "--cells", "GRU,MGUU", "--output", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (
        1,
        "reading sample:recall-20\n"
        "error: cell: expected one of RNN, RNN-relu, LSTM, GRU, GRU-after, CIFG, MGU, got 'MGUU'; "
        "did you mean MGU?\n",
    )


def test_another_step_is_another_cell_whatever_its_name(toy: Cell) -> None:
    def fixed(projected: Tensor, states: States, _: Weights) -> tuple[States, dict[str, Tensor]]:
        return (torch.full_like(states[0], 2.0), states[1]), {"forget": projected.chunk(2, -1)[0]}

    edited = replace(toy, step=fixed)
    assert edited != toy
    assert pickle.loads(pickle.dumps(nn.GRU.cell)) == nn.GRU.cell
    assert name_or_cell(edited) is edited
    # Worker processes know the names of the package, and no others.
    assert name_or_cell("toy") is toy
    assert name_or_cell(nn.GRU) == "GRU"
    layer = Recurrent(edited, 2, 3)
    compiled = torch.compile(layer, backend="aot_eager")
    assert (compiled(torch.zeros(2, 1, 2))[0] == 2).all()
    with pytest.raises(
        ConfigurationError, match="cell toy: the name is taken by another toy with a peephole"
    ):
        register_cell(edited)
