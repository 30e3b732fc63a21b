"""Calls of few steps without gradients, which torch's own pass computes as fast: results, and where they are not."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from cells import assert_same
from torch import nn

import gatewise
from gatewise.errors import LayerInputError
from gatewise.nn import accelerated, use_backend

kinds = pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU], ids=lambda kind: kind.__name__)


@pytest.fixture
def by_torch(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The steps of every call that torch's own pass computed."""
    steps: list[int] = []
    look = accelerated.Accelerated._is_short

    def noted(layer: Any, input: Any) -> bool:
        found = look(layer, input)
        if found:
            steps.append(input.shape[layer.batch_first and input.dim() == 3])
        return found

    monkeypatch.setattr(accelerated.Accelerated, "_is_short", noted)
    return steps


@pytest.mark.parametrize("batch_first", [False, True])
@kinds
def test_results_of_every_length(kind: type[nn.RNNBase], batch_first: bool, by_torch: list[int]) -> None:
    theirs = kind(3, 5, 2, batch_first=batch_first, bidirectional=True)
    ours = gatewise.accelerate(copy.deepcopy(theirs))
    with torch.no_grad():
        for time in range(1, 9):
            x = torch.randn((2, time, 3) if batch_first else (time, 2, 3))
            for input in (x, x[0] if batch_first else x[:, 0]):
                assert_same([ours(input)[0]], [theirs(input)[0]], time)
    longest = {nn.RNN: 6, nn.LSTM: 8, nn.GRU: 3}[kind]
    assert by_torch == [time for time in range(1, longest + 1) for _ in range(2)]


def test_an_lstm_of_many_units_is_ours_at_every_length(by_torch: list[int]) -> None:
    with torch.no_grad():
        for layer, batch in ((nn.LSTM(3, 129), 1), (nn.LSTM(3, 64), 3), (nn.LSTM(3, 64), 2)):
            gatewise.accelerate(layer)(torch.randn(4, batch, 3))
    assert by_torch == [4]


def test_where_ours_run(by_torch: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    layer, x = gatewise.accelerate(nn.GRU(3, 5)), torch.randn(1, 2, 3)
    layer(x)  # with gradients
    with torch.no_grad():
        with use_backend("kernels"):
            layer(x)
        torch.func.vmap(lambda one: layer(one)[0])(torch.stack([x, x]))
        monkeypatch.setattr(accelerated, "is_forked", lambda: True)
        layer(x)
    assert by_torch == []


@kinds
def test_what_does_not_fit_has_the_same_message_at_every_length(kind: type[nn.RNNBase]) -> None:
    layer = gatewise.accelerate(kind(3, 5))
    messages = set()
    for time in (1, 20):
        with torch.no_grad(), pytest.raises(LayerInputError) as caught:
            layer(torch.randn(time, 2, 4))
        messages.add(str(caught.value).replace(f"({time},", "(time,"))
        with torch.no_grad(), pytest.raises(RuntimeError):
            layer(torch.randn(time, 2, 3), torch.zeros(1, 3, 5))
    assert messages == {
        f"Accelerated{kind.__name__}: input: expected 3 features (input_size) last, got shape (time, 2, 4)"
    }
