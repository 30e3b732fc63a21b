"""The network that forecasts: a recurrent cell over segments, and a linear skip around it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gatewise.data.forecast import ForecastBatch
from gatewise.models.cells import build_cell
from gatewise.models.columns import ChangeSkip, KnownEffects
from gatewise.models.skip import skip_for
from gatewise.nn import Cell

__all__ = ["ForecastNetwork", "ForecastShape"]

COVARIATE_WIDTH = 32
COLUMN_DROPOUT = 0.5


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
        Further columns: of the past, among them those known for the future and a mask, and per series.
    cell, hidden_size, num_layers, dropout
        The recurrent part.
    past : int
        Columns among the channels that are not known for the future.
    reach : int
        Rows on either side of a known one that count for it; 0 as in 0.1.0, where columns had no part of their own
        but a small network for each known row alone.
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
    past: int = 0
    reach: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return plain values, for saving."""
        return asdict(self) | {"cell": str(self.cell)}


class ForecastNetwork(nn.Module):
    """All rows of the horizon at once, from a window cut into segments.

    Equations, for a scaled window ``w`` of ``n`` segments ``s_1 … s_n`` (with their other channels) and effects of
    known columns ``e`` in the window and ``e'`` in the horizon (:class:`~gatewise.models.columns.KnownEffects`)::

        s_1 … s_n = w − e
        u_k = relu(s_k W + static V + b)
        h_n = cell(u_1, …, u_n)
        y   = h_n A + c + skip(w − e) + e' + changes        the median
        q   = stop(y) + stop(h_n) B + d                     each further quantile

    So the cell and the skip forecast what known columns leave unexplained; ``changes`` is a linear map from the moves
    of all columns (:class:`~gatewise.models.columns.ChangeSkip`). Without columns ``e``, ``e'`` and ``changes`` are
    not there. While it is trained, the cell sees half the columns of each window only: it otherwise learns their
    course by heart.

    The linear parts, the effects and the head start at (nearly) zero, and the forecast is in units of the window
    after its last value, so training starts at the naive forecast. ``stop`` passes no gradient: the quantiles are
    learned from the same state and cannot cost it accuracy.

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
        self.effects: KnownEffects | None = None
        self.changes: ChangeSkip | None = None
        self.covariates: nn.Sequential | None = None
        columns = shape.past + shape.known
        if shape.known and shape.reach:
            self.effects = KnownEffects(shape.known, shape.static, shape.reach)
        if columns and shape.reach:
            self.changes = ChangeSkip(shape.past, shape.known, shape.context, shape.horizon)
        if shape.known and not shape.reach:
            self.covariates = nn.Sequential(
                nn.Linear(2 * shape.known, COVARIATE_WIDTH), nn.ReLU(), nn.Linear(COVARIATE_WIDTH, 1)
            )

    def tokens(self, batch: ForecastBatch) -> Tensor:
        """Return what the recurrent layer reads, shape (batch, segments, hidden)."""
        return self._embedded(batch, self._without_effects(batch)[0])

    def _without_effects(self, batch: ForecastBatch) -> tuple[Tensor, Tensor | None]:
        """Return the window less the effects of known columns, and these effects in the horizon."""
        if self.effects is None:
            return batch.values, None
        before, ahead = self.effects(batch)
        return batch.values - before, ahead

    def _embedded(self, batch: ForecastBatch, window: Tensor) -> Tensor:
        shape = self.shape
        mask = shape.channels - shape.past - shape.known
        rows = [window[:, :, None], batch.channels[:, :, :mask], self._some(batch.channels[:, :, mask:])]
        # (batch, context, 1 + channels)
        segments = torch.cat(rows, dim=-1).reshape(len(window), shape.context // shape.segment, -1)
        embedded = self.embed(segments)
        if self.embed_static is not None:
            embedded = embedded + self.embed_static(batch.static)[:, None]
        return torch.relu(embedded)

    def _some(self, columns: Tensor) -> Tensor:
        """Hide whole columns of windows in training: of single values the neighbours would tell."""
        if self.changes is None:
            return columns
        kept = columns.new_ones(len(columns), 1, columns.shape[2])
        return columns * nn.functional.dropout(kept, COLUMN_DROPOUT, self.training)

    def forward(self, batch: ForecastBatch) -> Tensor:
        """Return the forecast in units of the window, shape (batch, horizon, outputs)."""
        window, effects = self._without_effects(batch)
        _, state = self.cell(self._embedded(batch, window))
        final = state if isinstance(state, Tensor) else state[0]  # (layers, batch, hidden)
        last = self.dropout(final[-1])
        median: Tensor = self.head(last) + self.skip(window)  # (batch, horizon)
        if effects is not None:
            median = median + effects
        if self.changes is not None:
            median = median + self.changes(batch)
        if self.covariates is not None:
            latest = batch.channels[:, -1:, -self.shape.known :].expand_as(batch.future)
            rows = torch.cat([batch.future, batch.future - latest], dim=-1)
            median = median + self.covariates(rows)[:, :, 0]
        if self.spread is None:
            return median[:, :, None]
        # Learning them jointly with the median cost it accuracy, so nothing goes back from here.
        offsets = self.spread(last.detach()).view(len(last), self.shape.horizon, -1)
        centre = median[:, :, None]
        return torch.cat([centre, centre.detach() + offsets], dim=-1)
