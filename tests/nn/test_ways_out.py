"""Models with our layers in what torch makes of models: traces, graphs, ONNX, files, quantised and scripted models."""

from __future__ import annotations

import copy
import io
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from cells import assert_same
from torch import Tensor, nn
from torch.export import Dim, export
from torch.utils.flop_counter import FlopCounterMode

import gatewise
from gatewise.errors import ConfigurationError, LayerInputError
from gatewise.nn import CIFG, GRU, LSTM, MGU, RNN, restore


class Last(nn.Module):
    """What a layer says at the end of a sequence, between two others."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.below = nn.Linear(4, 4)
        self.layer = layer
        self.head = nn.Linear(layer.hidden_size, 2)

    def forward(self, x: Tensor) -> Tensor:
        output, _ = self.layer(self.below(x))
        return self.head(output[-1])


ACCELERATED = [lambda kind=kind: gatewise.accelerate(kind(4, 5)) for kind in (nn.RNN, nn.LSTM, nn.GRU)]
OWN = [lambda kind=kind: kind(4, 5) for kind in (RNN, LSTM, GRU, CIFG, MGU)]
NAMES = [f"accelerated {name}" for name in ("RNN", "LSTM", "GRU")]
accelerated = pytest.mark.parametrize("make", ACCELERATED, ids=NAMES)
every = pytest.mark.parametrize(
    "make", [*ACCELERATED, *OWN], ids=[*NAMES, "RNN", "LSTM", "GRU", "CIFG", "MGU"]
)
X, OTHER = torch.randn(7, 3, 4), torch.randn(9, 2, 4)
# torch's own, about tracing and scripting being old.
old = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning", "ignore:.*deprecated:UserWarning"
)


def through_a_file(traced: torch.jit.ScriptModule) -> torch.jit.ScriptModule:
    file = io.BytesIO()
    torch.jit.save(traced, file)
    file.seek(0)
    return torch.jit.load(file)


@old
@every
def test_traces_have_any_length_and_are_trained_on(make: Callable[[], nn.Module]) -> None:
    model = Last(make())
    traced = through_a_file(torch.jit.trace(model, X))
    for x in (X, OTHER):
        assert_same([traced(x)], [model(x)], 9)
        got, expected = (
            torch.autograd.grad(one(x).square().sum(), list(one.parameters())) for one in (traced, model)
        )
        assert_same(got, expected, 9)


@every
def test_symbolic_traces_have_one_node_for_a_layer(make: Callable[[], nn.Module]) -> None:
    model = Last(make())
    graph = torch.fx.symbolic_trace(model)
    assert [node.target for node in graph.graph.nodes if node.op == "call_module"] == [
        "below",
        "layer",
        "head",
    ]
    assert graph.layer is model.layer
    assert torch.equal(graph(OTHER), model(OTHER))


def test_symbolic_traces_keep_lengths() -> None:
    class Ragged(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = GRU(4, 5)

        def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
            return self.layer(x, lengths=lengths)[0]

    model, lengths = Ragged(), torch.tensor([2, 7, 1])
    assert torch.equal(torch.fx.symbolic_trace(model)(X, lengths), model(X, lengths))


def test_a_layer_alone_is_no_model_to_trace() -> None:
    with pytest.raises(LayerInputError) as caught:
        torch.fx.symbolic_trace(gatewise.accelerate(nn.GRU(4, 5)))
    assert str(caught.value) == (
        "AcceleratedGRU: torch.fx traces models that have layers, not a layer itself; put it into a torch.nn.Sequential"
    )
    assert torch.fx.symbolic_trace(nn.Sequential(gatewise.accelerate(nn.GRU(4, 5))))(X)[0].shape == (7, 3, 5)


@old
@pytest.mark.slow
@pytest.mark.parametrize("dynamo", [False, True])
@pytest.mark.parametrize(
    "make",
    [*ACCELERATED, lambda: LSTM(4, 5), lambda: GRU(4, 5, reset_after=True)],
    ids=[*NAMES, "LSTM", "GRU-after"],
)
def test_onnx(make: Callable[[], nn.Module], dynamo: bool, tmp_path: Path) -> None:
    runtime = pytest.importorskip("onnxruntime")
    if dynamo:
        pytest.importorskip("onnxscript")
    model, path = Last(make()).eval(), tmp_path / "model.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (X,), path, dynamo=dynamo, input_names=["x"])
    (got,) = runtime.InferenceSession(path).run(None, {"x": X.numpy()})
    assert_same([torch.from_numpy(got)], [model(X)], 7)


@old
def test_cells_that_onnx_has_not(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    with pytest.raises(ConfigurationError) as caught:
        torch.onnx.export(Last(GRU(4, 5)).eval(), (X,), tmp_path / "model.onnx", dynamo=False)
    assert str(caught.value) == (
        "torch.onnx: ONNX would keep the number of time steps of a GRU with the reset gate before the product, which "
        "torch has not; GRU(reset_after=True), LSTM and RNN have operators of ONNX"
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tensor]:
    """A folder with files of a model, and what it says of zeros."""
    folder, model = tmp_path_factory.mktemp("files"), Last(gatewise.accelerate(nn.GRU(4, 5))).eval()
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.trace(model, X), folder / "traced.pt")
        sizes = {0: Dim("time", min=2, max=100), 1: Dim("batch", min=2, max=100)}
        torch.export.save(export(model, (X,), dynamic_shapes={"x": sizes}), folder / "exported.pt2")
        return folder, model(torch.zeros(9, 2, 4))


@pytest.mark.slow
@pytest.mark.parametrize(
    "imports", ["import gatewise, torch", "import torch, gatewise", "import gatewise.nn, torch"]
)
def test_files_are_read_where_gatewise_is_imported(imports: str, files: tuple[Path, Tensor]) -> None:
    folder, expected = files
    program = f"""
{imports}
traced = torch.jit.load({str(folder / "traced.pt")!r})
exported = torch.export.load({str(folder / "exported.pt2")!r}).module()
for read in (traced, exported):
    print(read(torch.zeros(9, 2, 4)).flatten().tolist())
"""
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    for line in ran.stdout.splitlines():
        got = torch.tensor([float(value) for value in line.strip("[]").split(",")])
        torch.testing.assert_close(got, expected.flatten())
    assert len(ran.stdout.splitlines()) == 2


@old
@accelerated
def test_what_is_not_quantised_says_so(make: Callable[[], nn.Module]) -> None:
    model = Last(make())
    theirs = model.layer.replaces
    with pytest.warns(UserWarning, match="stays in floating point") as record:
        left = torch.ao.quantization.quantize_dynamic(model, {theirs, nn.Linear})
    assert type(left.layer) is type(model.layer)
    assert not hasattr(model.layer, "qconfig")
    assert f"Accelerated{theirs.__name__} stays in floating point: torch.ao.quantization looks for " in (
        "".join(str(one.message) for one in record)
    )
    assert torch.equal(left.layer(X)[0], model.layer(X)[0])
    if theirs is not nn.RNN:
        quantised = torch.ao.quantization.quantize_dynamic(restore(copy.deepcopy(model)), {theirs})
        assert type(quantised.layer).__module__.startswith("torch.ao.nn.quantized")


@old
def test_scripting_says_what_to_do() -> None:
    model = Last(gatewise.accelerate(nn.GRU(4, 5)))
    with pytest.raises(ConfigurationError) as caught:
        torch.jit.script(model)
    assert str(caught.value) == (
        "torch.jit.script: AcceleratedGRU: it compiles source, and ours is not of its language; "
        "gatewise.nn.restore(model) first, or torch.jit.trace"
    )
    with pytest.raises(ConfigurationError, match=r"torch\.jit\.trace takes the layer as it is$"):
        torch.jit.script(Last(MGU(4, 5)))
    expected = model(X)
    assert_same([torch.jit.script(restore(model))(X)], [expected], 7)


@pytest.mark.parametrize("needs_x", [False, True])
@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU], ids=lambda kind: kind.__name__)
def test_counters_of_operations_see_ours(kind: type[nn.RNNBase], needs_x: bool) -> None:
    counts = []
    layer = kind(4, 5, 2, bidirectional=True)
    for one in (layer, gatewise.accelerate(copy.deepcopy(layer))):
        x = X.clone().requires_grad_(needs_x)
        with FlopCounterMode(display=False) as forward:
            output, _ = one(x)
        with FlopCounterMode(display=False) as back:
            output.sum().backward()
        counts.append((forward.get_total_flops(), back.get_total_flops()))
    assert counts[0][0] == counts[1][0] > 0
    # torch leaves out the gradient of an initial state that nobody asked for, of one step of each direction and layer.
    left_out = 4 * 2 * 3 * 5 * 5 * (1 if kind is nn.RNN else 3)
    assert counts[1][1] == counts[0][1] + left_out
