"""RNN, LSTM and GRU nodes of ONNX files, read as layers that answer as ONNX Runtime does."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from damaged_files import assert_read_or_refused, damaged
from torch import nn

import gatewise
from gatewise import ClassifierConfig, TrainingConfig
from gatewise.errors import ConfigurationError, ReadError
from gatewise.export import export_onnx
from gatewise.nn import Recurrent, read_layers

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")
helper, FLOAT = onnx.helper, onnx.TensorProto.FLOAT

RANDOM = np.random.default_rng(0)
STEPS, ROWS, FEATURES, UNITS = 6, 2, 3, 4
BLOCKS = {"RNN": 1, "GRU": 3, "LSTM": 4}


def numbers(*shape: int) -> Any:
    return RANDOM.normal(0, 0.7, shape).astype(np.float32)


def weights(kind: str, directions: int = 1, features: int = FEATURES) -> dict[str, Any]:
    rows = BLOCKS[kind] * UNITS
    return {
        "W": numbers(directions, rows, features),
        "R": numbers(directions, rows, UNITS),
        "B": numbers(directions, 2 * rows),
    }


def written(
    path: Path,
    nodes: list[Any],
    constants: dict[str, Any],
    *,
    inputs: tuple[str, ...] = ("x",),
    outputs: tuple[str, ...] = ("y",),
    shapes: dict[str, list[int]] | None = None,
) -> Path:
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "made",
        [info(name, FLOAT, None) for name in inputs],
        [info(name, FLOAT, None) for name in outputs],
        [onnx.numpy_helper.from_array(array, name) for name, array in constants.items()],
        value_info=[info(name, FLOAT, shape) for name, shape in (shapes or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    path.write_bytes(model.SerializeToString())
    return path


def node(kind: str, inputs: str = "x W R B", outputs: str = "y", **attributes: Any) -> Any:
    attributes = {"hidden_size": UNITS, "name": "layer", **attributes}
    return helper.make_node(
        kind, ["" if one == "-" else one for one in inputs.split()], outputs.split(), **attributes
    )


def answer(path: Path, x: Any) -> Any:
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    return runtime.InferenceSession(path, options).run(None, {"x": x})[0]


def assert_answers(layer: Recurrent, path: Path) -> None:
    """The output of ONNX, (time, directions, batch, units), is that of the layer side by side."""
    x = numbers(STEPS, ROWS, FEATURES)
    expected = answer(path, x).transpose(0, 2, 1, 3).reshape(STEPS, ROWS, -1)
    found, _ = layer(torch.from_numpy(x))
    np.testing.assert_allclose(found.detach(), expected, atol=2e-6)


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("direction", ["forward", "bidirectional"])
@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        ("RNN", {}, "RNN"),
        ("RNN", {"activations": ["Relu"]}, "RNN-relu"),
        ("LSTM", {}, "LSTM"),
        ("LSTM", {"activations": ["Sigmoid", "Tanh", "Tanh"], "input_forget": 0}, "LSTM"),
        ("GRU", {}, "GRU"),
        ("GRU", {"linear_before_reset": 1}, "GRU-after"),
    ],
)
def test_a_node_is_a_layer_that_answers_as_onnx_runtime_does(
    kind: str, attributes: dict[str, Any], expected: str, direction: str, biases: bool, tmp_path: Path
) -> None:
    directions = 2 if direction == "bidirectional" else 1
    constants = weights(kind, directions)
    if not biases:
        del constants["B"]
    if "activations" in attributes:
        attributes = {**attributes, "activations": attributes["activations"] * directions}
    made = node(kind, "x W R B" if biases else "x W R", direction=direction, **attributes)
    path = written(tmp_path / "made.onnx", [made], constants)
    layer = read_layers(path)["layer"]
    assert (layer.cell.name, layer.bias, layer.bidirectional) == (expected, biases, directions == 2)
    assert (layer.input_size, layer.hidden_size, layer.batch_first) == (FEATURES, UNITS, False)
    assert layer.origin == f"made.onnx: {kind} node layer"
    assert all(parameter.requires_grad for parameter in layer.parameters())
    assert_answers(layer, path)


def test_layout_1_is_batch_first(tmp_path: Path) -> None:
    constants = weights("LSTM")
    one, other = (
        read_layers(written(tmp_path / f"{layout}.onnx", [node("LSTM", layout=layout)], constants))["layer"]
        for layout in (0, 1)
    )
    assert (one.batch_first, other.batch_first) == (False, True)
    x = torch.randn(STEPS, ROWS, FEATURES)
    torch.testing.assert_close(one(x)[0], other(x.transpose(0, 1))[0].transpose(0, 1))
    asked = read_layers(tmp_path / "1.onnx", batch_first=False)["layer"]
    assert asked.batch_first is False


@pytest.mark.parametrize(
    ("kind", "attributes", "inputs", "message"),
    [
        (
            "LSTM",
            {"clip": 3.0},
            "x W R B",
            "clip: expected no limits of gates, which our LSTM does not have, found 3.0",
        ),
        (
            "LSTM",
            {"input_forget": 1},
            "x W R B",
            "input_forget: expected no coupled gates, which our LSTM does not have, found 1",
        ),
        (
            "LSTM",
            {},
            "x W R B - - - P",
            "P: expected no peepholes, which our LSTM does not have, found some",
        ),
        (
            "GRU",
            {"activations": ["HardSigmoid", "Tanh"]},
            "x W R B",
            "activations: expected sigmoid, tanh, found hardsigmoid, which our GRU does not have",
        ),
        (
            "RNN",
            {"activations": ["Elu"]},
            "x W R B",
            "activations: expected tanh or relu, found elu, which our RNN does not have",
        ),
        ("LSTM", {}, "x x R B", "expected constants as its weights W, found x, which is computed"),
        (
            "LSTM",
            {"direction": "sideways"},
            "x W R B",
            "direction: expected forward, reverse, bidirectional, found sideways",
        ),
        ("LSTM", {}, "x W R W", "expected B of shape (1, 32), found (1, 16, 3)"),
        ("GRU", {}, "x W4 R4 B", "expected B of shape (1, 32), found (1, 24)"),
        ("GRU", {}, "x W4 R4", "expected W and R of 3 blocks, found shapes (1, 16, 3) and (1, 16, 4)"),
    ],
)
def test_what_is_another_function_is_refused_by_name(
    kind: str, attributes: dict[str, Any], inputs: str, message: str, tmp_path: Path
) -> None:
    constants = {**weights(kind), "P": numbers(1, 3 * UNITS)}
    constants |= {f"{name}4": array for name, array in weights("LSTM").items()}
    good = node("RNN", "x W1 R1 B1", "other", name="good")
    constants |= {f"{name}1": array for name, array in weights("RNN").items()}
    path = written(tmp_path / "made.onnx", [node(kind, inputs, **attributes), good], constants)
    with pytest.raises(ReadError) as caught:
        read_layers(path)
    assert str(caught.value) == f'{path}: layer: {message}; name="good" reads good alone'
    assert list(read_layers(path, name="good")) == ["good"]
    with pytest.raises(ReadError) as caught:
        read_layers(path, name="layer")
    assert str(caught.value) == f"{path}: layer: {message}"


def test_what_stands_around_a_layer_is_warned_of(tmp_path: Path) -> None:
    constants = {**weights("GRU"), "begin": numbers(1, ROWS, UNITS)}
    made = node("GRU", "x W R B - begin", direction="reverse")
    path = written(tmp_path / "made.onnx", [made], constants)
    with pytest.warns(UserWarning, match="layer") as caught:
        layer = read_layers(path)["layer"]
    assert [str(one.message) for one in caught] == [
        f"{path}: layer: it reads from the end: turn time around before it, and in its output",
        f"{path}: layer: it begins with states that are not zero (initial_h): give them as h_0",
    ]
    x = numbers(STEPS, ROWS, FEATURES)
    found, _ = layer(torch.from_numpy(x).flip(0), torch.from_numpy(constants["begin"]))
    np.testing.assert_allclose(found.flip(0).detach(), answer(path, x)[:, 0], atol=2e-6)


def test_weights_through_operators_between_them_and_constants(tmp_path: Path) -> None:
    whole = weights("LSTM")
    scale = np.float32(0.01)
    eight = np.round(whole["W"] / scale).astype(np.int8)
    constants = {
        "eight": eight,
        "scale": scale,
        "turned": np.ascontiguousarray(whole["R"][0].T),
        "b_w": whole["B"][0, :16],
        "b_r": whole["B"][0, 16:],
        "first": np.array([0]),
        "half": np.array([4, 4, 4, 4]),
    }
    nodes = [
        helper.make_node("Cast", ["eight"], ["wide"], to=FLOAT),
        helper.make_node("Mul", ["wide", "scale"], ["W"]),
        helper.make_node("Identity", ["turned"], ["same"]),
        helper.make_node("Transpose", ["same"], ["back"], perm=[1, 0]),
        helper.make_node("Split", ["back", "half"], ["p", "q", "r", "s"], axis=0),
        helper.make_node("Concat", ["p", "q", "r", "s"], ["again"], axis=0),
        helper.make_node("Unsqueeze", ["again", "first"], ["R"]),
        helper.make_node("Concat", ["b_w", "b_r"], ["b"], axis=0),
        helper.make_node("Constant", [], ["shape"], value_ints=[1, -1]),
        helper.make_node("Reshape", ["b", "shape"], ["B"]),
        node("LSTM"),
    ]
    path = written(tmp_path / "made.onnx", nodes, constants)
    layer = read_layers(path)["layer"]
    np.testing.assert_allclose(layer.weight_ih_l0.detach()[:4], eight[0, :4] * scale)
    assert_answers(layer, path)


def squeezed(above: dict[str, Any], between: list[Any], path: Path, **names: Any) -> Path:
    """Two nodes, with something in between."""
    one = weights("LSTM")
    constants = {**one, **{f"{name}2": array for name, array in above.items()}, "one": np.array([1])}
    first = node("LSTM", "x W R B", "y1 h1 c1", **{"name": "/rnn/LSTM", **names.get("first", {})})
    second = node("LSTM", "between W2 R2 B2", "y", **{"name": "/rnn/LSTM_1", **names.get("second", {})})
    for one_node, scope in zip((first, second), names.get("scopes", ()), strict=False):
        entry = one_node.metadata_props.add()
        entry.key, entry.value = "pkg.torch.onnx.name_scopes", scope
    constants |= names.get("constants", {})
    return written(
        path,
        [first, *between, second],
        constants,
        outputs=names.get("outputs", ("y",)),
        shapes=names.get("shapes"),
    )


def test_nodes_of_one_module_become_its_layers(tmp_path: Path) -> None:
    above = weights("LSTM", features=UNITS)
    squeeze = [helper.make_node("Squeeze", ["y1", "one"], ["between"])]
    path = squeezed(above, squeeze, tmp_path / "two.onnx")
    layers = read_layers(path)
    assert list(layers) == ["/rnn/LSTM"]
    assert repr(layers["/rnn/LSTM"]) == "LSTM(3, 4, num_layers=2)"
    assert layers["/rnn/LSTM"].origin == "two.onnx: LSTM nodes /rnn/LSTM and /rnn/LSTM_1"
    assert_answers(layers["/rnn/LSTM"], path)
    apart = {
        "two": {"second": {"name": "/other/LSTM"}},
        "names": {"first": {"name": "a"}, "second": {"name": "b"}},
    }
    apart["seen"] = {"outputs": ("y", "between")}
    for name, changed in apart.items():
        assert len(read_layers(squeezed(above, squeeze, tmp_path / f"{name}.onnx", **changed))) == 2
    added = [
        helper.make_node("Squeeze", ["y1", "one"], ["s"]),
        helper.make_node("Add", ["s", "s"], ["between"]),
    ]
    assert len(read_layers(squeezed(above, added, tmp_path / "added.onnx"))) == 2


def test_nodes_of_files_for_one_shape(tmp_path: Path) -> None:
    above = weights("LSTM", features=UNITS)
    between = [helper.make_node("Reshape", ["y1", "shape"], ["between"])]
    given = {"constants": {"shape": np.array([STEPS, ROWS, UNITS])}}
    path = squeezed(above, between, tmp_path / "one.onnx", **given, shapes={"y1": [STEPS, 1, ROWS, UNITS]})
    assert_answers(read_layers(path)["/rnn/LSTM"], path)
    assert len(read_layers(squeezed(above, between, tmp_path / "unsaid.onnx", **given))) == 2


def test_modules_as_the_newer_exporter_of_torch_says_them(tmp_path: Path) -> None:
    above = weights("LSTM", features=UNITS)
    squeeze = [helper.make_node("Squeeze", ["y1", "one"], ["between"])]
    numbered = {"first": {"name": "node_LSTM_3"}, "second": {"name": "node_LSTM_9"}}
    one = squeezed(above, squeeze, tmp_path / "one.onnx", scopes=["['', 'rnn', 'lstm']"] * 2, **numbered)
    layers = read_layers(one)
    assert {name: layer.num_layers for name, layer in layers.items()} == {"rnn": 2}
    assert layers["rnn"].origin == "one.onnx: LSTM nodes node_LSTM_3 and node_LSTM_9"
    scopes = ["['', 'a', 'lstm']", "['', 'b', 'lstm_1']"]
    assert list(read_layers(squeezed(above, squeeze, tmp_path / "two.onnx", scopes=scopes, **numbered))) == [
        "a",
        "b",
    ]
    odd = squeezed(above, squeeze, tmp_path / "odd.onnx", scopes=["[" * 5000, "7"], **numbered)
    assert list(read_layers(odd)) == ["node_LSTM_3", "node_LSTM_9"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_what_torch_exports_is_the_module_that_it_was(
    kind: type[nn.RNNBase], bidirectional: bool, tmp_path: Path
) -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = kind(FEATURES, UNITS, 2, bidirectional=bidirectional)
            self.second = kind(UNITS * (1 + bidirectional), UNITS)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            output: torch.Tensor = self.second(self.first(x)[0])[0]
            return output

    model, path = Model().eval(), tmp_path / "model.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (torch.zeros(5, 2, FEATURES),),
            path,
            dynamo=False,
            input_names=["x"],
            dynamic_axes={"x": {0: "time", 1: "batch"}},
        )
    layers = read_layers(path)
    name = kind.__name__
    assert [(own, layer.num_layers) for own, layer in layers.items()] == [
        (f"/first/{name}", 2),
        (f"/second/{name}", 1),
    ]
    for layer, module in zip(layers.values(), (model.first, model.second), strict=True):
        for own, values in module.state_dict().items():
            torch.testing.assert_close(layer.state_dict()[own], values, rtol=0, atol=0)


@pytest.mark.slow
@pytest.mark.parametrize("int8", [False, True])
@pytest.mark.parametrize("cell", ["RNN", "RNN-relu", "LSTM", "GRU", "GRU-after"])
def test_our_own_exports_come_back(cell: str, int8: bool, tmp_path: Path) -> None:
    X = [RANDOM.normal(size=(length, 2)).astype(np.float32) for length in (9, 14, 12, 7)]
    config = ClassifierConfig(training=TrainingConfig(steps=2), num_layers=2)
    model = gatewise.SequenceClassifier(
        cell, hidden_size=16, random_state=0, bidirectional=True, config=config
    )
    export_onnx(model.fit(X, ["a", "b"] * 2), tmp_path / "out", int8=int8)
    (layer,) = read_layers(tmp_path / "out/model.onnx").values()
    (own,) = (one for one in model.networks_[0].modules() if isinstance(one, Recurrent))
    assert (layer.cell, layer.num_layers, layer.bidirectional) == (own.cell, 2, True)
    for name, values in own.state_dict().items():
        largest = float(values.detach().abs().max())
        tolerance = largest / 100 if int8 and values.dim() == 2 else 0
        torch.testing.assert_close(layer.state_dict()[name], values, rtol=0, atol=tolerance)


def test_a_file_without_a_recurrent_node(tmp_path: Path) -> None:
    path = written(tmp_path / "made.onnx", [helper.make_node("Relu", ["x"], ["y"])], {})
    with pytest.raises(ReadError) as caught:
        read_layers(path)
    assert str(caught.value) == f"{path}: expected nodes of GRU, LSTM, RNN, found none"


def test_a_name_that_is_not_there(tmp_path: Path) -> None:
    path = written(tmp_path / "made.onnx", [node("LSTM", name="")], weights("LSTM"))
    with pytest.raises(ConfigurationError) as caught:
        read_layers(path, name="layer")
    assert str(caught.value) == "name: expected one of 'LSTM', got 'layer'"


def test_constants_that_grow_are_not_computed(tmp_path: Path) -> None:
    doubled = [
        helper.make_node("Concat", [f"w{number}"] * 2, [f"w{number + 1}"], axis=1) for number in range(60)
    ]
    made = node("LSTM", "x w60 R B")
    path = written(tmp_path / "made.onnx", [*doubled, made], {**weights("LSTM"), "w0": numbers(1, 16, 3)})
    with pytest.raises(ReadError) as caught:
        read_layers(path)
    assert (
        str(caught.value)
        == f"{path}: layer: expected constants as its weights W, found w60, which is computed"
    )


def test_every_damaged_file_is_refused_in_one_line(tmp_path: Path) -> None:
    whole = written(tmp_path / "whole.onnx", [node("LSTM")], weights("LSTM")).read_bytes()
    path = tmp_path / "damaged.onnx"
    for copy in damaged(whole, 150):
        path.write_bytes(copy)
        assert_read_or_refused(path)
