"""Files of Excel."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gatewise.data.readers import read_series
from gatewise.errors import MissingDependencyError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]


def test_without_the_extra(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingDependencyError) as error:
        read_series(write("a.xlsx", b"PK\x03\x04"))
    assert str(error.value) == (
        'a.xlsx: files of Excel need openpyxl: pip install "gatewise[excel]", or save the sheet as CSV'
    )


class TestWithIt:
    @pytest.fixture(autouse=True)
    def extra(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        pytest.importorskip("openpyxl")
        monkeypatch.chdir(tmp_path)

    def test_dates_and_numbers(self) -> None:
        frame = pd.DataFrame(
            {"shop": ["a"] * 3, "day": pd.date_range("2024-01-01", periods=3), "sales": [1.5, 2, 3]}
        )
        frame.to_excel("a.xlsx", index=False)
        series = read_series("a.xlsx", id="shop")
        assert series.target.tolist() == [1.5, 2, 3]
        assert series.start[0] == np.datetime64("2024-01-01")

    def test_a_mistake_is_named_by_its_row(self, refusal: Refusal) -> None:
        frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=3), "sales": [1.5, "many", 3]})
        frame.to_excel("a.xlsx", index=False, startrow=2)
        assert refusal(lambda: read_series("a.xlsx")) == (
            "a.xlsx: row 5, column 'sales': expected a number, found 'many'"
        )

    def test_cells_that_say_nothing(self) -> None:
        frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=3), "sales": [1.5, "NA", 3]})
        frame.to_excel("a.xlsx", index=False)
        assert read_series("a.xlsx", impute="previous").target.tolist() == [1.5, 1.5, 3]

    def test_the_first_sheet_that_holds_something(self) -> None:
        with pd.ExcelWriter("a.xlsx") as book:
            pd.DataFrame().to_excel(book, sheet_name="cover", index=False)
            days = pd.date_range("2024-01-01", periods=2)
            pd.DataFrame({"day": days, "sales": [1.0, 2]}).to_excel(book, sheet_name="data", index=False)
        series = read_series("a.xlsx")
        assert series.target.tolist() == [1, 2]
        assert series.notes == ("sheet 'data' read, others not: cover",)

    @pytest.mark.parametrize("content", [b"PK\x03\x04", b"ds,y\n"])
    def test_a_damaged_file(self, content: bytes, write: Write, refusal: Refusal) -> None:
        path = write("a.xlsx", content)
        assert refusal(lambda: read_series(path)) == (
            "a.xlsx: is not a file of Excel, or a damaged or locked one; save it again, or as CSV"
        )
