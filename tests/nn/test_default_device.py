"""Layers where torch makes tensors elsewhere by default: theirs stay where the input is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from cells import CELLS, CellCase, random_state, tensors
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

import gatewise
from gatewise.nn import GRU, inside, trace, use_backend

all_cells = pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)


@pytest.mark.parametrize("backend", ["kernels", "torch", "reference"])
@all_cells
def test_training(case: CellCase, backend: str) -> None:
    layer, x, h_0 = case.make(3, 4, 2, bidirectional=True), torch.randn(5, 2, 3), None
    if layer.cell.torch_operator is None and backend == "torch":
        pytest.skip("torch has none")

    def found() -> list[torch.Tensor]:
        results = []
        for state in (None, h_0):
            for lengths in (None, [5, 2]):
                output, last = layer(x, state, lengths=lengths)
                loss = output.square().sum() + sum(one.sum() for one in tensors(last))
                results += [output, *tensors(last), *torch.autograd.grad(loss, list(layer.parameters()))]
        return results

    h_0 = random_state(layer, 2)
    with use_backend(backend):
        expected = found()
        with torch.device("meta"):
            got = found()
    assert all(torch.equal(one, other) for one, other in zip(got, expected, strict=True))


@all_cells
def test_steps_streams_and_looks_inside(case: CellCase) -> None:
    layer, x = case.make(3, 4), torch.randn(5, 2, 3)

    def found() -> list[torch.Tensor]:
        stream = layer.stream(2)
        stepped = [stream.step(one).clone() for one in x]
        stream.state = stream.state
        (seen,) = inside(layer, x, lengths=[5, 2])
        traced = trace(layer, x)
        return [*stepped, *layer.step(x[0])[:1], *seen.states.values(), traced.output, *traced.gates.values()]

    expected = found()
    with torch.device("meta"):
        got = found()
    assert all(torch.equal(one, other) for one, other in zip(got, expected, strict=True))


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU], ids=lambda kind: kind.__name__)
def test_accelerated_layers(kind: type[nn.RNNBase]) -> None:
    theirs, x = kind(3, 4, batch_first=True), torch.randn(2, 7, 3)
    ours = gatewise.accelerate(kind(3, 4, batch_first=True))
    ours.load_state_dict(theirs.state_dict())
    packed = pack_padded_sequence(x, [7, 2], batch_first=True)
    with torch.device("meta"):
        for input in (x, x[0]):
            torch.testing.assert_close(ours(input)[0], theirs(input)[0], atol=1e-5, rtol=0)
        torch.testing.assert_close(ours(packed)[0].data, theirs(packed)[0].data, atol=1e-5, rtol=0)


def test_layers_made_there_are_there() -> None:
    with torch.device("meta"):
        layer = GRU(3, 4)
    assert layer.weight_ih_l0.device.type == "meta"


def test_lengths_that_are_arrays() -> None:
    layer, x = GRU(3, 4), torch.randn(5, 2, 3)
    with torch.device("meta"):
        assert layer(x, lengths=np.array([5, 2]))[0].device.type == "cpu"


# Those that call layers in ever other ways; all there are: pytest -p other_device tests/nn
ONCE_MORE = ("test_recurrent", "test_inside", "test_short_calls", "test_subclasses")


@pytest.mark.slow
@pytest.mark.deep
def test_tests_of_layers_once_more() -> None:
    here = Path(__file__).parent
    files = [str(here / f"{name}.py") for name in ONCE_MORE]
    options = ["-q", "-n", "0", "-m", "not slow", "-p", "other_device"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(here), os.environ.get("PYTHONPATH", "")])}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *files],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
