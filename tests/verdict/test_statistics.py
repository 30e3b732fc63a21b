"""Means, differences and their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special, stats

from gatewise.verdict.parts import Part
from gatewise.verdict.statistics import (
    ALPHA_OF_DIFFERENCES,
    Moments,
    contrast,
    differences,
    estimate,
    moments,
)
from gatewise.verdict.units import Units

Values = NDArray[np.float64]


def apart(count: int) -> Units:
    return Units(noun="series", about="new series", groups=(tuple(range(count)),))


def symmetric(units: int) -> Values:
    """Errors that are not skewed, with a mean of 1."""
    return 1 + stats.norm.ppf((np.arange(units) + 0.5) / units)[None, :]


def test_one_row_that_is_not_skewed_is_the_t_interval_over_units() -> None:
    values = symmetric(9)
    found = moments([values], apart(9))
    expected = stats.ttest_1samp(values[0], 0.0)
    assert found.mean == pytest.approx(1.0)
    assert found.error == pytest.approx(values.std(ddof=1) / 3)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-4)
    assert found.interval() == pytest.approx(tuple(expected.confidence_interval(0.95)))


def test_parts_add_with_their_own_quantiles() -> None:
    found = Moments(0.0, (Part.of(2.0, 4), Part.of(3.0, 9)), few=False)
    by_hand = np.sqrt(stats.t.ppf(0.975, 4) ** 2 * 2 + stats.t.ppf(0.975, 9) ** 2 * 3)
    assert found.half_width(0.05) == pytest.approx(by_hand)


def test_a_skewed_mean_reaches_farther_to_the_side_of_its_tail_only() -> None:
    values = np.array([[0.0, 0.1, 0.2, 0.1, 0.0, 0.3, 0.1, 4.0]])
    found = moments([values], apart(8))
    below, above = found.reach(0.05)
    assert below == found.half_width(0.05)
    far, skewness = -below / found.error, found.skewness
    turned = 3 / skewness * (np.cbrt(1 + skewness * (far - skewness / 6)) - 1)
    assert above == pytest.approx(-turned * found.error)
    assert above > below
    mirrored = moments([-values], apart(8))
    assert mirrored.reach(0.05) == pytest.approx((above, below))


def test_p_is_the_alpha_of_the_interval_that_ends_at_zero() -> None:
    random = np.random.default_rng(0)
    for sign in (1, -1):
        found = moments([sign * random.gamma(0.3, size=(4, 12))], apart(12))
        low, high = found.interval(found.p)
        assert 0 < found.p < 1
        assert (low if sign > 0 else high) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("value", "p"), [(0.0, 1.0), (0.25, 0.0)])
def test_without_variance_the_interval_is_the_mean(value: float, p: float) -> None:
    found = moments([np.full((3, 8), value)], apart(8))
    assert (found.error, found.interval(), found.p) == (0, (value, value), p)


def test_below_six_units_there_is_a_mean_and_no_interval() -> None:
    found = estimate([np.arange(10.0).reshape(2, 5)], apart(5))
    assert (found.mean, found.low, found.high) == (4.5, None, None)
    (difference,) = differences({("a", "b"): ([np.arange(10.0).reshape(2, 5)], [np.zeros((1, 5))])}, apart(5))
    assert (difference.mean, difference.low, difference.p, difference.clear) == (4.5, None, None, False)


def test_a_baseline_adds_no_seeds_and_candidates_may_have_different_numbers() -> None:
    random = np.random.default_rng(1)
    cell, baseline = random.normal(size=(4, 20)), random.normal(size=(1, 20))
    found = contrast([cell], [baseline], apart(20))
    assert found.mean == pytest.approx(cell.mean() - baseline.mean())
    by_unit = cell.mean(axis=0) - baseline[0]
    assert found.parts[0].variance == pytest.approx(by_unit.var(ddof=1) / 20)
    assert found.parts[1].freedom == pytest.approx(3)
    assert len(contrast([baseline], [baseline], apart(20)).parts) == 1
    other = random.normal(size=(2, 20))
    assert contrast([cell], [other], apart(20)).mean == pytest.approx(cell.mean() - other.mean())


@pytest.mark.parametrize(("hits", "count"), [(0, 40), (40, 40), (1, 40), (20, 40)])
def test_shares_of_one_row_are_between_clopper_and_pearsons_and_a_little_wider(hits: int, count: int) -> None:
    errors = (np.arange(count) < hits).astype(float)[None, :]
    found = estimate([errors], apart(count), share=True)
    exact = stats.binomtest(hits, count).proportion_ci()
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= exact.low + 1e-9
    assert exact.high - 1e-9 <= found.high <= 1
    assert found.high - found.low < 1.3 * (exact.high - exact.low)


def test_differences_are_bonferronis_and_clear_where_their_interval_excludes_a_tie() -> None:
    random = np.random.default_rng(2)
    cells = {
        name: [random.normal(size=(3, 12)) + shift] for name, shift in (("a", 0.0), ("b", 0.3), ("c", 4.0))
    }
    pairs = {(a, b): (cells[a], cells[b]) for a, b in ("ab", "ac", "bc")}
    found = differences(pairs, apart(12))
    assert [(each.first, each.second) for each in found] == list(pairs)
    for each in found:
        alone = contrast(*pairs[each.first, each.second], apart(12))
        assert (each.low, each.high) == alone.interval(ALPHA_OF_DIFFERENCES / 3)
        assert each.p == pytest.approx(min(1, 3 * alone.p))
        assert each.low is not None
        assert each.high is not None
        assert each.clear == (not each.low <= 0 <= each.high)
        alpha = ALPHA_OF_DIFFERENCES / len(pairs)
        by_seeds = alone.parts[1].half_width(alpha) / alone.half_width(alpha)
        assert each.seeds_share == pytest.approx(by_seeds**2)
    assert [each.clear for each in found] == [False, True, True]


def test_without_p_all_else_stays() -> None:
    random = np.random.default_rng(0)
    pairs = {("a", "b"): ([random.random((3, 30))], [random.random((3, 30))])}
    units = Units(groups=(tuple(range(30)),))
    (with_p,), (without,) = (differences(pairs, units, with_p=asked) for asked in (True, False))
    assert with_p.p is not None
    assert without == with_p.model_copy(update={"p": None})


def test_the_order_of_names_does_not_change_the_verdict() -> None:
    random = np.random.default_rng(3)
    cells = {name: [random.normal(size=(3, 8)) + shift] for name, shift in (("a", 0), ("b", 1), ("c", 2))}
    forward = differences({(x, y): (cells[x], cells[y]) for x, y in ("ab", "ac", "bc")}, apart(8))
    backward = differences({(x, y): (cells[x], cells[y]) for x, y in ("cb", "ca", "ba")}, apart(8))
    turned = {frozenset((d.first, d.second)): d for d in backward}
    for d in forward:
        other = turned[frozenset((d.first, d.second))]
        sign = 1 if d.first == other.first else -1
        assert d.mean == pytest.approx(sign * other.mean)
        assert (d.p, d.clear) == (pytest.approx(other.p), other.clear)


def test_folds_are_weighed_by_their_units() -> None:
    folds = [np.array([[1.0, 3.0]]), np.array([[5.0, 9.0, 4.0, 2.0]])]
    units = Units(noun="", about="", groups=((0, 1), (2, 3, 4, 5)))
    assert moments(folds, units).mean == pytest.approx(24 / 6)


def test_a_quantile_of_student() -> None:
    assert Part.of(4.0, 7).half_width(0.1) == pytest.approx(2 * special.stdtrit(7, 0.95))


def test_cells_that_are_alike_are_told_apart_in_one_of_fifty_at_most() -> None:
    random = np.random.default_rng(4)
    trials, told = 150, 0
    for _ in range(trials):
        units = random.gamma(2.0, size=(1, 30))
        cells = {
            name: [units + 0.3 * random.normal(size=(5, 1)) + 0.3 * random.normal(size=(5, 30))]
            for name in "abc"
        }
        pairs = {(a, b): (cells[a], cells[b]) for a, b in ("ab", "ac", "bc")}
        told += any(difference.clear for difference in differences(pairs, apart(30)))
    assert told <= 3


def test_shares_that_never_differ_are_not_shown_to_be_equal() -> None:
    right = [np.zeros((3, 20))]
    (found,) = differences({("a", "b"): (right, right)}, apart(20), share=True)
    # Of twenty units that are alike, one in four may still not be.
    unseen = 1 - ALPHA_OF_DIFFERENCES ** (1 / 20)
    assert (found.low, found.high, found.clear) == (pytest.approx(-unseen), pytest.approx(unseen), False)
    (plain,) = differences({("a", "b"): (right, right)}, apart(20))
    assert (plain.low, plain.high) == (0, 0)


def test_differences_of_shares_stay_within_their_bounds() -> None:
    random = np.random.default_rng(0)
    errors = [(random.random((2, 6)) < 0.5).astype(float)], [(random.random((2, 6)) < 0.3).astype(float)]
    (found,) = differences({("a", "b"): errors}, apart(6), share=True)
    assert found.low == -1
    assert found.high == 1
