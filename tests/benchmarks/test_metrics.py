"""The measures, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.errors import GateError
from benchmarks.metrics import confirm, mase, mean_errors, owa, smape


def test_smape_is_relative_to_the_mean_of_both() -> None:
    # 200 · (|10 − 30| / 40 + |20 − 20| / 40) / 2
    assert smape(np.array([10.0, 20.0]), np.array([30.0, 20.0])) == pytest.approx(50.0)


@pytest.mark.parametrize(("season", "unit"), [(1, 1.6), (2, 3.0)])
def test_mase_is_in_units_of_the_naive_error_of_the_history(season: int, unit: float) -> None:
    # Changes by 1, 2, 1, 3, −1 from row to row, and by 3, 3, 4, 2 over two rows.
    history = np.array([1.0, 2.0, 4.0, 5.0, 8.0, 7.0])
    found = mase(np.array([10.0, 12.0]), np.array([12.0, 8.0]), history, season)
    assert found == pytest.approx(3.0 / unit)


def test_owa_of_the_reference_is_one_and_halves_with_both_errors() -> None:
    assert owa(9.161, 2.777, 9.161, 2.777) == pytest.approx(1.0)
    assert owa(9.161 / 2, 2.777 / 2, 9.161, 2.777) == pytest.approx(0.5)
    assert owa(7.817, 2.356, 9.161, 2.777) == pytest.approx(0.851, abs=5e-4)


def test_errors_weigh_channels_alike() -> None:
    actual = [np.zeros((1, 2)), np.zeros((3, 2))]
    forecast = [np.full((1, 2), 2.0), np.full((3, 2), 1.0)]
    assert mean_errors(actual, forecast) == pytest.approx((2.5, 1.5))


def test_a_known_number_is_confirmed_to_its_last_digit() -> None:
    assert confirm("MSE of the naive", 0.51204, 0.512, 3) == "MSE of the naive 0.512, as known"
    with pytest.raises(GateError) as caught:
        confirm("MSE of the naive", 0.5131, 0.512, 3)
    assert str(caught.value) == (
        "MSE of the naive: expected 0.512, found 0.51310; check data and metrics first"
    )
