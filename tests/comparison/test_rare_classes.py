"""Classes that occur once, or that a test set has alone, are named, and left out where that is asked for."""

from __future__ import annotations

import pandas as pd
import pytest

from gatewise.comparison.compare import prepare
from gatewise.errors import DataError

TEXTS = [f"the film number {number} was long and dull" for number in range(40)]
TRAIN = pd.DataFrame({"text": TEXTS, "label": [*"uv"] * 19 + ["w", "u"]})
TEST = pd.DataFrame({"text": TEXTS[:10], "label": [*"uv"] * 4 + ["z", "u"]})


def test_rare_classes_are_named_and_can_be_left_out() -> None:
    with pytest.raises(DataError) as error:
        prepare(TRAIN)
    assert str(error.value) == (
        "labels: every class needs at least 2 sequences to be split, 'w' has 1; leave such classes out with "
        'rare="drop"'
    )
    assert sorted(set(prepare(TRAIN, rare="drop").found[0].target.tolist())) == ["u", "v"]  # type: ignore[union-attr]


def test_classes_of_the_test_set_alone() -> None:
    with pytest.raises(DataError) as error:
        prepare(TRAIN, test=TEST)
    assert str(error.value) == (
        "pandas frame: class 'z' does not occur in pandas frame; nothing can learn it; leave such sequences out with "
        'rare="drop"'
    )
    tested = prepare(TRAIN, test=TEST, rare="drop").found[1]
    assert tested is not None
    assert tested.target.tolist() == [*"uv"] * 4 + ["u"]  # type: ignore[union-attr]
