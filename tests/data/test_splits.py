"""Splits keep the future, and other people's rows, out of training."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewise.data.splits import forecast_origins, labelled_folds, rolling_cuts
from gatewise.errors import DataError


def test_one_fold_tests_on_the_last_fifth_in_whole_horizons() -> None:
    ((train, test),) = rolling_cuts(np.array([100, 53, 4]), horizon=7, folds=1)
    # A fifth of 100 is 20, in whole horizons 14; of 53 it is 10, so 7; four rows are too short for one.
    assert train.tolist() == [86, 46, 4]
    assert test.tolist() == [100, 53, 4]


@given(
    lengths=st.lists(st.integers(1, 300), min_size=1, max_size=5),
    horizon=st.integers(1, 30),
    folds=st.integers(1, 4),
)
def test_folds_follow_each_other_and_end_with_the_data(lengths: list[int], horizon: int, folds: int) -> None:
    rows = np.array(lengths)
    cuts = rolling_cuts(rows, horizon, folds)
    for train, test in cuts:
        assert (train > 0).all()
        assert (train <= test).all()
        assert (test <= rows).all()
        assert ((test - train) % horizon == 0).all()
    for (_, earlier), (later, _) in pairwise(cuts):
        tested = earlier < rows
        assert (later[tested] == earlier[tested]).all()
    assert (cuts[-1][1] == rows).all()


def test_origins_stand_one_horizon_apart() -> None:
    numbers, origins = forecast_origins(np.array([10, 5, 3]), np.array([22, 5, 9]), 5)
    assert numbers.tolist() == [0, 0, 2]
    assert origins.tolist() == [10, 15, 3]


def test_no_origins() -> None:
    numbers, origins = forecast_origins(np.array([5]), np.array([7]), 5)
    assert numbers.tolist() == origins.tolist() == []


def test_folds_have_every_class_and_test_every_row_once() -> None:
    labels = np.array(list("aaaabbbbcccc"))
    folds = labelled_folds(labels, None, 4, seed=0)
    assert sorted(np.concatenate([test for _, test in folds]).tolist()) == list(range(12))
    for train, test in folds:
        assert not set(train) & set(test)
        assert set(labels[test]) == {"a", "b", "c"}


@pytest.mark.parametrize("seed", range(5))
def test_a_group_is_never_on_both_sides(seed: int) -> None:
    random = np.random.default_rng(seed)
    labels, groups = random.integers(0, 2, 60), random.integers(0, 9, 60)
    for train, test in labelled_folds(labels, groups, 3, seed):
        assert not set(groups[train]) & set(groups[test])


def test_too_few_groups() -> None:
    with pytest.raises(DataError) as error:
        labelled_folds(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), 3, 0)
    assert str(error.value) == "groups: 3 folds need at least 3 groups, got 2"


def test_a_class_with_one_sequence() -> None:
    with pytest.raises(DataError) as error:
        labelled_folds(np.array([0, 1, 1, 1]), None, 3, 0)
    assert str(error.value) == (
        "labels: every class needs at least 2 sequences to be split, '0' has 1; leave such classes out with "
        'rare="drop"'
    )


def test_as_many_folds_as_groups_hold_each_of_them_out() -> None:
    groups = np.repeat(np.arange(6), [1, 9, 2, 7, 3, 5])
    labels = np.arange(len(groups)) % 3
    held_out = [set(groups[test].tolist()) for _, test in labelled_folds(labels, groups, 6, 0)]
    assert sorted(map(tuple, held_out)) == [(number,) for number in range(6)]
