"""Columns that are recognised, and what is said when they are not."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from gatewise.data.readers import read_series
from gatewise.data.series import Columns

Refusal = Callable[[Callable[[], object]], str]
DAYS = pd.date_range("2024-01-01", periods=3)


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns)


@pytest.mark.parametrize(
    ("id", "time", "target"),
    [
        ("unique_id", "ds", "y"),
        ("item_id", "timestamp", "target"),
        ("group", "time_idx", "value"),
        ("group_id", "time_idx", "target"),
        ("series", "time_idx", "value"),
    ],
)
def test_layouts_of_other_libraries(id: str, time: str, target: str) -> None:
    times = range(3) if time == "time_idx" else DAYS
    table = frame(**{"extra": [1.0, 2, 4], target: [1.0, 2, 3], time: times, id: ["a"] * 3})
    assert read_series(table).columns == Columns((id,), time, (target,))


def test_the_only_time_and_the_only_number() -> None:
    table = frame(town=["Ulm", "Bonn", "Ulm"], day=DAYS, sales=[1, 2, 3])
    series = read_series(table)
    assert series.columns == Columns((), "day", ("sales",))
    assert series.ids.tolist() == ["sales"]
    assert series.notes == ("columns not used: town (name them with past= or known= to use them)",)


def test_a_time_index_of_pandas() -> None:
    series = read_series(pd.DataFrame({"sales": [1, 2, 3]}, index=DAYS))
    assert series.columns == Columns((), "time", ("sales",))


def test_flags_go_before_layouts() -> None:
    table = frame(unique_id=["a"] * 3, ds=DAYS, y=[1, 2, 3], shop=["s", "s", "t"], price=[4, 5, 6])
    assert read_series(table, id="shop", target="price", past="y").columns == Columns(
        ("shop",), "ds", ("price",), ("y",)
    )


def test_several_targets_make_one_series_each() -> None:
    table = frame(ds=DAYS, a=[1, 2, 3], b=[4, 5, 6], c=[7, 8, 9])
    assert read_series(table, target=["c", "a"]).ids.tolist() == ["c", "a"]
    everything = read_series(table, target="all", known="b")
    assert everything.ids.tolist() == ["a", "c"]
    assert everything.known[:, 0].tolist() == [4, 5, 6] * 2
    table["unique_id"] = "x"
    assert read_series(table, target=["a", "b"]).ids.tolist() == ["x/a", "x/b"]


def test_no_target_to_tell(refusal: Refusal) -> None:
    table = frame(day=DAYS, shop=["s"] * 3, sales=[1, 2, 3], price=[1, 2, 3])
    assert refusal(lambda: read_series(table)) == (
        "pandas frame: cannot tell the target column (2 columns hold numbers); name it with target= "
        '(several as target=["sales", "price"], or target="all"), '
        "and id= and time= where they apply; columns are day (time), shop (text), "
        "sales (number), price (number)"
    )


def test_no_time_to_tell(refusal: Refusal) -> None:
    assert refusal(lambda: read_series(frame(sales=[1, 2, 3]))) == (
        "pandas frame: cannot tell the time column (no column holds times); name it with time= (and id=, "
        'target= where they apply), or count the rows with every="row"; columns are sales (number)'
    )
    assert refusal(lambda: read_series(frame(ordered=DAYS, paid=DAYS, y=[1, 2, 3]))) == (
        "pandas frame: cannot tell the time column (2 columns hold times); name it with time= (and id=, "
        'target= where they apply), or count the rows with every="row"; columns are ordered (time), paid '
        "(time), "
        "y (number)"
    )


def test_a_column_that_does_not_exist(refusal: Refusal) -> None:
    table = frame(ds=DAYS, sales=[1, 2, 3])
    assert refusal(lambda: read_series(table, target="sale")) == (
        "pandas frame: has no column 'sale' for target=; did you mean 'sales'? columns are ds (time), "
        "sales (number)"
    )
    assert refusal(lambda: read_series(table, id="shop")) == (
        "pandas frame: has no column 'shop' for id=; columns are ds (time), sales (number)"
    )


def test_a_column_with_two_parts(refusal: Refusal) -> None:
    table = frame(ds=DAYS, y=[1, 2, 3], price=[1, 2, 3])
    assert refusal(lambda: read_series(table, target="price", past="price")) == (
        "pandas frame: column 'price' is given as target= and as past=; give it one part"
    )


def test_nothing_left_for_all(refusal: Refusal) -> None:
    table = frame(ds=DAYS, y=[1, 2, 3])
    assert refusal(lambda: read_series(table, target="all", past="y")) == (
        "pandas frame: no number column is left to be the target; columns are ds (time), y (number)"
    )
