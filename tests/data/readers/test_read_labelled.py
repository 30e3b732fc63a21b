"""Long tables to labelled sequences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl
import pytest

from gatewise.data.readers import read_labelled
from gatewise.errors import ConfigurationError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["p", "p", "p", "q", "q"],
            "time": [0, 1, 2, 0, 1],
            "x": [1.0, 2, 3, 4, 5],
            "z": [6, 7, 8, 9, 10],
            "label": ["walk", "walk", "walk", "run", "run"],
            **columns,
        }
    )


def test_a_long_table() -> None:
    data = read_labelled(table())
    assert [sequence.tolist() for sequence in data.sequences] == [[[1, 6], [2, 7], [3, 8]], [[4, 9], [5, 10]]]
    assert data.target.tolist() == ["walk", "run"]
    assert data.ids is not None
    assert data.ids.tolist() == ["p", "q"]
    assert data.channels == ("x", "z")
    assert data.groups is None
    assert data.notes == ("columns: id=id, time=time, target=label, channels=x,z",)


def test_files_and_frames_give_the_same(write: Write) -> None:
    sources = [table(), pl.from_pandas(table()), write("a.csv", table().to_csv(index=False))]
    for source in sources:
        data = read_labelled(source)
        assert np.concatenate(data.sequences).tolist() == table()[["x", "z"]].to_numpy().tolist()
        assert data.target.tolist() == ["walk", "run"]


def test_flags_and_groups() -> None:
    frame = table(who=["ann", "ann", "ann", "bob", "bob"], kind=[3, 3, 3, 1, 1])
    data = read_labelled(frame, target="kind", group="who", channels="z")
    assert data.target.tolist() == [3, 1]
    assert data.target.dtype == np.int64
    assert data.groups is not None
    assert data.groups.tolist() == ["ann", "bob"]
    assert data.channels == ("z",)


def test_rows_are_sorted_by_time() -> None:
    data = read_labelled(table().iloc[[2, 0, 1, 3, 4]])
    assert data.sequences[0][:, 0].tolist() == [1, 2, 3]
    assert data.notes[0] == "rows were not in the order of time; sorted"


def test_impute(refusal: Refusal) -> None:
    frame = table(x=[np.nan, 2, np.nan, 4, 5])
    assert refusal(lambda: read_labelled(frame)) == (
        "pandas frame: row 0 (counted from 0), column 'x': expected a number, found an empty cell or NaN "
        '(2 such rows); correct it, or fill it with the value before it with impute="previous"'
    )
    data = read_labelled(frame, impute="previous")
    assert data.sequences[0].tolist() == [[2, 7], [2, 8]]
    assert read_labelled(frame, impute="previous").lengths.tolist() == [2, 2]
    frame = table(x=[np.nan, np.nan, np.nan, 4, 5])
    assert refusal(lambda: read_labelled(frame, impute="previous")) == (
        "pandas frame: sequence 'p' has no value in some channel; remove it"
    )
    with pytest.raises(ConfigurationError) as error:
        read_labelled(frame, impute="mean")  # type: ignore[arg-type]
    assert str(error.value) == "impute: expected previous, or nothing, got 'mean'"


@pytest.mark.parametrize("label", [["walk", "run", "walk", "run", "run"], [1, 2, 1, 3, 3]])
def test_a_label_that_changes(label: list[str] | list[int], refusal: Refusal) -> None:
    assert refusal(lambda: read_labelled(table(label=label))) == (
        f"pandas frame: row 1 (counted from 0), column 'label' changes from {label[0]} to {label[1]} "
        f"within sequence "
        "'p'; expected one value for each sequence"
    )


def test_labels_with_decimals(refusal: Refusal) -> None:
    assert refusal(lambda: read_labelled(table(label=[0.5, 0.5, 0.5, 1, 1]))) == (
        "pandas frame: row 0 (counted from 0), column 'label': expected text or whole numbers as labels, "
        'found 0.5; to estimate numbers, use task="regression" or SequenceRegressor'
    )


def test_repeated_times(refusal: Refusal) -> None:
    assert refusal(lambda: read_labelled(table(time=[0, 0, 1, 0, 1]))).startswith(
        "pandas frame: row 1 (counted from 0), time 0 of series 'p' is there already on row 0"
    )


def test_columns_that_cannot_be_told(refusal: Refusal) -> None:
    columns = "columns are who (text), x (number), label (text)"
    frame = pd.DataFrame({"who": ["p", "q"], "x": [1.0, 2], "label": ["a", "b"]})
    assert refusal(lambda: read_labelled(frame)) == (
        f"pandas frame: cannot tell sequences apart; name the column with id=; {columns}"
    )
    assert refusal(lambda: read_labelled(frame.drop(columns="label"), id="who")) == (
        "pandas frame: cannot tell the column of the label; name it with target=; "
        "columns are who (text), x (number)"
    )
    assert refusal(lambda: read_labelled(frame.drop(columns="x"), id="who")) == (
        "pandas frame: no number column is left for the values of the sequences; "
        "columns are who (text), label (text)"
    )


def test_text_in_a_channel(write: Write, refusal: Refusal) -> None:
    path = write("a.csv", "id,x,label\np,1,a\np,oops,a\n")
    assert refusal(lambda: read_labelled(path, channels="x")) == (
        "a.csv: line 3, column 'x': expected a number, found 'oops'"
    )


def test_a_sample_of_series(refusal: Refusal) -> None:
    assert refusal(lambda: read_labelled("sample:weather")) == (
        'sample:weather: holds series without labels; use it with task="forecast" or SequenceForecaster'
    )
