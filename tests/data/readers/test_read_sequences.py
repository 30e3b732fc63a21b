"""Sequences whose labels are not known."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from gatewise.data.readers import read_labelled, read_sequences
from gatewise.data.sequences import SequenceColumns
from gatewise.errors import ConfigurationError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

TABLE = pd.DataFrame({"id": ["p", "p", "q"], "time": [1, 0, 0], "x": [1.0, 2, 3], "z": [4, 5, 6]})


def test_a_table_without_labels() -> None:
    found = read_sequences(TABLE)
    assert [sequence.tolist() for sequence in found.sequences] == [[[2, 5], [1, 4]], [[3, 6]]]
    assert found.columns == SequenceColumns("id", "time", "", ("x", "z"))
    assert found.notes[-1] == "columns: id=id, time=time, channels=x,z"
    assert len(found) == 2


def test_labels_are_no_channels_and_may_be_wrong() -> None:
    assert read_sequences(TABLE.assign(label=[1, 2, 3])).channels == ("x", "z")
    assert read_sequences(TABLE.assign(kind=[1, 2, 3]), target="kind").channels == ("x", "z")
    assert read_sequences(TABLE, target="kind", channels="z").channels == ("z",)


def test_a_channel_that_is_missing(refusal: Refusal) -> None:
    assert refusal(lambda: read_sequences(TABLE, channels=("x", "pulse"))) == (
        "pandas frame: has no column 'pulse' for channels=; "
        "columns are id (text), time (number), x (number), z (number)"
    )


def test_ts_files_with_and_without_labels(write: Write, refusal: Refusal) -> None:
    with_labels = write("a.ts", "@classLabel true a b\n@data\n1,2:3,4:a\n5,6:7,8:?\n")
    without = write("b.ts", "@classLabel false\n@data\n1,2:3,4\n5,6:7,8\n")
    for path in (with_labels, without):
        found = read_sequences(path)
        assert [sequence.tolist() for sequence in found.sequences] == [[[1, 3], [2, 4]], [[5, 7], [6, 8]]]
    assert refusal(lambda: read_labelled(without)) == (
        "b.ts: has no labels (@classLabel true …); a classifier needs one for each sequence"
    )


def test_samples(refusal: Refusal) -> None:
    assert len(read_sequences("sample:recall-20")) == len(read_labelled("sample:recall-20"))
    assert refusal(lambda: read_sequences("sample:weather")) == (
        'sample:weather: holds series without labels; use it with task="forecast" or SequenceForecaster'
    )


def test_an_unknown_way_of_filling() -> None:
    with pytest.raises(ConfigurationError) as error:
        read_sequences(TABLE, impute="mean")  # type: ignore[arg-type]
    assert str(error.value) == "impute: expected previous, or nothing, got 'mean'"


def test_dates_that_may_be_two_days_order_no_rows(refusal: Refusal) -> None:
    frame = pd.DataFrame(
        {"id": [1, 1, 2, 2], "date": ["1/2/2024", "2/2/2024"] * 2, "v": [1.0, 2, 3, 4], "label": [*"aabb"]}
    )
    assert refusal(lambda: read_labelled(frame)) == (
        "pandas frame: column 'date': its dates may have the day first or the month first, as no row has a day above "
        "12; write them as 2024-01-31"
    )
    frame["date"] = [202313, 202401] * 2
    assert len(read_labelled(frame).sequences) == 2
