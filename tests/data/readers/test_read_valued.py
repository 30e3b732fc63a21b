"""Sequences with numbers to be estimated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gatewise.data.readers import read_labelled, read_sequences, read_tagged, read_valued
from gatewise.data.readers.task import read
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ConfigurationError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

HEADER = "@univariate true\n@targetLabel true\n@data\n"


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {"id": [*"ppq"], "time": [1, 0, 0], "x": [1.0, 2, 3], "target": [0.5, 0.5, 2]} | columns
    )


def test_one_number_for_each_sequence(write: Write) -> None:
    for source in (table(), write("a.csv", table().to_csv(index=False))):
        data = read_valued(source)
        assert [one.tolist() for one in data.sequences] == [[[2], [1]], [[3]]]
        assert isinstance(data.target, np.ndarray)
        assert data.target.dtype == np.float64
        assert data.target.tolist() == [0.5, 2]
        assert not data.per_step
        assert data.channels == ("x",)
        assert data.notes[-1] == "columns: id=id, time=time, target=target, channels=x"
    assert data.take(np.array([1])).target.tolist() == [2]  # type: ignore[union-attr]


def test_one_number_for_each_step() -> None:
    data = read_valued(table(left=[7, 8, 9], who=["a", "a", "b"]), target="left", channels="x", group="who")
    assert data.per_step
    assert [one.tolist() for one in data.target] == [[8, 7], [9]]
    assert data.groups is not None
    assert data.groups.tolist() == ["a", "b"]
    assert data.lengths.tolist() == [2, 1]
    assert [one.tolist() for one in data.take(np.array([1, 0])).target] == [[9], [8, 7]]


def test_several_numbers_for_each_sequence() -> None:
    frame = table(weight=[70, 70, 80], tall=[1.7, 1.7, 1.8])
    for found in (read_valued(frame, target=["weight", "tall"]), read(frame, target=["weight", "tall"])):
        assert isinstance(found, SequenceSet)
        assert found.target.tolist() == [[70, 1.7], [80, 1.8]]
        assert not found.per_step
        assert found.channels == ("x", "target")
        assert found.notes[-1] == "columns: id=id, time=time, target=weight,tall, channels=x,target"
        assert found.columns is not None
        assert found.columns.targets == ("weight", "tall")
    kept = read_sequences(frame.drop(columns=["weight", "tall"]), target=["weight", "tall"], channels="x")
    assert kept.channels == ("x",)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"tall": [1.7, 1.6, 1.8]},
         "row 0 (counted from 0), column 'tall' changes from 1.6 to 1.7 within sequence 'p'; expected one value for "
         "each sequence"),
        ({"tall": [1.7, np.nan, 1.8]},
         "row 1 (counted from 0), column 'tall': expected a number, found an empty cell or NaN (1 such row); correct "
         "it, or remove the row"),
        ({"tal": [1, 1, 1]},
         "has no column 'tall' for target=; did you mean 'tal'? columns are id (text), time (number), x (number), "
         "target (number), weight (number), tal (number)"),
    ],
)  # fmt: skip
def test_several_numbers_that_are_refused(
    columns: dict[str, list[float]], reason: str, refusal: Refusal
) -> None:
    frame = table(weight=[70, 70, 80], **columns)
    assert refusal(lambda: read_valued(frame, target=["weight", "tall"])) == f"pandas frame: {reason}"


def test_each_target_is_named_once() -> None:
    with pytest.raises(ConfigurationError) as error:
        read_valued(table(), target=["x", "x"])
    assert str(error.value) == "target: expected each column once, got x, x"


@pytest.mark.parametrize("reader", [read_labelled, read_tagged])
def test_labels_have_one_column(reader: Callable[..., object]) -> None:
    with pytest.raises(ConfigurationError) as error:
        reader(table(), target=["x", "target"])
    assert str(error.value) == "target: expected one column of labels, got x, target"


def test_steps_that_are_cut_lose_their_numbers() -> None:
    data = read_valued(
        table(x=[1.0, np.nan, 3], left=[7, 8, 9]), target="left", channels="x", impute="previous"
    )
    assert [one.tolist() for one in data.target] == [[7], [9]]
    data = read_valued(table(x=[1.0, np.nan, 3]), impute="previous")
    assert data.target.tolist() == [0.5, 2]  # type: ignore[union-attr]


def test_ts(write: Write) -> None:
    data = read_valued(write("a.ts", HEADER + "1,2:0.5\n3,4:1.5\n"))
    assert data.target.tolist() == [0.5, 1.5]  # type: ignore[union-attr]
    assert [one.tolist() for one in data.sequences] == [[[1], [2]], [[3], [4]]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEADER + "1,2:up\n", "line 4: expected a number as the target, found 'up'"),
        (HEADER + "1,2:0.5\n1,2:NaN\n", "line 5: expected a number as the target, found 'NaN'"),
        ("@classLabel true a\n@data\n1:a\n",
         "has no numbers to be estimated (@targetLabel true); with classes, use it with "
         "task=\"classification\" or SequenceClassifier"),
    ],
)  # fmt: skip
def test_bad_ts(content: str, reason: str, write: Write, refusal: Refusal) -> None:
    path = write("a.ts", content)
    assert refusal(lambda: read_valued(path)) == f"a.ts: {reason}"


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (table(target=[0.5, np.nan, 2]),
         "row 1 (counted from 0), column 'target': expected a number, found an empty cell or NaN (1 such row); "
         "correct it, or remove the row"),
        (table(target=[*"abc"]), "row 0 (counted from 0), column 'target': expected a number, found 'a'"),
        (table().drop(columns="target"),
         "cannot tell the column of the label; name it with target=; columns are id (text), time (number), "
         "x (number)"),
    ],
)  # fmt: skip
def test_bad_tables(frame: pd.DataFrame, reason: str, refusal: Refusal) -> None:
    assert refusal(lambda: read_valued(frame)) == f"pandas frame: {reason}"


def test_other_sources(write: Write, refusal: Refusal) -> None:
    path = write("a.txt", "1 2 3")
    assert refusal(lambda: read_valued(path)) == (
        "a.txt: holds no numbers to be estimated; expected a long table, a table of texts with a number each, or a .ts "
        "file with @targetLabel true"
    )
    with pytest.raises(ConfigurationError) as error:
        read_valued(table(), impute="mean")  # type: ignore[arg-type]
    assert str(error.value) == "impute: expected previous, or nothing, got 'mean'"


def test_the_archive(data_folder: Path) -> None:
    parts = [
        read_valued(data_folder / "uea" / "Covid3Month" / f"Covid3Month_{part}.ts")
        for part in ("TRAIN", "TEST")
    ]
    assert [len(part) for part in parts] == [140, 61]
    assert {len(one) for part in parts for one in part.sequences} == {84}
