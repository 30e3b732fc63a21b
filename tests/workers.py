"""What processes of their own do in tests; they must find it by import."""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing.queues import SimpleQueue

import torch
from torch import Tensor
from torch.utils.data import Dataset

from gatewise.kernels.call import teams
from gatewise.nn import Recurrent


def train_step(layer: Recurrent, x: Tensor) -> list[Tensor]:
    """Outputs and gradients of the weights, on two threads."""
    torch.set_num_threads(2)
    teams._WORTH_A_THREAD = 1
    output, _ = layer(x)
    return [output.detach(), *torch.autograd.grad(output.square().sum(), list(layer.parameters()))]


def send_train_step(layer: Recurrent, x: Tensor, queue: SimpleQueue[list[bytes]]) -> None:
    """Do it in another process."""
    queue.put([tensor.numpy().tobytes() for tensor in train_step(layer, x)])


class Encoded(Dataset[Tensor]):
    """Sequences as a layer sees them."""

    def __init__(self, layer: Recurrent, sequences: Sequence[Tensor]) -> None:
        self.layer = layer
        self.sequences = sequences

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: int) -> Tensor:
        with torch.no_grad():
            return self.layer(self.sequences[index])[0]


class Collate:
    """Run a layer over a batch of sequences."""

    def __init__(self, layer: Recurrent) -> None:
        self.layer = layer

    def __call__(self, sequences: Sequence[Tensor]) -> Tensor:
        with torch.no_grad():
            return self.layer(torch.stack(list(sequences), 1))[0]
