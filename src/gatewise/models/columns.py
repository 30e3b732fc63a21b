"""What columns beside the target say of a forecast: effects of known rows, and a linear map from changes."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor, nn

from gatewise.data.forecast import ForecastBatch

__all__ = ["ChangeSkip", "KnownEffects"]

WIDTH = 32
# An update moves a weight by the learning rate: from zero, in a few hundred of them, what is looked for is reached so.
GAIN = 2.0
# Rows of a longer horizon share weights.
MOST_ROWS = 96


class KnownEffects(nn.Module):
    """What known columns at and around a row add to the target of that row, beyond what they added at the origin.

    Equations, for row ``t``, known columns ``x``, statics ``s``, what the series usually moves, ``unit``, and the
    last row seen ``o``::

        g_t = 2 (1, unit) · G relu(E [x_{t−r}, …, x_{t+r}, s] + b)
        e_t = g_t − g_o

    One small network for all rows, those that are seen and those to forecast. ``G`` starts at zero. Rows before
    the window count as its first, rows after the horizon as its last.

    References
    ----------
    Regression with errors that are a time series: Hyndman & Athanasopoulos 2021, "Forecasting: principles and
    practice", chapter 10; here a network instead of the regression, and a recurrent cell for the errors.
    """

    def __init__(self, known: int, static: int, reach: int) -> None:
        super().__init__()
        self.known, self.reach = known, reach
        self.embed = nn.Linear(known * (2 * reach + 1) + static, WIDTH)
        self.head = nn.Linear(WIDTH, 2, bias=False)
        nn.init.zeros_(self.head.weight)

    def forward(self, batch: ForecastBatch) -> tuple[Tensor, Tensor]:
        """Return the effects in the window and in the horizon, shapes (batch, context) and (batch, horizon)."""
        seen = batch.channels[:, :, -self.known :]
        rows = torch.cat([seen, batch.future], dim=1).transpose(1, 2)  # (batch, known, context + horizon)
        around = F.pad(rows, (self.reach, self.reach), mode="replicate").unfold(2, 2 * self.reach + 1, 1)
        read = around.transpose(1, 2).flatten(2)  # (batch, context + horizon, known · places)
        static = batch.static[:, None].expand(-1, read.shape[1], -1)
        found = GAIN * self.head(torch.relu(self.embed(torch.cat([read, static], dim=2))))
        of_window, of_series = found.unbind(2)
        effects = of_window + batch.unit * of_series
        origin = seen.shape[1]
        beyond = effects - effects[:, origin - 1 : origin]
        return beyond[:, :origin], beyond[:, origin:]


class ChangeSkip(nn.Module):
    """A linear map from the changes of columns since the origin to the horizon.

    Equations, for past and known columns of the last rows, two horizons of them, and known columns of the horizon::

        c = (x − x_o) / moves
        y = 2 (A c + unit · B c)

    where ``moves`` is what a column usually changes within a horizon, and ``unit`` what the series does.
    ``A`` and ``B`` start at zero. Of a horizon of more than 96 rows, neighbours are read as their mean and share
    weights, so that there are not more of these than for 96.

    Changes and not levels, as the target too is read from its last value on: a target that follows a random walk
    follows its moves.
    """

    def __init__(self, past: int, known: int, context: int, horizon: int) -> None:
        super().__init__()
        self.columns, self.known, self.horizon = past + known, known, horizon
        self.shared = -(-horizon // MOST_ROWS)
        ahead = -(-horizon // self.shared)
        lags = min(2 * ahead, context // self.shared)
        self.rows = lags * self.shared
        self.across = nn.Linear(self.columns * lags + known * ahead, 2 * ahead, bias=False)
        nn.init.zeros_(self.across.weight)

    def forward(self, batch: ForecastBatch) -> Tensor:
        """Return what is added to the forecast, shape (batch, horizon)."""
        rows = batch.channels[:, -self.rows :, batch.channels.shape[2] - self.columns :]
        origin, past = rows[:, -1:], self.columns - self.known
        before = (rows - origin) / batch.moves[:, None]
        ahead = (batch.future - origin[:, :, past:]) / batch.moves[:, None, past:]
        moved = GAIN * self.across(torch.cat([self._means(before), self._means(ahead)], dim=1))
        of_window, of_series = moved.repeat_interleave(self.shared, dim=1).chunk(2, dim=1)
        both: Tensor = of_window + batch.unit * of_series
        return both[:, : self.horizon]

    def _means(self, rows: Tensor) -> Tensor:
        columns = rows.transpose(1, 2)
        if self.shared > 1:
            columns = F.avg_pool1d(columns, self.shared, ceil_mode=True)
        return columns.flatten(1)
