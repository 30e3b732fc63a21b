"""Calibration by hand."""

from __future__ import annotations

import numpy as np

from gatewise.estimators.forecast.calibration import calibrate, quantiles_of


def test_quantiles_of_levels() -> None:
    np.testing.assert_allclose(quantiles_of((80, 90)), [0.5, 0.1, 0.9, 0.05, 0.95])
    assert quantiles_of(()) == [0.5]


def test_offsets_are_the_right_order_statistic() -> None:
    # An interval of no width at zero: the scores are |y| = 1 … 9; ceil(10 · 0.8) = 8 of 9 are to be inside.
    actual = np.array([1, -2, 3, -4, 5, -6, 7, -8, 9.0])[:, None]
    forecast = np.zeros((9, 1, 3))
    assert calibrate(forecast, actual, np.ones((9, 1), bool), (80,)).tolist() == [[8.0]]


def test_intervals_that_are_too_wide_shrink() -> None:
    forecast = np.tile([0.0, -10.0, 10.0], (99, 1, 1))
    offsets = calibrate(forecast, np.linspace(-1, 1, 99)[:, None], np.ones((99, 1), bool), (90,))
    assert -9.15 < offsets[0, 0] < -9.05


def test_filled_rows_do_not_count_and_rows_are_pooled_when_few() -> None:
    actual = np.array([[1.0, 5.0], [2.0, 1000.0]])
    observed = np.array([[True, True], [True, False]])
    assert calibrate(np.zeros((2, 2, 3)), actual, observed, (50,)).tolist() == [[2.0, 2.0]]


def test_enough_windows_give_each_row_its_own() -> None:
    actual = np.tile([1.0, 3.0], (100, 1))
    assert calibrate(np.zeros((100, 2, 3)), actual, np.ones((100, 2), bool), (90,)).tolist() == [[1.0, 3.0]]


def test_nothing_observed() -> None:
    assert calibrate(np.zeros((1, 2, 3)), np.ones((1, 2)), np.zeros((1, 2), bool), (90,)).tolist() == [[0, 0]]
