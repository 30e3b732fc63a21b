"""The season is found from data, or is none."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import waves

from gatewise.data.season import detect_season


@pytest.mark.parametrize("season", [7, 12, 24])
def test_the_season_of_a_wave(season: int) -> None:
    assert detect_season([waves(20 * season, season=season)]) == season


def test_a_day_wins_over_a_week_of_days() -> None:
    hours = np.arange(24 * 7 * 6)
    values = np.sin(2 * np.pi * hours / 24) + 0.1 * np.sin(2 * np.pi * hours / 168)
    assert detect_season([values]) == 24


def test_many_short_series_together() -> None:
    assert detect_season([waves(60, season=12, seed=seed, noise=0.5) for seed in range(50)]) == 12


def test_no_season() -> None:
    assert detect_season([np.cumsum(np.random.default_rng(0).normal(size=5000))]) == 1


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [3.0] * 100])
def test_too_short_or_constant(values: list[float]) -> None:
    assert detect_season([np.array(values)]) == 1


def test_one_jump_does_not_hide_the_season() -> None:
    values = waves(480, season=12)
    values[200:] += 1000
    assert detect_season([values]) == 12
