"""State dicts of torch and folders of saved models, read as layers that compute what the modules did."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from damaged_files import assert_read_or_refused, damaged
from safetensors.torch import save_file
from torch import nn

import gatewise
from gatewise import ClassifierConfig, TrainingConfig
from gatewise.errors import ConfigurationError, ReadError
from gatewise.nn import CIFG, GRU, LSTM, MGU, RNN, Recurrent, read_layers

X = torch.randn(5, 2, 3, generator=torch.Generator().manual_seed(0))


def assert_same_with_gradients(layer: nn.Module, module: nn.Module) -> None:
    output, expected = layer(X)[0], module(X)[0]
    torch.testing.assert_close(output, expected)
    output.square().sum().backward()
    expected.square().sum().backward()
    theirs = dict(module.named_parameters())
    for name, parameter in layer.named_parameters():
        assert parameter.grad is not None
        torch.testing.assert_close(parameter.grad, theirs[name].grad, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.RNN(3, 4),
        lambda: nn.LSTM(3, 4, 2, bidirectional=True),
        lambda: nn.GRU(3, 4, bias=False),
        lambda: nn.GRU(3, 4, 3),
    ],
)
def test_modules_of_torch(make: Callable[[], nn.RNNBase], suffix: str, tmp_path: Path) -> None:
    module = make()
    path = tmp_path / f"model{suffix}"
    named = {f"encoder.{name}": tensor for name, tensor in module.state_dict().items()}
    (save_file if suffix == ".safetensors" else torch.save)({**named, "head.weight": torch.ones(2, 2)}, path)
    before = torch.get_rng_state()
    layers = read_layers(path)
    assert torch.equal(before, torch.get_rng_state())
    (layer,) = layers.values()
    assert list(layers) == ["encoder"]
    assert (layer.num_layers, layer.bidirectional) == (module.num_layers, module.bidirectional)
    assert_same_with_gradients(layer, module)


def test_what_a_state_dict_does_not_say(tmp_path: Path) -> None:
    relu = nn.RNN(3, 4, nonlinearity="relu")
    torch.save(relu.state_dict(), path := tmp_path / "relu.pth")
    assert read_layers(path)[""].nonlinearity == "tanh"
    assert_same_with_gradients(read_layers(path, nonlinearity="relu")[""], relu)
    assert read_layers(path, batch_first=True)[""].batch_first is True
    with pytest.raises(ConfigurationError) as caught:
        read_layers(path, nonlinearity="sine")
    assert str(caught.value) == "nonlinearity: expected 'tanh' or 'relu', got 'sine'"
    paper = GRU(3, 4)
    save_file(paper.state_dict(), path := tmp_path / "paper.safetensors")
    assert read_layers(path)[""].reset_after is True
    assert_same_with_gradients(read_layers(path, reset_after=False)[""], paper)


@pytest.mark.parametrize(
    "make",
    [
        lambda: RNN(3, 4, nonlinearity="relu"),
        lambda: GRU(3, 4),
        lambda: GRU(3, 4, reset_after=True),
        lambda: CIFG(3, 4),
        lambda: MGU(3, 4, 2),
    ],
)
def test_our_own_state_dicts_say_their_cell(make: Callable[[], Recurrent], tmp_path: Path) -> None:
    layer = make()
    torch.save({"epoch": 3, "state_dict": nn.Sequential(layer).state_dict()}, path := tmp_path / "own.ckpt")
    found = read_layers(path)["0"]
    assert repr(found) == repr(layer)
    assert_same_with_gradients(found, layer)


def test_checkpoints_with_several_state_dicts(tmp_path: Path) -> None:
    one, other = nn.LSTM(3, 4), nn.LSTM(3, 5)
    torch.save(
        {"model": one.state_dict(), "ema": {"shadow": other.state_dict()}}, path := tmp_path / "two.pt"
    )
    layers = read_layers(path)
    assert {name: layer.hidden_size for name, layer in layers.items()} == {"model": 4, "ema.shadow": 5}
    assert layers["ema.shadow"].origin == "two.pt: state dict, ema.shadow"


def test_single_steps_and_other_types(tmp_path: Path) -> None:
    cell = nn.LSTMCell(3, 4).double()
    torch.save({"a": cell.state_dict(), "b": nn.GRU(3, 4).half().state_dict()}, path := tmp_path / "x.pt")
    layers = read_layers(path)
    assert {name: layer.weight_ih_l0.dtype for name, layer in layers.items()} == {
        "a": torch.float64,
        "b": torch.float32,
    }
    state = cell(X[0].double())[0]
    torch.testing.assert_close(layers["a"].step(X[0].double())[0], state)


def test_weights_that_are_no_numbers_are_warned_of(tmp_path: Path) -> None:
    module = nn.RNN(3, 4)
    with torch.no_grad():
        module.weight_hh_l0[0, :2] = torch.nan
    torch.save(module.state_dict(), path := tmp_path / "nan.pt")
    with pytest.warns(UserWarning, match="NaN") as caught:
        read_layers(path)
    assert str(caught[0].message) == f"{path}: the layer itself: 2 of 36 weights are NaN or infinite"


def changed(**tensors: Any) -> dict[str, Any]:
    made = {**nn.LSTM(3, 4).state_dict(), **tensors}
    return {name: tensor for name, tensor in made.items() if tensor is not None}


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        (
            nn.LSTM(3, 4, proj_size=2).state_dict(),
            "weight_hr_l0: expected no projection of the state, found one (proj_size)",
        ),
        (
            changed(weight_hh_l0=None),
            "expected weight_hh_l0 beside the others, found none; weight_norm and parametrizations are to be removed "
            "before a model is saved",
        ),
        (
            changed(weight_ih_l0=torch.zeros(16)),
            "layer 0: input weights of LSTM with 4 units: expected shape (16, 0), found (16,)",
        ),
        (
            changed(bias_hh_l0=torch.zeros(15)),
            "layer 0: hidden bias weights of LSTM with 4 units: expected shape (16,), found (15,)",
        ),
        (
            changed(weight_hh_l0=torch.zeros(8, 4)),
            "weight_hh_l0: expected 4, 3 or 1 rows for each of its columns, as an LSTM, a GRU or an RNN has, found "
            "shape (8, 4)",
        ),
        (
            changed(weight_ih_l2=torch.zeros(16, 4)),
            "expected layers from weight_ih_l0 on without a gap, found weight_ih_l2",
        ),
        (
            changed(weight_hh_l0=torch.zeros(16, 4, dtype=torch.int64)),
            "expected weights of floating point, found torch.int64",
        ),
        (
            changed(weight_ih_l0=torch.zeros(1).expand(16, 10**9)),
            "weight_ih_l0: expected 16,000,000,000 numbers, found fewer in the file",
        ),
        (
            changed(weight_hh_l0=torch.zeros(16, 4).to_sparse()),
            "weight_hh_l0: expected a plain tensor, found Tensor of another kind",
        ),
    ],
)
def test_what_is_no_layer_of_ours_is_refused(tensors: dict[str, Any], message: str, tmp_path: Path) -> None:
    torch.save(dict(tensors), path := tmp_path / "model.pt")
    with pytest.raises(ReadError) as caught:
        read_layers(path)
    assert str(caught.value) == f"{path}: the layer itself: {message}"


class Whole(nn.Module):
    """What weights_only does not load."""


def test_files_that_hold_more_than_tensors_run_nothing(tmp_path: Path) -> None:
    torch.save(Whole(), path := tmp_path / "whole.pt")
    said = assert_read_or_refused(path)
    assert said.startswith(
        f"{path}: expected a state dict that torch.save wrote; it is damaged, or something else ("
    )
    torch.save({"a": torch.zeros(3)}, path)
    assert assert_read_or_refused(path) == f"{path}: expected recurrent layers, found none"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/data.pkl", b" " * (80 << 20))
    assert "would grow to 83,886,080 bytes" in assert_read_or_refused(path)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_every_damaged_file_is_refused_in_one_line(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"whole{suffix}"
    (save_file if suffix == ".safetensors" else torch.save)(nn.GRU(3, 4).state_dict(), path)
    for copy in damaged(path.read_bytes(), 100):
        path.write_bytes(copy)
        assert_read_or_refused(path)


def test_places_that_are_no_files(tmp_path: Path) -> None:
    for place, message in (
        (tmp_path / "none.pt", "expected a file, found none"),
        (
            tmp_path / "model.txt",
            "expected a name that ends in .onnx, .keras, .h5, .hdf5, .pt, .pth, .ckpt, .bin, .safetensors, found .txt",
        ),
    ):
        (tmp_path / "model.txt").touch()
        assert assert_read_or_refused(place) == f"{place}: {message}"
    assert "config.json" in assert_read_or_refused(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["RNN-relu", "GRU"])
def test_folders_of_saved_models(cell: str, tmp_path: Path) -> None:
    rows = np.random.default_rng(0)
    X = [rows.normal(size=(length, 2)).astype(np.float32) for length in (9, 14, 12, 7)]
    config = ClassifierConfig(training=TrainingConfig(steps=2))
    model = gatewise.SequenceClassifier(cell, hidden_size=8, random_state=0, config=config).fit(
        X, ["a", "b"] * 2
    )
    model.save(tmp_path / "model")
    (layer,) = read_layers(tmp_path / "model").values()
    (own,) = (one for one in model.networks_[0].modules() if isinstance(one, Recurrent))
    assert layer.cell == own.cell
    for name, values in own.state_dict().items():
        torch.testing.assert_close(layer.state_dict()[name], values, rtol=0, atol=0)


def test_layers_that_were_read_are_as_any_other(tmp_path: Path) -> None:
    torch.save(nn.LSTM(3, 4).state_dict(), path := tmp_path / "model.pt")
    layer = read_layers(path)[""]
    assert isinstance(layer, LSTM)
    assert repr(layer) == "LSTM(3, 4)"
    output, _ = layer(X, lengths=[5, 2])
    assert not output[2:, 1].any()
    LSTM(3, 4).load_state_dict(layer.state_dict())
