"""Simulated comparisons of which the truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.results import Target
from benchmarks.statistics import before, run
from benchmarks.statistics.page import page
from benchmarks.statistics.worlds import WORLDS, World


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: f"{world.kind}: {world.name}, {world.seeds}")
def test_errors_are_of_the_units_and_average_to_the_truth(world: World) -> None:
    random = np.random.default_rng(0)
    count = len(world.units.groups[0])
    drawn = [world.errors(random) for _ in range(60)]
    for errors in drawn:
        assert all(each.shape[1] == count and len(each) >= world.seeds for each in errors)
    means = np.array([each.mean() for errors in drawn for each in errors])
    assert means.mean() == pytest.approx(world.truth, abs=4.5 * means.std() / len(means) ** 0.5)


def test_the_same_numbers_come_out_twice() -> None:
    world = next(world for world in WORLDS if world.kind == "tails")
    assert run.simulate(world, 5) == run.simulate(world, 5)


def test_the_oracle_knows_the_standard_error() -> None:
    drawn = np.random.default_rng(1).normal(run.FAR, size=200_000)
    assert run.oracle() == pytest.approx(100 * np.mean(drawn > 2.935), abs=0.3)


def test_the_method_before_took_units_for_independent() -> None:
    errors = np.array([[0.5, 1.5, 4.0], [1.5, 4.5, 6.0]])
    mean, half = before.interval(errors, 0.05)
    assert mean == 3.0
    assert half > 0
    assert before.any_clear([errors, errors + 1e6], 0.01)
    assert not before.any_clear([errors], 0.01)


def test_the_result_has_a_row_for_each_world_and_its_page_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "WORLDS", WORLDS[:2])
    result = run.run(trials=3)
    assert [row["what"] for row in result.rows] == ["seeds: 40 units", "seeds: 40 units"]
    assert all(isinstance(target, Target) for target in result.targets)
    assert result.page is not None
    assert result.page.text == page(result)
    assert result.table() in page(result)
