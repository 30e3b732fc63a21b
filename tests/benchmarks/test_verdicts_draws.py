"""Draws of seeds and test units from what was measured."""

from __future__ import annotations

import numpy as np
import pytest
from measured import measured

from benchmarks.verdicts.draws import Size, draw, draw_units, truth
from gatewise.comparison.assemble import all_differences
from gatewise.verdict.units import Units

GROUPS = Units(groups=((0, 0, 1, 2, 2, 2), (3, 4, 4, 5)), names=tuple("abcdef"))
TIMES = Units(groups=((0,) * 40,), times=(tuple(range(40)),), overlap=2)


def test_groups_are_drawn_whole() -> None:
    rows, units = draw_units(GROUPS, None, np.random.default_rng(0))
    for taken, fold, drawn in zip(rows, GROUPS.groups, units.groups, strict=True):
        old, new = np.asarray(fold)[taken], np.asarray(drawn)
        assert len(np.unique(new)) == 3
        for number in np.unique(new):
            (group,) = np.unique(old[new == number])
            assert (old[new == number]).size == fold.count(group)
    # Draws of two folds are different groups, and none has the name of another.
    assert not {*units.groups[0]} & {*units.groups[1]}
    assert (units.group_count, units.names, units.times) == (6, (), None)


def test_time_is_drawn_in_blocks_of_neighbours() -> None:
    (taken,), units = draw_units(TIMES, None, np.random.default_rng(0))
    assert len(taken) == 40
    blocks = taken.reshape(-1, 4)
    assert (np.diff(blocks, axis=1) % 40 == 1).all()
    assert units.times == (tuple(range(40)),)
    assert (units.groups, units.independent) == (((0,) * 40,), 20)


def test_a_number_of_units_is_of_independent_ones() -> None:
    (taken,), units = draw_units(TIMES, 6, np.random.default_rng(0))
    assert (len(taken), units.independent) == (12, 6)
    _, units = draw_units(GROUPS, 7, np.random.default_rng(0))
    assert [len(set(fold)) for fold in units.groups] == [7, 7]


def test_every_unit_comes_as_often_as_the_others() -> None:
    random = np.random.default_rng(0)
    counts = sum(np.bincount(draw_units(TIMES, 10, random)[0][0], minlength=40) for _ in range(2_000))
    assert counts.std() / counts.mean() < 0.05


def test_draws_are_around_the_truth() -> None:
    evidence, random = measured(), np.random.default_rng(0)
    means = truth(evidence, same=False)
    drawn = [draw(evidence, Size(), random, same=False) for _ in range(200)]
    for number, (name, mean) in enumerate(means.items()):
        found = [one.candidates[number].fit.error.mean for one in drawn]
        assert np.mean(found) == pytest.approx(mean, abs=4 * np.std(found) / 200**0.5), name
        assert np.std(found) > 0
    assert {(d.first, d.second) for d in drawn[0].differences} == {
        ("RNN", "LSTM"), ("RNN", "seasonal naive"), ("LSTM", "seasonal naive"),
    }  # fmt: skip
    assert [len(one.fit.by_seed) for one in drawn[0].candidates] == [5, 5, 1]


def test_a_draw_of_everything_once_is_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = measured()
    monkeypatch.setattr(
        "benchmarks.verdicts.draws._seeds", lambda _one, known, _count, _random: np.arange(known)
    )
    monkeypatch.setattr(
        "benchmarks.verdicts.draws.draw_units", lambda units, _count, _random: ([np.arange(40)], units)
    )
    drawn = draw(evidence, Size(), np.random.default_rng(0), same=False)
    errors = {one.name: [np.asarray(fold) for fold in one.fit.units] for one in evidence.candidates}
    expected = all_differences(["RNN", "LSTM"], ["seasonal naive"], errors, evidence.units)
    for found, wanted in zip(drawn.differences, expected, strict=True):
        left_out = {"clear", "p"}
        assert found.model_dump(exclude=left_out) == pytest.approx(wanted.model_dump(exclude=left_out))
        assert (found.clear, found.p) == (wanted.clear, None)
    means = truth(evidence, same=False)
    assert {one.name: pytest.approx(one.fit.error.mean) for one in drawn.candidates} == means


def test_cells_that_are_the_same_share_their_seeds() -> None:
    evidence = measured()
    means = truth(evidence, same=True)
    assert (
        means["RNN"]
        == means["LSTM"]
        == pytest.approx(np.mean(list(truth(evidence, same=False).values())[:2]))
    )
    random = np.random.default_rng(0)
    found = [
        [one.fit.error.mean for one in draw(evidence, Size(), random, same=True).cells] for _ in range(300)
    ]
    gaps = np.diff(found, axis=1)
    assert abs(gaps.mean()) < 4 * gaps.std() / 300**0.5


def test_fewer_seeds_are_drawn_where_asked_for() -> None:
    drawn = draw(measured(), Size(units=10, seeds=3), np.random.default_rng(0), same=False)
    assert [len(one.fit.by_seed) for one in drawn.candidates] == [3, 3, 1]
    assert drawn.units.independent == 10
