"""Graphs: what is written is computed, operator by operator, and constants are kept once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from gatewise.graphs.build import Builder
from gatewise.graphs.graph import Field
from gatewise.graphs.operators import OPERATORS
from gatewise.graphs.recurrent import over_time, step
from gatewise.graphs.running import Runner
from gatewise.nn import Recurrent, cell_named
from gatewise.nn.cells.registry import CELLS

RANDOM = np.random.default_rng(0)


def answer(write: Any, **feeds: Any) -> Any:
    """What a graph of one output answers; ``write`` adds to a builder, from its inputs."""
    builder = Builder("test")
    inputs = [builder.input(name, str(np.asarray(array).dtype), ("batch",)) for name, array in feeds.items()]
    builder.output(write(builder, *inputs), Field("y", "float32", ("batch",)))
    return Runner(builder.graph())({name: np.asarray(array) for name, array in feeds.items()})["y"]


def test_arithmetic_reads_as_it_is_written() -> None:
    x = np.array([1.0, 2.0, 4.0])
    found = answer(lambda _, x: (np.float64(1) - x) * x / (x + np.float64(1)), x=x)
    np.testing.assert_allclose(found, (1 - x) * x / (x + 1))


def test_whole_numbers_are_divided_to_whole_ones() -> None:
    np.testing.assert_array_equal(answer(lambda _, x: x / np.int64(2), x=np.array([3, 4, 5])), [1, 2, 2])


def test_a_sigmoid_of_anything_is_finite() -> None:
    found = answer(lambda b, x: b("Sigmoid", x), x=np.array([-1e4, 0.0, 1e4], np.float32))
    np.testing.assert_array_equal(found, [0, 0.5, 1])


def test_a_convolution_is_torchs() -> None:
    x, w = (RANDOM.normal(size=size).astype(np.float32) for size in ((2, 3, 20), (4, 3, 5)))
    found = answer(lambda b, x: b("Conv", x, w, dilations=(3,), pads=(6, 6)), x=x)
    expected = torch.nn.functional.conv1d(torch.from_numpy(x), torch.from_numpy(w), padding=6, dilation=3)
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-5)


def test_small_constants_are_kept_once() -> None:
    builder = Builder("test")
    x = builder.input("x", "float64", ("batch",))
    builder.output(x + np.ones(1) + np.ones(1), Field("y", "float64", ("batch",)))
    graph = builder.graph()
    assert len(graph.constants) == 1
    assert graph.constant_bytes == 8


def test_a_state_without_an_end_is_a_mistake() -> None:
    builder = Builder("test")
    builder.state("h", np.zeros(2))
    with pytest.raises(AssertionError, match="states without an end: h"):
        builder.graph()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_layers_over_time(cell: str, bidirectional: bool) -> None:
    layer = Recurrent(cell_named(cell), 3, 4, 2, batch_first=True, bidirectional=bidirectional)
    builder = Builder("test")
    x, lengths = builder.input("x", "float32", ("batch", "time", 3)), builder.input("n", "int64", ("batch",))
    width = 8 if bidirectional else 4
    begin = x.part(0, 1, 1).part(0, 1, 2).narrowed(2) * np.zeros((1, width), np.float32)
    output, _ = over_time(builder, layer, x, lengths, [[begin] * len(layer.cell.states)] * 2)
    builder.output(output, Field("y", "float32", ("batch", "time", width)))
    values, ends = RANDOM.normal(size=(3, 7, 3)).astype(np.float32), np.array([7, 1, 4])
    found = Runner(builder.graph())({"x": values, "n": ends})["y"]
    with torch.no_grad():
        expected, _ = layer(torch.from_numpy(values), lengths=torch.from_numpy(ends))
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_layers_step_by_step(cell: str) -> None:
    layer = Recurrent(cell_named(cell), 3, 4, 2)
    builder = Builder("test")
    x = builder.input("x", "float32", ("batch", 3))
    states = [
        [builder.state(f"{name}{k}", np.zeros(4, np.float32)) for name in layer.cell.states] for k in range(2)
    ]
    after = step(builder, layer, x, states)
    for old, new in zip(states, after, strict=True):
        for before, now in zip(old, new, strict=True):
            builder.carry(before, now)
    builder.output(after[-1][0], Field("y", "float32", ("batch", 4)))
    runner = Runner(builder.graph())
    values = RANDOM.normal(size=(6, 2, 3)).astype(np.float32)
    state = runner.initial(2)
    for row in values:
        found, state = runner.step({"x": row}, state)
    with torch.no_grad():
        expected, _ = layer(torch.from_numpy(values))
    np.testing.assert_allclose(found["y"], expected[-1].numpy(), atol=1e-6)
    assert runner.graph.state_bytes == 4 * 4 * 2 * len(layer.cell.states)


def test_operators_are_onnx_s_but_for_one() -> None:
    onnx = pytest.importorskip("onnx")
    known = {schema.name for schema in onnx.defs.get_all_schemas()}
    assert {*OPERATORS} - known == {"ChainMarginals"}
