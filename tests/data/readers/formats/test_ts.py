"""The ``.ts`` files of the UEA archive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gatewise.data.readers import read_labelled

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

HEADER = (
    "# remark\n@problemName Two\n@timeStamps false\n@univariate false\n@dimensions 2\n"
    "@classLabel true up down\n@data\n"
)


def test_ragged_sequences(write: Write) -> None:
    data = read_labelled(write("two.ts", HEADER + "1,2,3:4,5,6:up\n\n7:8:down\n"))
    assert [sequence.tolist() for sequence in data.sequences] == [[[1, 4], [2, 5], [3, 6]], [[7, 8]]]
    assert data.sequences[0].dtype == np.float32
    assert data.target.tolist() == ["up", "down"]
    assert data.channels == ("dimension 1", "dimension 2")
    assert data.source == "two.ts"
    assert data.notes == ()


def test_padding_at_the_end_is_cut(write: Write) -> None:
    data = read_labelled(write("two.ts", HEADER + "1,2,NaN:4,5,?:up\n1,2,3:4,5,6:down\n"))
    assert data.lengths.tolist() == [2, 3]
    assert data.notes == ("1 sequence padded with NaN at the end, cut there",)


def test_missing_values(write: Write, refusal: Refusal) -> None:
    path = write("two.ts", HEADER + "1,2:4,5:up\n?,2,?,4:4,5,6,7:down\n")
    assert refusal(lambda: read_labelled(path)) == (
        "two.ts: line 9, dimension 1, value 1: expected a number, found a missing or infinite one; fill "
        "it with the "
        'value before it with impute="previous"'
    )
    data = read_labelled(path, impute="previous")
    assert data.sequences[1].tolist() == [[2, 5], [2, 6], [4, 7]]
    assert data.notes == (
        "2 values empty, NaN or infinite, filled with the last value before them",
        "1 step before the first value of every channel cut off",
    )


def test_labels_of_a_regression(write: Write, refusal: Refusal) -> None:
    path = write("a.ts", "@univariate true\n@targetlabel true\n@data\n1,2:0.5\n3,4:1.5\n")
    assert refusal(lambda: read_labelled(path)) == (
        'a.ts: labels are numbers (@targetLabel true); use it with task="regression" or SequenceRegressor'
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("ds,y\n1,2\n", "line 1: expected a line that begins with @, found 'ds,y'"),
        ("@classLabel true a\n", "has no line @data; expected a .ts file as of the UEA archive"),
        (HEADER, "has no line after @data; expected one sequence on each"),
        ("@data\n1:a\n", "has no labels (@classLabel true …); a classifier needs one for each sequence"),
        ("@timeStamps true\n@data\n(0,1):a\n",
         "has time stamps (@timeStamps true); expected values alone; write the file without them"),
        (HEADER + "1:2:left\n", "line 8: expected a label of @classLabel (up, down), found 'left'"),
        (HEADER + "1:2:3:up\n", "line 8 has 3 dimensions; expected 2"),
        (HEADER + "1,2:3:up\n", "line 8 has dimensions of 1 to 2 values; expected equally many in each"),
        (HEADER + "1,x:3,4:up\n", "line 8, dimension 1: expected numbers and commas, found 'x'"),
        (HEADER + "(0,1):3,4:up\n", "line 8, dimension 1: expected numbers and commas, found '(0'"),
        ("", "is empty; expected a .ts file as of the UEA archive"),
        (b"\0\1", "is binary data; expected UTF-8 text, as its ending .ts says"),
    ],
)  # fmt: skip
def test_bad_files(content: str | bytes, reason: str, write: Write, refusal: Refusal) -> None:
    assert refusal(lambda: read_labelled(write("a.ts", content))) == f"a.ts: {reason}"


@pytest.mark.parametrize(
    ("name", "train", "test", "channels", "classes"),
    [
        ("JapaneseVowels", 270, 370, 12, 9),
        ("BasicMotions", 40, 40, 6, 4),
        ("PickupGestureWiimoteZ", 50, 50, 1, 10),
    ],
)
def test_the_archive_has_the_shapes_it_is_known_for(
    name: str, train: int, test: int, channels: int, classes: int, data_folder: Path
) -> None:
    parts = [read_labelled(data_folder / "uea" / name / f"{name}_{part}.ts") for part in ("TRAIN", "TEST")]
    assert [len(part) for part in parts] == [train, test]
    for part in parts:
        assert {sequence.shape[1] for sequence in part.sequences} == {channels}
        assert len(np.unique(part.target)) == classes
    if name == "JapaneseVowels":
        lengths = np.concatenate([part.lengths for part in parts])
        assert (lengths.min(), lengths.max()) == (7, 29)
        np.testing.assert_allclose(parts[0].sequences[0][0, :2], [1.860936, -0.207383])
