"""The linear maps beside the cell, against their equations."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor, nn

from gatewise.models.skip import SeasonalSkip, skip_for


def by_its_equations(skip: SeasonalSkip, window: Tensor) -> Tensor:
    """Smooth every season, then mix them, place by place."""
    season, seasons = skip.season, window.shape[1] // skip.season
    rows = window[:, -seasons * season :]
    smooth = rows + F.conv1d(rows[:, None], skip.smooth.weight, padding=season // 2)[:, 0]
    places = smooth.view(len(rows), seasons, season)
    ahead = torch.einsum("ji,bik->bjk", skip.across.weight, places) + skip.across.bias[:, None]
    return ahead.flatten(1)[:, : skip.horizon]


@pytest.mark.parametrize(
    ("season", "context", "horizon"), [(24, 168, 24), (7, 30, 3), (2, 9, 5), (5, 21, 13), (4, 16, 4)]
)
def test_the_seasonal_map_and_its_gradients(season: int, context: int, horizon: int) -> None:
    skip = SeasonalSkip(season, context, horizon).double()
    torch.manual_seed(0)
    for parameter in skip.parameters():
        nn.init.normal_(parameter)
    window = torch.randn(3, context, dtype=torch.float64, requires_grad=True)
    sources = [window, *skip.parameters()]
    ours, theirs = skip(window), by_its_equations(skip, window)
    torch.testing.assert_close(ours, theirs)
    weights = torch.randn_like(ours)
    torch.testing.assert_close(
        torch.autograd.grad(ours, sources, weights), torch.autograd.grad(theirs, sources, weights)
    )


def test_it_starts_at_zero_and_saves_its_parameters_only() -> None:
    skip = skip_for(7, 35, 10)
    assert isinstance(skip, SeasonalSkip)
    assert torch.equal(skip(torch.randn(2, 35)), torch.zeros(2, 10))
    assert sorted(skip.state_dict()) == ["across.bias", "across.weight", "smooth.weight"]


def test_too_few_seasons_are_mapped_in_full() -> None:
    assert isinstance(skip_for(7, 27, 10), nn.Linear)
    assert isinstance(skip_for(1, 90, 10), nn.Linear)
