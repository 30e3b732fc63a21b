"""The layers: torch's layout and results, shapes, steps and chunks, dropout, errors."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from cells import CELLS, CellCase, assert_same, everything, random_state, tensors
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from gatewise import nn
from gatewise.errors import ConfigurationError, DataError
from gatewise.nn import GRU, LSTM, RNN, LSTMState

TWINS = [case for case in CELLS if case.torch is not None]
all_cells = pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
twins = pytest.mark.parametrize("case", TWINS, ids=lambda case: case.name)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [True, False])
@twins
def test_state_dicts_are_those_of_torch(case: CellCase, bidirectional: bool, bias: bool) -> None:
    options = {"bias": bias, "bidirectional": bidirectional}
    ours, theirs = case.make(3, 4, 2, **options), case.torch(3, 4, 2, **options)
    shapes = [{name: t.shape for name, t in layer.state_dict().items()} for layer in (ours, theirs)]
    assert list(shapes[0].items()) == list(shapes[1].items())
    theirs.load_state_dict(ours.state_dict())
    ours.load_state_dict(theirs.state_dict())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@twins
def test_results_are_those_of_torch(
    case: CellCase, bidirectional: bool, batch_first: bool, dtype: torch.dtype
) -> None:
    options = {"batch_first": batch_first, "bidirectional": bidirectional, "dtype": dtype}
    ours, theirs = case.make(3, 5, 2, **options), case.torch(3, 5, 2, **options)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn((4, 7, 3) if batch_first else (7, 4, 3), dtype=dtype)
    h_0 = random_state(ours, 4)
    assert_same(everything(ours, x), everything(theirs, x), 7)
    assert_same(everything(ours, x, h_0), everything(theirs, x, h_0), 7)


@pytest.mark.parametrize("bidirectional", [False, True])
@twins
def test_ragged_results_are_those_of_packed_sequences(case: CellCase, bidirectional: bool) -> None:
    ours = case.make(3, 5, 2, bidirectional=bidirectional)
    theirs = case.torch(3, 5, 2, bidirectional=bidirectional)
    ours.load_state_dict(theirs.state_dict())
    lengths = [2, 7, 1, 5]
    h_0 = random_state(ours, 4)

    class Packed(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = theirs

        def forward(self, x: torch.Tensor, h_0: torch.Tensor) -> tuple:
            output, state = self.layer(pack_padded_sequence(x, lengths, enforce_sorted=False), h_0)
            return pad_packed_sequence(output)[0], state

    x = torch.randn(7, 4, 3)
    assert_same(everything(ours, x, h_0, lengths), everything(Packed(), x, h_0), 7)


@twins
def test_one_sequence_without_a_batch_as_in_torch(case: CellCase) -> None:
    ours, theirs = case.make(3, 5, 2, bidirectional=True), case.torch(3, 5, 2, bidirectional=True)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(7, 3)
    h_0 = tuple(s.detach().squeeze(1) for s in tensors(random_state(ours, 1)))
    h_0 = h_0 if len(h_0) > 1 else h_0[0]
    for state in (None, h_0):
        got, expected = ours(x, state), theirs(x, state)
        assert_same([got[0], *tensors(got[1])], [expected[0], *tensors(expected[1])], 7)


@all_cells
def test_whole_equals_step_by_step_equals_in_chunks(case: CellCase) -> None:
    layer = case.make(3, 4, 2)
    x, h_0 = torch.randn(9, 2, 3), random_state(layer, 2)
    whole, last = layer(x, h_0)

    outputs, state = [], h_0
    for x_t in x:
        output, state = layer.step(x_t, state)
        outputs.append(output)
    assert_same([torch.stack(outputs), *tensors(state)], [whole, *tensors(last)], 9)

    outputs, state = [], h_0
    for chunk in x.split([1, 5, 3]):
        output, state = layer(chunk, state)
        outputs.append(output)
    assert_same([torch.cat(outputs), *tensors(state)], [whole, *tensors(last)], 9)


@all_cells
def test_step_of_one_stream(case: CellCase) -> None:
    layer = case.make(3, 4, 2)
    x = torch.randn(3)
    output, state = layer.step(x)
    expected, batched = layer.step(x.unsqueeze(0))
    assert output.shape == (4,)
    assert all(s.shape == (2, 4) for s in tensors(state))
    again, _ = layer.step(x, state)
    assert_same([output, again], [expected[0], layer.step(x.unsqueeze(0), batched)[0][0]], 2)


@all_cells
def test_batch_first_is_a_transposition(case: CellCase) -> None:
    layer = case.make(3, 4, 2, bidirectional=True)
    twin = case.make(3, 4, 2, bidirectional=True, batch_first=True)
    twin.load_state_dict(layer.state_dict())
    x, h_0, lengths = torch.randn(6, 3, 3), random_state(layer, 3), [6, 2, 4]
    output, state = layer(x, h_0, lengths=lengths)
    turned, same = twin(x.transpose(0, 1), h_0, lengths=lengths)
    assert torch.equal(turned.transpose(0, 1), output)
    assert all(torch.equal(one, other) for one, other in zip(tensors(state), tensors(same), strict=True))


@all_cells
def test_lengths_may_be_a_list_an_array_or_a_tensor(case: CellCase) -> None:
    layer, x = case.make(3, 4), torch.randn(5, 2, 3)
    expected, _ = layer(x, lengths=[5, 3])
    for lengths in (np.array([5, 3]), torch.tensor([5, 3], dtype=torch.int32), (5, 3)):
        assert torch.equal(layer(x, lengths=lengths)[0], expected)


@all_cells
def test_full_lengths_are_no_lengths(case: CellCase) -> None:
    layer, x = case.make(3, 4, bidirectional=True), torch.randn(5, 2, 3)
    got, expected = everything(layer, x, None, [5, 5]), everything(layer, x)
    assert all(torch.equal(one, other) for one, other in zip(got, expected, strict=True))


@all_cells
def test_dropout_acts_between_layers_in_training_only(case: CellCase) -> None:
    layer = case.make(3, 16, 2, dropout=0.5)
    x = torch.randn(5, 2, 3)
    plain = case.make(3, 16, 2)
    plain.load_state_dict(layer.state_dict())
    expected, _ = plain(x)
    trained, state = layer(x)
    assert not torch.allclose(trained, expected)
    assert trained.all() or case.name == "rnn-relu", "the last layer's outputs are not dropped"
    # The first layer reads the input as it is.
    assert_same([tensors(state)[0][0]], [tensors(plain(x)[1])[0][0]], 5)
    assert torch.equal(layer.eval()(x)[0], expected)


@all_cells
def test_dropout_of_everything_leaves_the_second_layer_blind(case: CellCase) -> None:
    layer = case.make(3, 4, 2, dropout=1.0)
    first, second = (layer(torch.randn(5, 2, 3))[0] for _ in range(2))
    assert torch.equal(first, second)
    blind = [layer.step(torch.randn(2, 3))[0] for _ in range(2)]
    assert torch.equal(*blind)


@all_cells
def test_seed_reproduces_weights_and_dropout(case: CellCase) -> None:
    def draw(seed: int) -> list[torch.Tensor]:
        torch.manual_seed(seed)
        layer = case.make(3, 4, 2, dropout=0.5)
        return [*layer.parameters(), layer(torch.ones(5, 2, 3))[0]]

    assert all(torch.equal(one, other) for one, other in zip(draw(3), draw(3), strict=True))
    assert not torch.equal(draw(3)[-1], draw(4)[-1])


@all_cells
def test_nothing_recurrent_is_kept(case: CellCase) -> None:
    layer, x = case.make(3, 4), torch.randn(5, 2, 3)
    before = copy.copy(vars(layer))
    first, _ = layer(x)
    layer.step(x[0])
    assert torch.equal(layer(x)[0], first)
    assert vars(layer) == before


def test_facts_of_the_classes() -> None:
    facts = {layer.__name__: (layer.gates, layer.states, layer.blocks) for layer in (RNN, LSTM, GRU)}
    assert facts == {
        "RNN": ((), ("h",), 1),
        "LSTM": (("input", "forget", "output"), ("h", "c"), 4),
        "GRU": (("update", "reset"), ("h",), 3),
    }


@all_cells
def test_blocks_count_the_parameters(case: CellCase) -> None:
    layer = case.make(7, 5)
    assert sum(p.numel() for p in layer.parameters()) == layer.blocks * 5 * (7 + 5 + 2)


def test_lstm_state_is_a_named_pair() -> None:
    _, state = LSTM(3, 4)(torch.randn(5, 2, 3))
    assert isinstance(state, LSTMState)
    assert torch.equal(state.h, state[0])
    assert torch.equal(state.c, state[1])


def test_moves_to_another_type() -> None:
    layer = LSTM(3, 4, dtype=torch.float64)
    assert layer(torch.randn(5, 2, 3, dtype=torch.float64))[0].dtype == torch.float64
    assert layer.float()(torch.randn(5, 2, 3))[0].dtype == torch.float32


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (RNN(3, 4, nonlinearity="relu"), "RNN(3, 4, nonlinearity='relu')"),
        (LSTM(3, 4, 2, dropout=0.1, bias=False), "LSTM(3, 4, num_layers=2, bias=False, dropout=0.1)"),
        (GRU(3, 4), "GRU(3, 4)"),
        (GRU(3, 4, reset_after=True, bidirectional=True), "GRU(3, 4, reset_after=True, bidirectional=True)"),
    ],
    ids=str,
)
def test_repr(layer: torch.nn.Module, text: str) -> None:
    assert repr(layer) == text


def test_dropout_with_one_layer_warns() -> None:
    message = "^dropout acts between layers, and there is only one: it does nothing$"
    with pytest.warns(UserWarning, match=message) as record:
        GRU(3, 4, dropout=0.5)
    assert record[0].filename == __file__.replace("\\", "/")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GRU(0, 4), "GRU: input_size must be an integer from 1, got 0"),
        (lambda: LSTM(3, 4.0), "LSTM: hidden_size must be an integer from 1, got 4.0"),
        (lambda: RNN(3, 4, True), "RNN: num_layers must be an integer from 1, got True"),
        (lambda: GRU(3, 4, 2, dropout=1.5), "GRU: dropout must be from 0 to 1, got 1.5"),
        (lambda: RNN(3, 4, nonlinearity="elu"), "RNN: nonlinearity must be 'tanh' or 'relu', got 'elu'"),
        (
            lambda: GRU(3, 4, bidirectional=True).step(torch.zeros(2, 3)),
            "GRU: bidirectional layers read from the end and cannot go step by step; "
            "take bidirectional=False",
        ),
    ],
)
def test_options_that_cannot_work(make: object, message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        make()
    assert str(error.value) == message


X = torch.zeros(5, 2, 3)
H = torch.zeros(1, 2, 4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: GRU(3, 4)(torch.zeros(3)), "GRU: input: expected 2 or 3 dimensions, got shape (3,)"),
        (
            lambda: GRU(4, 4)(X),
            "GRU: input: expected 4 features (input_size) last, got shape (5, 2, 3)",
        ),
        (
            lambda: GRU(3, 4)(X[:0]),
            "GRU: input: expected at least one time step, got shape (0, 2, 3)",
        ),
        (
            lambda: GRU(3, 4)(X.double()),
            "GRU: input: expected torch.float32 as the weights have, got torch.float64; convert with .to()",
        ),
        (
            lambda: GRU(3, 4)(pack_padded_sequence(X, [5, 5])),
            "GRU: input: expected a padded tensor and lengths=, got a packed sequence; unpack it",
        ),
        (
            lambda: GRU(3, 4)(X[:, 0], lengths=[5]),
            "GRU: lengths: expected no lengths without a batch, got some; cut the input instead",
        ),
        (lambda: LSTM(3, 4)(X, lengths=[5.0, 3.0]), "LSTM: lengths: expected integers, got torch.float32"),
        (lambda: LSTM(3, 4)(X, lengths=[True, True]), "LSTM: lengths: expected integers, got torch.bool"),
        (lambda: LSTM(3, 4)(X, lengths=[5]), "LSTM: lengths: expected shape (2,), one per row, got (1,)"),
        (
            lambda: LSTM(3, 4)(X, lengths=[5, 0]),
            "LSTM: lengths[1]: expected 1 to 5, the steps of the input, got 0; leave empty rows out",
        ),
        (
            lambda: RNN(3, 4)(X, lengths=[6, 5]),
            "RNN: lengths[0]: expected 1 to 5, the steps of the input, got 6; leave empty rows out",
        ),
        (
            lambda: GRU(3, 4)(X, H[:, :1]),
            "h_0: expected shape (1, 2, 4) = (layers × directions, batch, hidden), got (1, 1, 4)",
        ),
        (
            lambda: GRU(3, 4)(X[:, 0], H),
            "h_0: expected shape (1, 4) = (layers × directions, hidden), got (1, 2, 4)",
        ),
        (
            lambda: LSTM(3, 4)(X, (H, H.double())),
            "c_0: expected torch.float32 on cpu, got torch.float64 on cpu; convert it with .to()",
        ),
        (
            lambda: LSTM(3, 4)(X, H),
            "initial state: expected 2 (h_0, c_0), got 1; pass on what came back",
        ),
        (
            lambda: GRU(3, 4)(X, (H, H)),
            "initial state: expected 1 (h_0), got 2; pass on what came back",
        ),
        (
            lambda: GRU(3, 4).step(X),
            "GRU: input of a step: expected (batch, 3) or (3,), got (5, 2, 3)",
        ),
    ],
)
def test_inputs_that_do_not_fit(call: object, message: str) -> None:
    with pytest.raises(DataError) as error:
        call()
    assert str(error.value) == message


def test_public_names() -> None:
    assert nn.__all__ == [
        "CIFG",
        "GRU",
        "LSTM",
        "MGU",
        "RNN",
        "Acceleration",
        "Cell",
        "Choice",
        "Inside",
        "LSTMState",
        "Recurrent",
        "State",
        "Stream",
        "Trace",
        "accelerate",
        "cell_named",
        "inside",
        "read_layers",
        "register_cell",
        "restore",
        "trace",
        "use_backend",
    ]
