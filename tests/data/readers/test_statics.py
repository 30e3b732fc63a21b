"""What never changes within a series: in its rows, or in a table of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from gatewise.data.readers import read_series
from gatewise.errors import ConfigurationError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]
DAYS = pd.date_range("2024-01-01", periods=4)


def shops(**columns: dict[str, object]) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "shop": shop,
                "ds": DAYS,
                "y": np.arange(4.0),
                **{name: of[shop] for name, of in columns.items()},
            }
        )
        for shop in "ab"
    ]
    return pd.concat(parts, ignore_index=True)


ABOUT = pd.DataFrame({"shop": ["b", "a"], "size": [2.5, 1.5], "kind": ["y", "x"]})


def test_a_table_with_one_row_for_each_series(write: Write) -> None:
    for about in ABOUT, write("about.csv", ABOUT.to_csv(index=False)):
        series = read_series(shops(), id="shop", static_data=about)
        assert series.static["size"].tolist() == [1.5, 2.5]
        assert series.static["kind"].tolist() == ["x", "y"]
        assert (series.columns.static, series.columns.found) == (("size", "kind"), ())
    assert read_series(shops(), id="shop", static="kind", static_data=ABOUT).columns.static == ("kind",)


def test_numbers_may_be_text_there(write: Write) -> None:
    frame = shops().assign(shop=lambda table: table["shop"].map({"a": 1, "b": 2}))
    about = pd.DataFrame({"shop": [1, 2], "size": [5.0, 6.0]})
    path = write("about.csv", about.to_csv(index=False))
    assert read_series(frame, id="shop", static_data=path).static["size"].tolist() == [5, 6]


@pytest.mark.parametrize(
    ("about", "message"),
    [
        (ABOUT.iloc[:1], "pandas frame: has no row for series 'a'; give each series one, or leave the series out"),
        (pd.concat([ABOUT, ABOUT], ignore_index=True),
         "pandas frame: row 2 (counted from 0), series 'b' is there already on row 0 (counted from 0); keep one row "
         "for each series"),
        (ABOUT.assign(size=[np.nan, 1]),
         "pandas frame: row 0 (counted from 0), column 'size' is empty; expected a value for each series"),
        (ABOUT.assign(kind=["y", None]),
         "pandas frame: row 1 (counted from 0), column 'kind' is empty; expected a value for each series"),
        (ABOUT.rename(columns={"shop": "store"}),
         "pandas frame: has no column 'shop' for id=; columns are store (text), size (number), kind (text)"),
    ],
)  # fmt: skip
def test_tables_that_do_not_fit(about: pd.DataFrame, message: str, refusal: Refusal) -> None:
    assert refusal(lambda: read_series(shops(), id="shop", static_data=about)) == message


def test_rows_of_no_series_are_told() -> None:
    more = pd.concat([ABOUT, pd.DataFrame({"shop": ["z"], "size": [9.0], "kind": ["q"]})])
    series = read_series(shops(), id="shop", static_data=more)
    assert series.notes[-1] == "pandas frame: 1 row of no series here left out: 'z'"
    with pytest.raises(
        ConfigurationError, match="static_data: has one row for each series, but there is one"
    ):
        read_series(shops().query("shop == 'a'").drop(columns="shop"), static_data=ABOUT)


def test_an_empty_value_is_called_so(refusal: Refusal) -> None:
    frame = shops(size={"a": 1.0, "b": np.nan})
    assert refusal(lambda: read_series(frame, id="shop", static="size")) == (
        "pandas frame: row 4 (counted from 0), column 'size' is given as static= but empty here (4 such rows); give "
        "each series a value in all its rows, or leave the column out"
    )
    assert read_series(frame, id="shop").columns.static == ()


def test_later_data_need_not_have_what_was_only_found(refusal: Refusal) -> None:
    whole = shops(size={"a": 1.0, "b": 2.0}, kind={"a": "x", "b": "y"})
    fitted = read_series(whole, id="shop", static="kind")
    assert (fitted.columns.static, fitted.columns.found) == (("kind", "size"), ("size",))
    assert read_series(whole.drop(columns="size"), fitted).columns.static == ("kind",)
    # One series alone tells nothing of what never changes.
    assert set(read_series(whole.query("shop == 'a'"), fitted).static) == {"kind", "size"}
    assert refusal(lambda: read_series(whole.drop(columns="kind"), fitted)) == (
        "pandas frame: has no column 'kind', which the model was fitted with as static; add it, or give a table with "
        "one row for each series with static_data="
    )
