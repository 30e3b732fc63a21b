"""Where errors of forecasts are said to be, on answers whose errors are known."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import series_set, waves

from gatewise.comparison.details.common import Answers, residuals
from gatewise.comparison.details.forecasts import KeptWindows, forecast_details
from gatewise.verdict.evidence import Details

HORIZON = 4


@pytest.fixture(scope="module")
def details() -> Details:
    """Two series; A is too high by the step of the horizon, and ten times that in b; B is right but in one window."""
    series = series_set([waves(60), waves(60, seed=1)])
    origins = np.tile(np.arange(40, 60, HORIZON), 2)
    numbers = np.repeat([0, 1], 5)
    rows = (series.offsets[numbers] + origins)[:, None] + np.arange(HORIZON)
    actual = series.target[rows]
    wrong = actual + np.arange(1, HORIZON + 1) * np.where(numbers == 1, 10, 1)[:, None]
    right = actual.copy()
    right[7] -= 2
    answers: Answers = {
        name: [{"forecast": np.stack([one, one - 1.5, one + 1.5], axis=2).astype(np.float32)}]
        for name, one in (("A", wrong), ("B", right))
    }
    fold = KeptWindows(numbers, origins, (origins - 40) // HORIZON, np.ones(10, bool), np.ones(10), True)
    return forecast_details(series, HORIZON, 1, [fold], answers, ("B", "A"))


def test_errors_bias_and_coverage_by_step(details: Details) -> None:
    by_step = details.by[0]
    assert (by_step.what, by_step.names, by_step.counts) == (
        "step of the horizon",
        ("1", "2", "3", "4"),
        (10,) * 4,
    )
    assert by_step.errors["A"] == pytest.approx((5.5, 11, 16.5, 22), rel=1e-3)
    assert by_step.bias["A"] == by_step.errors["A"]
    assert by_step.bias["B"] == pytest.approx((-0.2,) * 4, rel=1e-3)
    assert by_step.coverage["A"] == (0.5, 0.0, 0.0, 0.0)
    assert by_step.coverage["B"] == (0.9,) * 4


def test_the_worst_series_come_first_with_their_worst_window(details: Details) -> None:
    by_series = details.by[1]
    assert (by_series.what, by_series.names) == ("series", ("b", "a"))
    assert by_series.errors["A"] == pytest.approx((25, 2.5), rel=1e-3)
    assert by_series.examples[0].title == "b, from 2024-01-03T00:00"
    assert by_series.examples[0].forecasts.keys() == {"A", "B"}


def test_the_worst_windows_do_not_overlap(details: Details) -> None:
    assert [answer.title for answer in details.worst["B"]][:1] == ["b, from 2024-01-03T00:00"]
    assert [answer.error for answer in details.worst["B"]] == pytest.approx([2, 0, 0], abs=1e-4)
    titles = [answer.title for answer in details.worst["A"]]
    assert len(set(titles)) == 3


def test_residuals_that_alternate_are_correlated() -> None:
    wave = np.tile([1.0, -1.0], 20)
    found = residuals(wave + 0.5, [wave + 0.5], 6)
    assert found is not None
    assert found.bias == 0.5
    assert found.spread == 1.0
    assert found.autocorrelation == pytest.approx([-0.975, 0.95, -0.925, 0.9, -0.875, 0.85], abs=1e-3)
    assert found.bound == pytest.approx(1.96 / np.sqrt(40), rel=1e-2)
    assert sum(found.counts) == 40


def test_lags_beyond_a_quarter_of_a_run_are_not_told() -> None:
    found = residuals(np.arange(8.0), [np.arange(8.0)], 6)
    assert found is not None
    assert len(found.autocorrelation) == 2
    assert residuals(np.array([np.nan, 1.0])) is None
