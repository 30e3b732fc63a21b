"""Data taken apart and put together again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small import two_waves

from gatewise.data.corpus import Corpus
from gatewise.data.reading import Reading
from gatewise.data.saved import from_saved, to_saved
from gatewise.data.sequences import SequenceSet
from gatewise.data.series import SeriesSet
from gatewise.data.step import Step

VALUES = [np.arange(6, dtype=np.float32).reshape(3, 2), np.ones((1, 2), np.float32)]
CASES: dict[str, Any] = {
    "series": two_waves(),
    "series as it was read": replace(
        two_waves(),
        step=Step("months", 1, at_end=True, working=True),
        reading=Reading("1M", "sum", "%d/%m/%Y", True, "Europe/Berlin"),
    ),
    "text": Corpus("ab\ncd", source="a.txt"),
    "classes": SequenceSet(
        VALUES, np.array(["x", "y"]), "classification", channels=("a", "b"), ids=np.array(["p", "q"])
    ),
    "numbered classes": SequenceSet(VALUES, np.array([3, 1]), "classification"),
    "values": SequenceSet(VALUES, np.array([0.5, 1.5]), "regression"),
    "values per step": SequenceSet(VALUES, [np.array([1.0, 2, 3]), np.array([4.0])], "regression"),
    "without a target": SequenceSet(["some text", "more"]),
    "words": SequenceSet([["a", "b"], ["c"]], [["O", "B"], ["O"]], "tagging"),
    "recordings": SequenceSet([Path("a.wav")], np.array(["yes"]), "classification"),
}


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype.kind == other.dtype.kind and np.array_equal(one, other)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


@pytest.mark.parametrize("name", CASES)
def test_data_come_back_as_they_were(name: str) -> None:
    data = CASES[name]
    config, arrays = to_saved(data)
    back: Any = from_saved(json.loads(json.dumps(config)), arrays)
    assert type(back) is type(data)
    left_out = (
        {"notes", "groups", "sentence_labels", "columns"} if isinstance(data, SequenceSet) else {"notes"}
    )
    for field in vars(data).keys() - left_out:
        assert alike(getattr(data, field), getattr(back, field)), field
    assert isinstance(back, SeriesSet | SequenceSet | Corpus)
