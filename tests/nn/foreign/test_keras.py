"""Files that Keras 3 wrote, and files as Keras 2 wrote them, read as layers that answer as Keras did."""

from __future__ import annotations

import io
import json
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from damaged_files import assert_read_or_refused, damaged

from gatewise.errors import MissingDependencyError, ReadError
from gatewise.nn import read_layers

h5py = pytest.importorskip("h5py")

# keras_files/make.py says how they were made.
FILES = Path(__file__).parent / "keras_files"
ANSWERS = np.load(FILES / "answers.npz")
RANDOM = np.random.default_rng(0)


def assert_answers(layers: dict[str, Any]) -> None:
    for name, layer in layers.items():
        output, _ = layer(torch.from_numpy(ANSWERS[f"{name}.given"]))
        np.testing.assert_allclose(output.detach(), ANSWERS[f"{name}.answer"], atol=2e-6)


def test_an_archive_of_keras_3() -> None:
    layers = read_layers(FILES / "layers.keras")
    assert {name: repr(layer) for name, layer in layers.items()} == {
        "elman": "RNN(3, 4, batch_first=True)",
        "rectified": "RNN(4, 3, nonlinearity='relu', bias=False, batch_first=True)",
        "inside": "GRU(3, 4, reset_after=True, batch_first=True)",
        "both": "LSTM(4, 3, batch_first=True, bidirectional=True)",
        "memory": "LSTM(6, 5, batch_first=True)",
        "paper": "GRU(5, 4, batch_first=True)",
    }
    assert layers["both"].origin == "layers.keras: Bidirectional LSTM layer both"
    assert_answers(layers)


def test_the_older_format_of_keras_3() -> None:
    layers = read_layers(FILES / "legacy.h5")
    assert {name: repr(layer) for name, layer in layers.items()} == {
        "ends": "GRU(3, 2, reset_after=True, batch_first=True, bidirectional=True)",
        "last": "RNN(4, 3, nonlinearity='relu', bias=False, batch_first=True)",
    }
    assert_answers(layers)


def test_weights_alone_do_not_say_their_activations() -> None:
    path = FILES / "small.weights.h5"
    with pytest.warns(UserWarning, match="activations") as caught:
        layers = read_layers(path, nonlinearity="relu")
    assert [str(one.message) for one in caught] == [
        f"{path}: ends: the file does not say its activations; taken as tanh, sigmoid for gates",
        f"{path}: last: the file does not say its activations; taken as relu",
    ]
    assert_answers(layers)


def test_a_file_as_keras_2_wrote_it(tmp_path: Path) -> None:
    kernel, recurrent, bias = (
        RANDOM.normal(size=shape).astype("f4") for shape in ((3, 12), (4, 12), (2, 12))
    )
    config: dict[str, Any] = {"name": "gru_1", "units": 4, "activation": "tanh", "reset_after": True}
    model = {
        "class_name": "Sequential",
        "config": {"name": "m", "layers": [{"class_name": "GRU", "config": config}]},
    }
    path = tmp_path / "old.h5"

    def write() -> None:
        with h5py.File(path, "w") as file:
            file.attrs["model_config"] = json.dumps(model).encode()
            for name, array in (("kernel", kernel), ("recurrent_kernel", recurrent), ("bias", bias)):
                file[f"model_weights/gru_1/gru_1/gru_cell_3/{name}:0"] = array
                file[f"optimizer_weights/Adam/m/gru_1/gru_cell_3/{name}:0"] = array

    write()
    (layer,) = read_layers(path).values()
    assert layer.origin == "old.h5: GRU layer gru_1"
    z, r, n = np.split(kernel.T, 3)
    np.testing.assert_array_equal(layer.weight_ih_l0.detach(), np.concatenate([r, z, n]))
    for changed, message in (
        (
            {"recurrent_activation": "hard_sigmoid"},
            "recurrent_activation: expected sigmoid, found hard_sigmoid, which ours do not have",
        ),
        ({"activation": "relu"}, "activation: expected tanh, found relu, which ours do not have"),
        ({"reset_after": False}, "bias: expected one row as reset_after=False has, found shape (2, 12)"),
    ):
        model["config"]["layers"][0]["config"] = {**config, **changed}
        write()
        with pytest.raises(ReadError) as caught:
            read_layers(path)
        assert str(caught.value) == f"{path}: gru_1: {message}"
    model["config"]["layers"][0] = {"class_name": "LSTM", "config": config}
    write()
    with pytest.raises(ReadError) as caught:
        read_layers(path)
    assert str(caught.value) == f"{path}: gru_1: recurrent_kernel: expected the shape of LSTM, found (4, 12)"


def archive(tmp_path: Path, change: Any) -> Path:
    """The archive with another configuration."""
    path = tmp_path / "changed.keras"
    with zipfile.ZipFile(FILES / "layers.keras") as whole, zipfile.ZipFile(path, "w") as copy:
        config = json.loads(whole.read("config.json"))
        change({layer["config"]["name"]: layer["config"] for layer in config["config"]["layers"]})
        copy.writestr("config.json", json.dumps(config))
        copy.writestr("model.weights.h5", whole.read("model.weights.h5"))
    return path


def test_what_stands_around_a_layer_is_warned_of(tmp_path: Path) -> None:
    def change(layers: dict[str, Any]) -> None:
        layers["paper"]["go_backwards"] = True
        layers["both"]["merge_mode"] = "sum"

    path = archive(tmp_path, change)
    with pytest.warns(UserWarning, match="both|paper") as caught:
        read_layers(path)
    assert [str(one.message) for one in caught] == [
        f"{path}: both: it puts its directions together by sum (merge_mode): ours stand side by side",
        f"{path}: paper: it reads from the end (go_backwards): turn time around before it",
    ]


def test_a_layer_of_a_cell(tmp_path: Path) -> None:
    def change(layers: dict[str, Any]) -> None:
        own = dict(layers["memory"])
        layers["memory"].clear()
        layers["memory"] |= {"name": "memory", "cell": {"class_name": "LSTMCell", "config": own}}

    path = archive(tmp_path, change)
    with zipfile.ZipFile(path) as whole:
        config = json.loads(whole.read("config.json"))
        weights = whole.read("model.weights.h5")
    (own,) = (one for one in config["config"]["layers"] if one["config"]["name"] == "memory")
    own["class_name"] = "RNN"
    with h5py.File(file := io.BytesIO(weights), "a") as inside:
        inside.move("layers/lstm", "layers/rnn")
    with zipfile.ZipFile(path, "w") as copy:
        copy.writestr("config.json", json.dumps(config))
        copy.writestr("model.weights.h5", file.getvalue())
    assert_answers(read_layers(path, name="memory"))


def test_links_out_of_a_file_are_not_followed(tmp_path: Path) -> None:
    with h5py.File(path := tmp_path / "links.h5", "w") as file:
        file["cell/kernel"] = h5py.ExternalLink(str(FILES / "legacy.h5"), "/model_weights")
        file["cell/recurrent_kernel"] = h5py.SoftLink("/elsewhere")
        file["loop"] = h5py.SoftLink("/")
    assert assert_read_or_refused(path) == f"{path}: expected recurrent layers, found none"
    with h5py.File(path, "w") as file:
        outside = [(str(FILES / "legacy.h5"), 0, h5py.h5f.UNLIMITED)]
        file.create_dataset("cell/kernel", (3, 4), "f4", external=outside)
        file["cell/recurrent_kernel"] = np.zeros((4, 4), "f4")
    assert assert_read_or_refused(path) == (
        f"{path}: cell: expected weights in the file, found some that stand in another one"
    )


def test_nothing_large_is_made_of_a_small_file(tmp_path: Path) -> None:
    with h5py.File(path := tmp_path / "large.h5", "w") as file:
        file.create_dataset("cell/kernel", (10**6, 10**6), "f4", chunks=(1000, 1000), compression="gzip")
        file["cell/recurrent_kernel"] = np.zeros((4, 4), "f4")
    assert assert_read_or_refused(path) == (
        f"{path}: cell: expected at most 67,108,864 bytes of weights, found 4,000,000,000,000"
    )
    with zipfile.ZipFile(path := tmp_path / "large.keras", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", b" " * (80 << 20))
    assert assert_read_or_refused(path) == (
        f"{path}: expected weights as they are, found an archive that would grow to 83,886,080 bytes; at most "
        "67,108,864 are read"
    )


@pytest.mark.parametrize("name", ["layers.keras", "legacy.h5", "small.weights.h5"])
def test_every_damaged_file_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    for copy in damaged((FILES / name).read_bytes(), 60):
        path.write_bytes(copy)
        assert_read_or_refused(path)


def test_without_h5py(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(MissingDependencyError) as caught, warnings.catch_warnings():
        read_layers(FILES / "legacy.h5")
    assert str(caught.value) == (
        "h5py, which reads files of Keras, is not installed: pip install 'gatewise[keras]'"
    )
