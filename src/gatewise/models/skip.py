"""Linear maps from a window to its horizon, added to what the recurrent cell gives."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor, nn

__all__ = ["SeasonalSkip", "linear_skip", "skip_for"]

FEWEST_SEASONS = 4


class SeasonalSkip(nn.Module):
    """Past seasons to future seasons, with one set of weights for every place in the season.

    Equations, for a window ``w`` cut into seasons ``i`` of ``m`` rows, at place ``k`` of the season::

        v = w + conv(w)                      over one season
        y[j, k] = Σ_i A[j, i] v[i, k] + b[j]

    ``conv``, ``A`` and ``b`` start at zero. It has far fewer weights than a full linear map, so it does not
    overfit long horizons. Both are linear, so seasons are mixed first, each with what ``conv`` reads on either
    side of it, and the few that come out are smoothed by one product with a banded matrix.

    References
    ----------
    Lin et al. 2024, "SparseTSF: modeling long-term time series forecasting with 1k parameters".
    """

    itself: Tensor

    def __init__(self, season: int, context: int, horizon: int) -> None:
        super().__init__()
        self.season, self.seasons, self.horizon = season, context // season, horizon
        self.reach = season // 2
        self.smooth = nn.Conv1d(1, 1, 1 + 2 * self.reach, padding=self.reach, bias=False)
        self.across = nn.Linear(self.seasons, -(-horizon // season))
        for parameter in self.parameters():
            nn.init.zeros_(parameter)
        self.register_buffer("itself", torch.eye(1 + 2 * self.reach)[self.reach], persistent=False)

    def forward(self, window: Tensor) -> Tensor:
        """Map (batch, context) to (batch, horizon)."""
        rows = F.pad(window[:, -self.seasons * self.season :], (self.reach, self.reach))
        wide = rows.unfold(1, self.season + 2 * self.reach, self.season)  # (batch, seasons, places)
        mixed = torch.einsum("ji,bip->bjp", self.across.weight, wide)
        ahead = mixed @ self._band() + self.across.bias[:, None]  # (batch, seasons ahead, season)
        return ahead.flatten(1)[:, : self.horizon]

    def _band(self) -> Tensor:
        """Return ``w + conv(w)`` as a matrix, from the places of a wide season to those of a season."""
        taps = self.itself + self.smooth.weight.flatten()
        around = F.pad(taps, (self.season - 1, self.season - 1))
        return around.unfold(0, self.season, 1).flip(1)  # place p reads tap p − k for place k


def linear_skip(context: int, horizon: int) -> nn.Linear:
    """Build a full linear map that starts at zero (Zeng et al. 2023)."""
    skip = nn.Linear(context, horizon)
    nn.init.zeros_(skip.weight)
    nn.init.zeros_(skip.bias)
    return skip


def skip_for(season: int, context: int, horizon: int) -> nn.Module:
    """Build the seasonal map where the window holds at least four seasons, else the full one.

    The full one would over-fit long windows, and has the smaller spread over seeds in short ones; see
    ``docs/decisions/2026-11-23-forecasting-recipe.md``.
    """
    if season > 1 and context // season >= FEWEST_SEASONS:
        return SeasonalSkip(season, context, horizon)
    return linear_skip(context, horizon)
