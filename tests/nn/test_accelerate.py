"""Swapped layers against torch's own: results, gradients, everything else about a layer, and what is left."""

from __future__ import annotations

import copy
import doctest
import importlib
import io
import pickle
import warnings
from abc import ABC
from collections.abc import Iterator

import pytest
import torch
from cells import PAIRS, CellCase, assert_same, random_state, tensors
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm
from torch.nn.utils.parametrize import remove_parametrizations
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pack_sequence, pad_packed_sequence

import gatewise
from gatewise.errors import ConfigurationError, DataError
from gatewise.nn import GRU, LSTM, Acceleration, Recurrent, restore, trace, use_backend

TWINS = [(case, backend) for case, backend in PAIRS if case.torch is not None]
twins = pytest.mark.parametrize(
    ("case", "backend"), TWINS, ids=[f"{case.name}-{backend}" for case, backend in TWINS]
)
kinds = pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU], ids=lambda kind: kind.__name__)

LENGTHS = [2, 7, 1, 5]


@pytest.fixture
def _ours() -> Iterator[None]:
    """Never torch's own forward pass, whatever the choice would be."""
    with use_backend("reference"):
        yield


ours = pytest.mark.usefixtures("_ours")


def pair(layer: nn.Module) -> tuple[nn.Module, nn.Module]:
    """The layer, and a copy of it that is accelerated."""
    return layer, gatewise.accelerate(copy.deepcopy(layer))


def flat(results: object) -> list[Tensor]:
    """Every tensor of numbers in a call's results, in order."""
    if isinstance(results, Tensor):
        return [results] if results.is_floating_point() else []
    return [tensor for part in results if part is not None for tensor in flat(part)]


class Packing(nn.Module):
    """Packs what the layer reads."""

    def __init__(self, layer: nn.Module, lengths: list[int]) -> None:
        super().__init__()
        self.layer = layer
        self.lengths = lengths
        self.ordered = lengths == sorted(lengths, reverse=True)

    def forward(self, x: Tensor, *state: object) -> object:
        packed = pack_padded_sequence(x, self.lengths, self.layer.batch_first, enforce_sorted=self.ordered)
        return self.layer(packed, *state)


def everything(layer: nn.Module, x: Tensor, *state: object) -> list[Tensor]:
    """Results and the gradients of input, initial states and all parameters, in one list."""
    x = x.detach().requires_grad_()
    results = flat(layer(x, *state))
    loss = sum(
        (tensor * torch.linspace(-1, 1, tensor.numel()).view(tensor.shape)).sum() for tensor in results
    )
    return [*results, *torch.autograd.grad(loss, [x, *flat(state), *layer.parameters()])]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("bidirectional", [False, True])
@twins
def test_padded_results_are_those_of_torch(
    case: CellCase, backend: str, bidirectional: bool, dtype: torch.dtype
) -> None:
    for batch_first in (False, True):
        options = {"batch_first": batch_first, "bidirectional": bidirectional, "dtype": dtype}
        theirs, swapped = pair(case.torch(3, 5, 2, dropout=0.4, **options).eval())
        x = torch.randn((4, 7, 3) if batch_first else (7, 4, 3), dtype=dtype)
        h_0 = random_state(swapped, 4)
        with use_backend(backend):
            assert_same(everything(swapped, x), everything(theirs, x), 7)
            assert_same(everything(swapped, x, h_0), everything(theirs, x, h_0), 7)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("bidirectional", [False, True])
@twins
def test_packed_results_are_those_of_torch(
    case: CellCase, backend: str, bidirectional: bool, dtype: torch.dtype
) -> None:
    options = {"bidirectional": bidirectional, "dtype": dtype}
    theirs, swapped = pair(case.torch(3, 5, 2, batch_first=True, **options))
    h_0 = random_state(swapped, 4)
    x = torch.randn(4, 7, 3, dtype=dtype)
    for lengths in (LENGTHS, sorted(LENGTHS, reverse=True), [7, 7, 7, 7]):
        packing = Packing(swapped, lengths), Packing(theirs, lengths)
        with use_backend(backend):
            for state in ((), (h_0,)):
                got, expected = (everything(layer, x, *state) for layer in packing)
                assert_same(got, expected, 7)


@twins
def test_one_sequence_without_a_batch(case: CellCase, backend: str) -> None:
    theirs, swapped = pair(case.torch(3, 5, 2, bidirectional=True, batch_first=True))
    x = torch.randn(7, 3)
    h_0 = tuple(state.detach().squeeze(1) for state in tensors(random_state(swapped, 1)))
    h_0 = h_0 if len(h_0) > 1 else h_0[0]
    with use_backend(backend):
        assert_same(flat(swapped(x)), flat(theirs(x)), 7)
        assert_same(flat(swapped(x, hx=h_0)), flat(theirs(x, hx=h_0)), 7)


@kinds
@ours
def test_results_have_the_types_of_torch(kind: type[nn.RNNBase]) -> None:
    theirs, swapped = pair(kind(3, 5))
    x = torch.randn(7, 4, 3)
    packed = pack_padded_sequence(x, LENGTHS, enforce_sorted=False)
    for input in (x, packed, pack_sequence([torch.randn(4, 3), torch.randn(2, 3)])):
        got, expected = swapped(input), theirs(input)
        assert type(got) is type(expected) is tuple
        assert [type(part) for part in got] == [type(part) for part in expected]
    output, _ = swapped(packed)
    assert torch.equal(output.batch_sizes, packed.batch_sizes)
    assert torch.equal(output.sorted_indices, packed.sorted_indices)
    assert torch.equal(output.unsorted_indices, packed.unsorted_indices)
    output, _ = swapped(pack_padded_sequence(x, [7, 5, 2, 1]))
    assert output.sorted_indices is None
    assert output.unsorted_indices is None


@kinds
@ours
def test_a_seed_draws_the_masks_of_torch(kind: type[nn.RNNBase]) -> None:
    theirs, swapped = pair(kind(3, 16, 3, dropout=0.5, batch_first=True, bidirectional=True))
    x = torch.randn(2, 7, 3)
    outputs = []
    for layer in (theirs, swapped):
        torch.manual_seed(3)
        outputs.append(layer(x)[0])
    torch.testing.assert_close(outputs[1], outputs[0], rtol=0, atol=1e-5)
    assert not torch.equal(swapped(x)[0], swapped(x)[0])
    assert torch.equal(swapped.eval()(x)[0], swapped(x)[0])


@kinds
@ours
def test_all_else_stays(kind: type[nn.RNNBase]) -> None:
    theirs, swapped = pair(kind(3, 5, 2, bias=False, batch_first=True, bidirectional=True).eval())
    assert isinstance(swapped, kind)
    assert isinstance(swapped, Recurrent)
    assert set(vars(swapped)) == set(vars(theirs))
    assert swapped.extra_repr() == theirs.extra_repr()
    assert repr(swapped) == f"Accelerated{theirs!r}"
    assert not swapped.training
    assert [[w.shape for w in ws] for ws in swapped.all_weights] == [
        [w.shape for w in ws] for ws in theirs.all_weights
    ]
    swapped.flatten_parameters()
    for layer in (theirs, swapped):
        torch.manual_seed(5)
        layer.reset_parameters()
    assert list(swapped.state_dict()) == list(theirs.state_dict())
    for name, weight in theirs.state_dict().items():
        assert torch.equal(swapped.state_dict()[name], weight)
    again = type(swapped)(3, 5, batch_first=True)
    assert again(torch.zeros(2, 4, 3))[0].shape == (2, 4, 5)


@kinds
@ours
def test_copies_and_pickles(kind: type[nn.RNNBase]) -> None:
    swapped = gatewise.accelerate(kind(3, 5))
    x = torch.randn(7, 2, 3)
    file = io.BytesIO()
    torch.save(swapped, file)
    file.seek(0)
    for twin in (
        copy.deepcopy(swapped),
        pickle.loads(pickle.dumps(swapped)),
        torch.load(file, weights_only=False),
    ):
        assert type(twin) is type(swapped)
        assert twin.weight_ih_l0 is not swapped.weight_ih_l0
        assert torch.equal(twin(x)[0], swapped(x)[0])


@kinds
@ours
def test_state_dicts_move_both_ways(kind: type[nn.RNNBase]) -> None:
    theirs, swapped = kind(3, 5), gatewise.accelerate(kind(3, 5))
    x = torch.randn(7, 2, 3)
    for source, target in ((theirs, swapped), (gatewise.accelerate(kind(3, 5)), kind(3, 5))):
        file = io.BytesIO()
        torch.save(source.state_dict(), file)
        file.seek(0)
        target.load_state_dict(torch.load(file))
        torch.testing.assert_close(target(x)[0], source(x)[0], rtol=0, atol=1e-6)


class Tagger(nn.Module):
    """Words to tags, as in the tutorials: packed sequences, two directions, a head on every step."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(30, 6, padding_idx=0)
        self.lstm = nn.LSTM(6, 8, 2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(16, 4)

    def forward(self, words: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(self.embedding(words), lengths, batch_first=True, enforce_sorted=False)
        hidden, _ = self.lstm(packed)
        hidden, _ = pad_packed_sequence(hidden, batch_first=True)
        return self.head(hidden)


class Translator(nn.Module):
    """Encoder and decoder; the decoder goes step by step with a state that the encoder gave."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.GRU(5, 8, bidirectional=True)
        self.bridge = nn.Linear(16, 8)
        self.decoder = nn.ModuleDict({"rnn": nn.GRU(3, 8, 2), "head": nn.Linear(8, 3)})

    def forward(self, x: Tensor) -> Tensor:
        _, h_n = self.encoder(x)
        state = torch.tanh(self.bridge(torch.cat((h_n[0], h_n[1]), -1))).expand(2, -1, -1).contiguous()
        step, outputs = x.new_zeros(1, x.shape[1], 3), []
        for _ in range(4):
            hidden, state = self.decoder["rnn"](step, state)
            step = self.decoder["head"](hidden)
            outputs.append(step)
        return torch.cat(outputs)


class Twice(nn.Module):
    """One layer in two places, and two layers with one recurrent weight."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.RNN(4, 4)
        self.second = nn.Sequential()
        self.second.add_module("same", self.first)
        self.tied = nn.RNN(4, 4)
        self.tied.weight_hh_l0 = self.first.weight_hh_l0

    def forward(self, x: Tensor) -> Tensor:
        x, state = self.first(x)
        x, _ = self.second.same(x, state)
        return self.tied(x)[0]


WORDS = torch.randint(1, 30, (4, 7))
MODELS = [
    (Tagger, (WORDS, torch.tensor(LENGTHS)), ("lstm",)),
    (Translator, (torch.randn(6, 4, 5),), ("encoder", "decoder.rnn")),
    (Twice, (torch.randn(6, 4, 4),), ("first", "tied")),
]


@pytest.mark.parametrize(
    ("make", "inputs", "names"), MODELS, ids=lambda value: getattr(value, "__name__", "")
)
@ours
def test_an_optimiser_built_before_trains_the_same(
    make: type[nn.Module], inputs: tuple[Tensor, ...], names: tuple[str, ...]
) -> None:
    theirs, model = make(), make()
    model.load_state_dict(theirs.state_dict())
    before = list(model.named_parameters(remove_duplicate=False))
    optimisers = [torch.optim.SGD(one.parameters(), lr=0.3, momentum=0.9) for one in (theirs, model)]
    assert gatewise.accelerate(model) is model
    assert Acceleration.of(model) == Acceleration(names, (), {})
    after = list(model.named_parameters(remove_duplicate=False))
    assert all(old[0] == new[0] and old[1] is new[1] for old, new in zip(before, after, strict=True))
    losses: list[list[float]] = [[], []]
    for _ in range(5):
        for one, optimiser, seen in zip((theirs, model), optimisers, losses, strict=True):
            optimiser.zero_grad()
            loss = one(*inputs).square().mean()
            loss.backward()
            optimiser.step()
            seen.append(loss.item())
    assert losses[1] == pytest.approx(losses[0], rel=1e-5)
    assert losses[1][-1] < losses[1][0]
    for (name, old), new in zip(theirs.state_dict().items(), model.state_dict().values(), strict=True):
        torch.testing.assert_close(new, old, rtol=0, atol=1e-5, msg=name)


def test_tied_and_shared_stay_so_in_a_copy() -> None:
    model = copy.deepcopy(gatewise.accelerate(Twice()))
    assert model.second.same is model.first
    assert model.tied.weight_hh_l0 is model.first.weight_hh_l0
    assert len(list(model.parameters())) == 7


@ours
def test_hooks_stay() -> None:
    layer = nn.GRU(3, 4)
    seen: list[str] = []
    layer.register_forward_pre_hook(lambda *_: seen.append("before"))
    layer.register_forward_hook(lambda *_: seen.append("after"))
    layer.register_full_backward_hook(lambda *_: seen.append("backward"))
    output, _ = gatewise.accelerate(layer)(torch.randn(5, 2, 3, requires_grad=True))
    output.sum().backward()
    assert seen == ["before", "after", "backward"]


@pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated:FutureWarning")
@ours
def test_weights_that_a_hook_computes() -> None:
    theirs, swapped = pair_of_normed()
    x = torch.randn(5, 2, 3)
    for layer in (theirs, swapped):
        with torch.no_grad():
            layer.weight_hh_l0_g.mul_(2)
    assert_same(everything(swapped, x), everything(theirs, x), 5)
    assert list(swapped.state_dict()) == list(theirs.state_dict())


def pair_of_normed() -> tuple[nn.Module, nn.Module]:
    """A layer under torch's old weight norm, and an accelerated one with the same values."""
    theirs, swapped = (nn.utils.weight_norm(nn.LSTM(3, 4), "weight_hh_l0") for _ in range(2))
    swapped.load_state_dict(theirs.state_dict())
    return theirs, gatewise.accelerate(swapped)


@ours
def test_parametrized_after_the_swap() -> None:
    plain = nn.LSTM(3, 4)
    theirs, swapped = (weight_norm(layer, "weight_hh_l0") for layer in pair(plain))
    x = torch.randn(5, 2, 3)
    assert_same(everything(swapped, x), everything(theirs, x), 5)
    assert Acceleration.of(swapped).swapped == ("",)
    with pytest.raises(ConfigurationError) as caught:
        restore(swapped)
    assert str(caught.value) == (
        "restore: the model itself: its class was changed after accelerate, to ParametrizedAcceleratedLSTM; "
        "undo that first (parametrizations: torch.nn.utils.parametrize.remove_parametrizations)"
    )
    assert type(restore(remove_parametrizations(swapped, "weight_hh_l0"))) is nn.LSTM


@ours
def test_weights_given_by_a_functional_call() -> None:
    theirs, swapped = pair(nn.GRU(3, 4))
    weights = {name: torch.randn_like(weight) for name, weight in theirs.named_parameters()}
    x = torch.randn(5, 2, 3)
    got, expected = (flat(torch.func.functional_call(layer, weights, (x,))) for layer in (swapped, theirs))
    assert_same(got, expected, 5)


@ours
def test_converted_after_the_swap() -> None:
    theirs, swapped = pair(nn.RNN(3, 4, nonlinearity="relu"))
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    assert_same(flat(swapped.double()(x)), flat(theirs.double()(x)), 5)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor:UserWarning")  # of the compiler itself
@ours
def test_compiled_around_the_layer() -> None:
    theirs, swapped = pair(Translator())
    x = torch.randn(6, 4, 5)
    compiled = torch.compile(swapped, backend="eager")
    torch.testing.assert_close(compiled(x), theirs(x), rtol=0, atol=1e-5)
    assert Acceleration.of(compiled).swapped == ("_orig_mod.encoder", "_orig_mod.decoder.rnn")


def test_where_the_choice_is_torch_its_own_forward_pass_runs() -> None:
    theirs, swapped = pair(nn.GRU(3, 4, 2, bidirectional=True))
    x = pack_padded_sequence(torch.randn(7, 4, 3), LENGTHS, enforce_sorted=False)
    with use_backend("torch"):
        assert swapped.backend.name == "torch"
        pairs = zip(flat(swapped(x)), flat(theirs(x)), strict=True)
        assert all(torch.equal(got, expected) for got, expected in pairs)
    swapped, theirs = swapped.to("meta"), theirs.to("meta")
    assert swapped(torch.empty(5, 2, 3, device="meta"))[0].shape == (5, 2, 8)


@ours
def test_what_ours_can_do_a_swapped_layer_can() -> None:
    layer = gatewise.accelerate(nn.GRU(3, 4))
    x = torch.randn(5, 2, 3)
    output, state = layer(x)
    inside = trace(layer, x)
    torch.testing.assert_close(inside.output, output, rtol=0, atol=1e-6)
    assert sorted(inside.gates) == ["reset", "update"]
    assert layer.reset_after
    torch.testing.assert_close(layer.step(x[0])[0], output[0], rtol=0, atol=1e-6)
    assert str(layer.backend) == "reference: asked for by use_backend"
    assert state.shape == (1, 2, 4)


class Noted(nn.GRU):
    """A subclass as libraries write them: options and first weights of its own, torch's forward pass."""

    def __init__(self, size: int) -> None:
        super().__init__(size, size, batch_first=True)
        self.note = "kept"

    def reset_parameters(self) -> None:
        super().reset_parameters()
        nn.init.zeros_(self.bias_hh_l0)

    def doubled(self, x: Tensor) -> Tensor:
        return self(x)[0] * 2


@ours
def test_a_subclass_keeps_what_it_overrides() -> None:
    theirs, swapped = pair(nn.ModuleList([Noted(3)]))
    x = torch.randn(2, 5, 3)
    for model in (swapped, copy.deepcopy(swapped), pickle.loads(pickle.dumps(swapped))):
        layer = model[0]
        assert isinstance(layer, Noted)
        assert isinstance(layer, GRU)
        assert type(layer) is type(swapped[0])
        assert type(layer).__name__ == "AcceleratedNoted"
        assert layer.note == "kept"
        torch.testing.assert_close(layer.doubled(x), theirs[0].doubled(x), rtol=0, atol=1e-6)
    nn.init.ones_(swapped[0].bias_hh_l0)
    swapped[0].reset_parameters()
    assert not swapped[0].bias_hh_l0.any()
    assert type(restore(swapped)[0]) is Noted


class Abstract(nn.LSTM, ABC):
    """Abstract classes are a subclass like others."""


class Own(nn.LSTM):
    def forward(self, input: Tensor, hx: object = None) -> object:
        return nn.LSTM.forward(self, input * 2, hx)


class Stepping(nn.RNN):
    def step(self) -> None:
        """What this would do is its own affair."""


def replaced() -> nn.Module:
    layer = nn.LSTM(3, 4)
    layer.forward = lambda x: x
    return layer


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor.*deprecated:UserWarning")
@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: nn.LSTM(3, 4, proj_size=2), "it projects its state (proj_size=2), which ours do not"),
        (lambda: Own(3, 4), "Own has a forward pass of its own, which does not call super().forward"),
        (replaced, "LSTM has a forward pass of its own, which does not call super().forward"),
        (lambda: Stepping(3, 4), "Stepping has a 'step' of its own, and ours would stand in its place"),
        (
            lambda: weight_norm(nn.LSTM(3, 4), "weight_hh_l0"),
            "its weights are parametrized; accelerate first, then parametrize",
        ),
        (lambda: nn.GRUCell(3, 4), "it is a single step, whose loop over time stands outside"),
        (lambda: nn.LSTMCell(3, 4), "it is a single step, whose loop over time stands outside"),
        (
            lambda: torch.ao.nn.quantized.dynamic.LSTM(3, 4),
            "it is quantised, and ours compute with floating point",
        ),
        (
            lambda: torch.jit.script(nn.GRUCell(3, 4)),
            "TorchScript has compiled it; accelerate the model that it was made from",
        ),
        (
            lambda: torch.jit.script(nn.GRU(3, 4)),
            "TorchScript has compiled it; accelerate the model that it was made from",
        ),
    ],
)
def test_what_is_left_is_named(make: object, reason: str) -> None:
    model = nn.ModuleDict({"good": nn.GRU(3, 4), "odd": make()})
    kind = type(model["odd"])
    assert Acceleration.of(model) == Acceleration((), ("good",), {"odd": reason})
    with pytest.warns(UserWarning, match="^accelerate left") as record:
        assert gatewise.accelerate(model) is model
    assert [str(one.message) for one in record] == [f"accelerate left as they are: odd: {reason}"]
    assert record[0].filename == __file__
    assert type(model["odd"]) is kind
    found = Acceleration.of(model)
    assert found == Acceleration(("good",), (), {"odd": reason})
    assert str(found) == f"good: swapped\nodd: left, {reason}"


def test_the_model_itself_may_be_what_is_left() -> None:
    with pytest.warns(UserWarning, match="^accelerate left") as record:
        gatewise.accelerate(nn.RNNCell(3, 4))
    assert str(record[0].message) == (
        "accelerate left as they are: the model itself: it is a single step, whose loop over time stands outside"
    )
    assert str(Acceleration.of(nn.LSTM(3, 4))) == "the model itself: ready"


def test_a_model_without_recurrent_layers() -> None:
    with pytest.warns(UserWarning, match="^accelerate found") as record:
        gatewise.accelerate(nn.Sequential(nn.Linear(3, 4)))
    assert [str(one.message) for one in record] == [
        "accelerate found no torch.nn.RNN, LSTM or GRU in Sequential"
    ]
    assert str(Acceleration.of(nn.Linear(3, 4))) == "no recurrent layer"


def test_what_is_no_model() -> None:
    with pytest.raises(ConfigurationError) as caught:
        gatewise.accelerate([nn.GRU(3, 4)])
    assert str(caught.value) == "accelerate: expected a torch.nn.Module, got list"


def test_twice_is_once_and_an_abstract_class_is_a_class() -> None:
    model = gatewise.accelerate(nn.Sequential(nn.GRU(3, 4), Abstract(3, 4)))
    assert Acceleration.of(model) == Acceleration(("0", "1"), (), {})
    classes = [type(layer) for layer in model]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gatewise.accelerate(model)
    assert [type(layer) for layer in model] == classes
    assert [type(layer) for layer in restore(model)] == [nn.GRU, Abstract]
    assert Acceleration.of(model) == Acceleration((), ("0", "1"), {})


def test_restored_layers_are_untouched_ones() -> None:
    theirs, swapped = pair(Tagger())
    model = restore(swapped)
    assert repr(model) == repr(theirs)
    assert set(vars(model.lstm)) == set(vars(theirs.lstm))
    assert torch.equal(model(WORDS, torch.tensor(LENGTHS)), theirs(WORDS, torch.tensor(LENGTHS)))
    assert not isinstance(model.lstm, LSTM)


@pytest.mark.parametrize(
    ("input", "hx", "message"),
    [
        (
            torch.zeros(5, 2, 4),
            None,
            "AcceleratedGRU: input: expected 3 features (input_size) last, got shape (5, 2, 4)",
        ),
        (
            pack_sequence([torch.zeros(5, 4)]),
            None,
            "AcceleratedGRU: input: expected 3 features (input_size) last, got shape (5, 1, 4)",
        ),
        (
            PackedSequence(torch.zeros(5), torch.tensor([2, 2, 1])),
            None,
            "AcceleratedGRU: input: expected 3 features (input_size) last, got shape (3, 2)",
        ),
        (
            torch.zeros(5, 2, 3),
            torch.zeros(1, 3, 4),
            "h_0: expected shape (1, 2, 4) = (layers × directions, batch, hidden), got (1, 3, 4)",
        ),
    ],
)
@ours
def test_inputs_that_do_not_fit(input: Tensor | PackedSequence, hx: Tensor | None, message: str) -> None:
    with pytest.raises(DataError) as caught:
        gatewise.accelerate(nn.GRU(3, 4))(input, hx)
    assert str(caught.value) == message


def test_examples_of_the_docstring_run() -> None:
    result = doctest.testmod(importlib.import_module("gatewise.nn.accelerate"))
    assert result.attempted
    assert not result.failed
