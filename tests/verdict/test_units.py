"""What is counted as an independent test unit."""

from __future__ import annotations

import numpy as np

from gatewise.verdict.statistics import contrast, estimate
from gatewise.verdict.units import Units

SERIES = Units(
    noun="test windows", about="new windows", groups=((0,) * 10,), times=(tuple(range(10)),), overlap=4
)


def test_windows_that_overlap_are_fewer_than_they_seem() -> None:
    assert (SERIES.group_count, SERIES.time_count, SERIES.independent, SERIES.few) == (1, 3, 3, True)
    assert not SERIES.model_copy(update={"overlap": 1}).few


def test_sequences_of_few_groups_are_few() -> None:
    spoken = Units(noun="groups", about="new groups", groups=((0,) * 100 + (1,) * 100,), names=("ann", "bob"))
    assert (spoken.independent, spoken.few) == (2, True)


def test_many_series_at_the_same_dates_are_many() -> None:
    both = Units(groups=(tuple(range(12)) * 2,), times=((0,) * 12 + (1,) * 12,))
    assert (both.independent, both.time_count, both.few) == (12, 2, False)


def test_of_old_evidence_nothing_is_known_and_nothing_is_doubted() -> None:
    assert not Units().few


def test_a_part_of_the_first_fold() -> None:
    folds = Units(groups=((3, 4, 5), (6, 7)), times=((0, 1, 2), (3, 4)))
    assert folds.of_first_fold([2, 0]).groups == ((5, 3),)
    assert folds.of_first_fold().times == ((0, 1, 2),)


def test_few_units_have_a_mean_and_no_interval() -> None:
    errors = [np.arange(30.0).reshape(3, 10)]
    assert contrast(errors, None, SERIES).few
    found = estimate(errors, SERIES)
    assert (found.mean, found.low, found.high) == (14.5, None, None)


def test_one_and_more_of_them_in_words() -> None:
    units = Units(noun="test windows without overlap", another="60 more rows of history")
    assert units.counted(1) == "1 test window without overlap"
    assert units.more(1) == "1 more test window without overlap (each takes 60 more rows of history)"
    assert Units(noun="stretches of text").more(1) == "1 more stretch of text"
    assert Units(noun="series").more(1200) == "1,200 more series"
