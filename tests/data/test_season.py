"""The season is found from data, or is none."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import waves

from gatewise.data.season import detect_season, usual_season
from gatewise.data.step import Step


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


@pytest.mark.parametrize("seasons", range(2, 11))
@pytest.mark.parametrize("season", [4, 7, 12, 24, 52, 60])
def test_of_few_seasons_one_is_found_or_none(season: int, seasons: int) -> None:
    for values in (
        np.sin(2 * np.pi * np.arange(season * seasons) / season),
        (np.arange(season * seasons) % season == season // 2).astype(float),
    ):
        assert detect_season([values]) in (1, season)
        assert detect_season([values] * 20) == season


@pytest.mark.parametrize("rows", [36, 72, 156, 144, 21])
def test_three_seasons_exactly_are_not_a_row_less(rows: int) -> None:
    season = rows // 3
    series = [waves(rows, season=season, seed=seed) for seed in range(20)]
    # Of 52 rows and this noise one more or less would do as well: that is none, unless a year is expected.
    assert detect_season(series) in ((season,) if season < 48 else (1, season))
    assert detect_season(series, season) == season


def test_the_usual_season_needs_less_to_be_seen() -> None:
    values = waves(24, season=12)
    assert detect_season([values]) == 1
    assert detect_season([values], 12) == 12


def test_the_usual_season_is_not_seen_where_there_is_none() -> None:
    walks = [np.cumsum(np.random.default_rng(seed).normal(size=60)) for seed in range(100)]
    assert sum(detect_season([walk], 12) > 1 for walk in walks) <= 5


def test_few_long_series_do_not_speak_for_all() -> None:
    short = [waves(60, season=4, seed=seed) for seed in range(20)]
    assert detect_season([*short, waves(400, season=36)]) == 4


def test_slow_waves_with_noise_have_no_season() -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        slow = [
            np.cumsum(np.cumsum(random.normal(size=150))) / 10 + random.normal(size=150) for _ in range(20)
        ]
        assert detect_season(slow) == 1


@pytest.mark.parametrize(
    ("every", "season"),
    [
        ("1h", 24),
        ("15min", 96),
        ("1D", 7),
        ("1W", 52),
        ("1M", 12),
        ("1Q", 4),
        ("1Y", 1),
        ("2M", 6),
        ("5M", 1),
        ("row", 1),
    ],
)
def test_what_rows_of_a_step_usually_repeat_after(every: str, season: int) -> None:
    assert usual_season(Step.parse(every)) == season


def test_half_a_usual_season_is_found_where_it_repeats_as_well() -> None:
    assert detect_season([waves(240, season=12)], 24) == 12
    hours = np.arange(240)
    days = np.sin(2 * np.pi * hours / 24) + np.sin(2 * np.pi * hours / 12)
    assert detect_season([days], 24) == 24
