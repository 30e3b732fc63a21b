"""Every backend against the reference, and the choice between them."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch
from cells import CELLS, PAIR_NAMES, PAIRS, CellCase, assert_same, everything, random_state
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewise.errors import ConfigurationError
from gatewise.nn import GRU, LSTM, RNN, use_backend
from gatewise.nn import backends as ops
from gatewise.nn.backends import BACKENDS, Choice

FAST = [(case, backend) for case, backend in PAIRS if backend != "reference"]
FAST_NAMES = [name for name in PAIR_NAMES if not name.endswith("-reference")]

sizes = st.sampled_from([1, 2, 3, 5, 8, 13, 17])


@st.composite
def problems(draw: st.DrawFn) -> dict[str, object]:
    """Shapes that are one, odd or prime, with and without lengths."""
    time, batch = draw(st.sampled_from([1, 2, 3, 7, 16, 19])), draw(st.sampled_from([1, 2, 3, 5]))
    row = st.integers(1, time)
    return {
        "sizes": (draw(sizes), draw(sizes), draw(st.sampled_from([1, 2]))),
        "bias": draw(st.booleans()),
        "bidirectional": draw(st.booleans()),
        "shape": (time, batch),
        "lengths": draw(st.none() | st.lists(row, min_size=batch, max_size=batch)),
        "dtype": draw(st.sampled_from([torch.float32, torch.float64])),
        "initial": draw(st.booleans()),
    }


@pytest.mark.parametrize(("case", "backend"), FAST, ids=FAST_NAMES)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(problem=problems())
def test_backend_equals_reference(case: CellCase, backend: str, problem: dict) -> None:
    time, batch = problem["shape"]
    layer = case.make(*problem["sizes"], bias=problem["bias"], bidirectional=problem["bidirectional"])
    layer = layer.to(problem["dtype"])
    x = torch.randn(time, batch, layer.input_size, dtype=problem["dtype"])
    h_0 = random_state(layer, batch) if problem["initial"] else None
    with use_backend(backend):
        got = everything(layer, x, h_0, problem["lengths"])
    with use_backend("reference"):
        expected = everything(layer, x, h_0, problem["lengths"])
    assert_same(got, expected, time)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("case", "backend"), FAST, ids=FAST_NAMES)
def test_backend_equals_reference_over_long_sequences(
    case: CellCase, backend: str, dtype: torch.dtype
) -> None:
    layer = case.make(3, 5, bidirectional=True, dtype=dtype)
    x, h_0, lengths = torch.randn(150, 3, 3, dtype=dtype), random_state(layer, 3), [150, 1, 77]
    with use_backend(backend):
        got = everything(layer, x, h_0, lengths)
    with use_backend("reference"):
        expected = everything(layer, x, h_0, lengths)
    assert_same(got, expected, 150)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e30])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize(("case", "backend"), PAIRS, ids=PAIR_NAMES)
def test_padding_changes_nothing(case: CellCase, backend: str, bidirectional: bool, value: float) -> None:
    layer = case.make(3, 4, 2, bidirectional=bidirectional)
    x, h_0, lengths = torch.randn(6, 4, 3), random_state(layer, 4), [3, 6, 1, 5]
    poisoned = x.clone()
    for row, length in enumerate(lengths):
        x[length:, row] = 0
        poisoned[length:, row] = value
    with use_backend(backend):
        clean, dirty = (everything(layer, data, h_0, lengths) for data in (x, poisoned))
    for one, other in zip(clean, dirty, strict=True):
        assert torch.equal(one, other)
    output, input_gradient = dirty[0], dirty[1 + len(layer.states)]
    for row, length in enumerate(lengths):
        assert not output[length:, row].any()
        assert not input_gradient[length:, row].any()


@pytest.mark.parametrize(("case", "backend"), PAIRS, ids=PAIR_NAMES)
def test_padded_equals_each_row_alone(case: CellCase, backend: str) -> None:
    layer = case.make(3, 4, 2, bidirectional=True)
    lengths = [4, 7, 1]
    rows = [torch.randn(length, 1, 3) for length in lengths]
    padded = torch.nn.utils.rnn.pad_sequence([row.squeeze(1) for row in rows])
    with use_backend(backend):
        output, state = layer(padded, lengths=lengths)
        alone = [layer(row) for row in rows]
    for row, length in enumerate(lengths):
        one_output, one_state = alone[row]
        assert_same([output[:length, row]], [one_output.squeeze(1)], length)
        states = (state, one_state) if len(layer.states) > 1 else ((state,), (one_state,))
        assert_same([s[:, row] for s in states[0]], [s.squeeze(1) for s in states[1]], length)


@pytest.mark.parametrize("lengths", [None, [5, 5, 3]])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("case", "backend"), PAIRS, ids=PAIR_NAMES)
def test_a_row_of_nan_stays_alone(
    case: CellCase, backend: str, dtype: torch.dtype, lengths: list[int] | None
) -> None:
    layer = case.make(3, 4, bidirectional=True, dtype=dtype)
    x, h_0 = torch.randn(5, 3, 3, dtype=dtype), random_state(layer, 3)
    sick = x.clone()
    sick[2, 1] = float("nan")
    count = 2 + 2 * len(layer.states)  # outputs, states, gradients of input and initial states
    with use_backend(backend):
        healthy, ill = (everything(layer, data, h_0, lengths)[:count] for data in (x, sick))
    assert ill[0][2, 1].isnan().all()
    assert_same([t[:, [0, 2]] for t in ill], [t[:, [0, 2]] for t in healthy], 5)


@pytest.mark.parametrize(("case", "backend"), PAIRS, ids=PAIR_NAMES)
def test_extreme_inputs_stay_finite(case: CellCase, backend: str) -> None:
    layer = case.make(3, 4)
    # Kernels take what is next to nothing (1e-40) for zero, where relu has no slope.
    tiny = 1e-30 if case.name == "rnn-relu" else 1e-40
    x = torch.randn(3, 2, 3) * torch.tensor([1e4, tiny]).view(1, 2, 1)
    with use_backend(backend):
        got = everything(layer, x, None, [3, 2])
    with use_backend("reference"):
        expected = everything(layer, x, None, [3, 2])
    assert all(tensor.isfinite().all() for tensor in got)
    assert_same(got, expected, 3)


@pytest.mark.parametrize("backend", ["torch", "reference"])
def test_relu_does_not_overflow_in_the_padding(backend: str) -> None:
    layer = RNN(1, 2, nonlinearity="relu")
    with torch.no_grad():
        layer.weight_hh_l0.copy_(4 * torch.eye(2))
        layer.weight_ih_l0.fill_(1)
    with use_backend(backend):
        results = everything(layer, torch.ones(120, 2, 1), None, [3, 20])
    assert all(tensor.isfinite().all() for tensor in results)


@pytest.mark.parametrize(("case", "backend"), PAIRS, ids=PAIR_NAMES)
def test_second_derivatives(case: CellCase, backend: str) -> None:
    layer = case.make(2, 3, dtype=torch.float64)
    # A state that came from the same weights: its path must be counted once.
    earlier = torch.randn(2, 2, 2, dtype=torch.float64)

    def curvature() -> list[torch.Tensor]:
        x = torch.linspace(-1, 1, 12, dtype=torch.float64).view(3, 2, 2).requires_grad_()
        _, state = layer(earlier)
        output, _ = layer(x, state, lengths=[3, 2])
        wanted = [x, *layer.parameters()]
        first = torch.autograd.grad(output.square().sum(), wanted, create_graph=True)
        second = torch.autograd.grad(sum(g.square().sum() for g in first), wanted)
        return [*first, *second]

    with use_backend(backend):
        got = curvature()
    with use_backend("reference"):
        expected = curvature()
    assert_same(got, expected, 5)


@pytest.mark.parametrize(("case", "backend"), PAIRS, ids=PAIR_NAMES)
def test_gradients_of_frozen_inputs_are_not_needed(case: CellCase, backend: str) -> None:
    layer = case.make(2, 3)
    layer.weight_ih_l0.requires_grad_(False)
    with use_backend(backend):
        output, _ = layer(torch.randn(4, 2, 2))
        output.sum().backward()
    assert layer.weight_ih_l0.grad is None
    assert layer.weight_hh_l0.grad.abs().sum() > 0


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
def test_torch_func_maps_over_layers(case: CellCase) -> None:
    layer, x = case.make(3, 4), torch.randn(2, 5, 3, 3)
    mapped = torch.func.vmap(lambda data: layer(data)[0])(x)
    assert_same([mapped], [torch.stack([layer(data)[0] for data in x])], 5)


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
def test_layers_run_under_autocast(case: CellCase) -> None:
    layer, x = case.make(3, 4), torch.randn(5, 2, 3)
    exact, _ = layer(x)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rough, _ = layer(x)
    assert (rough - exact).abs().max() < 0.1


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize(
    ("training", "what"), [(True, "train"), (False, "run")], ids=["training", "inference"]
)
def test_torchs_lstm_is_not_asked_for_what_onednn_cannot(
    dtype: torch.dtype, training: bool, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a processor with AVX-512 FP16, where oneDNN runs an LSTM in float16 but cannot train one."""
    monkeypatch.setattr(ops, "_lstm_works", lambda _dtype, _autocast, trained: trained is not training)
    layer, x = LSTM(2, 3), torch.randn(4, 2, 2)
    with torch.autocast("cpu", dtype=dtype):
        with torch.set_grad_enabled(training):
            reason = (
                f"kernels do not mix precisions under autocast; torch's LSTM does not {what} in {dtype} "
                "under autocast on this processor"
            )
            assert layer.backend == Choice("reference", reason)
            assert layer(x)[0].isfinite().all()
        with torch.set_grad_enabled(not training):
            assert layer.backend.name == "torch"
    assert layer.backend.name == "kernels"
    with torch.set_grad_enabled(training):
        assert layer.to(dtype).backend == Choice(
            "reference",
            f"kernels compute in float32 and float64, the tensors are {dtype}; torch's LSTM does not {what} "
            f"in {dtype} on this processor",
        )


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
@pytest.mark.parametrize("autocast", [True, False], ids=["autocast", "converted"])
def test_an_lstm_runs_in_narrow_types_as_its_backend_says(
    dtype: torch.dtype, training: bool, autocast: bool
) -> None:
    layer, x = LSTM(3, 4), torch.randn(5, 2, 3)
    if not autocast:
        layer, x = layer.to(dtype), x.to(dtype)
    with torch.set_grad_enabled(training), torch.autocast("cpu", dtype=dtype, enabled=autocast):
        works = ops._lstm_works(dtype, autocast, training)
        assert layer.backend.name == ("torch" if works else "reference")
        output = layer(x)[0].float().sum()
    if training:
        output.backward()
        assert all(parameter.grad.isfinite().all() for parameter in layer.parameters())


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
def test_layers_train_under_autocast(case: CellCase, dtype: torch.dtype) -> None:
    layer, x = case.make(3, 4), torch.randn(5, 2, 3)
    with torch.autocast("cpu", dtype=dtype):
        layer(x)[0].float().sum().backward()
    assert all(parameter.grad.isfinite().all() for parameter in layer.parameters())


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
def test_backend_says_which_and_why(case: CellCase) -> None:
    layer, choice = case.make(1, 1), Choice("kernels", "compiled for this processor")
    assert layer.backend == choice
    assert copy.deepcopy(layer).backend == choice
    assert pickle.loads(pickle.dumps(layer)).backend == choice


def test_choice_prints_as_a_line() -> None:
    assert str(GRU(1, 1).backend) == "kernels: compiled for this processor"


@pytest.mark.parametrize(
    ("dtype", "device", "reason"),
    [
        (
            torch.bfloat16,
            "cpu",
            "kernels compute in float32 and float64, the tensors are torch.bfloat16",
        ),
        (torch.float32, "meta", "kernels run on the CPU, the tensors are on meta"),
    ],
)
def test_other_types_and_devices_run_on_torch(dtype: torch.dtype, device: str, reason: str) -> None:
    assert LSTM(1, 1).to(device, dtype).backend == Choice("torch", reason)


def test_backend_names_every_refusal() -> None:
    layer = GRU(1, 1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert layer.backend == Choice(
            "reference",
            "kernels do not mix precisions under autocast; "
            "torch has no GRU with the reset gate before the product",
        )


def test_use_backend_nests_and_ends() -> None:
    layer = LSTM(1, 1)
    with use_backend("reference"):
        assert layer.backend == Choice("reference", "asked for by use_backend")
        with use_backend("torch"):
            assert layer.backend.name == "torch"
        assert layer.backend.name == "reference"
    assert layer.backend.reason == "compiled for this processor"


def test_environment_forces_a_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWISE_BACKEND", "reference")
    assert LSTM(1, 1).backend == Choice("reference", "asked for by GATEWISE_BACKEND")
    with use_backend("torch"):
        assert LSTM(1, 1).backend == Choice("torch", "asked for by use_backend")
    monkeypatch.setenv("GATEWISE_BACKEND", "cuda")
    with pytest.raises(ConfigurationError) as error:
        LSTM(1, 1)(torch.zeros(1, 1, 1))
    assert str(error.value) == (
        "GATEWISE_BACKEND=cuda: there is no such backend; take one of: kernels, reference, torch"
    )


def test_unknown_backend_is_refused() -> None:
    with pytest.raises(ConfigurationError) as error, use_backend("fast"):
        pass
    assert str(error.value) == (
        "use_backend('fast'): there is no such backend; take one of: kernels, reference, torch"
    )


def test_forced_backend_that_cannot_is_an_error() -> None:
    with use_backend("torch"), pytest.raises(ConfigurationError) as error:
        GRU(1, 1)(torch.zeros(1, 1, 1))
    assert str(error.value) == (
        "use_backend=torch: torch has no GRU with the reset gate before the product; "
        "leave the choice open or take 'reference'"
    )


def test_reference_is_the_last_resort_and_refuses_nothing() -> None:
    assert BACKENDS[-1].name == "reference"
    assert all(BACKENDS[-1].refusal(case.make(1, 1).cell, torch.zeros(1)) is None for case in CELLS)
