"""A layer with another row's past, against the layer itself run over rows put together by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from gatewise.inspection.past import BorrowedPast, borrowed_past
from gatewise.nn import GRU, LSTM, RNN
from gatewise.nn.recurrent import Recurrent
from gatewise.nn.state import State

LENGTHS = (23, 7, 1, 14)
STEPS, HALF = 6, 3
LAYERS = [(kind, sizes) for kind in (RNN, LSTM, GRU) for sizes in ((1, False), (2, False), (1, True))]


def parts(state: State) -> tuple[Tensor, ...]:
    return (state,) if isinstance(state, Tensor) else tuple(state)


def layer_of(kind: type, layers: int, both: bool) -> Recurrent:
    made: Recurrent = kind(3, 5, layers, batch_first=True, bidirectional=both)
    return made


@pytest.fixture
def rows() -> Tensor:
    return torch.randn(4, max(LENGTHS), 3, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("kind", "sizes"), LAYERS)
def test_enough_steps_are_the_layer_itself(kind: type, sizes: tuple[int, bool], rows: Tensor) -> None:
    layer = layer_of(kind, *sizes)
    expected, state = layer(rows, lengths=torch.tensor(LENGTHS))
    found, after = BorrowedPast(layer, 60)(rows, lengths=torch.tensor(LENGTHS))
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(parts(after), parts(state))


@pytest.mark.parametrize(("kind", "sizes"), LAYERS)
def test_every_output_has_its_own_last_steps_and_anothers_before(
    kind: type, sizes: tuple[int, bool], rows: Tensor
) -> None:
    layer = layer_of(kind, *sizes)
    found, _ = BorrowedPast(layer, STEPS)(rows, lengths=torch.tensor(LENGTHS))
    for row, length in enumerate(LENGTHS):
        other, there = rows[row - 1], LENGTHS[row - 1]
        for t in range(length):
            begin = max(0, HALF * (t // HALF - 1))
            end = min(length, HALF * (t // HALF + 2)) if sizes[1] else t + 1
            before, after = other[: min(begin, there)], other[end:there] if end < length else other[:0]
            whole = torch.cat([before, rows[row, begin:end], after])
            expected = layer(whole[None])[0][0, len(before) + t - begin]
            torch.testing.assert_close(found[row, t], expected)
        assert (found[row, length:] == 0).all()


@pytest.mark.parametrize(("kind", "sizes"), LAYERS)
def test_the_last_state_has_exactly_so_many_own_steps(
    kind: type, sizes: tuple[int, bool], rows: Tensor
) -> None:
    layer = layer_of(kind, *sizes)
    _, found = BorrowedPast(layer, STEPS)(rows, lengths=torch.tensor(LENGTHS))
    for row, length in enumerate(LENGTHS):
        other, there, own = rows[row - 1], LENGTHS[row - 1], min(length, STEPS)
        mixed = torch.cat([other[: min(length - own, there)], rows[row, length - own : length]])
        for one, expected in zip(parts(found), parts(layer(mixed[None])[1]), strict=True):
            torch.testing.assert_close(one[: sizes[0], row], expected[: sizes[0], 0])
        if sizes[1]:
            ahead = torch.cat([rows[row, :own], other[own:there] if length > own else other[:0]])
            for one, expected in zip(parts(found), parts(layer(ahead[None])[1]), strict=True):
                torch.testing.assert_close(one[1, row], expected[1, 0])


def test_a_row_alone_borrows_from_half_a_row_away(rows: Tensor) -> None:
    layer = layer_of(GRU, 1, both=False)
    found, _ = BorrowedPast(layer, STEPS)(rows[:1])
    whole, _ = layer(rows[:1])
    torch.testing.assert_close(found[:, :STEPS], whole[:, :STEPS])
    assert not torch.isclose(found[:, STEPS:], whole[:, STEPS:]).all()


def test_a_layer_that_has_no_memory_loses_nothing(rows: Tensor) -> None:
    layer = layer_of(RNN, 1, both=False)
    with torch.no_grad():
        layer.weight_hh_l0.zero_()
    expected, state = layer(rows)
    found, after = BorrowedPast(layer, 2)(rows)
    torch.testing.assert_close((found, after), (expected, state))


def test_the_network_has_its_layer_back_whatever_happens() -> None:
    network = nn.Module()
    layer = network.cell = layer_of(GRU, 1, both=False)

    def fail() -> None:
        with borrowed_past(network, 4):
            assert isinstance(network.cell, BorrowedPast)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert network.cell is layer
