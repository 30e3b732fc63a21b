"""Test windows of series, and the units that they make."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import series_set

from gatewise.comparison.compare import prepare
from gatewise.comparison.tasks.windows import Windows, end_together, origin_spacing

RANDOM = np.random.default_rng(0)


def noise(rows: int) -> np.ndarray:
    values: np.ndarray = 10 + RANDOM.normal(size=rows)
    return values


def test_origins_come_closer_where_few_fit() -> None:
    begin = np.array([100])
    assert origin_spacing([(begin, begin + 24 * 12)], 12) == 12
    assert origin_spacing([(begin, begin + 4 * 12)], 12) == 2
    assert origin_spacing([(begin, begin + 12)], 12) == 1
    assert origin_spacing([(begin, begin)], 12) == 12


def test_units_of_a_single_series_are_stretches_of_time() -> None:
    windows = Windows.between(np.array([100]), np.array([100 + 250 * 2]), 2, 2)
    unit, series, times = windows.units(np.ones(250, bool), by_series=False, by_time=True)
    # 250 windows in stretches of three.
    assert (len(series), series.max(), times.max()) == (84, 0, 83)
    assert np.bincount(unit).max() == 3
    assert windows.stretch(3) == 1


def test_the_last_windows_of_all_series_are_at_the_same_time() -> None:
    windows = Windows.between(np.array([10, 30]), np.array([20, 50]), 5, 5)
    assert windows.times.tolist() == [2, 3, 0, 1, 2, 3]
    unit, _, _ = windows.units(np.ones(6, bool), by_series=False, by_time=True)
    assert unit.tolist() == [2, 3, 0, 1, 2, 3]
    by_both = windows.units(np.ones(6, bool), by_series=True, by_time=True)
    assert list(zip(by_both[1], by_both[2], strict=True)) == [(0, 2), (0, 3), (1, 0), (1, 1), (1, 2), (1, 3)]


@pytest.mark.parametrize(
    ("rows", "noun", "about", "independent"),
    [
        ([240], "test windows without overlap", "new windows of this series", 8),
        ([240, 240], "test windows without overlap", "new windows of these series", 8),
        ([240] * 12, "series", "new series", 12),
        ([60] * 12, "series", "new series at the same dates", 12),
    ],
)
def test_what_the_intervals_are_about(rows: list[int], noun: str, about: str, independent: int) -> None:
    task = prepare(series_set([noise(count) for count in rows]), horizon=6).task
    found = task.units()
    assert (found.noun, found.about, found.independent) == (noun, about, independent)
    assert len(found.groups[0]) == len(found.times[0]) if found.times else True


def test_series_that_end_apart_share_no_days() -> None:
    assert end_together(series_set([noise(100), noise(100)]))
    assert not end_together(series_set([noise(100), noise(130)]))
