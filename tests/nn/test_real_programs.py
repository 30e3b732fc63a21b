"""Programs as PyTorch's examples have them, with and without acceleration, from the same seeds.

``word_language_model`` and ``time_sequence_prediction`` of github.com/pytorch/examples, small and written anew.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

import gatewise
from gatewise.nn import Acceleration

WORDS, STEPS = 12, 5


class LanguageModel(nn.Module):
    """Embedding, dropout, a recurrent network of two layers, dropout, a head."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.drop = nn.Dropout(0.2)
        self.encoder = nn.Embedding(WORDS, 8)
        options = {"nonlinearity": kind.removeprefix("RNN_").lower()} if kind.startswith("RNN_") else {}
        self.rnn = getattr(nn, kind.split("_")[0])(8, 16, 2, dropout=0.2, **options)
        self.decoder = nn.Linear(16, WORDS)

    def forward(self, input: Tensor, hidden: object) -> tuple[Tensor, object]:
        output, hidden = self.rnn(self.drop(self.encoder(input)), hidden)
        return nn.functional.log_softmax(self.decoder(self.drop(output)).view(-1, WORDS), dim=1), hidden

    def init_hidden(self, batch: int) -> object:
        weight = next(self.parameters())
        zeros = [weight.new_zeros(2, batch, 16) for _ in range(2 if isinstance(self.rnn, nn.LSTM) else 1)]
        return tuple(zeros) if len(zeros) > 1 else zeros[0]


def repackaged(hidden: object) -> object:
    return hidden.detach() if isinstance(hidden, Tensor) else tuple(map(repackaged, hidden))


def language_model(kind: str, prepare: Callable[[nn.Module], nn.Module]) -> tuple[list[float], list[int]]:
    """Losses of training by truncated backpropagation, and words that are drawn from the saved model."""
    torch.manual_seed(1)
    model = prepare(LanguageModel(kind))
    text = torch.arange(400).remainder(7).view(-1, 4)
    losses, hidden = [], model.init_hidden(4)
    for begin in range(0, len(text) - 1 - STEPS, STEPS):
        model.zero_grad()
        hidden = repackaged(hidden)
        output, hidden = model(text[begin : begin + STEPS], hidden)
        loss = nn.functional.nll_loss(output, text[begin + 1 : begin + 1 + STEPS].reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.25)
        with torch.no_grad():
            for weight in model.parameters():
                weight.add_(weight.grad, alpha=-2.0)
        losses.append(loss.item())
    file = io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    # As the example lists what it trusts.
    trusted = [LanguageModel, nn.Dropout, nn.Embedding, nn.GRU, nn.LSTM, nn.RNN, nn.Linear]
    with torch.serialization.safe_globals(trusted):
        model = torch.load(file).eval()
    words, hidden = [], model.init_hidden(1)
    word = torch.zeros(1, 1, dtype=torch.long)
    with torch.no_grad():
        for _ in range(20):
            output, hidden = model(word, hidden)
            word = torch.multinomial(output.squeeze().exp(), 1).view(1, 1)
            words.append(int(word))
    return losses, words


@pytest.mark.parametrize("kind", ["RNN_TANH", "RNN_RELU", "LSTM", "GRU"])
def test_word_language_model(kind: str) -> None:
    theirs = language_model(kind, lambda model: model)
    ours = language_model(kind, gatewise.accelerate)
    assert ours[0] == pytest.approx(theirs[0], rel=1e-3)
    assert ours[1] == theirs[1]
    assert theirs[0][-1] < theirs[0][0]


class Waves(nn.Module):
    """Two cells of one step, whose loop is the program's own, and which go on by themselves at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm1, self.lstm2, self.linear = nn.LSTMCell(1, 9), nn.LSTMCell(9, 9), nn.Linear(9, 1)

    def forward(self, input: Tensor, future: int = 0) -> Tensor:
        outputs, first, second = [], None, None
        for step in (*input.split(1, dim=1), *[None] * future):
            first = self.lstm1(outputs[-1] if step is None else step, first)
            second = self.lstm2(first[0], second)
            outputs.append(self.linear(second[0]))
        return torch.cat(outputs, dim=1)


def test_time_sequence_prediction_is_left_alone_and_says_so() -> None:
    losses = []
    for accelerated in (False, True):
        torch.manual_seed(0)
        model = Waves().double()
        if accelerated:
            with pytest.warns(
                UserWarning, match="lstm1: it is a single step, whose loop over time stands outside"
            ):
                gatewise.accelerate(model)
            assert list(Acceleration.of(model).left) == ["lstm1", "lstm2"]
        data = torch.sin(torch.arange(30, dtype=torch.float64) / 4 + torch.arange(3)[:, None])
        optimiser = torch.optim.LBFGS(model.parameters(), lr=0.8, max_iter=3)

        def closure(model: nn.Module = model, data: Tensor = data, own: object = optimiser) -> Tensor:
            own.zero_grad()
            loss = nn.functional.mse_loss(model(data[:, :-1]), data[:, 1:])
            loss.backward()
            return loss

        losses.append([optimiser.step(closure).item() for _ in range(2)])
        with torch.no_grad():
            assert model(data[:, :-1], future=10).shape == (3, 39)
    assert losses[0] == losses[1]
    assert not any(map(math.isnan, losses[0]))
