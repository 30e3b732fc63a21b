"""Subclasses of torch's layers, which are swapped all or none; whole models in files; weights of other classes."""

from __future__ import annotations

import copy
import io
from abc import ABC, abstractmethod
from typing import Any

import pytest
import torch
from cells import assert_same
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence
from torch.utils._pytree import tree_map

import gatewise
from gatewise.nn import Acceleration, restore

X = torch.randn(5, 2, 3)


class Base(ABC, nn.RNNBase):
    """A base of a library's layers, whose pass takes sequences of no steps and lengths."""

    @abstractmethod
    def at_first(self, batch: int) -> Any: ...

    def forward(self, x: Tensor | PackedSequence, hx: Any = None, lengths: list[int] | None = None) -> Any:
        if lengths is not None:
            packed = pack_padded_sequence(x, lengths, self.batch_first, enforce_sorted=False)
            return super().forward(packed, hx)
        return super().forward(x, self.at_first(x.shape[1]) if hx is None else hx)


class Gated(Base, nn.GRU):
    def at_first(self, batch: int) -> Tensor:
        return torch.ones(self.num_layers, batch, self.hidden_size)


class Memory(Base, nn.LSTM):
    def at_first(self, batch: int) -> tuple[Tensor, Tensor]:
        one = torch.ones(self.num_layers, batch, self.hidden_size)
        return one, 2 * one


class Named(nn.GRU):
    def __init_subclass__(cls, *, name: str) -> None:
        super().__init_subclass__()
        cls.name = name


class Neither(nn.RNNBase):
    def __init__(self) -> None:
        super().__init__("GRU", 3, 4)


@pytest.mark.parametrize("kind", [Gated, Memory])
def test_what_prepares_and_calls_on_is_swapped(kind: type[Base]) -> None:
    theirs = nn.Sequential(kind(3, 4, 2))
    ours = gatewise.accelerate(copy.deepcopy(theirs))
    assert Acceleration.of(ours) == Acceleration(("0",), (), {})
    assert_same([ours(X)[0]], [theirs(X)[0]], 5)
    got, expected = (one[0](X, lengths=[2, 5])[0].data for one in (ours, theirs))
    assert_same([got], [expected], 5)
    seen: list[str] = []
    ours[0].forward_by = lambda *_: seen.append("ours") or (X, X)
    ours(X)
    assert seen == ["ours"]
    assert type(restore(ours)[0]) is kind


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (
            Named(3, 4),
            "no class inherits from Named and ours (Named.__init_subclass__() missing 1 required keyword-only "
            "argument: 'name')",
        ),
        (Neither(), "Neither is neither torch's RNN, nor its LSTM or GRU"),
    ],
)
def test_one_that_cannot_be_swapped_leaves_the_others_alone(layer: nn.Module, reason: str) -> None:
    model = nn.Sequential(nn.GRU(3, 4), layer, nn.LSTM(4, 4))
    with pytest.warns(UserWarning, match="^accelerate left as they are: 1: ") as record:
        gatewise.accelerate(model)
    assert str(record[0].message) == f"accelerate left as they are: 1: {reason}"
    assert Acceleration.of(model) == Acceleration(("0", "2"), (), {"1": reason})


def test_all_are_swapped_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(kind: type) -> type:
        if kind is nn.LSTM:
            raise TypeError("not this one")
        return found(kind)

    model = nn.Sequential(nn.GRU(3, 4), nn.LSTM(4, 4))
    module = __import__("gatewise.nn.accelerate", fromlist=["accelerated"])
    found = module.accelerated
    ready = Acceleration.of(model)
    monkeypatch.setattr(Acceleration, "of", lambda _: ready)
    monkeypatch.setattr(module, "accelerated", refuse)
    with pytest.raises(TypeError, match="not this one"):
        gatewise.accelerate(model)
    assert [type(layer) for layer in model] == [nn.GRU, nn.LSTM]


class Whole(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.LSTM(3, 4)
        self.other = Gated(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.other(self.layer(x)[0])[0]


def test_whole_models_are_read_where_only_what_is_safe_is_read() -> None:
    model, file = gatewise.accelerate(Whole()), io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    # What a program lists for the model as it was before.
    with torch.serialization.safe_globals([Whole, nn.LSTM, Gated]):
        twin = torch.load(file, weights_only=True)
    assert Acceleration.of(twin) == Acceleration(("layer", "other"), (), {})
    assert torch.equal(twin(X), model(X))


class Computing(Tensor):
    """A tensor that computes through another, as quantised and distributed weights do."""

    inner: Tensor

    @staticmethod
    def __new__(cls, inner: Tensor) -> Computing:
        made = Tensor._make_wrapper_subclass(cls, inner.shape, dtype=inner.dtype, device=inner.device)
        made.inner = inner
        return made

    @classmethod
    def __torch_dispatch__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function.namespace != "aten":
            raise NotImplementedError(f"{function} is unknown")

        def unwrap(one: Any) -> Any:
            return one.inner if isinstance(one, Computing) else one

        result = function(*tree_map(unwrap, args), **tree_map(unwrap, kwargs or {}))
        return cls(result) if function.overloadpacket._qualified_op_name == "aten::detach" else result


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU], ids=lambda kind: kind.__name__)
def test_weights_that_compute_in_their_own_way_take_the_pass_of_torch(kind: type[nn.RNNBase]) -> None:
    layer = gatewise.accelerate(kind(3, 4))
    expected, _ = layer(X)
    layer.weight_hh_l0 = nn.Parameter(Computing(layer.weight_hh_l0.detach()), requires_grad=False)
    assert str(layer.backend) == (
        "torch: kernels compute with plain tensors, these are of the class Computing"
    )
    assert_same([layer(X)[0]], [expected], 5)


class Marked(Tensor):
    """A tensor that only has a class of its own, as those of fastai."""


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU], ids=lambda kind: kind.__name__)
def test_parameters_of_another_class_take_the_pass_of_torch_and_inputs_do_not(kind: type[nn.RNNBase]) -> None:
    layer = gatewise.accelerate(kind(3, 4))
    expected, _ = layer(X)
    output, _ = layer(X.as_subclass(Marked))
    assert type(output) is Marked
    assert_same([output.as_subclass(Tensor)], [expected], 5)
    for name, weight in list(layer.named_parameters()):
        setattr(layer, name, nn.Parameter(weight.detach().as_subclass(Marked)))
    assert layer.backend.name == "torch"
    assert_same([layer(X)[0].as_subclass(Tensor)], [expected], 5)
