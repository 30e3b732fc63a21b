"""Which cells get more seeds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gatewise.comparison.more_seeds import seeds_wanted
from gatewise.verdict.units import Units

UNITS = Units(noun="test sequences", about="new sequences", groups=(tuple(range(40)),))
Errors = list[NDArray[np.float64]]


def errors(mean: float, by_seed: float, by_unit: float, seeds: int = 5) -> Errors:
    """Errors that seeds and units shift by so much."""
    random = np.random.default_rng(int(1000 * mean))
    shifts = np.linspace(-1, 1, seeds)[:, None] * by_seed
    return [mean + shifts + by_unit * random.normal(size=40)]


def test_where_test_units_decide_more_seeds_would_not_help() -> None:
    found = {name: errors(mean, 0.001, 0.3) for name, mean in (("RNN", 0.6), ("GRU", 0.5))}
    assert seeds_wanted(found, ["RNN", "GRU"], [], UNITS, 10) == {}


def test_where_seeds_decide_the_best_and_its_rivals_get_more() -> None:
    found = {
        "RNN": errors(3.0, 0.05, 0.01),
        "LSTM": errors(0.52, 0.05, 0.01),
        "GRU": errors(0.5, 0.05, 0.01),
        "naive": errors(1.0, 0.0, 0.01, seeds=1),
    }
    # The RNN is beyond doubt.
    assert seeds_wanted(found, ["RNN", "LSTM", "GRU"], ["naive"], UNITS, 10) == {"LSTM": 10, "GRU": 10}


def test_no_more_than_bring_the_part_of_the_seeds_down_to_half() -> None:
    found = {"GRU": errors(0.5, 0.05, 0.10), "naive": errors(0.6, 0.0, 0.0, seeds=1)}
    wanted = seeds_wanted(found, ["GRU"], ["naive"], UNITS, 10)
    assert list(wanted) == ["GRU"]
    assert 5 < wanted["GRU"] < 10


def test_never_more_than_the_most() -> None:
    found = {name: errors(mean, 0.05, 0.01, seeds=10) for name, mean in (("RNN", 0.6), ("GRU", 0.5))}
    assert seeds_wanted(found, ["RNN", "GRU"], [], UNITS, 10) == {}


@pytest.mark.parametrize("units", [UNITS.model_copy(update={"groups": ((0, 1) * 20,)})])
def test_with_too_few_units_there_is_no_verdict_to_hang_on_seeds(units: Units) -> None:
    found = {name: errors(mean, 0.05, 0.01) for name, mean in (("RNN", 0.6), ("GRU", 0.5))}
    assert seeds_wanted(found, ["RNN", "GRU"], [], units, 10) == {}
    assert seeds_wanted({}, ["RNN"], [], UNITS, 10) == {}
