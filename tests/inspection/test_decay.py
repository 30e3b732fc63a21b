"""Half-life and course of curves that are known."""

from __future__ import annotations

import math

import pytest

from gatewise.inspection.decay import course, half_life


@pytest.mark.parametrize(
    ("norms", "expected"),
    [
        ([1.0, 0.5], 1),
        ([1.0, 0.51, 0.49], 2),
        # A tenth by lag 4, and a plateau after it, which a line through the logarithms takes for 5.6 steps.
        ([1.0, 0.7, 0.4, 0.2, 0.1, *[0.1] * 12], 2),
        # Falls, and rises again.
        ([1.0, 0.3, 0.9, 1.0], 1),
        ([1.0, 2.0, 0.6, 0.5], 3),
        # Of what is there at lag 0.
        ([4.0, 2.1, 2.0], 2),
        ([1.0, 0.9, 0.8], None),
        ([1.0], None),
        ([1.0, math.nan, 0.1], 2),
    ],
)
def test_the_half_life_is_the_first_lag_at_or_below_half(norms: list[float], expected: int | None) -> None:
    assert half_life(range(len(norms)), norms) == expected


def test_lags_need_not_be_every_one() -> None:
    assert half_life((0, 4, 8), (1.0, 0.6, 0.4)) == 8
    assert course((0, 8, 40), (1.0, 0.2, 1.0)) == "vanishing"


@pytest.mark.parametrize("length", [3, 20, 200])
@pytest.mark.parametrize(
    ("factor", "expected"), [(0.86, "vanishing"), (0.87, "steady"), (1.15, "steady"), (1.16, "exploding")]
)
def test_the_course_is_that_of_a_step(factor: float, length: int, expected: str) -> None:
    assert course(range(length), [factor**lag for lag in range(length)]) == expected


def test_what_comes_after_sixteen_steps_does_not_count() -> None:
    plateau = [1.0, *[0.3] * 199]
    assert course(range(200), plateau) == course(range(20), plateau[:20]) == "steady"
    late = [1.0] * 20 + [1e-9] * 180
    assert course(range(200), late) == course(range(20), late[:20]) == "steady"


def test_nothing_left_has_vanished() -> None:
    assert course(range(3), [1.0, 0.5, 0.0]) == "vanishing"
    assert course(range(2), [1.0, math.nan]) == "steady"
    assert course(range(2), [1.0, math.inf]) == "exploding"
