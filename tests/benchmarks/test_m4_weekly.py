"""The scores of the M4 protocol."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.inputs import M4
from benchmarks.m4_weekly import scores


def test_series_count_alike_whatever_their_size_and_the_order_of_the_forecasts() -> None:
    data = M4(
        train={"W1": np.array([1.0, 2.0, 3.0]), "W2": np.array([100.0, 300.0])},
        test={"W1": np.array([4.0, 4.0]), "W2": np.array([300.0, 300.0])},
    )
    found = scores(data, {"W2": np.array([100.0, 300.0]), "W1": np.array([4.0, 6.0])})
    # W1: sMAPE 200 · (0 + 2/10) / 2 = 20, MASE 1 / 1. W2: sMAPE 200 · (200/400 + 0) / 2 = 50, MASE 100 / 200.
    assert found["sMAPE"] == pytest.approx(35.0)
    assert found["MASE"] == pytest.approx(0.75)
    assert found["OWA"] == pytest.approx((35.0 / 9.161 + 0.75 / 2.777) / 2)
