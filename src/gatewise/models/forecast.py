"""The network that forecasts: a recurrent cell over segments, and a linear skip around it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gatewise.data.forecast import ForecastBatch
from gatewise.models.cells import build_cell
from gatewise.models.skip import skip_for
from gatewise.nn import Cell

__all__ = ["ForecastNetwork", "ForecastShape"]

COVARIATE_WIDTH = 32


@dataclass(frozen=True)
class ForecastShape:
    """Everything that fixes the parameters of a :class:`ForecastNetwork`.

    Attributes
    ----------
    context, segment, season, horizon : int
        Rows seen, per token, per season, forecast; ``context`` is a multiple of ``segment``.
    outputs : int
        Numbers per row forecast: the median first, then one per quantile.
    channels, known, static : int
        Further columns: of the past, known for the future, and per series.
    cell, hidden_size, num_layers, dropout
        The recurrent part.
    """

    context: int
    segment: int
    season: int
    horizon: int
    outputs: int
    channels: int
    known: int
    static: int
    cell: str | Cell
    hidden_size: int
    num_layers: int
    dropout: float

    def to_json(self) -> dict[str, Any]:
        """Return plain values, for saving."""
        return asdict(self) | {"cell": str(self.cell)}


class ForecastNetwork(nn.Module):
    """All rows of the horizon at once, from a window cut into segments.

    Equations, for a scaled window ``w`` of ``n`` segments ``s_1 … s_n`` (with their other channels)::

        u_k = relu(s_k W + static V + b)
        h_n = cell(u_1, …, u_n)
        y   = h_n A + c + skip(w)                   the median
        q   = stop(y) + stop(h_n) B + d             each further quantile

    The linear skip and the head start at (nearly) zero, and the forecast is in units of the window after its
    last value, so training starts at the naive forecast. ``stop`` passes no gradient: the quantiles are
    learned from the same state and cannot cost it accuracy. Known covariates of the future move all of them
    through a small network per row, which starts at zero too.

    References
    ----------
    Segments instead of rows: Lin et al. 2023, SegRNN. Linear skip: Zeng et al. 2023.
    """

    def __init__(self, shape: ForecastShape) -> None:
        super().__init__()
        self.shape = shape
        hidden = shape.hidden_size
        self.embed = nn.Linear(shape.segment * (1 + shape.channels), hidden)
        self.embed_static = nn.Linear(shape.static, hidden, bias=False) if shape.static else None
        self.cell = build_cell(shape.cell, hidden, hidden, shape.num_layers)
        self.dropout = nn.Dropout(shape.dropout)
        self.skip = skip_for(shape.season, shape.context, shape.horizon)
        self.head = nn.Linear(hidden, shape.horizon)
        self.spread = nn.Linear(hidden, shape.horizon * (shape.outputs - 1)) if shape.outputs > 1 else None
        # Nearly zero and not zero: a cell behind a head of zeros would get no gradient.
        for head in filter(None, (self.head, self.spread)):
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)
        self.covariates: nn.Sequential | None = None
        if shape.known:
            last = nn.Linear(COVARIATE_WIDTH, 1)
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
            self.covariates = nn.Sequential(nn.Linear(2 * shape.known, COVARIATE_WIDTH), nn.ReLU(), last)

    def tokens(self, batch: ForecastBatch) -> Tensor:
        """Return what the recurrent layer reads, shape (batch, segments, hidden)."""
        shape = self.shape
        rows = torch.cat([batch.values[:, :, None], batch.channels], dim=-1)  # (batch, context, 1 + channels)
        segments = rows.reshape(len(rows), shape.context // shape.segment, -1)
        embedded = self.embed(segments)
        if self.embed_static is not None:
            embedded = embedded + self.embed_static(batch.static)[:, None]
        return torch.relu(embedded)

    def forward(self, batch: ForecastBatch) -> Tensor:
        """Return the forecast in units of the window, shape (batch, horizon, outputs)."""
        _, state = self.cell(self.tokens(batch))
        final = state if isinstance(state, Tensor) else state[0]  # (layers, batch, hidden)
        last = self.dropout(final[-1])
        median: Tensor = self.head(last) + self.skip(batch.values)  # (batch, horizon)
        if self.covariates is not None:
            # The covariates at the origin tell a change from a level, which the window has already.
            latest = batch.channels[:, -1:, -self.shape.known :].expand_as(batch.future)
            median = (
                median + self.covariates(torch.cat([batch.future, batch.future - latest], dim=-1))[:, :, 0]
            )
        if self.spread is None:
            return median[:, :, None]
        # Learning them jointly with the median cost it accuracy, so nothing goes back from here.
        offsets = self.spread(last.detach()).view(len(last), self.shape.horizon, -1)
        centre = median[:, :, None]
        return torch.cat([centre, centre.detach() + offsets], dim=-1)
