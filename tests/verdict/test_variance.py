"""The parts of a variance."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.verdict.dependence import CORRELATIONS, over_time, relative_powers
from gatewise.verdict.parts import Part
from gatewise.verdict.units import Units
from gatewise.verdict.variance import seed_part, third_moment, unit_part


def units_of(groups: list[int], times: list[int] | None = None, overlap: int = 1) -> Units:
    at = None if times is None else (tuple(times),)
    return Units(noun="units", about="new units", groups=(tuple(groups),), times=at, overlap=overlap)


def test_units_on_their_own_have_the_usual_variance() -> None:
    values = np.random.default_rng(0).normal(size=11)
    found = unit_part(values, units_of(list(range(11))))
    assert found.variance == pytest.approx(values.var(ddof=1) / 11)
    assert found.freedom == 10


def test_groups_of_one_size_count_as_their_means() -> None:
    values = np.random.default_rng(1).normal(size=24)
    found = unit_part(values, units_of(np.repeat(np.arange(8), 3).tolist()))
    assert found.variance == pytest.approx(values.reshape(8, 3).mean(axis=1).var(ddof=1) / 8)
    assert found.freedom == 7


def test_a_group_with_most_units_leaves_few_degrees_of_freedom_and_no_bias() -> None:
    sizes = np.array([40, 2, 2, 2, 2, 2, 2, 2, 2, 2])
    groups = np.repeat(np.arange(10), sizes)
    random = np.random.default_rng(2)
    found = [unit_part(random.normal(size=10)[groups], units_of(groups.tolist())) for _ in range(2000)]
    share = sizes / sizes.sum()
    assert found[0].freedom == pytest.approx(1 / np.square(share).sum())
    assert np.mean([part.variance for part in found]) == pytest.approx(np.square(share).sum(), rel=0.1)


def test_seeds_that_differ_add_welchs_part() -> None:
    first, second = np.array([[1.0] * 7, [2.0] * 7, [4.0] * 7]), np.array([[1.0] * 7, [3.0] * 7])
    found = seed_part([[first], [second]], units_of(list(range(7))))
    one, other = first.mean(axis=1).var(ddof=1) / 3, second.mean(axis=1).var(ddof=1) / 2
    assert found is not None
    assert found.variance == pytest.approx(one + other)
    assert found.freedom == pytest.approx((one + other) ** 2 / (one**2 / 2 + other**2 / 1))


def test_one_seed_has_no_part() -> None:
    assert seed_part([[np.ones((1, 5))]], units_of(list(range(5)))) is None


def test_what_units_alone_make_seeds_differ_is_taken_off() -> None:
    random = np.random.default_rng(3)
    for seeds, share in ((2, 0.25), (5, 1.0)):
        errors = random.normal(size=(seeds, 6))
        rest = errors - errors.mean(axis=1, keepdims=True)
        shared = rest.var(axis=0, ddof=1).sum() / 36 * 6 / 5
        found = seed_part([[errors]], units_of(list(range(6))))
        assert found is not None
        expected = max(0.0, errors.mean(axis=1).var(ddof=1) - share * shared) / seeds
        assert found.variance == pytest.approx(expected)


def test_times_that_are_common_to_groups_are_seen() -> None:
    random = np.random.default_rng(4)
    shocks = np.tile(random.normal(size=12), 30) + 0.1 * random.normal(size=360)
    groups = np.repeat(np.arange(30), 12).tolist()
    alone = unit_part(shocks, units_of(groups))
    found = unit_part(shocks, units_of(groups, list(range(12)) * 30))
    assert alone.variance < 0.01 < found.variance
    assert found.freedom == 11
    assert len(found.variances) == 1 + len(CORRELATIONS)


def test_too_few_times_are_left_aside_where_there_are_groups() -> None:
    values = np.random.default_rng(5).normal(size=40)
    groups = np.repeat(np.arange(8), 5).tolist()
    assert unit_part(values, units_of(groups, list(range(5)) * 8)) == unit_part_as(values, groups)


def unit_part_as(values: np.ndarray, groups: list[int]) -> Part:
    return unit_part(values, units_of(groups))


def test_nothing_drawn_at_random_has_no_variance() -> None:
    assert unit_part(np.arange(4.0), units_of([0] * 4)).variance == 0


def test_the_third_moment_adds_up_groups() -> None:
    values = np.array([0.0, 0.0, 3.0, 3.0, 0.0, 0.0])
    rest = (values - 1).reshape(3, 2).sum(axis=1) / 6
    assert third_moment(values, units_of([0, 0, 1, 1, 2, 2])) == pytest.approx((rest**3).sum())


@pytest.mark.parametrize("case", [0.0, 0.6, 1, 4])
def test_powers_are_what_such_errors_have(case: float) -> None:
    random = np.random.default_rng(6)
    noise = random.normal(size=(20_000, 320))
    if isinstance(case, int):
        series = np.stack([np.convolve(row, np.ones(case), "valid")[:20] for row in noise[:, :30]])
    else:
        series = noise[:, :20].copy()
        for step in range(1, 20):
            series[:, step] = case * series[:, step - 1] + np.sqrt(1 - case**2) * noise[:, step]
    waves = np.cos(np.pi * np.outer(np.arange(1, 20), (np.arange(20) + 0.5) / 20)) * np.sqrt(2 / 20)
    found = np.square(series @ waves.T).mean(axis=0) / (20 * series.mean(axis=1).var())
    assert relative_powers(20, case) == pytest.approx(found, rel=0.08, abs=0.01)


def test_neighbours_that_are_alike_widen_the_interval_and_independent_ones_little() -> None:
    random = np.random.default_rng(7)
    noise = random.normal(size=60)
    plain = noise.var(ddof=1) * 60
    assert over_time(noise - noise.mean(), 1).half_width(0.05) < 1.3 * Part.of(plain, 59).half_width(0.05)
    walk = np.cumsum(noise)
    alike = over_time(walk - walk.mean(), 1)
    assert alike.half_width(0.05) > 3 * Part.of(walk.var(ddof=1) * 60, 59).half_width(0.05)
    assert alike.freedom == 59


def test_windows_that_overlap_have_as_many_degrees_of_freedom_as_stretches_less_one() -> None:
    values = np.random.default_rng(8).normal(size=24)
    assert over_time(values, 4).freedom == 5
    assert over_time(np.zeros(24), 4).variance == 0


def test_the_quantile_of_a_mixture() -> None:
    part = Part(np.array([0.9, 0.1]), np.array([1.0, 100.0]), 9)
    drawn = np.random.default_rng(9).standard_t(9, size=400_000)
    scale = np.where(np.random.default_rng(10).random(400_000) < 0.9, 1, 10)
    assert np.mean(np.abs(drawn * scale) > part.half_width(0.05)) == pytest.approx(0.05, abs=0.002)
    assert part.variance == pytest.approx(10.9)
    assert Part(np.array([0.5, 0.5]), np.array([0.0, 1.0]), 9).half_width(0.05) > 0
