"""Scaling of windows and of columns."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.data.scaling import ColumnScaler, difference_spread, moves_within, normalise


def test_columns_get_mean_zero_and_deviation_one() -> None:
    rows = np.array([[1.0, 5.0], [3.0, 5.0], [5.0, 5.0]], np.float32)
    scaler = ColumnScaler.of(rows)
    assert scaler.mean.tolist() == [3, 5]
    np.testing.assert_allclose(scaler(rows)[:, 0], [-np.sqrt(1.5), 0, np.sqrt(1.5)], rtol=1e-6)


def test_a_constant_column_becomes_zero_and_stays_so() -> None:
    scaler = ColumnScaler.of(np.full((3, 1), 0.1, np.float32))
    assert scaler(np.array([[0.1], [9.0]], np.float32)).tolist() == [[0.0], [0.0]]


def test_spread_of_each_series_alone() -> None:
    values = np.array([0.0, 1.0, 0.0, 5.0, 7.0])
    # Differences 1, -1 of the first series, 2 of the second; the jump between them counts for nothing.
    assert difference_spread(values, np.array([0, 3, 5, 5])).tolist() == [1.0, 0.0, 0.0]


def test_spread_is_of_rows_that_were_observed() -> None:
    values = np.array([0.0, 1.0, 0.0, 0.0, 0.0, 9.0, 8.0])
    observed = np.array([True, True, True, False, False, True, True])
    assert difference_spread(values, np.array([0, 7]), observed) == np.std([1.0, -1.0, -1.0])
    # Every other row alone: what is there is better than nothing.
    alone = np.arange(7) % 2 == 0
    assert difference_spread(values, np.array([0, 7]), alone) == difference_spread(values, np.array([0, 7]))


def test_windows_end_at_zero_in_units_of_their_deviation() -> None:
    values, location, scale = normalise(np.array([[1.0, 3.0]]), np.array([0.0]))
    assert (values.tolist(), location.tolist(), scale.tolist()) == ([[-2.0, 0.0]], [[3.0]], [[1.0]])


def test_a_flat_window_is_divided_by_the_floor() -> None:
    values, _, scale = normalise(np.array([[2.0, 2.0], [0.0, 0.0]]), np.array([0.5, 0.0]))
    assert scale[0, 0] == 0.5
    assert scale[1, 0] > 0
    assert values.tolist() == [[0, 0], [0, 0]]


def test_moves_within_a_horizon_stay_within_series() -> None:
    values = np.array([[0.0, 5.0], [1.0, 5.0], [3.0, 5.0], [100.0, 5.0], [104.0, 5.0]])
    # Of the first series changes of 1 and 2 over one row and 3 over two, of the second one of 4.
    expected = np.sqrt((1 + 4 + 9 + 16) / 4)
    assert moves_within(2, values, np.array([0, 3, 5])).tolist() == pytest.approx([expected, 1.0])
