"""What columns say of a forecast, against its equations."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from gatewise.data.forecast import ForecastBatch
from gatewise.models.columns import ChangeSkip, KnownEffects
from gatewise.models.forecast import ForecastNetwork, ForecastShape

WINDOWS, CONTEXT = 3, 24


def batch(horizon: int, *, past: int = 1, known: int = 2, static: int = 1) -> ForecastBatch:
    """Windows of random numbers with a mask before the columns."""
    torch.manual_seed(0)
    columns = past + known
    return ForecastBatch(
        values=torch.randn(WINDOWS, CONTEXT),
        channels=torch.randn(WINDOWS, CONTEXT, 1 + columns),
        future=torch.randn(WINDOWS, horizon, known),
        static=torch.randn(WINDOWS, static),
        unit=torch.rand(WINDOWS, 1) + 0.5,
        moves=(torch.rand(columns) + 0.5).expand(WINDOWS, -1),
        location=np.zeros((WINDOWS, 1)),
        scale=np.ones((WINDOWS, 1)),
        spread=np.ones((WINDOWS, 1)),
        own=np.full(WINDOWS, CONTEXT),
        seasonal=np.zeros((WINDOWS, CONTEXT + horizon)),
        logs=np.zeros((WINDOWS, 1), bool),
    )


def drawn(module: torch.nn.Module) -> None:
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter)


def blocks(rows: Tensor, size: int) -> Tensor:
    """Means of neighbours, the last of fewer rows where they do not come out even: (columns · blocks,)."""
    return torch.stack([rows[k : k + size].mean(0) for k in range(0, len(rows), size)], dim=1).flatten()


@pytest.mark.parametrize(("horizon", "shared"), [(5, 1), (97, 2), (200, 3)])
def test_changes_follow_their_equations(horizon: int, shared: int) -> None:
    given, skip = batch(horizon), ChangeSkip(1, 2, CONTEXT, horizon)
    assert not skip(given).any()
    drawn(skip)
    found, before = skip(given), given.channels[:, -min(2 * horizon, CONTEXT) :, 1:]
    for k in range(WINDOWS):
        origin = before[k, -1]
        past, ahead = (
            (before[k] - origin) / given.moves[k],
            (given.future[k] - origin[1:]) / given.moves[k, 1:],
        )
        moved = 2 * skip.across.weight @ torch.cat([blocks(past, shared), blocks(ahead, shared)])
        of_window, of_series = moved.chunk(2)
        expected = (of_window + given.unit[k] * of_series).repeat_interleave(shared)[:horizon]
        torch.testing.assert_close(found[k], expected, atol=1e-4, rtol=1e-4)


def test_effects_follow_their_equations() -> None:
    given, effects = batch(4), KnownEffects(2, 1, 2)
    assert not any(part.any() for part in effects(given))
    drawn(effects)
    before, ahead = effects(given)
    rows = torch.cat([given.channels[:, :, 2:], given.future], dim=1)

    def effect(k: int, row: int) -> Tensor:
        around = rows[k, [min(max(row + step, 0), CONTEXT + 3) for step in range(-2, 3)]].T.flatten()
        own, of_series = 2 * effects.head(torch.relu(effects.embed(torch.cat([around, given.static[k]]))))
        total: Tensor = own + given.unit[k, 0] * of_series
        return total

    for k in range(WINDOWS):
        expected = torch.stack([effect(k, row) - effect(k, CONTEXT - 1) for row in range(CONTEXT + 4)])
        torch.testing.assert_close(torch.cat([before[k], ahead[k]]), expected, atol=1e-5, rtol=1e-5)


def test_columns_are_hidden_whole_and_in_training_only() -> None:
    given = batch(4)
    shape = ForecastShape(CONTEXT, 1, 1, 4, 1, 4, 2, 1, "GRU", 3, 1, 0.0, past=1, reach=2)
    network = ForecastNetwork(shape)
    columns = given.channels[:, :, 1:]
    share = network._some(columns) / columns
    assert set(share.unique().round().tolist()) == {0.0, 2.0}
    assert torch.equal(share.round(), share[:, :1].round().expand_as(share))
    network.eval()
    assert torch.equal(network._some(columns), columns)
