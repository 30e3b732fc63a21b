"""Errors without the past, of networks that a comparison has trained."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.comparison.jobs.past import lags, past_of
from gatewise.comparison.results import Comparison
from gatewise.verdict.units import Units


@pytest.mark.parametrize(
    ("longest", "expected"),
    [(2, []), (3, [2]), (7, [2]), (12, [2, 6]), (22, [2, 4, 10]), (102, [12, 24, 50]), (720, [90, 180, 360])],
)
def test_an_eighth_a_quarter_and_half_of_the_longest_sequence(longest: int, expected: list[int]) -> None:
    assert lags(longest) == expected


def test_the_rise_is_paired_over_units() -> None:
    whole, borrowed = np.arange(8.0), np.arange(1.0, 9.0)
    found = past_of(6, whole, borrowed, Units(groups=(tuple(range(8)),)))
    assert (found.steps, found.error) == (6, 4.5)
    assert (found.rise.mean, found.rise.low, found.rise.high) == (1.0, 1.0, 1.0)
    few = past_of(6, whole[:4], borrowed[:4], Units(groups=((0, 1, 2, 3),)))
    assert (few.rise.mean, few.rise.low) == (1.0, None)


def test_every_cell_has_it_and_no_baseline(classification_comparison: Comparison) -> None:
    evidence = classification_comparison.evidence
    assert [tuple(past.steps for past in cell.past) for cell in evidence.cells] == [(2, 6)] * 3
    assert all(not baseline.past for baseline in evidence.baselines)
    for past in (past for cell in evidence.cells for past in cell.past):
        assert np.isfinite(past.error)
        assert past.rise.low is not None
        assert past.rise.low <= past.rise.mean


def test_two_steps_are_too_few(forecast_comparison: Comparison) -> None:
    assert [cell.past for cell in forecast_comparison.evidence.cells] == [()] * 3


def test_steps_are_said_in_rows(forecast_comparison: Comparison) -> None:
    data = forecast_comparison.evidence.data
    assert data.facts["window"] == "24 rows, read in steps of 12"
    assert data.step_unit == "steps of 12 rows"
