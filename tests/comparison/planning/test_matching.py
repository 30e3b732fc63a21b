"""Sizes that make cells comparable."""

from __future__ import annotations

import pytest
from small import CLASSIFY, FORECAST, sequences, two_waves

from gatewise.comparison.compare import prepare
from gatewise.comparison.config import ComparisonConfig, Match
from gatewise.comparison.planning.matching import matched_sizes
from gatewise.comparison.tasks.base import Task
from gatewise.inspection.cost import parameter_count

CELLS = {"RNN": "RNN", "LSTM": "LSTM", "GRU": "GRU"}


@pytest.fixture(scope="module", params=["forecast", "classification"])
def task(request: pytest.FixtureRequest) -> Task:
    if request.param == "forecast":
        return prepare(two_waves(), horizon=6, estimator=FORECAST).task
    return prepare(sequences(), estimator=CLASSIFY).task


@pytest.mark.parametrize("size", [None, 24])
def test_parameters_match_those_of_the_gru(task: Task, size: int | None) -> None:
    sizes = matched_sizes(task, CELLS, ComparisonConfig(hidden_size=size))
    counts = {name: parameter_count(task.network(name, sizes[name])) for name in CELLS}
    assert sizes["GRU"] == (size or 64)
    assert sizes["RNN"] > sizes["GRU"] > sizes["LSTM"]
    for count in counts.values():
        assert count == pytest.approx(counts["GRU"], rel=0.03)


def test_without_a_gru_the_first_cell_is_the_reference(task: Task) -> None:
    sizes = matched_sizes(task, {"mine": "lstm", "RNN": "RNN"}, ComparisonConfig(hidden_size=16))
    assert sizes["mine"] == 16


@pytest.mark.parametrize("match", ["hidden", "time"])
def test_other_matches_keep_the_hidden_size(task: Task, match: Match) -> None:
    assert matched_sizes(task, CELLS, ComparisonConfig(match=match, hidden_size=9)) == dict.fromkeys(CELLS, 9)


def test_a_reference_of_one_unit(task: Task) -> None:
    sizes = matched_sizes(task, CELLS, ComparisonConfig(hidden_size=1))
    assert all(size >= 1 for size in sizes.values())
    assert sizes["GRU"] == 1
