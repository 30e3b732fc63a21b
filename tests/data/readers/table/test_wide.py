"""Tables with one series in each row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from gatewise.data.readers import read_series

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

M4 = '"V1","V2","V3","V4","V5","V6","V7"\n"W1",1.5,2,3,4,5,6\n"W2",7,8,9,10,,\n'


def test_rows_of_m4(write: Write) -> None:
    series = read_series(write("a.csv", M4))
    assert series.ids.tolist() == ["W1", "W2"]
    assert [series.values(0).tolist(), series.values(1).tolist()] == [[1.5, 2, 3, 4, 5, 6], [7, 8, 9, 10]]
    assert series.start.tolist() == [0, 0]
    assert series.columns.describe() == "id=V1, time=time, target=value"
    assert series.notes == ("2 series, one in each row: named by V1, values in V2 to V7",)


def test_columns_that_are_years_or_days() -> None:
    years = pd.DataFrame({"country": ["FR", "DE"], **{str(year): [1.0, 2.0] for year in range(1990, 1998)}})
    assert read_series(years).start.tolist() == np.array(["1990", "1990"], "datetime64[ns]").tolist()
    days = pd.date_range("2024-01-01", periods=8).astype(str)
    views = pd.DataFrame({"page": ["a", "b"], "lang": ["en", "fr"], **{day: [1.0, 2.0] for day in days}})
    series = read_series(views)
    assert series.start[0] == np.datetime64("2024-01-01")
    assert series.static["lang"].tolist() == ["en", "fr"]


def test_a_gap_is_named_by_the_line_of_its_series(write: Write, refusal: Refusal) -> None:
    path = write("a.csv", M4.replace("8,9", ",9"))
    assert refusal(lambda: read_series(path)) == (
        "a.csv: line 3, column 'value': expected a number, found an empty cell or NaN (1 such row); correct it, or "
        'fill it with the value before it with impute="previous"'
    )


@pytest.mark.parametrize(
    "frame",
    [
        {"ds": pd.date_range("2024-01-01", periods=2), **{f"s{k}": [1.0, 2.0] for k in range(8)}},
        {"time": [0, 1], **{f"s{k}": [1.0, 2.0] for k in range(8)}},
        {
            "ds": pd.date_range("2024-01-01", periods=2),
            "y": [1.0, 2],
            **{f"lag{k}": [1.0, 2.0] for k in range(8)},
        },
    ],
)
def test_other_tables_stay_as_they_are(frame: dict[str, object]) -> None:
    series = read_series(pd.DataFrame(frame), target="y" if "y" in frame else "s0")
    assert series.target.tolist() == [1, 2]


def test_one_column_for_each_series() -> None:
    frame = pd.DataFrame({"ds": pd.date_range("2024-01-01", periods=2), "a": [1.0, 2], "b": [3.0, 4]})
    with pytest.raises(ValueError, match='or target="all"'):
        read_series(frame)
    assert read_series(frame, target="all").ids.tolist() == ["a", "b"]
