"""Linear maps from a window to its horizon, beside the recurrent cell."""

from __future__ import annotations

from torch import Tensor, nn

__all__ = ["SeasonalSkip", "linear_skip", "skip_for"]

FEWEST_SEASONS = 4


class SeasonalSkip(nn.Module):
    """Past seasons to future seasons, with one set of weights for every place in the season.

    Equations, for a window ``w`` cut into seasons ``i`` of ``m`` rows, at place ``k`` of the season::

        v = w + conv(w)                      over one season
        y[j, k] = Σ_i A[j, i] v[i, k] + b[j]

    ``conv``, ``A`` and ``b`` start at zero. It has far fewer weights than a full linear map, so it does not
    overfit long horizons.

    References
    ----------
    Lin et al. 2024, "SparseTSF: modeling long-term time series forecasting with 1k parameters".
    """

    def __init__(self, season: int, context: int, horizon: int) -> None:
        super().__init__()
        self.season, self.seasons, self.horizon = season, context // season, horizon
        self.smooth = nn.Conv1d(1, 1, 1 + 2 * (season // 2), padding=season // 2, bias=False)
        self.across = nn.Linear(self.seasons, -(-horizon // season))
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, window: Tensor) -> Tensor:
        """From (batch, context) to (batch, horizon)."""
        rows = window[:, -self.seasons * self.season :]
        rows = rows + self.smooth(rows[:, None])[:, 0]
        places = rows.view(len(rows), self.seasons, self.season).transpose(1, 2)  # (batch, season, seasons)
        ahead: Tensor = self.across(places).transpose(1, 2).reshape(len(rows), -1)
        return ahead[:, : self.horizon]


def linear_skip(context: int, horizon: int) -> nn.Linear:
    """A full linear map that starts at zero (Zeng et al. 2023)."""
    skip = nn.Linear(context, horizon)
    nn.init.zeros_(skip.weight)
    nn.init.zeros_(skip.bias)
    return skip


def skip_for(season: int, context: int, horizon: int) -> nn.Module:
    """The seasonal map where the window holds at least four seasons, else the full one."""
    if season > 1 and context // season >= FEWEST_SEASONS:
        return SeasonalSkip(season, context, horizon)
    return linear_skip(context, horizon)
