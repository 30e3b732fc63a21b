"""Series that one column or several name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from gatewise.data.readers import read, read_series
from gatewise.errors import ReadError

Write = Callable[[str, str | bytes], str]
DAYS = pd.date_range("2024-01-01", periods=10)


def stores(**more: object) -> pd.DataFrame:
    """Two items in each of two stores."""
    parts = [
        pd.DataFrame(
            {"date": DAYS, "store": store, "item": item, "sales": store * 10.0 + np.arange(10), **more}
        )
        for store in (1, 2)
        for item in ("tea", "rice")
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("id", [["store", "item"], ("store", "item")])
def test_several_columns_name_a_series(id: list[str]) -> None:
    series = read_series(stores(), id=id, target="sales")
    assert series.ids.tolist() == ["1/tea", "1/rice", "2/tea", "2/rice"]
    assert {name: values.tolist() for name, values in series.keys.items()} == {
        "store": [1, 1, 2, 2],
        "item": ["tea", "rice", "tea", "rice"],
    }
    assert series.columns.describe() == "id=store,item, time=date, target=sales"


def test_a_slash_in_a_name_is_no_end_of_it() -> None:
    frame = pd.concat(
        pd.DataFrame({"ds": DAYS, "y": 1.0 + np.arange(10), "a": a, "b": b})
        for a, b in (("x/y", "z"), ("x", "y/z"))
    )
    assert read_series(frame, id=["a", "b"]).ids.tolist() == ["x\\/y/z", "x/y\\/z"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, "columns 'store' and 'item' together tell series apart: name them with id=[\"store\", \"item\"], or "),
        ({"id": "store"},
         "columns 'store' and 'item' together tell series apart: name them with id=[\"store\", \"item\"], or "),
        ({"id": "item"},
         "columns 'item' and 'store' together tell series apart: name them with id=[\"item\", \"store\"], or "),
    ],
)  # fmt: skip
def test_rows_of_several_items_are_never_averaged_first(options: dict[str, str], found: str) -> None:
    with pytest.raises(ReadError) as error:
        read(stores(), "forecast", target="sales", **options)
    assert found in str(error.value)
    remedy = error.value.remedy
    assert set(remedy) == {"id"}
    assert len(read_series(stores(), target="sales", **remedy)) == 4  # type: ignore[arg-type]  # names of columns


def test_three_columns_are_found_and_a_row_number_is_none() -> None:
    frame = pd.concat(
        stores().assign(country=country, item=lambda table: table["item"]) for country in ("FR", "BE")
    ).reset_index(drop=True)
    frame.insert(0, "row", frame.index)
    with pytest.raises(ReadError, match="columns 'store', 'item' and 'country' together tell series apart"):
        read_series(frame, target="sales")


def test_whole_numbers_of_a_text_file_are_numbers(write: Write) -> None:
    path = write("a.csv", stores().to_csv(index=False))
    keys = read_series(path, id=["store", "item"], target="sales").keys
    assert keys["store"].tolist() == [1, 1, 2, 2]
    path = write(
        "b.csv", stores().assign(store=lambda table: "00" + table["store"].astype(str)).to_csv(index=False)
    )
    assert read_series(path, id=["store", "item"], target="sales").keys["store"].tolist() == [
        "001", "001", "002", "002",
    ]  # fmt: skip


def test_text_of_a_frame_stays_text() -> None:
    frame = stores().assign(store=lambda table: table["store"].astype(str))
    assert read_series(frame, id=["store", "item"], target="sales").keys["store"].tolist() == [
        "1",
        "1",
        "2",
        "2",
    ]
