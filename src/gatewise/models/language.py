"""The network that predicts the next item of a stream."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor, nn
from torch.func import functional_call

from gatewise.data.streams import StreamBatch
from gatewise.models.cells import build_cell
from gatewise.nn import Cell
from gatewise.nn.state import State, pack

__all__ = ["LanguageNetwork", "LanguageShape", "detached_state"]


@dataclass(frozen=True)
class LanguageShape:
    """Everything that fixes the parameters of a :class:`LanguageNetwork`.

    Attributes
    ----------
    kind : {"symbols", "frames"}
        One of many at each step, or any number of keys.
    size : int
        Symbols or keys.
    embedding_size : int
        Numbers per symbol; frames are read as they are.
    cell, hidden_size, num_layers
        The recurrent part.
    dropout : float
        Before the head and between layers.
    weight_noise : float
        Deviation of the noise on all weights in training.
    """

    kind: str
    size: int
    embedding_size: int
    cell: str | Cell
    hidden_size: int
    num_layers: int
    dropout: float
    weight_noise: float

    def to_json(self) -> dict[str, Any]:
        """Return plain values, for saving."""
        return asdict(self) | {"cell": str(self.cell)}


class Items(ABC):
    """How one kind of items is read, and what a prediction of them costs."""

    @abstractmethod
    def reader(self, shape: LanguageShape) -> tuple[nn.Module, int]:
        """Build the layer from items to what the recurrent layer reads, and return its width too."""

    @abstractmethod
    def nats(self, logits: Tensor, target: Tensor) -> Tensor:
        """Return minus the logarithm of the probability of each item, of the logits' shape without its last axis."""


class _Symbols(Items):
    def reader(self, shape: LanguageShape) -> tuple[nn.Module, int]:
        return nn.Embedding(shape.size, shape.embedding_size), shape.embedding_size

    def nats(self, logits: Tensor, target: Tensor) -> Tensor:
        flat = F.cross_entropy(logits.flatten(0, -2), target.flatten(), reduction="none")
        return flat.view(target.shape)


class _Frames(Items):
    def reader(self, shape: LanguageShape) -> tuple[nn.Module, int]:
        return nn.Identity(), shape.size

    def nats(self, logits: Tensor, target: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(logits, target, reduction="none").sum(-1)


ITEMS: dict[str, Items] = {"symbols": _Symbols(), "frames": _Frames()}


class LanguageNetwork(nn.Module):
    """Recurrent layers over what came before, and a linear head for what comes next.

    Equations, for items ``s_1 s_2 …``::

        h_t = cell(e(s_{t−1}), h_{t−1})
        P(s_t | s_1 … s_{t−1}) = softmax(h_t A + c)     symbols; e is an embedding
        P(key k of s_t is 1)   = σ(h_t A + c)_k         frames; e(s) = s; keys are independent given the past

    ``c`` starts where the network answers with the shares of the training items.

    References
    ----------
    Graves 2013, "Generating sequences with recurrent neural networks"; for frames, Boulanger-Lewandowski et al.
    2012, without their restricted Boltzmann machine. Noise on the weights: Graves 2011, "Practical variational
    inference for neural networks".
    """

    def __init__(self, shape: LanguageShape, prior: Tensor | None = None) -> None:
        super().__init__()
        self.shape = shape
        self.items = ITEMS[shape.kind]
        self.reader, width = self.items.reader(shape)
        self.cell = build_cell(shape.cell, width, shape.hidden_size, shape.num_layers)
        self.cell.dropout = shape.dropout if shape.num_layers > 1 else 0.0
        self.dropout = nn.Dropout(shape.dropout)
        self.head = nn.Linear(shape.hidden_size, shape.size)
        # Where each item starts at its share, no updates are spent on learning which are frequent.
        nn.init.xavier_uniform_(self.head.weight)
        with torch.no_grad():
            self.head.bias.copy_(torch.zeros(shape.size) if prior is None else prior)

    def tokens(self, batch: StreamBatch) -> Tensor:
        """Return what the recurrent layer reads, shape (rows, time, width)."""
        read: Tensor = self.reader(batch.values)
        return read

    def forward(self, batch: StreamBatch) -> Tensor:
        """Return logits, shape (rows, time, size), from a state of zero."""
        return self.advance(batch, None)[0]

    def advance(self, batch: StreamBatch, state: State | None) -> tuple[Tensor, State]:
        """Return logits, and the state after the last real step of every row."""
        noise = self.shape.weight_noise
        if not (self.training and noise):
            return self._advance(batch, state)
        # Through the noisy weights, gradients reach the weights themselves.
        noisy = {
            f"network.{name}": weights + noise * torch.randn_like(weights)
            for name, weights in self.named_parameters()
        }
        logits, after = functional_call(_Advance(self), noisy, (batch, state))
        return logits, after

    def _advance(self, batch: StreamBatch, state: State | None) -> tuple[Tensor, State]:
        output, after = self.cell(self.tokens(batch), state, lengths=batch.lengths)  # (rows, time, hidden)
        logits: Tensor = self.head(self.dropout(output))
        return logits, after

    def nats(self, logits: Tensor, batch: StreamBatch) -> Tensor:
        """Return what each real item costs in nats, one after the other, shape (items,)."""
        real = batch.real
        if real is None:
            return self.items.nats(logits, batch.target).flatten()
        return self.items.nats(logits[real], batch.target[real])


class _Advance(nn.Module):
    """A network's step as a module of its own, which is what torch can run with other weights."""

    def __init__(self, network: LanguageNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, batch: StreamBatch, state: State | None) -> tuple[Tensor, State]:
        return self.network._advance(batch, state)


def detached_state(state: State | None, begins: Tensor) -> State | None:
    """Return the state from which the next window goes on: without its gradient, and zero in rows that begin.

    One that is no number any more is not carried on: the weights that made it are taken back.
    """
    if state is None or bool(begins.all()):
        return None
    states = (state,) if isinstance(state, Tensor) else tuple(state)
    if not all(bool(one.isfinite().all()) for one in states):
        return None
    kept = ~begins[:, None]
    return pack(tuple(one.detach() * kept for one in states))
