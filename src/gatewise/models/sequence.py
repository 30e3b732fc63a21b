"""The network behind classifier, regressor and tagger: one recurrent layer, and a read-out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

import torch
from torch import Tensor, nn

from gatewise.data.batch import SequenceBatch
from gatewise.data.inputs.base import InputShape
from gatewise.models.cells import build_cell
from gatewise.models.inputs import build_input
from gatewise.nn import Cell

__all__ = ["Readout", "SequenceNetwork", "SequenceShape"]

Readout = Literal["pool", "last", "each"]


@dataclass(frozen=True)
class SequenceShape:
    """Everything that fixes the parameters of a :class:`SequenceNetwork`.

    Attributes
    ----------
    input : InputShape
    outputs : int
        Classes, labels, or values.
    readout : {"pool", "last", "each"}
        Mean, maximum and last state of each direction; the last state alone: all that a stream knows; or every
        step by itself.
    cell, hidden_size, num_layers, bidirectional
        The recurrent part.
    input_dropout, dropout : float
        Before the cell and before the head.
    memory : int
        Steps that the gates are set to remember from the start; 0 leaves them open to both.
    """

    input: InputShape
    outputs: int
    readout: Readout
    cell: str | Cell
    hidden_size: int
    num_layers: int
    bidirectional: bool
    input_dropout: float
    dropout: float
    memory: int

    def to_json(self) -> dict[str, Any]:
        """Return plain values, for saving."""
        return asdict(self) | {"cell": str(self.cell)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the shape that :meth:`to_json` took apart."""
        return cls(**values | {"input": InputShape(**values["input"])})


class SequenceNetwork(nn.Module):
    """Input layer, recurrent layer, read-out over the real steps of each row, linear head.

    Equations, for a row of ``n`` real steps::

        h_1 … h_n = cell(x_1 … x_n)
        y = [mean_t h_t, max_t h_t, h_n] A + c   readout="pool"
        y = h_n A + c                            readout="last"
        y_t = h_t A + c                          readout="each"

    ``h_n`` of the backward direction is the state after its own last step, which is the first of the row.

    References
    ----------
    Gates set to the length of what must be remembered: Tallec & Ollivier 2018.
    """

    def __init__(self, shape: SequenceShape) -> None:
        super().__init__()
        self.shape = shape
        directions = 2 if shape.bidirectional else 1
        self.input = build_input(shape.input)
        self.input_dropout = nn.Dropout(shape.input_dropout)
        self.cell = build_cell(
            shape.cell,
            self.input.width,
            shape.hidden_size,
            shape.num_layers,
            bidirectional=shape.bidirectional,
        )
        self.dropout = nn.Dropout(shape.dropout)
        # With forget bias 1, delayed recall over 100 steps stays at chance; started at its length it is solved.
        if shape.memory:
            self.cell.reset_memory(shape.memory)
        read = 3 if shape.readout == "pool" else 1
        self.head = nn.Linear(read * directions * shape.hidden_size, shape.outputs)
        nn.init.xavier_uniform_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def tokens(self, batch: SequenceBatch) -> Tensor:
        """Return what the recurrent layer reads, shape (batch, time, width)."""
        dropped: Tensor = self.input_dropout(self.input(batch))
        return dropped

    def forward(self, batch: SequenceBatch) -> Tensor:
        """Return outputs, shape (batch, outputs), or (batch, time, outputs) with ``readout="each"``."""
        output, state = self.cell(self.tokens(batch), lengths=batch.lengths)  # (batch, time, hidden)
        answer: Tensor = self.head(self.dropout(self._read(output, state, batch.lengths)))
        return answer

    def _read(self, output: Tensor, state: Tensor | tuple[Tensor, ...], lengths: Tensor) -> Tensor:
        if self.shape.readout == "each":
            return output
        final = state if isinstance(state, Tensor) else state[0]  # (layers · directions, batch, hidden)
        directions = 2 if self.shape.bidirectional else 1
        # From the state and not from the outputs, whose gradient would be zeros but for one step.
        last = final[-directions:].transpose(0, 1).flatten(1)
        return last if self.shape.readout == "last" else _pooled(output, last, lengths)


def _pooled(output: Tensor, last: Tensor, lengths: Tensor) -> Tensor:
    # Outputs beyond the end of a row are zero, so they add nothing to the sum.
    mean = output.sum(1) / lengths[:, None]
    beyond = torch.arange(output.shape[1], device=lengths.device) >= lengths[:, None]
    return torch.cat([mean, output.masked_fill(beyond[:, :, None], -torch.inf).amax(1), last], dim=-1)
