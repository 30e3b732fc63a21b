"""What a place in the season adds is learned from rows before the origin, and from enough of them."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.data.seasonal import MOST_SEASONS, SeasonalMeans

SEASON = 12


def _seen(values: np.ndarray, origin: int, season: int = SEASON) -> np.ndarray:
    means = SeasonalMeans.of(values, np.array([0, len(values)]), season)
    return means.seen_from(np.array([0]), np.array([origin]))[0]


@pytest.mark.parametrize("season", [4, 5, 12])
def test_a_season_on_a_line_is_found(season: int) -> None:
    pattern = np.random.default_rng(0).normal(size=season)
    pattern -= pattern.mean()
    rows = np.arange(season * 8)
    found = _seen(pattern[rows % season] + 0.3 * rows, len(rows), season)
    np.testing.assert_allclose(found, pattern[(len(rows) + np.arange(season)) % season], atol=1e-9)


def test_noise_is_shrunk_to_nothing_in_the_mean() -> None:
    random = np.random.default_rng(1)
    squares = [np.mean(_seen(random.normal(size=96), 96) ** 2) for _ in range(200)]
    # Means of seven deviations each would have a seventh of their variance.
    assert np.mean(squares) < 0.2 / 7


def test_less_than_two_seasons_of_deviations_tell_nothing() -> None:
    values = np.sin(2 * np.pi * np.arange(100) / SEASON)
    assert not _seen(values, 35).any()
    assert _seen(values, 36).any()


@pytest.mark.parametrize("origin", [40, 41, 60])
def test_nothing_at_or_after_the_origin_is_read(origin: int) -> None:
    values = np.random.default_rng(2).normal(size=100)
    changed = values.copy()
    changed[origin:] += 100
    np.testing.assert_array_equal(_seen(values, origin), _seen(changed, origin))


def test_series_do_not_mix_and_their_ends_say_the_same() -> None:
    random = np.random.default_rng(3)
    one, other = random.normal(size=300), random.normal(size=80)
    means = SeasonalMeans.of(np.concatenate([one, other]), np.array([0, 300, 380]), SEASON)
    found = means.seen_from(np.array([0, 1]), np.array([300, 380]))
    np.testing.assert_allclose(found[1], _seen(other, 80), atol=1e-12)
    end = one[-(MOST_SEASONS + 2) * SEASON :]
    np.testing.assert_allclose(found[0], _seen(end, len(end)), atol=1e-12)
