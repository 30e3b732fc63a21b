"""The network that forecasts: a recurrent cell over segments beside a linear skip."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gatewise.data.forecast import ForecastBatch
from gatewise.models.cells import cell_type
from gatewise.nn.recurrent import Recurrent

__all__ = ["ForecastNetwork", "ForecastShape"]

COVARIATE_WIDTH = 32


@dataclass(frozen=True)
class ForecastShape:
    """Everything that fixes the parameters of a :class:`ForecastNetwork`.

    Attributes
    ----------
    context, segment, horizon : int
        Rows seen, rows per token, rows forecast; ``context`` is a multiple of ``segment``.
    outputs : int
        Numbers per row forecast: the median first, then one per quantile.
    channels, known, static : int
        Columns beside the target in the past, known for the future, and per series.
    cell, hidden_size, num_layers, dropout
        The recurrent part.
    """

    context: int
    segment: int
    horizon: int
    outputs: int
    channels: int
    known: int
    static: int
    cell: str
    hidden_size: int
    num_layers: int
    dropout: float

    def to_json(self) -> dict[str, Any]:
        """Plain values, for saving."""
        return asdict(self)


class ForecastNetwork(nn.Module):
    """All rows of the horizon at once, from a window cut into segments.

    Equations, for a scaled window ``w`` of ``n`` segments ``s_1 … s_n`` (with their other channels)::

        u_k = relu(s_k W + static V + b)
        h_n = cell(u_1, …, u_n)
        y   = h_n A + w S + c

    ``S`` is the linear skip. It starts at zero, and the forecast is in units of the window after its last
    value, so training starts at the naive forecast. Known covariates of the future enter through a small
    network per row, which starts at zero too.

    References
    ----------
    Segments instead of rows: Lin et al. 2023, SegRNN. Linear map from window to horizon: Zeng et al. 2023.
    """

    def __init__(self, shape: ForecastShape) -> None:
        super().__init__()
        self.shape = shape
        hidden, width = shape.hidden_size, shape.horizon * shape.outputs
        self.embed = nn.Linear(shape.segment * (1 + shape.channels), hidden)
        self.embed_static = nn.Linear(shape.static, hidden, bias=False) if shape.static else None
        self.cell: Recurrent = cell_type(shape.cell)(hidden, hidden, shape.num_layers, batch_first=True)
        self.dropout = nn.Dropout(shape.dropout)
        self.head = nn.Linear(hidden, width)
        self.skip = nn.Linear(shape.context, width)
        nn.init.normal_(self.head.weight, std=0.01)
        for parameter in (self.head.bias, self.skip.weight, self.skip.bias):
            nn.init.zeros_(parameter)
        self.covariates: nn.Sequential | None = None
        if shape.known:
            last = nn.Linear(COVARIATE_WIDTH, shape.outputs)
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
            self.covariates = nn.Sequential(nn.Linear(2 * shape.known, COVARIATE_WIDTH), nn.ReLU(), last)

    def tokens(self, batch: ForecastBatch) -> Tensor:
        """What the recurrent layer reads, shape (batch, segments, hidden)."""
        shape = self.shape
        rows = torch.cat([batch.values[:, :, None], batch.channels], dim=-1)  # (batch, context, 1 + channels)
        segments = rows.reshape(len(rows), shape.context // shape.segment, -1)
        embedded = self.embed(segments)
        if self.embed_static is not None:
            embedded = embedded + self.embed_static(batch.static)[:, None]
        return torch.relu(embedded)

    def forward(self, batch: ForecastBatch) -> Tensor:
        """Forecast in units of the window, shape (batch, horizon, outputs)."""
        output, _ = self.cell(self.tokens(batch))  # (batch, segments, hidden)
        return self.read(output[:, -1], batch)

    def read(self, hidden: Tensor, batch: ForecastBatch) -> Tensor:
        """Forecast from the last hidden state, shape (batch, horizon, outputs)."""
        shape = self.shape
        flat = self.head(self.dropout(hidden)) + self.skip(batch.values)
        forecast: Tensor = flat.view(-1, shape.horizon, shape.outputs)
        if self.covariates is not None:
            # The covariates at the origin tell a change from a level, which the window has already.
            latest = batch.channels[:, -1:, -shape.known :].expand_as(batch.future)
            forecast = forecast + self.covariates(torch.cat([batch.future, batch.future - latest], dim=-1))
        return forecast
