"""Where more seeds would help."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatewise.verdict.seeds import seeds_wanted
from gatewise.verdict.units import Units

UNITS = Units(groups=(tuple(range(40)),))


def errors(seeds: int, of_seed: float, state: int) -> list[NDArray[np.float64]]:
    random = np.random.default_rng(state)
    levels = of_seed * (np.arange(seeds) - (seeds - 1) / 2)[:, None]
    return [levels + random.normal(size=(1, 40)) + 0.1 * random.normal(size=(seeds, 40))]


def test_seeds_that_lie_close_are_enough() -> None:
    assert seeds_wanted({"a": errors(5, 0.01, 0), "b": errors(5, 0.01, 1)}, UNITS) == {"a": 5, "b": 5}


def test_the_cell_whose_seeds_lie_apart_gets_more() -> None:
    cells = {"a": errors(5, 1.0, 0), "b": errors(5, 0.01, 1), "c": errors(5, 0.01, 2)}
    assert seeds_wanted(cells, UNITS) == {"a": 10, "b": 5, "c": 5}
    assert seeds_wanted(cells, UNITS, most=7)["a"] == 7
    assert seeds_wanted({"a": errors(12, 1.0, 0), "b": errors(5, 0.01, 1)}, UNITS) == {"a": 12, "b": 5}


def test_who_is_ahead_does_not_matter() -> None:
    cells = {"a": errors(5, 0.3, 0), "b": errors(5, 0.3, 1)}
    moved = {"a": [cells["a"][0] + 100], "b": cells["b"]}
    assert seeds_wanted(cells, UNITS) == seeds_wanted(moved, UNITS)


def test_below_five_seeds_all_get_five_first() -> None:
    assert seeds_wanted({"a": errors(3, 1.0, 0), "b": errors(3, 0.01, 1)}, UNITS) == {"a": 5, "b": 5}


def test_seeds_that_make_the_same_errors_are_enough() -> None:
    never = [np.zeros((3, 40))]
    assert seeds_wanted({"a": never, "b": never}, UNITS) == {"a": 3, "b": 3}
    assert seeds_wanted({"a": never, "b": errors(3, 0.0, 1)}, UNITS) == {"a": 5, "b": 5}


def test_cells_without_a_difference_want_nothing() -> None:
    same = [np.ones((5, 40))]
    assert seeds_wanted({"a": same, "b": same}, UNITS) == {"a": 5, "b": 5}
