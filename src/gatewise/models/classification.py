"""The network that classifies a whole sequence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

from gatewise.data.batch import SequenceBatch
from gatewise.models.cells import cell_type
from gatewise.nn.recurrent import Recurrent

__all__ = ["ClassificationNetwork", "ClassificationShape", "Readout"]

Readout = Literal["pool", "last"]


@dataclass(frozen=True)
class ClassificationShape:
    """Everything that fixes the parameters of a :class:`ClassificationNetwork`.

    Attributes
    ----------
    channels, classes : int
    readout : {"pool", "last"}
        Mean and maximum over all steps, or the last step alone: all that a stream could know so far.
    cell, hidden_size, num_layers, bidirectional
        The recurrent part.
    input_dropout, dropout : float
        Before the cell and before the head.
    """

    channels: int
    classes: int
    readout: Readout
    cell: str
    hidden_size: int
    num_layers: int
    bidirectional: bool
    input_dropout: float
    dropout: float

    def to_json(self) -> dict[str, Any]:
        """Plain values, for saving."""
        return asdict(self)


class ClassificationNetwork(nn.Module):
    """Recurrent layer, pooling over the real steps of each row, linear head.

    Equations, for a row of ``n`` real steps::

        h_1 … h_n = cell(x_1 … x_n)
        y = [mean_t h_t, max_t h_t] A + c        readout="pool"
        y = h_n A + c                            readout="last"
    """

    def __init__(self, shape: ClassificationShape) -> None:
        super().__init__()
        self.shape = shape
        directions = 2 if shape.bidirectional else 1
        self.input_dropout = nn.Dropout(shape.input_dropout)
        self.cell: Recurrent = cell_type(shape.cell)(
            shape.channels, shape.hidden_size, shape.num_layers, batch_first=True, bidirectional=shape.bidirectional
        )
        self.dropout = nn.Dropout(shape.dropout)
        pooled = 2 if shape.readout == "pool" else 1
        self.head = nn.Linear(pooled * directions * shape.hidden_size, shape.classes)

    def tokens(self, batch: SequenceBatch) -> Tensor:
        """What the recurrent layer reads, shape (batch, time, channels)."""
        dropped: Tensor = self.input_dropout(batch.values)
        return dropped

    def forward(self, batch: SequenceBatch) -> Tensor:
        """Logits, shape (batch, classes)."""
        output, _ = self.cell(self.tokens(batch), lengths=batch.lengths)  # (batch, time, hidden)
        logits: Tensor = self.head(self.dropout(self._read(output, batch.lengths)))
        return logits

    def _read(self, output: Tensor, lengths: Tensor) -> Tensor:
        if self.shape.readout == "last":
            return output[torch.arange(len(output)), lengths - 1]
        # Outputs beyond the end of a row are zero, so they add nothing to the sum.
        mean = output.sum(1) / lengths[:, None]
        beyond = torch.arange(output.shape[1]) >= lengths[:, None]
        return torch.cat([mean, output.masked_fill(beyond[:, :, None], -torch.inf).amax(1)], dim=-1)
