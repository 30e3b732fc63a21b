"""Series under each other, and parts of them."""

from __future__ import annotations

import numpy as np
from synthetic import HOUR, series_set

from gatewise.data.sequences import SequenceSet


def test_the_head_of_every_series() -> None:
    series = series_set(
        [np.arange(5.0), np.arange(10.0, 13.0), np.arange(2.0)], static={"k": np.array([1, 2, 3])}
    )
    head = series.head(np.array([2, 9, 0]))
    assert head.ids.tolist() == ["a", "b"]
    assert head.offsets.tolist() == [0, 2, 5]
    assert head.target.tolist() == [0, 1, 10, 11, 12]
    assert head.static["k"].tolist() == [1, 2]
    assert (head.start == series.start[:2]).all()


def test_a_part_keeps_its_place_in_time() -> None:
    series = series_set([np.arange(5.0), np.arange(3.0)])
    tail = series.take(np.array([0]), np.array([3]), np.array([5]))
    assert tail.values(0).tolist() == [3, 4]
    assert tail.times(0, 0, 1) == series.times(0, 3, 1)
    assert (tail.times(0, 2, 1) - series.start[0]).astype(int) == 5 * HOUR


def test_values_are_views() -> None:
    series = series_set([np.arange(5.0), np.arange(3.0)])
    assert series.values(1).base is series.target


def test_labelled_sequences_are_taken_without_copies() -> None:
    first, second = np.zeros((2, 1), np.float32), np.ones((3, 1), np.float32)
    labelled = SequenceSet(
        [first, second], np.array(["x", "y"]), task="classification", groups=np.array([4, 5])
    )
    taken = labelled.take(np.array([1]))
    assert taken.sequences[0] is second
    assert (taken.target.tolist(), taken.groups) == (["y"], np.array([5]))
    assert taken.lengths.tolist() == [3]
