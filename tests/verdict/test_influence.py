"""Differences that hang on one unit."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.verdict.influence import Influence, deciding_unit, median_difference
from gatewise.verdict.units import Units

SPOKEN = Units(noun="groups", about="new groups", groups=((0, 0, 1, 1, 2, 2),), names=("ann", "bob", "cy"))
BASELINE = [np.zeros((1, 6))]


def test_the_unit_without_which_the_sign_turns() -> None:
    errors = [np.array([[-1.0, -1.0, 0.0, -1.0, 6.0, 3.0], [-1.0, -1.0, 0.0, -1.0, 8.0, 3.0]])]
    found = deciding_unit(errors, BASELINE, SPOKEN)
    assert found == Influence("cy", pytest.approx(10 / 7), pytest.approx(-3 / 4))
    assert found.turns
    assert median_difference(errors, BASELINE, SPOKEN) == -0.5


def test_the_unit_that_makes_more_than_half_of_it() -> None:
    found = deciding_unit([np.array([[1.0, 0.0, 1.0, 0.0, 3.0, 0.0]])], BASELINE, SPOKEN)
    assert found == Influence("cy", pytest.approx(0.6), pytest.approx(0.5))
    assert not found.turns


def test_of_most_differences_no_unit_decides() -> None:
    assert deciding_unit([np.ones((3, 6))], BASELINE, SPOKEN) is None
    assert deciding_unit(BASELINE, BASELINE, SPOKEN) is None
    assert deciding_unit([np.ones((1, 2))], [np.zeros((1, 2))], Units(groups=((0, 0),))) is None


def test_a_negative_difference_is_seen_as_a_positive_one() -> None:
    errors = [np.array([[1.0, 1.0, 0.0, 1.0, -6.0, -3.0]])]
    turned = deciding_unit(BASELINE, errors, SPOKEN)
    assert turned == deciding_unit([-errors[0]], BASELINE, SPOKEN)


def test_of_one_series_it_is_a_place_in_time_and_folds_go_on() -> None:
    units = Units(groups=((0, 0), (0, 0)), times=((0, 1), (2, 3)))
    found = deciding_unit(
        [np.array([[1.0, 1.0]]), np.array([[9.0, 1.0]])], [np.zeros((1, 2)), np.zeros((1, 2))], units
    )
    assert found == Influence("3", pytest.approx(0.75), pytest.approx(1.0))
